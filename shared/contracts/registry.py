"""Event name → class, stream category → topic. Refuses two of one name."""

from collections.abc import Mapping
from typing import Any, get_args

from shared.contracts import approval, campaigns, catalog, forum, notifier, ordering
from shared.kernel.message import Event

OWNERS = (catalog, ordering, approval, campaigns, forum, notifier)


def _streams() -> dict[str, tuple[str, Any]]:
    streams: dict[str, tuple[str, Any]] = {}
    for owner in OWNERS:
        for category, entry in owner.STREAMS.items():
            if category in streams:
                raise ValueError(f"two owners of the streams {category}-…")
            streams[category] = entry
    return streams


def _events(streams: Mapping[str, tuple[str, Any]]) -> dict[str, type[Event]]:
    events: dict[str, type[Event]] = {}
    for _, union in streams.values():
        for event in get_args(union) or (union,):
            if event.__name__ in events:
                raise ValueError(f"two events of the name {event.__name__}")
            events[event.__name__] = event
    return events


_STREAMS = _streams()
TOPICS: Mapping[str, str] = {category: topic for category, (topic, _) in _STREAMS.items()}
EVENTS: Mapping[str, type[Event]] = _events(_STREAMS)


def owner_of(topic: str) -> str:
    """`ordering` for `ordering.orders`."""
    return topic.split(".", 1)[0]

"""Facts as a store would give them back, for tests of pure functions; and names that every test may use."""

from datetime import datetime
from uuid import UUID

from shared.kernel.ids import derive
from shared.kernel.message import Event, Recorded
from tests.world import MONDAY


def id_of(name: str) -> UUID:
    """The same id for the same name, in every test."""
    return derive("test", name)


def recorded(event: Event, stream: str = "thing-1", version: int = 0, at: datetime = MONDAY) -> Recorded:
    """A fact with an envelope whose ids follow from its place."""
    id_ = derive("event", stream, version)
    return Recorded(
        id=id_,
        stream=stream,
        version=version,
        position=version + 1,
        event=event,
        recorded_at=at,
        actor="anna",
        command_id=derive("command", stream, version),
        correlation_id=derive("click", stream),
        causation_id=None,
    )

"""Who, for whom, what, when, which version, why, caused by what: a stream as people read it, now or as of a moment."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import AwareDatetime, BaseModel
from typing_extensions import TypedDict

from shared import codec
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId
from shared.kernel.message import Actor, Recorded
from shared.runtime.host import Desk
from shared.runtime.service import AnyDecider
from shared.web.caller import Stop
from shared.web.sheets import Form, in_form

COLUMNS = ("version", "at", "what", "who", "for_whom", "why", "caused_by", "correlation", "event_id")


class Entry(TypedDict):
    """One fact of a stream. `what` is its kind, and `fact` is as the schema of that kind's events says."""

    version: int
    at: AwareDatetime
    what: str
    who: str
    for_whom: EntityId | None
    why: str
    caused_by: UUID | None
    correlation: UUID
    event_id: UUID
    fact: dict[str, Any]


class Journal(TypedDict):
    """A stream's facts up to `as_of` (null: all), the oldest first, and the state that they come to.

    What a state consists of is for people to look at, and no promise.
    """

    stream: str
    as_of: AwareDatetime | None
    entries: list[Entry]
    state: dict[str, Any] | None


async def journal(
    desk: Desk,
    decider: AnyDecider,
    stream: str,
    actor: Actor,
    owner: Callable[[Any], EntityId | None],
    *,
    as_of: datetime | None = None,
    form: Form = "json",
) -> Response:
    """The stream's facts up to `as_of` and the state they fold to; as CSV or Excel without the state.

    `owner` tells from the state whose it is: somebody else's stream is a 404, like one that never was.
    """
    history = [codec.read(stored) for stored in await desk.store.read(stream)]
    if not history or not actor.sees(owner(decider.fold(recorded.event for recorded in history))):
        raise Stop(Refused("request.no-such-thing", "missing"), 404)
    told = _until(history, as_of)
    state = decider.fold(recorded.event for recorded in told)
    body: dict[str, Any] = {
        "stream": stream,
        "as_of": as_of.isoformat() if as_of else None,
        "entries": [_entry(recorded) | {"fact": recorded.event.model_dump(mode="json")} for recorded in told],
        "state": plain(state),
    }
    return await in_form(form, body, COLUMNS, body["entries"], "journal")


def plain(state: Any) -> Any:
    """A decider's state as JSON would have it."""
    if dataclasses.is_dataclass(state) and not isinstance(state, type):
        return {part.name: plain(getattr(state, part.name)) for part in dataclasses.fields(state)}
    if isinstance(state, BaseModel):
        return state.model_dump(mode="json")
    if isinstance(state, dict):
        return {str(key): plain(value) for key, value in state.items()}
    if isinstance(state, frozenset | set):
        return sorted(str(part) for part in state)
    if isinstance(state, tuple | list):
        return [plain(part) for part in state]
    return state if isinstance(state, str | int | float | bool | None) else str(state)


def _until(history: Sequence[Recorded], as_of: datetime | None) -> Sequence[Recorded]:
    """The prefix that was there at that moment. A clock may have gone back; versions never do."""
    if as_of is None:
        return history
    there = [index for index, recorded in enumerate(history) if recorded.recorded_at <= as_of]
    return history[: there[-1] + 1] if there else ()


def _entry(recorded: Recorded) -> dict[str, Any]:
    fact = recorded.event
    acted_for = getattr(fact, "on_behalf_of", None)
    return {
        "version": recorded.version,
        "at": recorded.recorded_at.isoformat(),
        "what": type(fact).__name__,
        "who": getattr(fact, "by", "") or recorded.actor,
        "for_whom": str(acted_for) if acted_for else None,
        "why": getattr(fact, "comment", "") or getattr(fact, "reason", ""),
        "caused_by": str(recorded.causation_id) if recorded.causation_id else None,
        "correlation": str(recorded.correlation_id),
        "event_id": str(recorded.id),
    }

"""Facts as a store would give them back, for tests of pure functions; and names that every test may use."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from shared import codec
from shared.contracts.registry import OWNERS
from shared.kernel.ids import derive
from shared.kernel.message import Actor, Command, Event, Recorded, Stored
from tests.shared.make_golden import example
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


def stored(event: Event, stream: str, version: int = 0) -> Stored:
    """The row of a store for this fact; its id and its command's follow from its place."""
    command = Command(id=derive("command", stream, version), at=MONDAY, by=Actor(id="anna"))
    new = codec.encode(event, command, 0, causation_id=derive("cause", stream))
    return Stored(version + 1, stream, version, *new)


def one_of_each(seed: str = "one") -> list[Stored]:
    """One fact of every event there is, each on a stream of its own and of its kind; other ones for another seed."""
    events = [
        (noun, event)
        for owner in OWNERS
        for noun, (_, kinds) in owner.STREAMS.items()
        for event in get_args(kinds) or (kinds,)
    ]
    return [stored(example(event), f"{noun}-{derive(seed, event.__name__)}") for noun, event in events]

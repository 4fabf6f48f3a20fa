"""All rules of one kind of stream, as plain functions."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, Literal, TypeVar

from shared.kernel.message import Command, Event

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)

Kind = Literal["invalid", "forbidden", "missing", "conflict", "stale"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A business "no": a value, returned and never raised.

    `code` is stable for ever; the sentence and the way out for it stand in the owner's problems.toml, in
    every language, and may name the `facts`. `field` is the part of the request to mend, where there is one.
    """

    code: str
    kind: Kind
    field: str | None = None
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C, E]):
    """decide, evolve and where to start. `category` names the streams: `order` for `order-{id}`.

    A `numbered` decider's first event carries a `number` that people can say aloud (ORD28). The engine
    draws it when a stream begins, and puts it on the command's field of that name.
    """

    category: str
    initial: S
    decide: Callable[[C, S], Sequence[E] | Refused]
    evolve: Callable[[S, E], S]
    key: Callable[[C], object]
    commands: tuple[type[Command], ...]
    numbered: bool = False

    def stream_of(self, command: C) -> str:
        """The stream that this command speaks about."""
        return f"{self.category}-{self.key(command)}"

    def fold(self, events: Iterable[E]) -> S:
        """The state after these events, oldest first."""
        return reduce(self.evolve, events, self.initial)

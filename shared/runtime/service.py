"""A service as data: what it owns, shows and hears. The engine does the rest."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from shared.kernel.decider import Decider
from shared.kernel.message import Command, Recorded
from shared.kernel.projection import Projection, Reaction

AnyDecider = Decider[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """Something done to the world outside because of a fact (a mail), and the commands that say how it went.

    Given by a root, since it needs the world. It is done again when a crash hides whether it was done.
    """

    name: str
    hears: tuple[str, ...]
    perform: Callable[[Recorded], Awaitable[Iterable[Command]]]


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """The table of contents of one service, equal to no other. `problems` is its file of refusals with their ways out.

    `tables` are those that no event can bring back (addresses of persons, accounts): created if absent,
    never rebuilt. `pages` are for people and stand at the root, beside the API.
    """

    name: str
    problems: Path
    deciders: tuple[AnyDecider, ...] = ()
    projections: tuple[Projection, ...] = ()
    reaction: Reaction | None = None
    router: APIRouter | None = None
    pages: APIRouter | None = None
    tables: tuple[str, ...] = field(default=())

    def decider_for(self, command: type[Command]) -> AnyDecider:
        """The decider that knows this kind of command; a service commands only itself."""
        for decider in self.deciders:
            if command in decider.commands:
                return decider
        raise LookupError(f"{self.name} has no decider for {command.__name__}")

    def command_named(self, name: str) -> type[Command]:
        """The command class of this name, as a timer keeps it."""
        for decider in self.deciders:
            for command in decider.commands:
                if command.__name__ == name:
                    return command
        raise LookupError(f"{self.name} has no command {name}")

"""Runs reactions and effects: facts become commands to the service itself, or timers."""

import logging
from collections.abc import Awaitable, Callable, Iterable

from shared.database.port import Database
from shared.kernel.decider import Refused
from shared.kernel.message import Command, Recorded
from shared.kernel.projection import Reaction, Statement
from shared.runtime.execute import Asked, Done
from shared.runtime.service import Effect
from shared.runtime.timers import set_timer

log = logging.getLogger(__name__)

Obey = Callable[[Command, Asked], Awaitable[Done | Refused]]
Handle = Callable[[Recorded], Awaitable[list[Statement] | None]]


def reacting(reaction: Reaction, db: Database, obey: Obey) -> Handle:
    """The effect of a reaction: bring its memory up to the fact, ask it, obey.

    Memory and commands commit before the checkpoint does, which is saved after every fact that led to a
    command. A crash in between repeats them: memory is set and not added to, and the commands' ids follow
    from the fact.
    """

    async def effect(recorded: Recorded) -> list[Statement] | None:
        memory = [statement for part in reaction.memory for statement in part.apply(recorded)]
        if memory:
            await db.commit(memory)
        commands = list(reaction.react(recorded, db.recall))
        timers = await _obey_all(commands, recorded, obey)
        return timers if commands else None

    return effect


def performing(effect: Effect, obey: Obey) -> Handle:
    """The effect of something done outside: do it, then record how it went, with the moment it happened."""

    async def perform(recorded: Recorded) -> list[Statement] | None:
        commands = list(await effect.perform(recorded))
        for command in commands:
            await obey(command, Asked(causation_id=recorded.id, correlation_id=recorded.correlation_id))
        return [] if commands else None

    return perform


async def _obey_all(commands: Iterable[Command], recorded: Recorded, obey: Obey) -> list[Statement]:
    asked = Asked(causation_id=recorded.id, correlation_id=recorded.correlation_id)
    timers = []
    for command in commands:
        if command.at > recorded.recorded_at:
            timers.append(set_timer(command, asked))
        else:
            await obey(command, asked)
    return timers


def note(command: Command, outcome: Done | Refused) -> None:
    """A machine's command may lose against what happened meanwhile; that is an answer, and worth a line."""
    if isinstance(outcome, Refused):
        log.info("own command refused", extra={"command": type(command).__name__, "code": outcome.code})

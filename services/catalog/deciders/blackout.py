"""Days on which nothing is to go out: head office's for everybody or one entity, an entity's for itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shared.contracts.catalog import BlackoutEvent, BlackoutLifted, BlackoutSet
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import EntityId
from shared.kernel.message import Command


class SetBlackout(Command):
    """Keep these days free, both included. `entity_known` tells whether the entity is one that takes part."""

    blackout_id: UUID
    entity_id: EntityId | None
    entity_known: bool = False
    label: str
    starts_on: date
    ends_on: date


class LiftBlackout(Command):
    """Let these days be like others again."""

    blackout_id: UUID


BlackoutCommand = SetBlackout | LiftBlackout


@dataclass(frozen=True, slots=True)
class Blackout:  # what the next decision must remember
    entity_id: EntityId | None
    lifted: bool = False


def decide(command: BlackoutCommand, blackout: Blackout | None) -> Sequence[BlackoutEvent] | Refused:
    """One blackout, from being set to being lifted."""
    match command:
        case SetBlackout():
            return _set(command) if blackout is None else []
        case LiftBlackout():
            return Refused("blackout.unknown", "missing") if blackout is None else _lifted(command, blackout)
    assert_never(command)


def evolve(blackout: Blackout | None, event: BlackoutEvent) -> Blackout | None:
    """What a fact does to what we remember."""
    match event:
        case BlackoutSet():
            return Blackout(event.entity_id)
        case BlackoutLifted():
            return None if blackout is None else replace(blackout, lifted=True)
    assert_never(event)


def _set(command: SetBlackout) -> Sequence[BlackoutEvent] | Refused:
    if not command.by.is_central and command.entity_id != command.by.entity_id:
        return Refused("blackout.not-yours", "forbidden", field="entity_id")
    if command.entity_id is not None and not command.entity_known:
        return Refused("blackout.entity-unknown", "invalid", field="entity_id")
    if not command.label.strip():
        return Refused("blackout.label-missing", "invalid", field="label")
    if command.starts_on > command.ends_on:
        return Refused("calendar.days-reversed", "invalid", field="ends_on")
    return [
        BlackoutSet(
            blackout_id=command.blackout_id,
            entity_id=command.entity_id,
            label=command.label.strip(),
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            by=command.by.id,
            at=command.at,
        )
    ]


def _lifted(command: LiftBlackout, blackout: Blackout) -> Sequence[BlackoutEvent] | Refused:
    """An entity reads head office's for everybody, so it is told that they are not its own to lift."""
    if not command.by.is_central and blackout.entity_id is None:
        return Refused("blackout.not-yours", "forbidden")
    if not command.by.sees(blackout.entity_id):
        return Refused("blackout.unknown", "missing")
    if blackout.lifted:
        return []
    return [BlackoutLifted(blackout_id=command.blackout_id, by=command.by.id, at=command.at)]


BLACKOUT: Decider[Blackout | None, BlackoutCommand, BlackoutEvent] = Decider(
    category="blackout",
    initial=None,
    decide=decide,
    evolve=evolve,
    key=lambda command: command.blackout_id,
    commands=(SetBlackout, LiftBlackout),
)

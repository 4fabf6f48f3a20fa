"""Who may sign in, in which role, for which entity. Names and addresses are not known here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from shared.contracts.catalog import Language, PersonActivated, PersonDeactivated, PersonEvent
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import EntityId, PersonId
from shared.kernel.message import Command, Role


class ActivatePerson(Command):
    """Let somebody sign in, or change what they may do. `entity_known` tells whether the entity takes part."""

    person_id: PersonId
    roles: tuple[Role, ...]
    entity_id: EntityId | None = None
    entity_known: bool = False
    language: Language = "sv"
    time_zone: str = ""


class DeactivatePerson(Command):
    """Let somebody not sign in any more."""

    person_id: PersonId


PersonCommand = ActivatePerson | DeactivatePerson


@dataclass(frozen=True, slots=True)
class Person:  # what the next decision must remember
    active: bool = False
    roles: tuple[Role, ...] = ()
    entity_id: EntityId | None = None
    language: Language = "sv"
    time_zone: str = ""


def decide(command: PersonCommand, person: Person) -> Sequence[PersonEvent] | Refused:
    """One person's rights."""
    match command:
        case ActivatePerson() if "local" in command.roles and command.entity_id is None:
            return Refused("person.entity-needed", "invalid", field="entity_id")
        case ActivatePerson() if (
            command.entity_id not in {None, person.entity_id} and not command.entity_known
        ):
            return Refused("person.entity-unknown", "invalid", field="entity_id")
        case ActivatePerson():
            wanted = Person(True, command.roles, command.entity_id, command.language, command.time_zone)
            if wanted == person:
                return []
            return [
                PersonActivated(
                    person_id=command.person_id,
                    roles=command.roles,
                    entity_id=command.entity_id,
                    language=command.language,
                    time_zone=command.time_zone,
                )
            ]
        case DeactivatePerson():
            return [PersonDeactivated(person_id=command.person_id)] if person.active else []
    assert_never(command)


def evolve(person: Person, event: PersonEvent) -> Person:
    """What a fact does to what we remember."""
    match event:
        case PersonActivated():
            return Person(True, event.roles, event.entity_id, event.language, event.time_zone)
        case PersonDeactivated():
            return replace(person, active=False)
    assert_never(event)


PERSON: Decider[Person, PersonCommand, PersonEvent] = Decider(
    category="person",
    initial=Person(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.person_id,
    commands=(ActivatePerson, DeactivatePerson),
)

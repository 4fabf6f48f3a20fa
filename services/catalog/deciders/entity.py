"""An organisational entity: its record and its groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from shared.contracts.catalog import (
    EntityClosed,
    EntityDetailsRevised,
    EntityEvent,
    EntityLevel,
    EntityRegistered,
    Group,
    GroupMembersChanged,
    OpenOrders,
)
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import EntityId, PersonId
from shared.kernel.message import Command


class RegisterEntity(Command):
    """Let an entity exist."""

    entity_id: EntityId
    number: int | None = None
    label: str
    level: EntityLevel = "local"
    parent_id: EntityId | None = None
    parent_known: bool = False
    origin: str = ""
    phone: str = ""
    fax: str = ""


class ReviseEntityDetails(Command):
    """Correct label or contact data; all of them are given."""

    entity_id: EntityId
    label: str
    origin: str = ""
    phone: str = ""
    fax: str = ""


class CloseEntity(Command):
    """Let an entity take no part any more, and say what becomes of its open orders."""

    entity_id: EntityId
    reason: str
    open_orders: OpenOrders = "finish"


class ChangeGroupMembers(Command):
    """Say who is in one of an entity's groups. `unknown` are those members that nobody knows."""

    entity_id: EntityId
    group: Group
    members: tuple[PersonId, ...]
    unknown: tuple[PersonId, ...] = ()


EntityCommand = RegisterEntity | ReviseEntityDetails | CloseEntity | ChangeGroupMembers


@dataclass(frozen=True, slots=True)
class Entity:  # what the next decision must remember
    entity_id: EntityId | None = None
    closed: bool = False
    details: tuple[str, ...] = ()
    groups: Mapping[str, frozenset[PersonId]] = field(default_factory=dict)


def decide(command: EntityCommand, entity: Entity) -> Sequence[EntityEvent] | Refused:
    """One entity's record and groups."""
    match command:
        case RegisterEntity():
            return _registered(command) if entity.entity_id is None else []
        case _ if entity.entity_id is None:
            return Refused("entity.unknown", "missing")
        case CloseEntity() if entity.closed:
            return []
        case _ if entity.closed:
            return Refused("entity.closed", "conflict")
        case CloseEntity() if not command.reason.strip():
            return Refused("entity.reason-missing", "invalid", field="reason")
        case CloseEntity():
            reason = command.reason.strip()
            return [EntityClosed(entity_id=command.entity_id, reason=reason, open_orders=command.open_orders)]
        case ReviseEntityDetails() if not command.label.strip():
            return Refused("entity.label-missing", "invalid", field="label")
        case ReviseEntityDetails():
            if entity.details == (command.label, command.origin, command.phone, command.fax):
                return []
            return [EntityDetailsRevised(**command.model_dump(exclude={"id", "at", "by"}))]
        case ChangeGroupMembers() if command.unknown:
            return Refused("entity.member-unknown", "invalid", field="members")
        case ChangeGroupMembers():
            if entity.groups.get(command.group, frozenset()) == frozenset(command.members):
                return []
            return [GroupMembersChanged(**command.model_dump(exclude={"id", "at", "by", "unknown"}))]
    assert_never(command)


def _registered(command: RegisterEntity) -> Sequence[EntityEvent] | Refused:
    if not command.label.strip():
        return Refused("entity.label-missing", "invalid", field="label")
    if command.parent_id is not None and not command.parent_known:
        return Refused("entity.parent-unknown", "invalid", field="parent_id")
    return [EntityRegistered(**command.model_dump(exclude={"id", "at", "by", "parent_known"}))]


def evolve(entity: Entity, event: EntityEvent) -> Entity:
    """What a fact does to what we remember."""
    match event:
        case EntityRegistered():
            return Entity(event.entity_id, details=(event.label, event.origin, event.phone, event.fax))
        case EntityDetailsRevised():
            return replace(entity, details=(event.label, event.origin, event.phone, event.fax))
        case EntityClosed():
            return replace(entity, closed=True)
        case GroupMembersChanged():
            return replace(entity, groups={**entity.groups, event.group: frozenset(event.members)})
    assert_never(event)


ENTITY: Decider[Entity, EntityCommand, EntityEvent] = Decider(
    category="entity",
    initial=Entity(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.entity_id,
    commands=(RegisterEntity, ReviseEntityDetails, CloseEntity, ChangeGroupMembers),
    numbered=True,
)

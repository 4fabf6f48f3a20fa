"""The facts that everybody is measured with: entities of the catalog, their details and groups."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle

from services.catalog.deciders.entity import ReviseEntityDetails
from shared import codec
from shared.contracts.catalog import EntityDetailsRevised, EntityEvent, EntityRegistered, GroupMembersChanged
from shared.kernel.ids import EntityId, PersonId, derive
from shared.kernel.message import Actor, NewEvent, Stored

MONDAY = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
BY = Actor(id="0197a0c2-7f5e-7c4b-9d1a-3f2b8e6c5d4a", roles=frozenset({"central"}))
EVENTS_PER_ENTITY = 10


def entity(index: int) -> EntityId:
    """The id of the index-th entity."""
    return EntityId(derive("bench entity", index))


def details(step: int) -> dict[str, str]:
    """What the step-th revision says of an entity. Two neighbours always differ."""
    return {
        "label": f"Butiken vid Stora torget, våning {step}",
        "origin": "SE-AB",
        "phone": f"+46 8 123 {step % 100:02d} {step // 100 % 100:02d}",
        "fax": "+46 8 123 45 99",
    }


def registered(entity_id: EntityId, number: int) -> EntityRegistered:
    """The first fact of an entity."""
    return EntityRegistered(entity_id=entity_id, number=number, parent_id=entity(0), **details(0))


def revised(entity_id: EntityId, step: int) -> EntityDetailsRevised:
    """The fact of the step-th revision."""
    return EntityDetailsRevised(entity_id=entity_id, **details(step))


def revise(entity_id: EntityId, step: int, salt: object = "") -> ReviseEntityDetails:
    """The wish for a revision; `salt` makes its id another one."""
    command_id = derive("bench command", entity_id, step, salt)
    return ReviseEntityDetails(id=command_id, at=MONDAY, by=BY, entity_id=entity_id, **details(step))


def life(entity_id: EntityId, length: int, number: int = 1) -> Iterator[EntityEvent]:
    """`length` facts of one entity: registered, revised again and again, at the end a group is filled."""
    yield registered(entity_id, number)
    for step in range(1, length - 1):
        yield revised(entity_id, step)
    if length > 1:
        members = tuple(PersonId(derive("bench person", entity_id, seat)) for seat in range(3))
        yield GroupMembersChanged(entity_id=entity_id, group="order-reviewers", members=members)


def encoded(entity_id: EntityId, step: int, event: EntityEvent, salt: object = "") -> NewEvent:
    """A fact as the store wants it, by the product's own codec."""
    command = revise(entity_id, step, salt)
    return codec.encode(event, command, 0, digest="5f2c" * 16, correlation_id=command.id)


def revisions(count: int, salt: object, streams: int = 20) -> list[tuple[str, int, NewEvent]]:
    """(stream, version before, fact): `count` revisions that go round over a few new streams."""
    prepared = []
    for index, number in zip(range(count), cycle(range(streams)), strict=False):
        step = index // streams
        entity_id = EntityId(derive("bench stream", salt, number))
        event = revised(entity_id, step)
        prepared.append((f"entity-{entity_id}", step - 1, encoded(entity_id, step, event, salt)))
    return prepared


def lives(count: int) -> Iterator[tuple[EntityId, int, EntityEvent]]:
    """(entity, version, fact): about `count` facts of many entities, mixed as a busy year mixes them."""
    entities = max(1, count // EVENTS_PER_ENTITY)
    order = [index for index in range(entities) for _ in range(EVENTS_PER_ENTITY)]
    random.Random(4).shuffle(order)
    running = {
        index: enumerate(life(entity(index), EVENTS_PER_ENTITY, index + 1)) for index in range(entities)
    }
    for index in order:
        version, event = next(running[index])
        yield entity(index), version, event


def as_row(stream: str, version: int, new: NewEvent) -> tuple[str, int, bytes, str, int, bytes, bytes, bytes]:
    """A fact as a row of the floor's table."""
    return (stream, version, new.id.bytes, new.type, new.schema, new.data, new.meta, new.command_id.bytes)


def sizes(events: Sequence[NewEvent]) -> dict[str, int]:
    """How many bytes one fact is, data and envelope, by the first of them."""
    return {"data_bytes": len(events[0].data), "meta_bytes": len(events[0].meta)}


def told(count: int) -> list[Stored]:
    """The same facts as a store would hand them to a relay."""
    return [
        Stored(position, f"entity-{entity_id}", version, *encoded(entity_id, version, event))
        for position, (entity_id, version, event) in enumerate(lives(count), start=1)
    ]

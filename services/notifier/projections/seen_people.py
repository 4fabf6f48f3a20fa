"""Memory: who takes part, as what and in which language; which entities there are, and their groups."""

from collections.abc import Iterator

from shared.contracts.catalog import (
    EntityClosed,
    EntityDetailsRevised,
    EntityRegistered,
    GroupMembersChanged,
    PersonActivated,
    PersonDeactivated,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_people (
        person_id TEXT PRIMARY KEY, central BIGINT NOT NULL, admin BIGINT NOT NULL, entity_id TEXT NOT NULL,
        language TEXT NOT NULL, time_zone TEXT NOT NULL, active BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS seen_groups (
        entity_id TEXT NOT NULL, name TEXT NOT NULL, person_id TEXT NOT NULL,
        PRIMARY KEY (entity_id, name, person_id)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS seen_entities (
        entity_id TEXT PRIMARY KEY, label TEXT NOT NULL, closed BIGINT NOT NULL
    )
    """,
)
ACTIVATED = """
INSERT INTO seen_people (person_id, central, admin, entity_id, language, time_zone, active)
VALUES (:person_id, :central, :admin, :entity_id, :language, :time_zone, 1)
ON CONFLICT (person_id) DO UPDATE SET
    central = :central, admin = :admin, entity_id = :entity_id, language = :language, time_zone = :time_zone,
    active = 1
"""
DEACTIVATED = "UPDATE seen_people SET active = 0 WHERE person_id = :person_id"
EMPTIED = "DELETE FROM seen_groups WHERE entity_id = :entity_id AND name = :name"
JOINED = """
INSERT INTO seen_groups (entity_id, name, person_id) VALUES (:entity_id, :name, :person_id)
ON CONFLICT DO NOTHING
"""
REGISTERED = """
INSERT INTO seen_entities (entity_id, label, closed) VALUES (:entity_id, :label, 0)
ON CONFLICT (entity_id) DO UPDATE SET label = :label, closed = 0
"""
RENAMED = "UPDATE seen_entities SET label = :label WHERE entity_id = :entity_id"
CLOSED = "UPDATE seen_entities SET closed = 1 WHERE entity_id = :entity_id"

ENTITY = "SELECT label FROM seen_entities WHERE entity_id = :entity_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per person, per membership, per entity."""
    event = recorded.event
    match event:
        case PersonActivated():
            yield (
                ACTIVATED,
                {
                    "person_id": str(event.person_id),
                    "central": int("central" in event.roles),
                    "admin": int("admin" in event.roles),
                    "entity_id": str(event.entity_id or ""),
                    "language": event.language,
                    "time_zone": event.time_zone,
                },
            )
        case PersonDeactivated():
            yield DEACTIVATED, {"person_id": str(event.person_id)}
        case GroupMembersChanged():
            group = {"entity_id": str(event.entity_id), "name": event.group}
            yield EMPTIED, group
            for member in event.members:
                yield JOINED, {**group, "person_id": str(member)}
        case EntityRegistered():
            yield REGISTERED, {"entity_id": str(event.entity_id), "label": event.label}
        case EntityDetailsRevised():
            yield RENAMED, {"entity_id": str(event.entity_id), "label": event.label}
        case EntityClosed():
            yield CLOSED, {"entity_id": str(event.entity_id)}


SEEN_PEOPLE = Projection(
    "notifier.seen_people", 2, TABLES, apply, hears=("catalog.people", "catalog.entities")
)

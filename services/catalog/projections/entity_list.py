"""Every entity with its groups, for pickers and for the rights of others."""

from collections.abc import Iterator

from shared.contracts.catalog import EntityClosed, EntityDetailsRevised, EntityRegistered, GroupMembersChanged
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS entity_list (
        entity_id TEXT PRIMARY KEY, number BIGINT NOT NULL, label TEXT NOT NULL, level TEXT NOT NULL,
        parent_id TEXT, origin TEXT NOT NULL, phone TEXT NOT NULL, fax TEXT NOT NULL,
        closed BIGINT NOT NULL, found_by TEXT NOT NULL, version BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS entity_group (
        entity_id TEXT NOT NULL, name TEXT NOT NULL, person_id TEXT NOT NULL,
        PRIMARY KEY (entity_id, name, person_id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS entity_list_by_number ON entity_list (number)",
)
REGISTERED = """
INSERT INTO entity_list (entity_id, number, label, level, parent_id, origin, phone, fax, closed, found_by, version)
VALUES (:entity_id, :number, :label, :level, :parent_id, :origin, :phone, :fax, 0, :found_by, :version)
ON CONFLICT (entity_id) DO NOTHING
"""
REVISED = """
UPDATE entity_list SET
    label = :label, found_by = :found_by, origin = :origin, phone = :phone, fax = :fax, version = :version
WHERE entity_id = :entity_id
"""
CLOSED = "UPDATE entity_list SET closed = 1, version = :version WHERE entity_id = :entity_id"
SEEN = "UPDATE entity_list SET version = :version WHERE entity_id = :entity_id"
EMPTIED = "DELETE FROM entity_group WHERE entity_id = :entity_id AND name = :name"
JOINED = """
INSERT INTO entity_group (entity_id, name, person_id) VALUES (:entity_id, :name, :person_id)
ON CONFLICT DO NOTHING
"""

_SHOWN = (
    "SELECT entity_id, number, label, level, parent_id, origin, phone, fax, closed, version FROM entity_list"
)
ONE = f"{_SHOWN} WHERE entity_id = :entity_id"
GROUPS_OF = "SELECT name, person_id FROM entity_group WHERE entity_id = :entity_id ORDER BY name, person_id"
OPEN = "SELECT entity_id FROM entity_list WHERE closed = 0"
ALL_OPEN = f"{_SHOWN} WHERE closed = 0 ORDER BY number"
OPEN_ONE = "SELECT entity_id FROM entity_list WHERE closed = 0 AND entity_id = :entity_id"
LIST = f"""
{_SHOWN}
WHERE number > :after AND found_by LIKE :pattern ESCAPE '!'
    AND (:parent_id = '' OR parent_id = :parent_id) AND (:only = '' OR entity_id = :only)
ORDER BY number LIMIT :limit
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per entity, one per member of a group."""
    event, version = recorded.event, recorded.version
    match event:
        case EntityRegistered() | EntityDetailsRevised():
            row = event.model_dump(mode="json") | {"found_by": event.label.casefold(), "version": version}
            yield (REGISTERED if isinstance(event, EntityRegistered) else REVISED), row
        case EntityClosed():
            yield CLOSED, {"entity_id": str(event.entity_id), "version": version}
        case GroupMembersChanged():
            group = {"entity_id": str(event.entity_id), "name": event.group}
            yield EMPTIED, group
            for member in event.members:
                yield JOINED, {**group, "person_id": str(member)}
            yield SEEN, {"entity_id": str(event.entity_id), "version": version}


ENTITY_LIST = Projection("catalog.entity_list", 2, TABLES, apply, hears=("catalog.entities",))

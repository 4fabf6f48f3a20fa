"""Which entity a recipient falls to by its origin."""

from collections.abc import Iterator

from shared.contracts.catalog import EntityClosed, EntityDetailsRevised, EntityRegistered
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS entity_origin (
        entity_id TEXT PRIMARY KEY, origin TEXT NOT NULL, label TEXT NOT NULL, closed BIGINT NOT NULL
    )
    """,
)
SET = """
INSERT INTO entity_origin (entity_id, origin, label, closed) VALUES (:entity_id, :origin, :label, 0)
ON CONFLICT (entity_id) DO UPDATE SET origin = :origin, label = :label
"""
ONE = "SELECT * FROM entity_origin WHERE entity_id = :entity_id"
CLOSED = "UPDATE entity_origin SET closed = 1 WHERE entity_id = :entity_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per entity."""
    event = recorded.event
    match event:
        case EntityRegistered() | EntityDetailsRevised():
            yield SET, {"entity_id": str(event.entity_id), "origin": event.origin, "label": event.label}
        case EntityClosed():
            yield CLOSED, {"entity_id": str(event.entity_id)}


ENTITY_ORIGIN = Projection("campaigns.entity_origin", 1, TABLES, apply, hears=("catalog.entities",))

"""Memory: who is invited to which edition of a package, and which entities there are."""

from collections.abc import Iterator
from typing import Any

from shared.contracts.catalog import (
    EntityClosed,
    EntityDetailsRevised,
    EntityInvited,
    EntityRegistered,
    EntityWithdrawn,
)
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_audience (
        package_id TEXT NOT NULL, edition BIGINT NOT NULL, entity_id TEXT NOT NULL, invited BIGINT NOT NULL,
        reason TEXT NOT NULL, withdrawn_at TEXT NOT NULL, PRIMARY KEY (package_id, edition, entity_id)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS seen_entities (
        entity_id TEXT PRIMARY KEY, number BIGINT NOT NULL, label TEXT NOT NULL,
        closed BIGINT NOT NULL, cancels BIGINT NOT NULL, reason TEXT NOT NULL
    )
    """,
)
INVITED = """
INSERT INTO seen_audience (package_id, edition, entity_id, invited, reason, withdrawn_at)
VALUES (:package_id, :edition, :entity_id, 1, '', '')
ON CONFLICT (package_id, edition, entity_id) DO UPDATE SET invited = 1
"""
WITHDRAWN = """
INSERT INTO seen_audience (package_id, edition, entity_id, invited, reason, withdrawn_at)
VALUES (:package_id, :edition, :entity_id, 0, :reason, :withdrawn_at)
ON CONFLICT (package_id, edition, entity_id) DO UPDATE SET
    invited = 0, reason = :reason, withdrawn_at = :withdrawn_at
"""
REGISTERED = """
INSERT INTO seen_entities (entity_id, number, label, closed, cancels, reason)
VALUES (:entity_id, :number, :label, 0, 0, '')
ON CONFLICT (entity_id) DO NOTHING
"""
RENAMED = "UPDATE seen_entities SET label = :label WHERE entity_id = :entity_id"
CLOSED = """
UPDATE seen_entities SET closed = 1, cancels = :cancels, reason = :reason WHERE entity_id = :entity_id
"""

OF = """
SELECT entity_id FROM seen_audience
WHERE package_id = :package_id AND edition = :edition AND invited = 1 ORDER BY entity_id
"""
ONE = """
SELECT
    (SELECT count(*) FROM seen_audience
        WHERE package_id = :package_id AND edition = :edition AND invited = 1) AS size,
    (SELECT count(*) FROM seen_audience
        WHERE package_id = :package_id AND edition = :edition AND invited = 1 AND entity_id = :entity_id) AS mine
"""
INVITATION = """
SELECT * FROM seen_audience WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id
"""
ENTITY = "SELECT * FROM seen_entities WHERE entity_id = :entity_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per invitation, kept when it is taken back; one per entity."""
    event = recorded.event
    match event:
        case EntityInvited():
            yield INVITED, _place(event)
        case EntityWithdrawn():
            at = stamp(recorded.recorded_at)
            yield WITHDRAWN, _place(event) | {"reason": event.reason, "withdrawn_at": at}
        case EntityRegistered():
            entity = {"entity_id": str(event.entity_id), "number": event.number, "label": event.label}
            yield REGISTERED, entity
        case EntityDetailsRevised():
            yield RENAMED, {"entity_id": str(event.entity_id), "label": event.label}
        case EntityClosed():
            cancels = int(event.open_orders == "cancel")
            place = {"entity_id": str(event.entity_id), "reason": event.reason}
            yield CLOSED, {**place, "cancels": cancels}


def _place(event: EntityInvited | EntityWithdrawn) -> dict[str, Any]:
    return {"package_id": str(event.package_id), "edition": event.edition, "entity_id": str(event.entity_id)}


SEEN_AUDIENCE = Projection(
    "ordering.seen_audience", 2, TABLES, apply, hears=("catalog.packages", "catalog.entities")
)

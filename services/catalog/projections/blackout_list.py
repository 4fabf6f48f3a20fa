"""Every blackout, by its days. `entity_id` is empty for those that hold for everybody."""

from collections.abc import Iterator

from shared.contracts.catalog import BlackoutLifted, BlackoutSet
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS blackout_list (
        blackout_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, label TEXT NOT NULL, starts_on TEXT NOT NULL,
        ends_on TEXT NOT NULL, set_by TEXT NOT NULL, lifted BIGINT NOT NULL, version BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS blackout_list_by_day ON blackout_list (starts_on, blackout_id)",
)
SET = """
INSERT INTO blackout_list (blackout_id, entity_id, label, starts_on, ends_on, set_by, lifted, version)
VALUES (:blackout_id, :entity_id, :label, :starts_on, :ends_on, :by, 0, :version)
ON CONFLICT (blackout_id) DO NOTHING
"""
LIFTED = "UPDATE blackout_list SET lifted = 1, version = :version WHERE blackout_id = :blackout_id"

ONE = """
SELECT * FROM blackout_list
WHERE blackout_id = :blackout_id AND (:central = 1 OR entity_id = '' OR entity_id = :mine)
"""
LIST = """
SELECT * FROM blackout_list
WHERE lifted = 0 AND (:central = 1 OR entity_id = '' OR entity_id = :mine)
    AND (:entity = '' OR entity_id = '' OR entity_id = :entity)
    AND starts_on <= :last AND ends_on >= :first AND (starts_on, blackout_id) > (:day, :after)
ORDER BY starts_on, blackout_id LIMIT :limit
"""
FOR = """
SELECT blackout_id, entity_id, label, starts_on, ends_on FROM blackout_list
WHERE lifted = 0 AND (entity_id = '' OR entity_id = :entity) AND starts_on <= :last AND ends_on >= :first
ORDER BY starts_on, blackout_id
"""
"""Those that hold for an entity and touch these days."""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per blackout."""
    event = recorded.event
    match event:
        case BlackoutSet():
            entity = {"entity_id": str(event.entity_id or ""), "version": recorded.version}
            yield SET, event.model_dump(mode="json") | entity
        case BlackoutLifted():
            yield LIFTED, {"blackout_id": str(event.blackout_id), "version": recorded.version}


BLACKOUT_LIST = Projection("catalog.blackout_list", 1, TABLES, apply, hears=("catalog.blackouts",))

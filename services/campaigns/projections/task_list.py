"""What head office has to carry out."""

from collections.abc import Iterator
from typing import Any

from shared.contracts.campaigns import BriefTaskDone, BriefTaskDropped, BriefTaskOpened
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS task_list (
        task_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, package_id TEXT NOT NULL, entity_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL, status TEXT NOT NULL, opened_at TEXT NOT NULL, ended_by TEXT, ended_at TEXT,
        reason TEXT NOT NULL, version BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS task_list_by_opening ON task_list (opened_at, task_id)",
)
OPENED = """
INSERT INTO task_list (task_id, order_id, package_id, entity_id, campaign_id, status, opened_at, reason, version)
VALUES (:task_id, :order_id, :package_id, :entity_id, :campaign_id, 'open', :at, '', :version)
ON CONFLICT (task_id) DO NOTHING
"""
ENDED = """
UPDATE task_list SET status = :status, ended_by = :by, ended_at = :at, reason = :reason, version = :version
WHERE task_id = :task_id
"""

ONE = "SELECT * FROM task_list WHERE task_id = :task_id"
LIST = """
SELECT * FROM task_list
WHERE (opened_at, task_id) > (:opened_at, :task_id) AND (:status = '' OR status = :status)
ORDER BY opened_at, task_id LIMIT :limit
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per task."""
    event = recorded.event
    match event:
        case BriefTaskOpened():
            yield OPENED, _row(recorded, event)
        case BriefTaskDone():
            yield ENDED, _row(recorded, event) | {"status": "done", "reason": ""}
        case BriefTaskDropped():
            yield ENDED, _row(recorded, event) | {"status": "dropped", "by": None}


def _row(recorded: Recorded, event: Any) -> dict[str, Any]:
    plain: dict[str, Any] = event.model_dump(mode="json")
    return plain | {"version": recorded.version}


TASK_LIST = Projection("campaigns.task_list", 1, TABLES, apply, hears=("campaigns.tasks",))

"""The moments of every question: its reminders and its deadline, and when each of them came."""

from collections.abc import Iterator
from datetime import datetime

from shared.contracts.approval import ApprovalOverdue, ApprovalReminded, ApprovalRequested
from shared.kernel.ids import RequestId
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

DEADLINE = 0
TABLES = (
    """
    CREATE TABLE IF NOT EXISTS request_schedule (
        request_id TEXT NOT NULL, nth BIGINT NOT NULL, what TEXT NOT NULL, at TEXT NOT NULL, happened_at TEXT,
        PRIMARY KEY (request_id, nth)
    )
    """,
)
PLANNED = """
INSERT INTO request_schedule (request_id, nth, what, at) VALUES (:request_id, :nth, :what, :at)
ON CONFLICT (request_id, nth) DO NOTHING
"""
HAPPENED = "UPDATE request_schedule SET happened_at = :at WHERE request_id = :request_id AND nth = :nth"
OF = """
SELECT what, at, happened_at FROM request_schedule WHERE request_id = :request_id ORDER BY at, nth
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per moment; `nth` counts the reminders from 1, and 0 is the deadline."""
    match recorded.event:
        case ApprovalRequested() as event:
            yield PLANNED, _row(event.request_id, DEADLINE, event.deadline) | {"what": "deadline"}
            for nth, moment in enumerate(event.reminders, start=1):
                yield PLANNED, _row(event.request_id, nth, moment) | {"what": "reminder"}
        case ApprovalReminded() as event:
            yield HAPPENED, _row(event.request_id, event.nth, event.at)
        case ApprovalOverdue() as event:
            yield HAPPENED, _row(event.request_id, DEADLINE, event.at)


def _row(request_id: RequestId, nth: int, at: datetime) -> dict[str, object]:
    return {"request_id": str(request_id), "nth": nth, "at": stamp(at)}


SCHEDULE = Projection("approval.schedule", 1, TABLES, apply, hears=("approval.requests",))

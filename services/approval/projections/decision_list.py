"""Every answer that was ever given, by a person or by silence, to which version, why and because of what."""

from collections.abc import Iterator

from services.approval.projections.request_list import CALLED, SEES_OF_MANY
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalRefused,
    ApprovalRequested,
    LateAnswerRefused,
    StageAccepted,
)
from shared.kernel.message import Params, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement, narrowed

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS decision_list (
        decided TEXT NOT NULL, nth BIGINT NOT NULL, event_id TEXT NOT NULL, decision TEXT NOT NULL,
        who TEXT NOT NULL, on_behalf_of TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL,
        PRIMARY KEY (decided, nth)
    )
    """,
    "CREATE INDEX IF NOT EXISTS decision_list_by_moment ON decision_list (at, decided, nth)",
    "CREATE TABLE IF NOT EXISTS decision_cause (asked TEXT PRIMARY KEY, caused_by TEXT NOT NULL)",
)
CAUSE = "INSERT INTO decision_cause (asked, caused_by) VALUES (:asked, :caused_by) ON CONFLICT DO NOTHING"
DECIDED = """
INSERT INTO decision_list (decided, nth, event_id, decision, who, on_behalf_of, at, why)
VALUES (:decided, :nth, :event_id, :decision, :who, :on_behalf_of, :at, :why)
ON CONFLICT (decided, nth) DO NOTHING
"""
COLUMNS = (
    "at", "decision", "who", "on_behalf_of", "why", "subject", "subject_id", "subject_version", "stage",
    "request_id", "nth", "caused_by", "event_id",
)  # fmt: skip
WORDS = {
    StageAccepted: "stage_accepted",
    ApprovalAccepted: "accepted",
    ApprovalRefused: "refused",
    LateAnswerRefused: "too_late",
}
NARROWING = {"subject": "subject_id = :subject", "limited": SEES_OF_MANY}


def listed(asked: Params) -> Statement:
    """The page that is asked for, the oldest first; `limited` where the asker does not see everything."""
    found = f"""{CALLED} SELECT {", ".join(COLUMNS)} FROM decision_list
        JOIN request_list ON request_list.request_id = decided JOIN decision_cause ON asked = decided"""
    where = f"(at, decided, nth) > (:at, :after, :nth){narrowed(NARROWING, asked)}"
    return f"{found} WHERE {where} ORDER BY at, decided, nth LIMIT :limit", asked


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per answer, and one per request with the fact that it was opened because of."""
    match recorded.event:
        case ApprovalRequested() as event:
            yield CAUSE, {"asked": str(event.request_id), "caused_by": str(recorded.causation_id or "")}
        case StageAccepted() | ApprovalAccepted() | ApprovalRefused() | LateAnswerRefused() as event:
            row = {
                "nth": recorded.version,
                "event_id": str(recorded.id),
                "decided": str(event.request_id),
                "decision": WORDS[type(event)],
                "who": event.by,
                "on_behalf_of": event.on_behalf_of,
                "at": stamp(event.at),
                "why": event.comment,
            }
            yield DECIDED, row


DECISION_LIST = Projection("approval.decision_list", 1, TABLES, apply, hears=("approval.requests",))

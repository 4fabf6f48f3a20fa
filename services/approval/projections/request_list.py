"""Every question with its terms and its answer, and who may give it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalRefused,
    ApprovalReminded,
    ApprovalRequested,
    ApprovalWithdrawn,
    LateAnswerRefused,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS request_list (
        request_id TEXT PRIMARY KEY, subject TEXT NOT NULL, subject_id TEXT NOT NULL,
        subject_version BIGINT NOT NULL, package_id TEXT NOT NULL, entity_id TEXT,
        reviewers TEXT NOT NULL, requested_by TEXT NOT NULL,
        requested_at TEXT NOT NULL, deadline TEXT NOT NULL, reminders TEXT NOT NULL, silence TEXT NOT NULL,
        status TEXT NOT NULL, escalated_to TEXT NOT NULL, answered_by TEXT, answered_at TEXT,
        comment TEXT NOT NULL, version BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS request_reviewer (
        request_id TEXT NOT NULL, reviewer TEXT NOT NULL, PRIMARY KEY (request_id, reviewer)
    )
    """,
    "CREATE INDEX IF NOT EXISTS request_list_by_deadline ON request_list (deadline, request_id)",
    "CREATE INDEX IF NOT EXISTS request_list_by_subject ON request_list (subject_id)",
)
REQUESTED = """
INSERT INTO request_list (
    request_id, subject, subject_id, subject_version, package_id, entity_id, reviewers, requested_by,
    requested_at, deadline, reminders, silence, status, escalated_to, comment, version
) VALUES (
    :request_id, :subject, :subject_id, :subject_version, :package_id, :entity_id, :reviewers, :requested_by,
    :requested_at, :deadline, :reminders, :silence, 'open', '', '', :version
) ON CONFLICT (request_id) DO NOTHING
"""
CALLED = """
INSERT INTO request_reviewer (request_id, reviewer) VALUES (:request_id, :reviewer) ON CONFLICT DO NOTHING
"""
RELIEVED = """
DELETE FROM request_reviewer WHERE request_id = :request_id
    AND (SELECT silence FROM request_list WHERE request_id = :request_id) = 'central'
"""
ESCALATED = "UPDATE request_list SET escalated_to = :to, version = :version WHERE request_id = :request_id"
ANSWERED = """
UPDATE request_list SET status = :status, answered_by = :by, answered_at = :at,
    comment = :comment, version = :version
WHERE request_id = :request_id
"""
WITHDRAWN = """
UPDATE request_list SET status = 'withdrawn', comment = :reason, version = :version
WHERE request_id = :request_id
"""
SEEN = "UPDATE request_list SET version = :version WHERE request_id = :request_id"

_MAY_ANSWER = """
(:admin = 1 OR (requested_by <> :person_id AND (
    (:central = 1 AND subject = 'order')
    OR EXISTS (
        SELECT 1 FROM request_reviewer WHERE request_reviewer.request_id = request_list.request_id AND (
            reviewer = 'person:' || :person_id
            OR (:central = 1 AND reviewer = 'role:central')
            OR reviewer IN (
                SELECT 'group:' || entity_id || '/' || name FROM seen_groups WHERE person_id = :person_id
            )
        )
    )
)))
"""
_SEES = f"(:central = 1 OR :admin = 1 OR entity_id = :entity_id OR {_MAY_ANSWER})"
ONE = f"""
SELECT *, CASE WHEN {_MAY_ANSWER} THEN 1 ELSE 0 END AS mine FROM request_list
WHERE request_id = :request_id AND {_SEES}
"""
LIST = f"""
SELECT *, CASE WHEN {_MAY_ANSWER} THEN 1 ELSE 0 END AS mine FROM request_list
WHERE {_SEES} AND (:mine = 0 OR {_MAY_ANSWER})
    AND (:status = '' OR status = :status) AND (:subject = '' OR subject_id = :subject)
    AND (deadline > :deadline OR (deadline = :deadline AND request_id > :after))
ORDER BY deadline, request_id LIMIT :limit
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per request, one per reviewer of it. Lists in a column are words with spaces between."""
    event, version = recorded.event, recorded.version
    match event:
        case ApprovalRequested():
            yield from _requested(event, version)
        case ApprovalEscalated():
            request_id = str(event.request_id)
            yield RELIEVED, {"request_id": request_id}
            for reviewer in event.to:
                yield CALLED, {"request_id": request_id, "reviewer": reviewer}
            yield ESCALATED, {"request_id": request_id, "to": " ".join(event.to), "version": version}
        case ApprovalAccepted() | ApprovalRefused():
            yield (
                ANSWERED,
                {
                    "request_id": str(event.request_id),
                    "status": "accepted" if isinstance(event, ApprovalAccepted) else "refused",
                    "by": event.by,
                    "at": _moment(event.at),
                    "comment": event.comment,
                    "version": version,
                },
            )
        case ApprovalWithdrawn():
            yield WITHDRAWN, {"request_id": str(event.request_id), "reason": event.reason, "version": version}
        case ApprovalReminded() | ApprovalOverdue() | LateAnswerRefused():
            yield SEEN, {"request_id": str(event.request_id), "version": version}


def _requested(event: ApprovalRequested, version: int) -> Iterator[Statement]:
    row = event.model_dump(mode="json", exclude={"at"}) | {
        "reviewers": " ".join(event.reviewers),
        "requested_at": _moment(event.at),
        "deadline": _moment(event.deadline),
        "reminders": " ".join(map(_moment, event.reminders)),
        "version": version,
    }
    yield REQUESTED, row
    for reviewer in event.reviewers:
        yield CALLED, {"request_id": str(event.request_id), "reviewer": reviewer}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


REQUEST_LIST = Projection("approval.request_list", 1, TABLES, apply, hears=("approval.requests",))

"""Every question with its terms and its answer, and who may give it."""

import json
from collections.abc import Iterator

from services.approval.projections.deputy_list import RUNS
from services.approval.projections.moments import stamp
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalRefused,
    ApprovalReminded,
    ApprovalRequested,
    ApprovalWithdrawn,
    LateAnswerRefused,
    QuestionAnswered,
    QuestionAsked,
    ReviewersAdded,
    StageAccepted,
)
from shared.kernel.message import Params, Recorded
from shared.kernel.projection import Projection, Statement, narrowed

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS request_list (
        request_id TEXT PRIMARY KEY, subject TEXT NOT NULL, subject_id TEXT NOT NULL,
        subject_version BIGINT NOT NULL, package_id TEXT NOT NULL, entity_id TEXT,
        reviewers TEXT NOT NULL, requested_by TEXT NOT NULL, own_work BIGINT NOT NULL,
        co_authors TEXT NOT NULL, stage BIGINT NOT NULL, stages BIGINT NOT NULL, reopens TEXT,
        changes TEXT NOT NULL,
        requested_at TEXT NOT NULL, deadline TEXT NOT NULL, reminders TEXT NOT NULL, silence TEXT NOT NULL,
        status TEXT NOT NULL, escalated_to TEXT NOT NULL, answered_by TEXT, answered_at TEXT,
        answered_for TEXT, comment TEXT NOT NULL, version BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS request_reviewer (
        request_id TEXT NOT NULL, reviewer TEXT NOT NULL, PRIMARY KEY (request_id, reviewer)
    )
    """,
    "CREATE INDEX IF NOT EXISTS request_list_by_deadline ON request_list (deadline, request_id)",
    "CREATE INDEX IF NOT EXISTS request_list_by_status ON request_list (status, deadline, request_id)",
    "CREATE INDEX IF NOT EXISTS request_list_by_subject ON request_list (subject_id)",
)
REQUESTED = """
INSERT INTO request_list (
    request_id, subject, subject_id, subject_version, package_id, entity_id, reviewers, requested_by, own_work,
    co_authors, stage, stages, reopens, changes,
    requested_at, deadline, reminders, silence, status, escalated_to, comment, version
) VALUES (
    :request_id, :subject, :subject_id, :subject_version, :package_id, :entity_id, :reviewers, :requested_by, :own_work,
    :co_authors, :stage, :stages, :reopens, :changes,
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
ADDED = """
UPDATE request_list SET reviewers = replace(reviewers, ' ' || :added, '') || ' ' || :added, version = :version
WHERE request_id = :request_id
"""
ANSWERED = """
UPDATE request_list SET status = :status, answered_by = :by, answered_at = :at,
    answered_for = :on_behalf_of, comment = :comment, version = :version
WHERE request_id = :request_id
"""
WITHDRAWN = """
UPDATE request_list SET status = 'withdrawn', comment = :reason, version = :version
WHERE request_id = :request_id
"""
SEEN = "UPDATE request_list SET version = :version WHERE request_id = :request_id"

_NOT_OWN = """
(own_work = 1 OR (requested_by <> {who} AND ' ' || co_authors || ' ' NOT LIKE '% ' || {who} || ' %'))
"""
_ASKED = """
EXISTS (
    SELECT 1 FROM request_reviewer WHERE request_reviewer.request_id = request_list.request_id AND (
        reviewer = 'person:' || {who} OR ({central} AND reviewer = 'role:central') OR reviewer IN (
            SELECT 'group:' || entity_id || '/' || name FROM seen_groups WHERE person_id = {who}
        )
    )
)
"""
_DEPUTED = f"""
EXISTS (
    SELECT 1 FROM deputy_list JOIN seen_people ON seen_people.person_id = deputy_list.person_id
    WHERE deputy_id = :person_id AND {RUNS} AND active = 1
        AND {_NOT_OWN.format(who="deputy_list.person_id")}
        AND ((central = 1 AND subject = 'order') OR {
    _ASKED.format(who="deputy_list.person_id", central="central = 1")
})
)
"""
_MAY_ANSWER = f"""
(:admin = 1 OR ({_NOT_OWN.format(who=":person_id")} AND (
    (:central = 1 AND subject = 'order') OR {_ASKED.format(who=":person_id", central=":central = 1")}
    OR {_DEPUTED}
)))
"""
SEES = f"(:central = 1 OR :admin = 1 OR entity_id = :entity_id OR {_MAY_ANSWER})"
"""The condition under which a row of request_list exists for who looks."""
ONE = f"""
SELECT *, CASE WHEN {_MAY_ANSWER} THEN 1 ELSE 0 END AS mine FROM request_list
WHERE request_id = :request_id AND {SEES}
"""
NARROWING = {
    "status": "status = :status",
    "subject": "subject_id = :subject",
    "mine": _MAY_ANSWER,
    "limited": SEES,
}


def listed(asked: Params) -> Statement:
    """The page that is asked for, by deadline; `limited` where the asker does not see everything."""
    found = f"SELECT *, CASE WHEN {_MAY_ANSWER} THEN 1 ELSE 0 END AS mine FROM request_list"
    where = f"(deadline, request_id) > (:deadline, :after){narrowed(NARROWING, asked)}"
    return f"{found} WHERE {where} ORDER BY deadline, request_id LIMIT :limit", asked


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
        case ApprovalDelegated():
            yield CALLED, {"request_id": str(event.request_id), "reviewer": event.to}
            yield SEEN, {"request_id": str(event.request_id), "version": version}
        case ReviewersAdded():
            yield from _added(event, version)
        case StageAccepted() | ApprovalAccepted() | ApprovalRefused():
            yield (
                ANSWERED,
                {
                    "request_id": str(event.request_id),
                    "status": "refused" if isinstance(event, ApprovalRefused) else "accepted",
                    "by": event.by,
                    "at": stamp(event.at),
                    "on_behalf_of": event.on_behalf_of,
                    "comment": event.comment,
                    "version": version,
                },
            )
        case ApprovalWithdrawn():
            yield WITHDRAWN, {"request_id": str(event.request_id), "reason": event.reason, "version": version}
        case (
            ApprovalReminded()
            | ApprovalOverdue()
            | LateAnswerRefused()
            | QuestionAsked()
            | QuestionAnswered()
        ):
            yield SEEN, {"request_id": str(event.request_id), "version": version}


def _requested(event: ApprovalRequested, version: int) -> Iterator[Statement]:
    row = event.model_dump(mode="json", exclude={"at", "escalate_to"}) | {
        "reviewers": " ".join(event.reviewers),
        "own_work": int(event.own_work),
        "co_authors": " ".join(event.co_authors),
        "changes": json.dumps([change.model_dump() for change in event.changes]),
        "requested_at": stamp(event.at),
        "deadline": stamp(event.deadline),
        "reminders": " ".join(map(stamp, event.reminders)),
        "version": version,
    }
    yield REQUESTED, row
    for reviewer in event.reviewers:
        yield CALLED, {"request_id": str(event.request_id), "reviewer": reviewer}


def _added(event: ReviewersAdded, version: int) -> Iterator[Statement]:
    request_id = str(event.request_id)
    for reviewer in event.reviewers:
        yield CALLED, {"request_id": request_id, "reviewer": reviewer}
    yield ADDED, {"request_id": request_id, "added": " ".join(event.reviewers), "version": version}


REQUEST_LIST = Projection("approval.request_list", 2, TABLES, apply, hears=("approval.requests",))

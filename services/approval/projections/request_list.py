"""Every question with its terms and its answer, and who may give it."""

import json
from collections.abc import Iterator

from services.approval.projections.deputy_list import RUNS
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
from shared.kernel.moment import stamp
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
    "CREATE INDEX IF NOT EXISTS request_list_by_entity ON request_list (entity_id)",
    "CREATE INDEX IF NOT EXISTS request_reviewer_by_name ON request_reviewer (reviewer, request_id)",
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
NAMED = """
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

CALLED = f"""
WITH principal AS (
    SELECT :person_id AS person_id, :central AS central
    UNION SELECT deputy_list.person_id, seen_people.central FROM deputy_list
    JOIN seen_people ON seen_people.person_id = deputy_list.person_id
    WHERE deputy_id = :person_id AND {RUNS} AND active = 1
), called AS (
    SELECT person_id, 'person:' || person_id AS reviewer FROM principal
    UNION SELECT person_id, 'role:central' FROM principal WHERE central = 1
    UNION SELECT principal.person_id, 'group:' || entity_id || '/' || name FROM principal
    JOIN seen_groups ON seen_groups.person_id = principal.person_id
)
"""
"""Every name that calls who looks, in its own right or in that of a person whose deputy it is."""
_NOT_OWN = """
(own_work = 1 OR (requested_by <> {who} AND ' ' || co_authors || ' ' NOT LIKE '% ' || {who} || ' %'))
"""
_MAY_ANSWER = f"""
(:admin = 1 OR ({_NOT_OWN.format(who=":person_id")} AND EXISTS (
    SELECT 1 FROM request_reviewer JOIN called ON called.reviewer = request_reviewer.reviewer
    WHERE request_reviewer.request_id = request_list.request_id AND {_NOT_OWN.format(who="called.person_id")}
)))
"""
SEES = f"(:central = 1 OR :admin = 1 OR entity_id = :entity_id OR {_MAY_ANSWER})"
"""The condition under which a row of request_list exists for who looks."""
SEES_OF_MANY = f"""
(request_list.request_id IN (
    SELECT request_id FROM request_list WHERE entity_id = :entity_id
    UNION SELECT request_id FROM request_reviewer JOIN called ON called.reviewer = request_reviewer.reviewer
) AND {SEES})
"""
"""The same for people who are neither of head office nor administrators: the few they may see are looked up."""
_WITH_MINE = f"{CALLED} SELECT *, CASE WHEN {_MAY_ANSWER} THEN 1 ELSE 0 END AS mine FROM request_list"
ONE = f"{_WITH_MINE} WHERE request_id = :request_id AND {SEES}"
NARROWING = {
    "status": "status = :status",
    "subject": "subject_id = :subject",
    "mine": _MAY_ANSWER,
    "limited": SEES_OF_MANY,
}
_AMONG_FEW = {"status": "coalesce(status, '') = :status"}
"""Of the few that somebody may see, the status is compared: no index of all that have it is walked."""


def listed(asked: Params) -> Statement:
    """The page that is asked for, by deadline; `limited` where the asker does not see everything."""
    narrowing = NARROWING | (_AMONG_FEW if asked["limited"] else {})
    where = f"(deadline, request_id) > (:deadline, :after){narrowed(narrowing, asked)}"
    return f"{_WITH_MINE} WHERE {where} ORDER BY deadline, request_id LIMIT :limit", asked


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per request, one per name that may answer it. Lists in a column are words with spaces between."""
    event, version = recorded.event, recorded.version
    match event:
        case ApprovalRequested():
            yield from _requested(event, version)
        case ApprovalEscalated():
            yield from _escalated(event, version)
        case ApprovalDelegated():
            yield NAMED, {"request_id": str(event.request_id), "reviewer": event.to}
            yield SEEN, {"request_id": str(event.request_id), "version": version}
        case ReviewersAdded():
            yield from _added(event, version)
        case StageAccepted() | ApprovalAccepted() | ApprovalRefused():
            yield ANSWERED, _answer(event, version)
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
    # Whoever is named, head office may answer to every order.
    for reviewer in (*event.reviewers, *(("role:central",) if event.subject == "order" else ())):
        yield NAMED, {"request_id": str(event.request_id), "reviewer": reviewer}


def _escalated(event: ApprovalEscalated, version: int) -> Iterator[Statement]:
    request_id = str(event.request_id)
    yield RELIEVED, {"request_id": request_id}
    for reviewer in event.to:
        yield NAMED, {"request_id": request_id, "reviewer": reviewer}
    yield ESCALATED, {"request_id": request_id, "to": " ".join(event.to), "version": version}


def _answer(event: StageAccepted | ApprovalAccepted | ApprovalRefused, version: int) -> dict[str, object]:
    return {
        "request_id": str(event.request_id),
        "status": "refused" if isinstance(event, ApprovalRefused) else "accepted",
        "by": event.by,
        "at": stamp(event.at),
        "on_behalf_of": event.on_behalf_of,
        "comment": event.comment,
        "version": version,
    }


def _added(event: ReviewersAdded, version: int) -> Iterator[Statement]:
    request_id = str(event.request_id)
    for reviewer in event.reviewers:
        yield NAMED, {"request_id": request_id, "reviewer": reviewer}
    yield ADDED, {"request_id": request_id, "added": " ".join(event.reviewers), "version": version}


REQUEST_LIST = Projection("approval.request_list", 3, TABLES, apply, hears=("approval.requests",))

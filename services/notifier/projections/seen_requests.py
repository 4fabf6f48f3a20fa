"""Memory: what was asked of whom, then and later, and whether we have heard what it was asked because of."""

import json
from collections.abc import Iterable, Iterator

from shared.contracts.approval import (
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalRequested,
    ReviewersAdded,
    StageAccepted,
)
from shared.contracts.campaigns import ContentSubmitted
from shared.contracts.catalog import PackageDetailsRevised, PackageSubmitted
from shared.contracts.ordering import OrderParametersEntered, OrderPlaced, OrderRevised
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

CAUSES = (
    PackageSubmitted, PackageDetailsRevised, OrderPlaced, OrderParametersEntered, OrderRevised, ContentSubmitted,
    StageAccepted,
)  # fmt: skip
"""Because of which a request may be: what was handed in, edited after that, or granted at the stage before."""
TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_requests (
        request_id TEXT PRIMARY KEY, fact_id TEXT NOT NULL, cause TEXT NOT NULL, subject TEXT NOT NULL,
        subject_id TEXT NOT NULL, package_id TEXT NOT NULL, entity_id TEXT, requested_by TEXT NOT NULL,
        co_authors TEXT NOT NULL, deadline TEXT NOT NULL, silence TEXT NOT NULL, version BIGINT NOT NULL,
        changes TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_requests_by_fact ON seen_requests (fact_id)",
    "CREATE INDEX IF NOT EXISTS seen_requests_by_cause ON seen_requests (cause)",
    """
    CREATE TABLE IF NOT EXISTS seen_reviewers (
        request_id TEXT NOT NULL, reviewer TEXT NOT NULL, person_id TEXT NOT NULL, entity_id TEXT NOT NULL,
        name TEXT NOT NULL, called_by TEXT NOT NULL, PRIMARY KEY (request_id, reviewer)
    )
    """,
    "CREATE TABLE IF NOT EXISTS seen_handed_in (fact_id TEXT PRIMARY KEY)",
)
REQUESTED = """
INSERT INTO seen_requests (
    request_id, fact_id, cause, subject, subject_id, package_id, entity_id, requested_by, co_authors, deadline,
    silence, version, changes
) VALUES (
    :request_id, :fact_id, :cause, :subject, :subject_id, :package_id, :entity_id, :requested_by, :co_authors,
    :deadline, :silence, :subject_version, :changes
)
ON CONFLICT (request_id) DO NOTHING
"""
CALLED = """
INSERT INTO seen_reviewers (request_id, reviewer, person_id, entity_id, name, called_by)
VALUES (:request_id, :reviewer, :person_id, :entity_id, :name, :called_by)
ON CONFLICT (request_id, reviewer) DO UPDATE SET called_by = :called_by
"""
HANDED_IN = "INSERT INTO seen_handed_in (fact_id) VALUES (:fact_id) ON CONFLICT DO NOTHING"

ONE = "SELECT * FROM seen_requests WHERE request_id = :request_id"
BECAUSE_OF = "SELECT * FROM seen_requests WHERE cause = :fact_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per request, per reviewer of it, and per submission that we have heard of."""
    event, fact_id = recorded.event, str(recorded.id)
    match event:
        case ApprovalRequested():
            row = event.model_dump(
                mode="json",
                include={
                    "request_id", "subject", "subject_id", "package_id", "entity_id", "requested_by", "deadline",
                    "silence", "subject_version",
                },
            )  # fmt: skip
            envelope = {"fact_id": fact_id, "cause": str(recorded.causation_id or "")}
            changes = json.dumps([(one.field, one.before, one.after) for one in event.changes])
            yield REQUESTED, row | envelope | {"co_authors": " ".join(event.co_authors), "changes": changes}
            yield from _called(str(event.request_id), event.reviewers, fact_id)
        case ApprovalEscalated():
            yield from _called(str(event.request_id), event.to, fact_id)
        case ApprovalDelegated():
            yield from _called(str(event.request_id), (event.to,), fact_id)
        case ReviewersAdded():
            yield from _called(str(event.request_id), event.reviewers, fact_id)
        case _ if isinstance(event, CAUSES):
            yield HANDED_IN, {"fact_id": fact_id}


def _called(request_id: str, reviewers: Iterable[str], fact_id: str) -> Iterator[Statement]:
    """`person:<id>`, `group:<entity>/<name>` and `role:central`, taken apart."""
    for reviewer in reviewers:
        sort, _, whom = reviewer.partition(":")
        entity_id, _, name = whom.partition("/") if sort == "group" else ("", "", "")
        yield (
            CALLED,
            {
                "request_id": request_id,
                "reviewer": reviewer,
                "person_id": whom if sort == "person" else "",
                "entity_id": entity_id,
                "name": name,
                "called_by": fact_id,
            },
        )


SEEN_REQUESTS = Projection(
    "notifier.seen_requests",
    4,
    TABLES,
    apply,
    hears=("approval.requests", "catalog.packages", "ordering.orders", "campaigns.campaigns"),
)

"""What approval remembers of what was handed in, and of every edit while its answer was awaited.

One row per request that a fact of a package, an order or a campaign opens. `nth` is that fact's version in the stream
of its subject, `closed` is 1 once the subject was edited, answered or called off after it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from shared.contracts.approval import StageAccepted
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignReordered,
    ContentApproved,
    ContentRefused,
    ContentSubmitted,
    LocalChangeMade,
)
from shared.contracts.catalog import (
    ApprovalTerms,
    PackageApproved,
    PackageCancelled,
    PackageDetails,
    PackageDetailsRevised,
    PackageDrafted,
    PackageReinitialised,
    PackageRejected,
    PackageSubmitted,
)
from shared.contracts.ordering import (
    OrderApproved,
    OrderCancelled,
    OrderParametersEntered,
    OrderPlaced,
    OrderRejected,
    OrderRevised,
    OrderWithdrawn,
)
from shared.kernel.ids import derive
from shared.kernel.message import Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_submissions (
        request_id TEXT PRIMARY KEY, subject_id TEXT NOT NULL, subject_version BIGINT NOT NULL,
        nth BIGINT NOT NULL, asks TEXT NOT NULL, content TEXT NOT NULL, author TEXT NOT NULL,
        pinned_at TEXT NOT NULL, closed BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_submissions_by_subject ON seen_submissions (subject_id, nth)",
    "CREATE TABLE IF NOT EXISTS seen_stages (request_id TEXT PRIMARY KEY, after_id TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS seen_stages_by_first ON seen_stages (after_id)",
    "CREATE TABLE IF NOT EXISTS seen_details (package_id TEXT PRIMARY KEY, details TEXT NOT NULL)",
)
_ROW = "request_id, subject_id, subject_version, nth, asks, content, author, pinned_at, closed"
HANDED_IN = f"""
INSERT INTO seen_submissions ({_ROW})
VALUES (:request_id, :subject_id, :subject_version, :nth, :asks, :content, :author, :pinned_at, 0)
ON CONFLICT (request_id) DO NOTHING
"""
PACKAGE_SUBMITTED = f"""
INSERT INTO seen_submissions ({_ROW})
VALUES (:request_id, :subject_id, :subject_version, :nth, :asks,
    coalesce((SELECT details FROM seen_details WHERE package_id = :subject_id), '{{}}'), :author, :pinned_at, 0)
ON CONFLICT (request_id) DO NOTHING
"""
EDITED = f"""
INSERT INTO seen_submissions ({_ROW})
SELECT :request_id, subject_id, subject_version, :nth, asks, :content, :author, :pinned_at, 0
FROM seen_submissions WHERE subject_id = :subject_id AND closed = 0 AND nth < :nth
ON CONFLICT (request_id) DO NOTHING
"""
CLOSED = "UPDATE seen_submissions SET closed = 1 WHERE subject_id = :subject_id AND nth < :nth"
STAGE_ACCEPTED = """
INSERT INTO seen_stages (request_id, after_id) VALUES (:request_id, :after_id)
ON CONFLICT (request_id) DO NOTHING
"""
DETAILS = """
INSERT INTO seen_details (package_id, details) VALUES (:package_id, :details)
ON CONFLICT (package_id) DO UPDATE SET details = :details
"""

ONE = "SELECT * FROM seen_submissions WHERE request_id = :request_id"
NEWEST = "SELECT asks FROM seen_submissions WHERE subject_id = :subject_id ORDER BY nth DESC LIMIT 1"
BEFORE = """
SELECT request_id, subject_version, pinned_at, content FROM seen_submissions
WHERE subject_id = :subject_id AND nth < :nth ORDER BY nth DESC LIMIT 1
"""
PINNED = """
SELECT subject_id, nth, content FROM seen_submissions WHERE request_id = :request_id
    OR request_id = (SELECT after_id FROM seen_stages WHERE request_id = :request_id)
"""
"""What a request is about, at whichever stage."""
STOOD_AT = """
SELECT subject_version, pinned_at, content FROM seen_submissions
WHERE subject_id = :subject_id AND nth <= :nth AND pinned_at <= :since ORDER BY nth DESC LIMIT 1
"""
"""What was asked about the same subject at a moment."""
AUTHORS = """
SELECT DISTINCT author FROM seen_submissions
WHERE (subject_id = :subject_id AND subject_version = :subject_version AND nth <= :nth) OR subject_id = :order_id
ORDER BY author
"""
REQUESTS_OF = """
SELECT request_id FROM seen_submissions WHERE subject_id = :subject_id
UNION SELECT seen_stages.request_id FROM seen_stages
JOIN seen_submissions ON seen_submissions.request_id = after_id WHERE subject_id = :subject_id
ORDER BY request_id
"""

Edit = OrderParametersEntered | OrderRevised | PackageDetailsRevised


def apply(recorded: Recorded) -> Iterator[Statement]:
    """A row for what was handed in or edited while it waited; what came before it is closed."""
    event = recorded.event
    match event:
        case PackageDrafted():
            yield DETAILS, _details(event.package_id, event.details)
        case PackageSubmitted():
            yield PACKAGE_SUBMITTED, _submitted(recorded, event)
            yield CLOSED, _place(recorded, event.package_id)
        case OrderPlaced():
            yield HANDED_IN, _placed(recorded, event)
            yield CLOSED, _place(recorded, event.order_id)
        case OrderParametersEntered() | OrderRevised() | PackageDetailsRevised():
            yield from _edited(recorded, event)
        case PackageApproved() | PackageRejected() | PackageCancelled() | PackageReinitialised():
            yield CLOSED, _place(recorded, event.package_id)
        case OrderApproved() | OrderRejected() | OrderWithdrawn() | OrderCancelled():
            yield CLOSED, _place(recorded, event.order_id)
        case StageAccepted():
            request_id = str(derive("request", recorded.id))
            yield STAGE_ACCEPTED, {"request_id": request_id, "after_id": str(event.request_id)}
        case _:
            yield from _of_campaign(recorded, event)


def _of_campaign(recorded: Recorded, event: Event) -> Iterator[Statement]:
    match event:
        case ContentSubmitted():
            yield HANDED_IN, _content(recorded, event)
            yield CLOSED, _place(recorded, event.campaign_id)
        case LocalChangeMade() | CampaignReordered(says_otherwise=True):
            yield CLOSED, _place(recorded, event.campaign_id)
        case ContentApproved() | ContentRefused() | CampaignCancelled():
            yield CLOSED, _place(recorded, event.campaign_id)


def _edited(recorded: Recorded, event: Edit) -> Iterator[Statement]:
    if isinstance(event, PackageDetailsRevised):
        row = _details(event.package_id, event.details)
        yield DETAILS, row
        place, content, author = _place(recorded, event.package_id), row["details"], recorded.actor
    else:
        place, content, author = _place(recorded, event.order_id), _order(event), event.by
    yield EDITED, {**place, "content": content, "author": author}
    yield CLOSED, place


def _submitted(recorded: Recorded, event: PackageSubmitted) -> dict[str, object]:
    asks = {"subject": "package", "package_id": str(event.package_id), "requested_by": event.by}
    return {
        **_place(recorded, event.package_id),
        "subject_version": event.submission,
        "author": event.by,
        "asks": json.dumps(asks | {"terms": [event.approval.model_dump(mode="json")]}),
    }


def _placed(recorded: Recorded, event: OrderPlaced) -> dict[str, object]:
    offer = event.offer
    terms = [offer.approval, *([offer.second_approval] if offer.second_approval else [])]
    asks = {
        "subject": "order",
        "package_id": str(offer.package_id),
        "entity_id": str(event.entity_id),
        "requested_by": event.by,
        "terms": [one.model_dump(mode="json") for one in terms],
    }
    return {
        **_place(recorded, event.order_id),
        "subject_version": event.revision,
        "author": event.by,
        "asks": json.dumps(asks),
        "content": _order(event),
    }


def _content(recorded: Recorded, event: ContentSubmitted) -> dict[str, object]:
    """Whom the order named; by when they answer, and what silence means, is as for the order itself."""
    terms = ApprovalTerms(reviewers=tuple(f"person:{person_id}" for person_id in event.reviewers))
    asks = {
        "subject": "content",
        "package_id": str(event.package_id),
        "entity_id": str(event.entity_id),
        "requested_by": event.by,
        "terms": [terms.model_dump(mode="json")],
        "made_by": {"order_id": str(event.order_id), "authors": event.authors},
    }
    return {
        **_place(recorded, event.campaign_id),
        "subject_version": event.version,
        "author": event.by,
        "asks": json.dumps(asks),
        "content": event.model_dump_json(include={"label", "values"}),
    }


def _place(recorded: Recorded, subject_id: UUID) -> Mapping[str, Any]:
    request_id = str(derive("request", recorded.id))
    return {
        "request_id": request_id,
        "subject_id": str(subject_id),
        "nth": recorded.version,
        "pinned_at": stamp(recorded.recorded_at),
    }


def _order(event: OrderPlaced | OrderParametersEntered | OrderRevised) -> str:
    return event.model_dump_json(include={"label", "comment", "values", "parameters"})


def _details(package_id: UUID, details: PackageDetails) -> dict[str, str]:
    return {"package_id": str(package_id), "details": details.model_dump_json()}


SUBMISSIONS = Projection(
    "approval.submissions",
    1,
    TABLES,
    apply,
    hears=("catalog.packages", "ordering.orders", "campaigns.campaigns", "approval.requests"),
)

"""What was handed in is asked about; what went away is asked about no more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.approval.deciders.request import (
    HEAD_OFFICE,
    PassDeadline,
    RemindReviewers,
    RequestApproval,
    WithdrawRequest,
)
from services.approval.projections import seen
from shared.contracts.catalog import (
    ApprovalTerms,
    PackageCancelled,
    PackageReinitialised,
    PackageSubmitted,
    Reviewer,
)
from shared.contracts.ordering import OrderCancelled, OrderPlaced, OrderWithdrawn
from shared.kernel.ids import EntityId, RequestId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Reaction, Recall

APPROVAL = Actor(id="approval")
REPLACED = "handed in again"


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """A submission opens its request, dates its reminders and its deadline; an end withdraws what is open."""
    match event := recorded.event:
        case PackageSubmitted():
            subject = {
                "subject": "package",
                "reviewers": event.approval.reviewers or HEAD_OFFICE,
                "subject_id": event.package_id,
                "subject_version": event.submission,
                "package_id": event.package_id,
                "requested_by": event.by,
            }
            yield from _withdraw(recorded, recall, event.package_id, REPLACED)
            yield from _request(recorded, event.approval, event.at, subject)
        case OrderPlaced():
            terms = event.offer.approval
            subject = {
                "subject": "order",
                "reviewers": terms.reviewers or _reviewers_of(event.entity_id, recall),
                "subject_id": event.order_id,
                "subject_version": event.revision,
                "package_id": event.offer.package_id,
                "entity_id": event.entity_id,
                "requested_by": event.by,
            }
            yield from _withdraw(recorded, recall, event.order_id, REPLACED)
            yield from _request(recorded, terms, event.at, subject)
        case PackageCancelled() | PackageReinitialised():
            yield from _withdraw(recorded, recall, event.package_id, event.reason)
        case OrderWithdrawn() | OrderCancelled():
            yield from _withdraw(recorded, recall, event.order_id, event.reason)


def _request(
    recorded: Recorded, terms: ApprovalTerms, since: datetime, subject: dict[str, Any]
) -> Iterator[Command]:
    request_id = RequestId(derive("request", recorded.id))
    deadline = terms.answer_by or since + timedelta(days=terms.answer_within_days)
    reminders = _reminders(terms, since, deadline)
    yield RequestApproval(
        **_asks(recorded, "request"),
        request_id=request_id,
        deadline=deadline,
        reminders=reminders,
        silence=terms.silence,
        **subject,
    )
    for nth, moment in enumerate(reminders, start=1):
        yield RemindReviewers(**_asks(recorded, "remind", nth, at=moment), request_id=request_id, nth=nth)
    yield PassDeadline(**_asks(recorded, "deadline", at=deadline), request_id=request_id)


def _reminders(terms: ApprovalTerms, since: datetime, deadline: datetime) -> tuple[datetime, ...]:
    """By date or by hours before the deadline; what is over, or not before the deadline, reminds nobody."""
    moments = {
        reminder.at or deadline - timedelta(hours=reminder.hours_before or 0) for reminder in terms.reminders
    }
    return tuple(sorted(moment for moment in moments if since < moment < deadline))


def _reviewers_of(entity_id: EntityId, recall: Recall) -> tuple[Reviewer, ...]:
    """The entity's own order reviewers; head office where it has none."""
    group = {"entity_id": str(entity_id), "name": "order-reviewers"}
    return (f"group:{entity_id}/order-reviewers",) if recall(seen.ANYBODY_IN, group) else HEAD_OFFICE


def _withdraw(recorded: Recorded, recall: Recall, subject_id: UUID, reason: str) -> Iterator[Command]:
    """Every request about this subject but the one that this fact opens; those answered stay as they are."""
    own = derive("request", recorded.id)
    for row in recall(seen.REQUESTS_OF, {"subject_id": str(subject_id)}):
        request_id = UUID(row["request_id"])
        if request_id != own:
            asks = _asks(recorded, "withdraw", request_id)
            yield WithdrawRequest(**asks, request_id=RequestId(request_id), reason=reason)


def _asks(recorded: Recorded, *purpose: object, at: datetime | None = None) -> dict[str, Any]:
    moment = max(at or recorded.recorded_at, recorded.recorded_at)
    return {"id": derive(recorded.id, *purpose), "at": moment, "by": APPROVAL}


REACTION = Reaction(
    react,
    hears=("catalog.packages", "catalog.entities", "catalog.people", "ordering.orders"),
    memory=(seen.SEEN,),
)

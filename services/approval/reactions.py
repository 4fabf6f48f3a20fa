"""What was handed in is asked about, stage by stage; what was edited or went away is asked about no more."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.approval.deciders.difference import difference
from services.approval.deciders.request_commands import (
    HEAD_OFFICE,
    PassDeadline,
    RemindReviewers,
    RequestApproval,
    WithdrawRequest,
)
from services.approval.projections import seen, submissions
from shared.contracts.approval import StageAccepted
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignReordered,
    ContentSubmitted,
    LocalChangeMade,
)
from shared.contracts.catalog import (
    ApprovalTerms,
    PackageCancelled,
    PackageDetailsRevised,
    PackageReinitialised,
    PackageSubmitted,
    Reviewer,
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
from shared.kernel.ids import RequestId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Reaction, Recall, Row

APPROVAL = Actor(id="approval")
REPLACED = "handed in again"
EDITED = "edited after it was handed in"
DECIDED = "decided already"


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """A submission opens its request, dates its reminders and its deadline; an end withdraws what is open."""
    match event := recorded.event:
        case PackageSubmitted() | OrderPlaced() | ContentSubmitted():
            yield from _ask(recorded, recall, event.at, REPLACED)
        case OrderParametersEntered() | OrderRevised() | PackageDetailsRevised():
            yield from _ask(recorded, recall, recorded.recorded_at, EDITED)
        case StageAccepted():
            for row in recall(submissions.ONE, {"request_id": str(event.request_id)}):
                if not row["closed"]:
                    yield from _request(recorded, recall, row, event.at, stage=event.stage + 1)
        case _:
            yield from _gone(recorded, recall)


def _gone(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """What was called off, decided or changed is asked about no more."""
    match event := recorded.event:
        case PackageCancelled() | PackageReinitialised():
            yield from _withdraw(recorded, recall, event.package_id, event.reason)
        case OrderWithdrawn() | OrderCancelled():
            yield from _withdraw(recorded, recall, event.order_id, event.reason)
        case LocalChangeMade() | CampaignReordered(says_otherwise=True):
            yield from _withdraw(recorded, recall, event.campaign_id, EDITED)
        case CampaignCancelled():
            yield from _withdraw(recorded, recall, event.campaign_id, event.reason)
        case OrderApproved() | OrderRejected():
            # An edit that crossed the answer on its way may have opened one more question.
            yield from _withdraw(recorded, recall, event.order_id, DECIDED, but=event.request_id)


def _ask(recorded: Recorded, recall: Recall, since: datetime, reason: str) -> Iterator[Command]:
    """Begin at the first stage, in place of whatever was asked about the same before; a draft asks nothing."""
    for row in recall(submissions.ONE, {"request_id": str(derive("request", recorded.id))}):
        yield from _withdraw(recorded, recall, UUID(row["subject_id"]), reason)
        yield from _request(recorded, recall, row, since, stage=1)


def _request(
    recorded: Recorded, recall: Recall, row: Row, since: datetime, *, stage: int
) -> Iterator[Command]:
    asks = json.loads(row["asks"])
    every_stage = [ApprovalTerms.model_validate(one) for one in asks.pop("terms")]
    made_by = asks.pop("made_by", {})
    terms = _of_order(every_stage[stage - 1], made_by.get("order_id", ""), recall)
    request_id = RequestId(derive("request", recorded.id))
    deadline = terms.answer_by or since + timedelta(days=terms.answer_within_days)
    reminders = _reminders(terms, since, deadline)
    yield RequestApproval(
        **_asks(recorded, "request"),
        **asks,
        **_pinned(row, made_by, recall),
        request_id=request_id,
        reviewers=_reviewers(terms, asks, stage, recall),
        deadline=deadline,
        reminders=reminders,
        **terms.model_dump(include={"silence", "escalate_to", "own_work"}),
        stage=stage,
        stages=len(every_stage),
    )
    for nth, moment in enumerate(reminders, start=1):
        yield RemindReviewers(**_asks(recorded, "remind", nth, at=moment), request_id=request_id, nth=nth)
    yield PassDeadline(**_asks(recorded, "deadline", at=deadline), request_id=request_id)


def _of_order(named: ApprovalTerms, order_id: str, recall: Recall) -> ApprovalTerms:
    """The terms of the order that content was made from, but for its reviewers and for what is a date of its own."""
    for row in recall(submissions.NEWEST, {"subject_id": order_id}):
        terms = ApprovalTerms.model_validate(json.loads(row["asks"])["terms"][0])
        relative = tuple(one for one in terms.reminders if one.at is None)
        own = {"reviewers": named.reviewers, "answer_by": None, "reminders": relative}
        return terms.model_copy(update=own)
    return named


def _pinned(row: Row, made_by: Mapping[str, Any], recall: Recall) -> dict[str, Any]:
    """The version that the answer will be about, who worked on it, and what differs from the one before."""
    place = {name: row[name] for name in ("subject_id", "subject_version", "nth")}
    origin = {"order_id": made_by.get("order_id", "")}
    authors = {one["author"] for one in recall(submissions.AUTHORS, place | origin)}
    authors.update(made_by.get("authors", ()))
    before = next(iter(recall(submissions.BEFORE, place)), None)
    return {
        "subject_id": row["subject_id"],
        "subject_version": row["subject_version"],
        "pinned_at": row["pinned_at"],
        "co_authors": tuple(sorted(authors - {json.loads(row["asks"])["requested_by"]})),
        "reopens": before["request_id"] if before else None,
        "changes": difference(json.loads(before["content"]), json.loads(row["content"])) if before else (),
    }


def _reminders(terms: ApprovalTerms, since: datetime, deadline: datetime) -> tuple[datetime, ...]:
    """By date or by hours before the deadline; what is over, or not before the deadline, reminds nobody."""
    moments = {
        reminder.at or deadline - timedelta(hours=reminder.hours_before or 0) for reminder in terms.reminders
    }
    return tuple(sorted(moment for moment in moments if since < moment < deadline))


def _reviewers(
    terms: ApprovalTerms, asks: Mapping[str, Any], stage: int, recall: Recall
) -> tuple[Reviewer, ...]:
    """Whom the terms name; an entity's own order reviewers where nobody is named at the first stage.

    Of content, those named who still take part, and the entity's campaign reviewers beside them. Head office answers
    where there is nobody else.
    """
    if asks["subject"] == "content":
        there = (one for one in terms.reviewers if recall(seen.TAKES_PART, {"reviewer": one}))
        return (*there, *_group(asks["entity_id"], "campaign-reviewers", recall)) or HEAD_OFFICE
    own = _group(asks.get("entity_id"), "order-reviewers", recall) if stage == 1 else ()
    return terms.reviewers or own or HEAD_OFFICE


def _group(entity_id: str | None, name: str, recall: Recall) -> tuple[Reviewer, ...]:
    """This group of the entity, if there is anybody in it."""
    anybody = entity_id and recall(seen.ANYBODY_IN, {"entity_id": entity_id, "name": name})
    return (f"group:{entity_id}/{name}",) if anybody else ()


def _withdraw(
    recorded: Recorded, recall: Recall, subject_id: UUID, reason: str, but: UUID | None = None
) -> Iterator[Command]:
    """Every request about this subject but the one that this fact opens; those answered stay as they are."""
    spared = {derive("request", recorded.id), but}
    for row in recall(submissions.REQUESTS_OF, {"subject_id": str(subject_id)}):
        request_id = UUID(row["request_id"])
        if request_id not in spared:
            asks = _asks(recorded, "withdraw", request_id)
            yield WithdrawRequest(**asks, request_id=RequestId(request_id), reason=reason)


def _asks(recorded: Recorded, *purpose: object, at: datetime | None = None) -> dict[str, Any]:
    moment = max(at or recorded.recorded_at, recorded.recorded_at)
    return {"id": derive(recorded.id, *purpose), "at": moment, "by": APPROVAL}


REACTION = Reaction(
    react,
    hears=(
        "catalog.packages",
        "catalog.entities",
        "catalog.people",
        "ordering.orders",
        "campaigns.campaigns",
        "approval.requests",
    ),
    memory=(seen.SEEN, submissions.SUBMISSIONS),
)

"""From an approved order to its campaign, and to its end with what it came from."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.campaigns.deciders.campaign_commands import (
    CancelCampaign,
    CreateForOrder,
    FinishCampaign,
    MakeCampaignAvailable,
    StartCampaign,
    SubmitContent,
)
from services.campaigns.deciders.own_rule import own_at, ruled
from services.campaigns.projections import own_rules, seen, seen_children, seen_orders
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignMadeAvailable,
    CampaignPrepared,
    CampaignReordered,
    CampaignSettingsRevised,
    ChildCampaignCreated,
    ContentApproved,
    Definition,
    LocalCampaignCreated,
)
from shared.contracts.catalog import EntityRegistered, PackageCancelled
from shared.contracts.ordering import OrderApproved, OrderCancelled, OrderParameters, OrderWithdrawn
from shared.kernel.ids import CampaignId, OrderId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Recall, Row

CAMPAIGNS = Actor(id="campaigns")


def campaign_of(order_id: OrderId) -> CampaignId:
    """One order has at most one campaign, so its id follows from the order's."""
    return CampaignId(derive("campaign", order_id))


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """Create, make available, finish, call off.

    Topics keep no order between them: an order may be heard of before its entity or its reference campaign.
    It then waits in memory, and whichever comes last creates; the command's id is the same either way.
    """
    event = recorded.event
    match event:
        case OrderApproved(creates="child_campaign" | "local_campaign"):
            yield from _create(recorded.id, recorded.recorded_at, event, recall)
        case EntityRegistered():
            yield from _waiting(recall(seen.OF_ENTITY, {"id": str(event.entity_id)}), recall)
        case ChildCampaignCreated():
            at = _later(event.available_at, recorded)
            yield MakeCampaignAvailable(
                **_asks(recorded, "make-available", at=at), campaign_id=event.campaign_id
            )
            yield from _finish(recorded, event.campaign_id, event.ends_at)
        case CampaignMadeAvailable() | ContentApproved():
            yield from _started(recorded, event, recall)
        case LocalCampaignCreated() | CampaignReordered() | CampaignPrepared() | CampaignSettingsRevised():
            yield from _finish(recorded, event.campaign_id, event.ends_at)
            if isinstance(event, CampaignPrepared):
                yield from _waiting(recall(seen.OF_REFERENCE, {"id": str(event.campaign_id)}), recall)
        case _:
            yield from _called_off(recorded, recall)


def _called_off(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """A campaign goes with its order, a reference with its package, and what was created from it with both."""
    event = recorded.event
    match event:
        case OrderWithdrawn() | OrderCancelled():
            if recall(seen.CREATES, {"order_id": str(event.order_id)}):
                campaign_id = campaign_of(event.order_id)
                yield CancelCampaign(
                    **_asks(recorded, "cancel"), campaign_id=campaign_id, reason=event.reason
                )
        case CampaignCancelled():
            for child in recall(seen_children.CHILDREN, {"parent_id": str(event.campaign_id)}):
                yield CancelCampaign(
                    **_asks(recorded, "cancel", child["campaign_id"]),
                    campaign_id=child["campaign_id"],
                    reason=event.reason,
                )
        case PackageCancelled(cascades=True):
            yield CancelCampaign(
                **_asks(recorded, "cancel"), campaign_id=event.reference_id, reason=event.reason
            )


def _started(
    recorded: Recorded, event: CampaignMadeAvailable | ContentApproved, recall: Recall
) -> Iterator[Command]:
    """Where the package says so, the approval is enough: what has become available runs with no further click.

    Where its content is approved first, it is handed in with no click either, and runs once that is done.
    """
    for row in recall(seen.CREATES, {"order_id": str(event.order_id)}):
        if OrderApproved.model_validate_json(row["fact"]).offer.start_targeting:
            if isinstance(event, CampaignMadeAvailable):
                yield SubmitContent(**_asks(recorded, "submit-content"), campaign_id=event.campaign_id)
            yield StartCampaign(**_asks(recorded, "start"), campaign_id=event.campaign_id)


def _waiting(rows: Sequence[Row], recall: Recall) -> Iterator[Command]:
    for row in rows:
        event = OrderApproved.model_validate_json(row["fact"])
        yield from _create(UUID(row["fact_id"]), datetime.fromisoformat(row["fact_at"]), event, recall)


def _create(fact_id: UUID, approved_at: datetime, event: OrderApproved, recall: Recall) -> Iterator[Command]:
    """A child at once, a local campaign when its date has come; nothing while its makings are not known."""
    (reference,) = recall(seen.REFERENCE, {"campaign_id": str(event.offer.reference_id)}) or (None,)
    (entity,) = recall(seen.ENTITY, {"entity_id": str(event.entity_id)}) or (None,)
    if reference is None or entity is None:
        return
    child = event.creates == "child_campaign"
    (order,) = recall(seen_orders.ORDER, {"order_id": str(event.order_id)})
    yield CreateForOrder(
        id=derive(fact_id, "create"),
        at=approved_at if child else max(event.offer.available_at or approved_at, approved_at),
        by=CAMPAIGNS,
        campaign_id=campaign_of(event.order_id),
        child=child,
        parent_id=event.offer.reference_id,
        order_id=event.order_id,
        package_id=event.offer.package_id,
        entity_id=event.entity_id,
        entity_number=entity["number"],
        label=reference["label"],
        definition=charged_to(as_ordered(reference, order, recall), event.parameters),
        values=event.values,
        available_at=event.offer.available_at,
        starts_at=reference["starts_at"] if child else event.parameters.starts_at,
        ends_at=reference["ends_at"] if child else event.parameters.ends_at,
        reviewers=event.parameters.reviewers,
        approved_at=event.at,
    )


def as_ordered(reference: Row, order: Row, recall: Recall) -> Definition:
    """The reference's definition under the rule that held for the order's entity when it was handed in."""
    whose = {"campaign_id": order["reference_id"], "entity_id": order["entity_id"]}
    own = own_at(recall(own_rules.REMEMBERED, whose), order["ordered_at"])
    return ruled(Definition.model_validate_json(reference["definition"]), own)


def charged_to(definition: Definition, ordered: OrderParameters) -> Definition:
    """The reference's definition under the program and the budget that the order named, or under its own."""
    if definition.hide_parameters or definition.hide_program:
        return definition
    named = {"program": ordered.program, "budget": ordered.budget}
    return definition.model_copy(update={name: text for name, text in named.items() if text})


def _finish(recorded: Recorded, campaign_id: CampaignId, ends_at: datetime | None) -> Iterator[Command]:
    if ends_at is not None:
        yield FinishCampaign(
            **_asks(recorded, "finish", at=_later(ends_at, recorded)), campaign_id=campaign_id
        )


def _later(moment: datetime | None, recorded: Recorded) -> datetime:
    """That moment, or now where it has passed or there is none."""
    return max(moment or recorded.recorded_at, recorded.recorded_at)


def _asks(recorded: Recorded, *purpose: str, at: datetime | None = None) -> dict[str, Any]:
    return {"id": derive(recorded.id, *purpose), "at": at or recorded.recorded_at, "by": CAMPAIGNS}

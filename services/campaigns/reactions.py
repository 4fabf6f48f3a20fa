"""What campaigns does to itself when others have spoken, or it has itself."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.campaigns.deciders.campaign_commands import (
    CancelCampaign,
    CreateForOrder,
    FinishCampaign,
    MakeCampaignAvailable,
)
from services.campaigns.projections import seen
from services.campaigns.projections.seen import SEEN
from shared.contracts.campaigns import (
    CampaignPrepared,
    CampaignSettingsRevised,
    ChildCampaignCreated,
    Definition,
    LocalCampaignCreated,
)
from shared.contracts.catalog import PackageCancelled
from shared.contracts.ordering import OrderApproved, OrderCancelled, OrderWithdrawn
from shared.kernel.ids import CampaignId, OrderId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Reaction, Recall

CAMPAIGNS = Actor(id="campaigns")


def campaign_of(order_id: OrderId) -> CampaignId:
    """One order has at most one campaign, so its id follows from the order's."""
    return CampaignId(derive("campaign", order_id))


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """Create, make available, finish; then what calls a campaign off."""
    event = recorded.event
    match event:
        case OrderApproved(creates="child_campaign" | "local_campaign"):
            yield _create(recorded, event, recall)
        case ChildCampaignCreated():
            at = _later(event.available_at, recorded)
            yield MakeCampaignAvailable(
                **_asks(recorded, "make-available", at), campaign_id=event.campaign_id
            )
            yield from _finish(recorded, event.campaign_id, event.ends_at)
        case LocalCampaignCreated() | CampaignPrepared() | CampaignSettingsRevised():
            yield from _finish(recorded, event.campaign_id, event.ends_at)
        case OrderWithdrawn() | OrderCancelled():
            if recall(seen.CREATES, {"order_id": str(event.order_id)}):
                campaign_id = campaign_of(event.order_id)
                yield CancelCampaign(
                    **_asks(recorded, "cancel"), campaign_id=campaign_id, reason=event.reason
                )
        case PackageCancelled(cascades=True):
            yield CancelCampaign(
                **_asks(recorded, "cancel"), campaign_id=event.reference_id, reason=event.reason
            )


def _create(recorded: Recorded, event: OrderApproved, recall: Recall) -> CreateForOrder:
    """A child at once, a local campaign when its date has come. Raises LookupError for what was never heard of."""
    (reference,) = recall(seen.REFERENCE, {"campaign_id": str(event.offer.reference_id)}) or (None,)
    (entity,) = recall(seen.ENTITY, {"entity_id": str(event.entity_id)}) or (None,)
    if reference is None or entity is None:
        raise LookupError("the order's reference campaign or entity is not known yet")
    child = event.creates == "child_campaign"
    at = recorded.recorded_at if child else _later(event.offer.available_at, recorded)
    return CreateForOrder(
        **_asks(recorded, "create", at),
        campaign_id=campaign_of(event.order_id),
        child=child,
        parent_id=event.offer.reference_id,
        order_id=event.order_id,
        package_id=event.offer.package_id,
        entity_id=event.entity_id,
        entity_number=entity["number"],
        label=reference["label"],
        definition=Definition.model_validate_json(reference["definition"]),
        values=event.values,
        available_at=event.offer.available_at,
        starts_at=reference["starts_at"],
        ends_at=reference["ends_at"],
    )


def _finish(recorded: Recorded, campaign_id: CampaignId, ends_at: datetime | None) -> Iterator[Command]:
    if ends_at is not None:
        yield FinishCampaign(**_asks(recorded, "finish", _later(ends_at, recorded)), campaign_id=campaign_id)


def _later(moment: datetime | None, recorded: Recorded) -> datetime:
    """That moment, or now where it has passed or there is none."""
    return max(moment or recorded.recorded_at, recorded.recorded_at)


def _asks(recorded: Recorded, purpose: str, at: datetime | None = None) -> dict[str, Any]:
    return {"id": derive(recorded.id, purpose), "at": at or recorded.recorded_at, "by": CAMPAIGNS}


REACTION = Reaction(
    react=react, hears=("ordering.orders", "catalog.packages", "campaigns.campaigns"), memory=(SEEN,)
)

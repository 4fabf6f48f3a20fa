"""An order that was reopened, changed and approved anew, and what its campaign makes of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.campaigns.deciders.campaign_commands import Campaign, CreateForOrder
from shared.contracts.campaigns import CampaignReordered


def reorder(
    command: CreateForOrder, campaign: Campaign, dates: tuple[datetime | None, datetime | None]
) -> Sequence[CampaignReordered]:
    """The newest approval counts until the campaign has started; an older one that comes later says nothing.

    Timers of one moment keep no order between them, so it is the approvals that are compared.
    """
    newest = campaign.approved_at
    if command.approved_at is None or (newest is not None and command.approved_at <= newest):
        return []
    before, starts_at, ends_at = dict(campaign.values), *dates
    charged = {"program": command.definition.program, "budget": command.definition.budget}
    return [
        CampaignReordered(
            campaign_id=command.campaign_id,
            order_id=command.order_id,
            definition=campaign.definition.model_copy(update=charged),
            values={name: value for name, value in command.values.items() if before.get(name) != value},
            emptied=tuple(name for name in before if name not in command.values),
            reviewers=command.reviewers,
            starts_at=starts_at,
            ends_at=ends_at,
            approved_at=command.approved_at,
            at=command.at,
        )
    ]


def reordered(campaign: Campaign, event: CampaignReordered) -> Campaign:
    """What the order says now counts, over what the entity has changed before."""
    kept = {name: value for name, value in campaign.values if name not in event.emptied}
    return replace(
        campaign,
        definition=event.definition,
        values=tuple({**kept, **event.values}.items()),
        reviewers=event.reviewers,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        approved_at=event.approved_at,
        content="missing" if event.says_otherwise else campaign.content,
    )

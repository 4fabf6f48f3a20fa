"""From an approved order to the end of its campaign: created, available, changed, run, called off."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.campaigns.deciders.campaign_commands import (
    Campaign,
    CancelCampaign,
    CreateForOrder,
    FinishCampaign,
    MakeCampaignAvailable,
    MakeLocalChange,
    StartCampaign,
)
from services.campaigns.deciders.definition import wrong_values
from services.campaigns.deciders.reordering import reorder
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignEvent,
    CampaignFinished,
    CampaignMadeAvailable,
    CampaignStarted,
    ChildCampaignCreated,
    LocalCampaignCreated,
    LocalChangeMade,
)
from shared.kernel.decider import Refused

Decision = Sequence[CampaignEvent] | Refused
TOLD = {
    "campaign_id", "parent_id", "order_id", "package_id", "entity_id", "label", "values", "reviewers",
    "approved_at", "at",
}  # fmt: skip
"""What both kinds of campaign say of the order that they are made from."""


def create(command: CreateForOrder, campaign: Campaign) -> Decision:
    """Exactly one per order: its id follows from the order's, and what has run or was called off stays so.

    Until then, an order that was approved anew brings what it says now.
    """
    if campaign.status in {"created", "available"}:
        return reorder(command, campaign, _dates(command, campaign))
    return _created(command) if campaign.status == "none" else []


def _created(command: CreateForOrder) -> Decision:
    number = command.number or 0
    common = command.model_dump(include=TOLD) | {
        "number": number,
        "name": f"OU{command.entity_number}_OP{number}",
        "definition": command.definition,
    }
    if command.child:
        dates = command.model_dump(include={"available_at", "starts_at", "ends_at"})
        return [ChildCampaignCreated(**common, **dates)]
    starts_at, ends_at = _own_time(command)
    return [
        LocalCampaignCreated(**common, starts_at=starts_at, ends_at=ends_at),
        CampaignMadeAvailable(
            campaign_id=command.campaign_id,
            order_id=command.order_id,
            package_id=command.package_id,
            entity_id=command.entity_id,
            at=command.at,
        ),
    ]


def _dates(command: CreateForOrder, campaign: Campaign) -> tuple[datetime | None, datetime | None]:
    """A local campaign moves where its order names dates; all else stays when it is."""
    named = not command.child and (command.starts_at or command.ends_at)
    return _own_time(command) if named else (campaign.starts_at, campaign.ends_at)


def _own_time(command: CreateForOrder) -> tuple[datetime, datetime | None]:
    """When a local campaign starts and ends: as its order says, else from now on for as long as the template says."""
    starts_at = max(command.starts_at or command.at, command.at)
    if command.ends_at and command.ends_at > starts_at:
        return starts_at, command.ends_at
    lasts = command.definition.duration_days
    return starts_at, starts_at + timedelta(days=lasts) if lasts else None


def make_available(command: MakeCampaignAvailable, campaign: Campaign) -> Decision:
    """From now on the entity may use it. A moment that is not the campaign's own does nothing."""
    if campaign.status != "created" or campaign.order_id is None or campaign.package_id is None:
        return []
    if campaign.entity_id is None or (campaign.available_at and command.at < campaign.available_at):
        return []
    return [
        CampaignMadeAvailable(
            campaign_id=command.campaign_id,
            order_id=campaign.order_id,
            package_id=campaign.package_id,
            entity_id=campaign.entity_id,
            at=command.at,
        )
    ]


def change(command: MakeLocalChange, campaign: Campaign) -> Decision:
    """The entity's own fields, once the campaign is available to it and before it has ended."""
    if campaign.is_reference or campaign.entity_id is None:
        return Refused("campaign.no-values", "conflict")
    if command.by.entity_id != campaign.entity_id:
        return Refused("campaign.entitys-own", "forbidden")
    if wrong := not_usable(campaign, command.at) or wrong_values(campaign.definition, command.values):
        return wrong
    before = dict(campaign.values)
    changed = {name: value for name, value in command.values.items() if before.get(name) != value}
    if not changed:
        return []
    return [
        LocalChangeMade(
            campaign_id=command.campaign_id, entity_id=campaign.entity_id, by=command.by.id, values=changed
        )
    ]


def not_usable(campaign: Campaign, at: datetime) -> Refused | None:
    """Why nothing can be made of the campaign now, if so: not available yet, not any more, or its time is over."""
    if campaign.status == "created":
        facts = {"available_at": campaign.available_at or "-"}
        return Refused("campaign.not-available-yet", "conflict", facts=facts)
    if campaign.status != ("prepared" if campaign.is_reference else "available"):
        return Refused("campaign.wrong-status", "conflict", facts={"status": campaign.status})
    if campaign.ends_at and at >= campaign.ends_at:
        return Refused("campaign.already-ended", "conflict", facts={"ends_at": campaign.ends_at})
    return None


def start(command: StartCampaign, campaign: Campaign) -> Decision:
    """The entity runs its own campaign, head office the reference and what was ordered by brief.

    A machine starts only what waits for nothing else.
    """
    if refused := _not_the_runner(command, campaign):
        return refused
    if campaign.status == "running":
        return []
    if refused := _not_ready(command, campaign):
        return [] if command.by.is_machine else refused
    return [CampaignStarted(campaign_id=command.campaign_id, by=command.by.id, at=command.at)]


def finish(command: FinishCampaign, campaign: Campaign) -> Decision:
    """The end date for a machine, whoever runs it for a person. What does not run is not finished."""
    if command.by.is_machine:
        too_early = campaign.ends_at is None or command.at < campaign.ends_at
        if campaign.status != "running" or too_early:
            return []
    elif refused := _not_the_runner(command, campaign):
        return refused
    if campaign.status == "finished":
        return []
    if campaign.status != "running":
        return Refused("campaign.wrong-status", "conflict", facts={"status": campaign.status})
    return [CampaignFinished(campaign_id=command.campaign_id, at=command.at)]


def cancel(command: CancelCampaign, campaign: Campaign) -> Decision:
    """Called off by whoever it belongs to, by head office, or because its order ended."""
    if not campaign.exists and not command.by.is_machine:
        return Refused("campaign.unknown", "missing")
    if campaign.status in {"cancelled", "finished"}:
        return []
    if not command.reason.strip() and not command.by.is_machine:
        return Refused("campaign.reason-missing", "invalid", field="reason")
    return [
        CampaignCancelled(
            campaign_id=command.campaign_id, by=command.by.id, at=command.at, reason=command.reason.strip()
        )
    ]


def _not_ready(command: StartCampaign, campaign: Campaign) -> Refused | None:
    if refused := not_usable(campaign, command.at):
        return refused
    if campaign.kind == "local" and campaign.is_reference:
        return Refused("campaign.template-not-run", "conflict")
    if campaign.asks_for_content and campaign.content != "approved":
        return Refused("campaign.content-not-approved", "conflict")
    return None


def _not_the_runner(command: StartCampaign | FinishCampaign, campaign: Campaign) -> Refused | None:
    if campaign.is_reference or command.by.is_machine:
        return None
    if campaign.by_brief:
        return None if command.by.is_central else Refused("campaign.head-office-runs-it", "forbidden")
    if command.by.entity_id == campaign.entity_id:
        return None
    return Refused("campaign.entity-runs-it", "forbidden")

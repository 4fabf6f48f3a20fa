"""Reference campaigns: made from a template, revised in one place, used again after a cancellation."""

from collections.abc import Sequence
from datetime import datetime

from services.campaigns.deciders.campaign_commands import (
    Campaign,
    PrepareCampaign,
    ReinitialiseCampaign,
    ReviseCampaign,
)
from services.campaigns.deciders.definition import settled, wrong_definition
from services.campaigns.deciders.templates import OF_KIND, TEMPLATES
from shared.contracts.campaigns import (
    CampaignEvent,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignSettingsRevised,
    Definition,
)
from shared.contracts.catalog import PackageKind
from shared.kernel.decider import Refused

Decision = Sequence[CampaignEvent] | Refused


def prepare(command: PrepareCampaign, campaign: Campaign) -> Decision:
    """A new reference campaign."""
    if campaign.status != "none":
        return []
    template = TEMPLATES.get(command.template)
    if template is None:
        facts = {"name": command.template, "known": ", ".join(TEMPLATES)}
        return Refused("campaign.template-unknown", "invalid", field="template", facts=facts)
    definition = settled(command.definition or template.definition)
    if wrong := _wrong(template.kind, command.label, definition, command.starts_at, command.ends_at):
        return wrong
    return [
        CampaignPrepared(
            campaign_id=command.campaign_id,
            number=command.number or 0,
            template=template.name,
            kind=template.kind,
            label=command.label.strip(),
            definition=definition,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            by=command.by.id,
        )
    ]


def revise(command: ReviseCampaign, campaign: Campaign) -> Decision:
    """The settings of a reference campaign, all in one place.

    Its kind is among them until a package is built on it or somebody has ordered from it: what entities are asked,
    and what approval creates, would change under them otherwise. A package that was cancelled holds nothing, an
    order does for good, for whatever became of it says which kind it was of. A package that was begun at the same
    moment, and is not heard of yet, catalog refuses to submit once it hears of the change.
    """
    if not campaign.is_reference:
        return Refused("campaign.only-values", "conflict")
    if campaign.status != "prepared":
        return Refused("campaign.wrong-status", "conflict", facts={"status": campaign.status})
    wanted = _revised(command, campaign)
    if wanted.kind and command.in_use:
        return Refused("campaign.in-use", "conflict", field="kind", facts={"kind": campaign.kind})
    kind, dates = wanted.kind or campaign.kind, (wanted.starts_at, wanted.ends_at)
    if wrong := _wrong(kind, wanted.label, wanted.definition, *dates):
        return wrong
    now = (campaign.kind, campaign.label, campaign.definition, campaign.starts_at, campaign.ends_at)
    return [] if (kind, wanted.label, wanted.definition, *dates) == now else [wanted]


def _revised(command: ReviseCampaign, campaign: Campaign) -> CampaignSettingsRevised:
    """The settings as they would be. Becoming local, a campaign loses the dates that it had."""
    kind = command.kind if command.kind != campaign.kind else None
    starts_at, ends_at = (None, None) if kind == "local" else (campaign.starts_at, campaign.ends_at)
    unsaid = _usual_in(kind, campaign) if kind else campaign.definition
    return CampaignSettingsRevised(
        campaign_id=command.campaign_id,
        label=campaign.label if command.label is None else command.label.strip(),
        definition=settled(command.definition or unsaid),
        starts_at=command.starts_at or starts_at,
        ends_at=command.ends_at or ends_at,
        kind=kind,
    )


def _usual_in(kind: PackageKind, campaign: Campaign) -> Definition:
    """What a definition that nobody speaks of becomes in another kind.

    As its old kind's template had it, it becomes the new one's. What head office wrote itself stays as it is, but
    for the duration, which local campaigns have and no others.
    """
    usual, now = OF_KIND[kind].definition, campaign.definition
    if now == OF_KIND[campaign.kind].definition:
        return usual
    lasts = (now.duration_days or usual.duration_days) if kind == "local" else None
    return now.model_copy(update={"duration_days": lasts})


def reinitialise(command: ReinitialiseCampaign, campaign: Campaign) -> Decision:
    """A cancelled reference campaign is prepared again."""
    if not campaign.is_reference:
        return Refused("campaign.only-reference", "conflict")
    if campaign.status == "prepared":
        return []
    if campaign.status != "cancelled":
        return Refused("campaign.wrong-status", "conflict", facts={"status": campaign.status})
    return [CampaignReinitialised(campaign_id=command.campaign_id, by=command.by.id, at=command.at)]


def _wrong(
    kind: str, label: str, definition: Definition, starts_at: datetime | None, ends_at: datetime | None
) -> Refused | None:
    if not label.strip():
        return Refused("campaign.label-missing", "invalid", field="label")
    return _wrong_dates(kind, definition, starts_at, ends_at) or wrong_definition(definition)


def _wrong_dates(
    kind: str, definition: Definition, starts_at: datetime | None, ends_at: datetime | None
) -> Refused | None:
    """A local campaign's template has a duration and no dates; every other reference has dates."""
    if kind == "local":
        if starts_at or ends_at:
            return Refused("campaign.local-has-duration", "invalid", field="starts_at")
        if not definition.duration_days or definition.duration_days < 1:
            return Refused("campaign.duration-missing", "invalid", field="definition.duration_days")
        return None
    for name, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        if moment is None:
            return Refused("campaign.date-missing", "invalid", field=name, facts={"name": name})
    if starts_at and ends_at and starts_at >= ends_at:
        facts = {"starts_at": starts_at, "ends_at": ends_at}
        return Refused("campaign.ends-before-start", "invalid", field="ends_at", facts=facts)
    return None

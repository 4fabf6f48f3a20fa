"""A campaign: head office's reference, or what an approved order created from it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from services.campaigns.deciders import content
from services.campaigns.deciders.campaign_commands import (
    AnswerContent,
    Campaign,
    CampaignCommand,
    CancelCampaign,
    CreateForOrder,
    FinishCampaign,
    LiftOwnRule,
    MakeCampaignAvailable,
    MakeLocalChange,
    PrepareCampaign,
    ReinitialiseCampaign,
    ReviseCampaign,
    SetOwnRule,
    StartCampaign,
    SubmitContent,
)
from services.campaigns.deciders.own_rule import lift_rule, set_rule
from services.campaigns.deciders.preparing import prepare, reinitialise, revise
from services.campaigns.deciders.reordering import reordered
from services.campaigns.deciders.running import cancel, change, create, finish, make_available, start
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignEvent,
    CampaignFinished,
    CampaignMadeAvailable,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignReordered,
    CampaignSettingsRevised,
    CampaignStarted,
    ChildCampaignCreated,
    ContentApproved,
    ContentRefused,
    ContentSubmitted,
    LocalCampaignCreated,
    LocalChangeMade,
    OwnRuleLifted,
    OwnRuleSet,
)
from shared.kernel.decider import Decider, Refused


def decide(command: CampaignCommand, campaign: Campaign) -> Sequence[CampaignEvent] | Refused:
    """Whoever may not see it is told that it is not there; then each wish has its own rules."""
    match command:
        case PrepareCampaign():
            return prepare(command, campaign)
        case CreateForOrder():
            return create(command, campaign)
        case SetOwnRule():
            return set_rule(command, campaign)
        case LiftOwnRule():
            return lift_rule(command, campaign)
        case CancelCampaign() if not campaign.exists:
            return cancel(command, campaign)
    if not campaign.exists or not command.by.sees(campaign.entity_id):
        return Refused("campaign.unknown", "missing")
    match command:
        case ReviseCampaign():
            return revise(command, campaign)
        case MakeLocalChange():
            return change(command, campaign)
        case MakeCampaignAvailable():
            return make_available(command, campaign)
        case SubmitContent() | AnswerContent():
            return content.decide(command, campaign)
        case StartCampaign():
            return start(command, campaign)
        case FinishCampaign():
            return finish(command, campaign)
        case CancelCampaign():
            return cancel(command, campaign)
        case ReinitialiseCampaign():
            return reinitialise(command, campaign)
    assert_never(command)


def evolve(campaign: Campaign, event: CampaignEvent) -> Campaign:
    """What a fact does to what we remember."""
    match event:
        case CampaignPrepared():
            return _set(Campaign("prepared", event.kind), event)
        case CampaignSettingsRevised():
            return replace(_set(campaign, event), kind=event.kind or campaign.kind)
        case OwnRuleSet():
            rules = {**dict(campaign.own_rules), event.entity_id: event.pressure}
            return replace(campaign, own_rules=tuple(rules.items()))
        case OwnRuleLifted():
            left = tuple(rule for rule in campaign.own_rules if rule[0] != event.entity_id)
            return replace(campaign, own_rules=left)
        case ChildCampaignCreated() | LocalCampaignCreated():
            return _created(event)
        case CampaignReordered():
            return reordered(campaign, event)
        case LocalChangeMade() | ContentSubmitted() | ContentApproved() | ContentRefused():
            return content.evolve(campaign, event)
        case CampaignMadeAvailable():
            return replace(campaign, status="available")
        case CampaignStarted():
            return replace(campaign, status="running")
        case CampaignFinished():
            return replace(campaign, status="finished")
        case CampaignCancelled():
            return replace(campaign, status="cancelled")
        case CampaignReinitialised():
            return replace(campaign, status="prepared")
    assert_never(event)


def _set(campaign: Campaign, event: CampaignPrepared | CampaignSettingsRevised) -> Campaign:
    return replace(
        campaign,
        label=event.label,
        definition=event.definition,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )


def _created(event: ChildCampaignCreated | LocalCampaignCreated) -> Campaign:
    child = isinstance(event, ChildCampaignCreated)
    return Campaign(
        status="created",
        kind="by_campaign" if child else "local",
        label=event.label,
        definition=event.definition,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        order_id=event.order_id,
        package_id=event.package_id,
        entity_id=event.entity_id,
        available_at=event.available_at if isinstance(event, ChildCampaignCreated) else event.at,
        values=tuple(event.values.items()),
        approved_at=event.approved_at,
        reviewers=event.reviewers,
    )


CAMPAIGN: Decider[Campaign, CampaignCommand, CampaignEvent] = Decider(
    category="campaign",
    initial=Campaign(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.campaign_id,
    commands=(
        PrepareCampaign,
        ReviseCampaign,
        SetOwnRule,
        LiftOwnRule,
        MakeLocalChange,
        CreateForOrder,
        MakeCampaignAvailable,
        SubmitContent,
        AnswerContent,
        StartCampaign,
        FinishCampaign,
        CancelCampaign,
        ReinitialiseCampaign,
    ),
    numbered=True,
)

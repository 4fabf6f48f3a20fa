"""The content of an entity's campaign: handed in, answered, and handed in again where it was changed or refused."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, assert_never

from services.campaigns.deciders.campaign_commands import AnswerContent, Campaign, SubmitContent
from services.campaigns.deciders.running import not_usable
from shared.contracts.campaigns import (
    ContentApproved,
    ContentEvent,
    ContentRefused,
    ContentSubmitted,
    LocalChangeMade,
)
from shared.kernel.decider import Refused

Decision = Sequence[ContentEvent] | Refused


def decide(command: SubmitContent | AnswerContent, campaign: Campaign) -> Decision:
    """Somebody hands it in, or its reviewers have answered."""
    match command:
        case SubmitContent():
            return _submit(command, campaign)
        case AnswerContent():
            return _answered(command, campaign)
    assert_never(command)


def evolve(campaign: Campaign, event: LocalChangeMade | ContentEvent) -> Campaign:
    """How far the content has come. Other values are other content, which nobody has handed in yet."""
    match event:
        case LocalChangeMade():
            values = tuple({**dict(campaign.values), **event.values}.items())
            authors = tuple(dict.fromkeys((*campaign.authors, event.by)))
            return replace(campaign, values=values, authors=authors, content="missing")
        case ContentSubmitted():
            return replace(campaign, content="submitted", content_version=event.version)
        case ContentApproved():
            return replace(campaign, content="approved")
        case ContentRefused():
            return replace(campaign, content="refused")
    assert_never(event)


def _submit(command: SubmitContent, campaign: Campaign) -> Decision:
    """Handed in by the entity, or by head office for it; what waits or was approved as it is stays so.

    A machine hands in only what can be.
    """
    refused = (
        not_usable(campaign, command.at)
        if campaign.asks_for_content
        else Refused("campaign.content-not-asked", "conflict")
    )
    if refused:
        return [] if command.by.is_machine else refused
    if campaign.content in {"submitted", "approved"}:
        return []
    return [
        ContentSubmitted(
            **_whose(command, campaign),
            label=campaign.label,
            values=dict(campaign.values),
            reviewers=campaign.reviewers,
            authors=campaign.authors,
            version=campaign.content_version + 1,
            by=command.by.id,
            on_behalf_of=command.by.on_behalf_of(campaign.entity_id),
        )
    ]


def _answered(command: AnswerContent, campaign: Campaign) -> Decision:
    """What the reviewers say of the version that waits; an answer to anything else does nothing."""
    waits = campaign.content == "submitted" and campaign.status == "available"
    if not waits or command.version != campaign.content_version:
        return []
    told = command.model_dump(include={"version", "comment", "request_id"})
    said = {**_whose(command, campaign), **told, "by": command.answered_by}
    return [ContentApproved(**said) if command.answer == "approve" else ContentRefused(**said)]


def _whose(command: SubmitContent | AnswerContent, campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": command.campaign_id,
        "package_id": campaign.package_id,
        "entity_id": campaign.entity_id,
        "order_id": campaign.order_id,
        "at": command.at,
    }

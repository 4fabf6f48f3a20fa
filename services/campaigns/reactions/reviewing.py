"""What the reviewers said of a campaign's content."""

from collections.abc import Iterator

from services.campaigns.deciders.campaign_commands import AnswerContent
from services.campaigns.reactions.creating import CAMPAIGNS
from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.kernel.ids import CampaignId, derive
from shared.kernel.message import Command, Recorded


def react(recorded: Recorded) -> Iterator[Command]:
    """The answer goes to the campaign, which knows whether it still waits for it."""
    match recorded.event:
        case ApprovalAccepted(subject="content") | ApprovalRefused(subject="content") as event:
            yield AnswerContent(
                id=derive(recorded.id, "answer-content"),
                at=recorded.recorded_at,
                by=CAMPAIGNS,
                campaign_id=CampaignId(event.subject_id),
                version=event.subject_version,
                answer="approve" if isinstance(event, ApprovalAccepted) else "refuse",
                answered_by=event.by,
                comment=event.comment,
                request_id=event.request_id,
            )

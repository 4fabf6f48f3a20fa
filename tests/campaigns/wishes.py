"""What can be asked of a campaign, with who asks and when unless a spec says otherwise."""

from datetime import datetime
from typing import Any

from services.campaigns.deciders.campaign_commands import (
    CancelCampaign,
    FinishCampaign,
    MakeCampaignAvailable,
    MakeLocalChange,
    PrepareCampaign,
    ReviseCampaign,
    StartCampaign,
)
from shared.kernel.message import Actor, Event
from tests.campaigns.words import (
    ANNA,
    AVAILABLE,
    BO,
    DEFINITION,
    END,
    ID,
    MACHINE,
    REFERENCE,
    START,
    available,
    child,
    started,
)
from tests.facts import id_of
from tests.world import MONDAY

EVERY_STATE: tuple[tuple[Event, ...], ...] = ((child,), (child, available), (child, available, started()))
"""What an entity's campaign has been through while it has not ended."""


def asks(by: Actor = BO, at: datetime = MONDAY) -> dict[str, Any]:
    return {"id": id_of("command"), "at": at, "by": by}


def prepare(**more: Any) -> PrepareCampaign:
    base = {
        "campaign_id": REFERENCE,
        "number": 25,
        "template": "opCollaborativeByCampaign",
        "label": "Spring",
        "definition": DEFINITION,
        "starts_at": START,
        "ends_at": END,
    }
    return PrepareCampaign(**asks(), **{**base, **more})


def revise(by: Actor = BO, **more: Any) -> ReviseCampaign:
    return ReviseCampaign(**asks(by), **{"campaign_id": REFERENCE, **more})


def change(by: Actor = ANNA, at: datetime = AVAILABLE, **values: Any) -> MakeLocalChange:
    return MakeLocalChange(**asks(by, at), campaign_id=ID, values=values)


def start(campaign_id: Any = ID, by: Actor = ANNA, at: datetime = AVAILABLE) -> StartCampaign:
    return StartCampaign(**asks(by, at), campaign_id=campaign_id)


def finish(by: Actor = ANNA, at: datetime = AVAILABLE, campaign_id: Any = ID) -> FinishCampaign:
    return FinishCampaign(**asks(by, at), campaign_id=campaign_id)


def cancel(by: Actor = ANNA, reason: str = "No staff", campaign_id: Any = ID) -> CancelCampaign:
    return CancelCampaign(**asks(by), campaign_id=campaign_id, reason=reason)


def make_available(at: datetime = AVAILABLE) -> MakeCampaignAvailable:
    return MakeCampaignAvailable(**asks(MACHINE, at), campaign_id=ID)

"""Handing content in, starting, stopping, calling off and using again."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict

from services.campaigns.deciders.campaign_commands import (
    CancelCampaign,
    FinishCampaign,
    ReinitialiseCampaign,
    StartCampaign,
    SubmitContent,
)
from services.campaigns.routes.reading import campaign_of
from services.campaigns.routes.resources import Campaign
from shared.kernel.ids import CampaignId
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts
from shared.web.desk import Body, Nothing, StrictRoute, answer, desk_of
from shared.web.problems import documented

router = APIRouter(prefix="/campaigns/{campaign_id}", tags=["campaigns"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Runner = Annotated[Caller, Depends(acts("central", "local", "admin"))]
Central = Annotated[Caller, Depends(acts("central", "admin"))]
PROBLEMS = documented(400, 401, 403, 404, 409, 422)


class CampaignCancellation(Body):
    """Why the campaign is called off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The supplier left"}]})

    reason: str


@router.post("/submit-content", response_model=Campaign, responses=PROBLEMS)
async def submit_content(campaign_id: CampaignId, body: Nothing, here: Here, caller: Runner) -> Response:
    """Hand the content in to those named in the order and the entity's campaign reviewers; the first answer counts.

    Head office may do it for the entity. What is changed after that is handed in again.
    """
    del body
    return await _obeyed(here, caller, SubmitContent(**caller.asks(), campaign_id=campaign_id))


@router.post("/start", response_model=Campaign, responses=PROBLEMS)
async def start_campaign(campaign_id: CampaignId, body: Nothing, here: Here, caller: Runner) -> Response:
    """Run it: the entity its own campaign, head office the reference.

    Where the definition says `content_approval`, the content of an entity's campaign is approved first.
    """
    del body
    return await _obeyed(here, caller, StartCampaign(**caller.asks(), campaign_id=campaign_id))


@router.post("/stop", response_model=Campaign, responses=PROBLEMS)
async def stop_campaign(campaign_id: CampaignId, body: Nothing, here: Here, caller: Runner) -> Response:
    """Finish it before its end date."""
    del body
    return await _obeyed(here, caller, FinishCampaign(**caller.asks(), campaign_id=campaign_id))


@router.post("/cancel", response_model=Campaign, responses=PROBLEMS)
async def cancel_campaign(
    campaign_id: CampaignId, body: CampaignCancellation, here: Here, caller: Runner
) -> Response:
    """Call it off; what has not gone out will not."""
    command = CancelCampaign(**caller.asks(), campaign_id=campaign_id, reason=body.reason)
    return await _obeyed(here, caller, command)


@router.post("/reinitialise", response_model=Campaign, responses=PROBLEMS)
async def reinitialise_campaign(
    campaign_id: CampaignId, body: Nothing, here: Here, caller: Central
) -> Response:
    """Use a cancelled reference campaign again."""
    del body
    return await _obeyed(here, caller, ReinitialiseCampaign(**caller.asks(), campaign_id=campaign_id))


async def _obeyed(
    here: Desk,
    caller: Caller,
    command: SubmitContent | StartCampaign | FinishCampaign | CancelCampaign | ReinitialiseCampaign,
) -> Response:
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(campaign_of, here, caller.actor, command.campaign_id))

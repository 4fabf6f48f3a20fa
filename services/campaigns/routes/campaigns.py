"""Campaigns: prepared by head office, created by orders, adapted by entities."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.campaigns.deciders.campaign import CAMPAIGN
from services.campaigns.deciders.campaign_commands import MakeLocalChange, PrepareCampaign, ReviseCampaign
from services.campaigns.projections import built_on, campaign_list
from services.campaigns.routes.bodies import CampaignEdit, NewCampaign
from services.campaigns.routes.reading import campaign_of, line, tracked
from services.campaigns.routes.resources import Campaign, ListedCampaign, Tracked
from shared.contracts.catalog import PackageKind
from shared.kernel.decider import Refused
from shared.kernel.ids import CampaignId, derive
from shared.kernel.moment import AnyMoment
from shared.kernel.searching import sought
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, acts, allow, edits
from shared.web.desk import StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.journal import Journal, journal
from shared.web.lists import Listing, Page, Paging, listed
from shared.web.problems import documented
from shared.web.sheets import Form

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]
PROBLEMS = documented(400, 401, 403, 404, 409, 412, 422, 428)
BEYOND = 2**62
SHEET = (
    *("name", "label", "kind", "status", "available_at", "starts_at", "ends_at", "reason", "template"),
    *("campaign_id", "parent_id", "order_id", "package_id", "entity_id", "tracking"),
)
CAMPAIGNS = Listing("campaigns", SHEET, {"number": BEYOND})
CHILDREN = Listing("children", SHEET, {"number": 0})


@router.get("", response_model=Page[ListedCampaign], responses=documented(400, 401, 403))
async def list_campaigns(
    request: Request,
    here: Here,
    caller: Anyone,
    paging: Annotated[Paging, Depends()],
    status: Annotated[str, Query(max_length=20)] = "",
    kind: PackageKind | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Campaigns, newest first. An entity's people see the entity's own only."""
    await fresh_enough(request, here)
    mine = "" if caller.actor.is_central else str(caller.actor.entity_id)
    wanted = {"status": status, "kind": kind or "", "entity_id": mine, **sought(q)}
    few = bool(q and not mine) and bool((await here.rows(campaign_list.SURVEY, wanted))[0]["few"])
    return await listed(
        CAMPAIGNS,
        paging,
        lambda last, most: here.rows(
            *campaign_list.listed({**wanted, "before": last[0], "limit": most}, few=few)
        ),
        line,
    )


@router.get("/tracking/{reference}", response_model=Tracked, responses=documented(401, 403, 404))
async def resolve_tracking(
    request: Request,
    reference: UUID,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "admin"))],
) -> Response:
    """Whose an open or a click is: the one campaign that carries this tracking reference, and its one parent."""
    await fresh_enough(request, here)
    del caller
    return shown(await tracked(here, reference))


@router.get("/{campaign_id}", response_model=Campaign, responses=documented(401, 403, 404))
async def show_campaign(request: Request, campaign_id: CampaignId, here: Here, caller: Anyone) -> Response:
    """One campaign with the values that count in it, its target, and its words in every language."""
    await fresh_enough(request, here)
    return shown(await campaign_of(here, caller.actor, campaign_id))


@router.get(
    "/{campaign_id}/children", response_model=Page[ListedCampaign], responses=documented(400, 401, 403, 404)
)
async def list_children(
    request: Request,
    campaign_id: CampaignId,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "admin"))],
    paging: Annotated[Paging, Depends()],
) -> Response:
    """What approved orders created from this reference campaign."""
    await fresh_enough(request, here)
    shown(await here.one(campaign_list.ONE, {"campaign_id": str(campaign_id)}))
    del caller
    parent = {"parent_id": str(campaign_id)}
    return await listed(
        CHILDREN,
        paging,
        lambda last, most: here.rows(campaign_list.CHILDREN, {**parent, "after": last[0], "limit": most}),
        line,
    )


@router.get("/{campaign_id}/journal", response_model=Journal, responses=documented(400, 401, 403, 404))
async def show_journal(
    campaign_id: CampaignId,
    here: Here,
    caller: Anyone,
    as_of: AnyMoment | None = None,
    form: Form = "json",
) -> Response:
    """Who did what to it, when and why; as of a moment if one is given."""
    moment: datetime | None = as_of
    stream = f"campaign-{campaign_id}"
    return await journal(
        here, CAMPAIGN, stream, caller.actor, lambda state: state.entity_id, as_of=moment, form=form
    )


@router.post("", status_code=201, response_model=Campaign, responses=PROBLEMS)
async def prepare_campaign(
    body: NewCampaign, here: Here, caller: Annotated[Caller, Depends(acts("central", "admin"))]
) -> Response:
    """Prepare a reference campaign; its id follows from the Idempotency-Key."""
    campaign_id = CampaignId(derive("campaign", caller.command_id))
    command = PrepareCampaign(**caller.asks(), campaign_id=campaign_id, **body.wish())
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(campaign_of, here, caller.actor, campaign_id), status=201)


@router.patch("/{campaign_id}", response_model=Campaign, responses=PROBLEMS)
async def edit_campaign(
    request: Request,
    campaign_id: CampaignId,
    body: CampaignEdit,
    here: Here,
    caller: Annotated[Caller, Depends(edits("central", "local", "admin"))],
) -> Response:
    """Head office revises its reference campaign, its kind too; an entity the fields of its own."""
    if body.values is not None and body.wish():
        raise Stop(Refused("campaign.values-alone", "invalid", field="values"), 422)
    place = {**caller.asks(), "campaign_id": campaign_id}
    if body.values is None:
        in_use = body.kind is not None and await _in_use(request, campaign_id, here)
        outcome = await here.execute(ReviseCampaign(**place, **body.wish(), in_use=in_use), caller.asked)
    else:
        outcome = await here.execute(MakeLocalChange(**place, values=body.values), caller.asked)
    return await answer(here, outcome, partial(campaign_of, here, caller.actor, campaign_id))


async def _in_use(request: Request, campaign_id: CampaignId, here: Desk) -> bool:
    """Whether a package or an order is known that hangs on it, those that this caller has just made among them."""
    await fresh_enough(request, here)
    return await here.one(built_on.IN_USE, {"campaign_id": str(campaign_id)}) is not None

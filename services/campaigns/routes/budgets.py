"""Budgets of entities, and how a package's fixed costs are shared."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field

from services.campaigns.deciders.budget_commands import SetBudget, budget_of
from services.campaigns.projections import budget_list, campaign_list, entity_origin, seen_orders
from services.campaigns.projections.seen_packages import NEWEST
from services.campaigns.routes.costs import budget_line, charge_line, money
from services.campaigns.routes.resources import Budget, ListedBudget, Shares
from shared.contracts.catalog import CostTerms
from shared.kernel.ids import BudgetId, CampaignId, EntityId, PackageId
from shared.kernel.message import Actor
from shared.runtime.host import Desk
from shared.web.caller import Caller, allow
from shared.web.desk import Body, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.lists import Listing, Page, Paging, listed
from shared.web.problems import documented

router = APIRouter(tags=["budgets"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]
BUDGETS = Listing(
    "budgets",
    (
        *("entity_id", "campaign_id", "amount.amount", "reserved.amount", "committed.amount", "left.amount"),
        *("committed.currency", "budget_id"),
    ),
    {"budget_id": ""},
)
SHARES = Listing("shares", ("entity_id", "share.amount", "share.currency"), {"entity_id": ""})


class BudgetWish(Body):
    """What an entity may spend, in hundredths of the installation's currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_cents": 1_250_000}]})

    amount_cents: Annotated[int, Field(ge=0, le=10**13)]


@router.get("/budgets", response_model=Page[ListedBudget], responses=documented(400, 401, 403))
async def list_budgets(
    request: Request,
    here: Here,
    caller: Anyone,
    paging: Annotated[Paging, Depends()],
    campaign: CampaignId | None = None,
) -> Response:
    """Budgets with what is reserved and committed. An entity's people see the entity's own only."""
    await fresh_enough(request, here)
    wanted = {"entity_id": _mine(caller.actor), "campaign_id": str(campaign or "")}
    return await listed(
        BUDGETS,
        paging,
        lambda last, most: here.rows(budget_list.LIST, {**wanted, "after": last[0], "limit": most}),
        partial(budget_line, currency=request.app.state.currency),
    )


@router.get("/budgets/{budget_id}", response_model=Budget, responses=documented(401, 403, 404))
async def show_budget(request: Request, budget_id: BudgetId, here: Here, caller: Anyone) -> Response:
    """One budget with every order that was ever charged to it."""
    await fresh_enough(request, here)
    return shown(await _budget_of(here, request.app.state.currency, caller.actor, budget_id))


@router.put(
    "/campaigns/{campaign_id}/budgets/{entity_id}",
    response_model=Budget,
    responses=documented(400, 401, 403, 404, 412, 422),
)
async def set_budget(
    request: Request,
    campaign_id: CampaignId,
    entity_id: EntityId,
    body: BudgetWish,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "admin"))],
) -> Response:
    """Say what an entity may spend on a reference campaign. It warns before ordering, and stops nobody."""
    await fresh_enough(request, here)
    reference = await here.one(campaign_list.ONE, {"campaign_id": str(campaign_id)})
    entity = await here.one(entity_origin.ONE, {"entity_id": str(entity_id)})
    if reference is None or reference["parent_id"] or entity is None:
        return shown(None)
    budget_id = budget_of(entity_id, campaign_id)
    command = SetBudget(
        **caller.asks(),
        budget_id=budget_id,
        entity_id=entity_id,
        campaign_id=campaign_id,
        **body.model_dump(),
    )
    outcome = await here.execute(command, caller.asked)
    read = partial(_budget_of, here, request.app.state.currency, caller.actor, budget_id)
    return await answer(here, outcome, read)


@router.get("/packages/{package_id}/shares", response_model=Shares, responses=documented(400, 401, 403, 404))
async def list_shares(
    request: Request,
    package_id: PackageId,
    here: Here,
    caller: Anyone,
    paging: Annotated[Paging, Depends()],
) -> Response:
    """How the fixed costs of the newest edition are shared, before any subsidy. An entity's people see their own."""
    await fresh_enough(request, here)
    package = await here.one(NEWEST, {"package_id": str(package_id)})
    place = {"package_id": str(package_id), "edition": package["edition"] if package else 0}
    wanted = {**place, "entity_id": _mine(caller.actor)}
    own = await here.rows(seen_orders.SHARES, {**wanted, "after": "", "limit": 1})
    if package is None or not (own or caller.actor.is_central):
        return shown(None)
    terms, currency = CostTerms.model_validate_json(package["costs"]), request.app.state.currency
    whole = {"fixed": money(terms.fixed_cents, currency), "subsidy_percent": terms.subsidy_percent}
    return await listed(
        SHARES,
        paging,
        lambda last, most: here.rows(seen_orders.SHARES, {**wanted, "after": last[0], "limit": most}),
        lambda row: {"entity_id": row["entity_id"], "share": money(row["fixed_cents"], currency)},
        {**whole, "rule": terms.rule},
    )


async def _budget_of(here: Desk, currency: str, actor: Actor, budget_id: BudgetId) -> dict[str, Any] | None:
    row = await here.one(budget_list.ONE, {"budget_id": str(budget_id)})
    if row is None or _mine(actor) not in {"", row["entity_id"]}:
        return None
    charges = await here.rows(budget_list.CHARGES, {"budget_id": str(budget_id)})
    return budget_line(row, currency) | {"orders": [charge_line(one, currency) for one in charges]}


def _mine(actor: Actor) -> str:
    return "" if actor.is_central else str(actor.entity_id)

"""An entity's own ceiling of contacts on a reference campaign: seen, set, lifted."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.campaigns.deciders.campaign_commands import LiftOwnRule, SetOwnRule
from services.campaigns.deciders.own_rule import own_at, ruled
from services.campaigns.projections import campaign_list, entity_origin, own_rules, seen_packages
from services.campaigns.routes.bodies import OwnRuleWish
from services.campaigns.routes.resources import Rules
from shared.contracts.campaigns import Definition
from shared.kernel.ids import CampaignId, EntityId
from shared.kernel.message import Actor
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, allow
from shared.web.desk import StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.problems import documented

router = APIRouter(
    prefix="/campaigns/{campaign_id}/rules/{entity_id}", tags=["campaigns"], route_class=StrictRoute
)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]


@router.get("", response_model=Rules, responses=documented(401, 403, 404))
async def show_rule(
    request: Request, campaign_id: CampaignId, entity_id: EntityId, here: Here, caller: Anyone
) -> Response:
    """Head office's rule, the entity's own, and which of them counts; with all that was said, when and by whom."""
    await fresh_enough(request, here)
    return shown(await _rule_of(here, caller.actor, campaign_id, entity_id))


@router.put("", response_model=Rules, responses=documented(400, 401, 403, 404, 409, 412, 422))
async def set_rule(
    request: Request,
    campaign_id: CampaignId,
    entity_id: EntityId,
    body: OwnRuleWish,
    here: Here,
    caller: Anyone,
) -> Response:
    """Replace head office's rule in what this entity orders from now on. An own rule may only be narrower."""
    await fresh_enough(request, here)
    shown(await _rule_of(here, caller.actor, campaign_id, entity_id))
    command = SetOwnRule(**caller.asks(), campaign_id=campaign_id, entity_id=entity_id, **body.model_dump())
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_rule_of, here, caller.actor, campaign_id, entity_id))


@router.delete("", response_model=Rules, responses=documented(401, 403, 404))
async def lift_rule(
    request: Request, campaign_id: CampaignId, entity_id: EntityId, here: Here, caller: Anyone
) -> Response:
    """Let head office's rule hold again; what was ordered under the entity's own keeps it."""
    await fresh_enough(request, here)
    shown(await _rule_of(here, caller.actor, campaign_id, entity_id))
    command = LiftOwnRule(**caller.asks(), campaign_id=campaign_id, entity_id=entity_id)
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_rule_of, here, caller.actor, campaign_id, entity_id))


async def _rule_of(
    here: Desk, actor: Actor, campaign_id: CampaignId, entity_id: EntityId
) -> dict[str, Any] | None:
    """The two rules; None where there is no such reference or entity, or neither is this actor's to see."""
    whose = {"campaign_id": str(campaign_id), "entity_id": str(entity_id)}
    reference = await here.one(campaign_list.ONE, whose)
    entity = await here.one(entity_origin.ONE, whose)
    offered = actor.is_central or await here.one(seen_packages.OFFERED, whose)
    if reference is None or reference["parent_id"] or not (entity and offered and actor.sees(entity_id)):
        return None
    said = await here.rows(own_rules.SHOWN, whose)
    return whose | _both(Definition.model_validate_json(reference["definition"]), said)


def _both(definition: Definition, said: Sequence[Row]) -> dict[str, Any]:
    own = own_at(said, None)
    rules = {"central": definition.pressure, "own": own, "counts": ruled(definition, own).pressure}
    told = {name: rule.model_dump() if rule else None for name, rule in rules.items()}
    return {**told, "said": [dict(one) for one in said]}

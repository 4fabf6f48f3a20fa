"""The ceiling of contacts of a campaign in a browser: head office's rule, and an entity's own."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.gateway.routes.pages.inputs import Input, entered, filled, kept, labelled, wrongs
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.words import word
from shared.kernel.ids import CampaignId, EntityId

router = APIRouter(route_class=PageRoute)
MOST = 200
ASKED = (
    Input("most", "number", word("At most so many contacts"), required=True),
    Input("days", "number", word("Within so many days"), required=True),
)


@router.get("/campaigns/{campaign_id}/rules")
async def show_rules(
    visit: Seen, campaign_id: CampaignId, entity: Annotated[EntityId | None, Query()] = None
) -> Response:
    """The rules for an entity: one's own, or the one that head office asks for."""
    return await _page(visit, campaign_id, str(entity or visit.actor.entity_id or ""))


@router.post("/campaigns/{campaign_id}/rules/{entity_id}")
async def set_rule(visit: Seen, form: Sent, campaign_id: CampaignId, entity_id: EntityId) -> Response:
    """Give the entity a rule of its own."""
    body, wrong = entered(ASKED, form, visit.language, visit.zone)
    values = kept(ASKED, form)
    if wrong:
        problem = visit.unreadable(ASKED, wrong)
        return await _page(visit, campaign_id, str(entity_id), problem, values=values, wrong=wrong)
    answered = await visit.send("PUT", f"/campaigns/{campaign_id}/rules/{entity_id}", form, body)
    if answered.is_error:
        problem = labelled(ASKED, answered.json(), visit.language) or {}
        told = {"values": values, "wrong": wrongs(ASKED, problem)}
        return await _page(visit, campaign_id, str(entity_id), problem, **told)
    return _seen(visit, campaign_id, entity_id)


@router.post("/campaigns/{campaign_id}/rules/{entity_id}/lift")
async def lift_rule(visit: Seen, form: Sent, campaign_id: CampaignId, entity_id: EntityId) -> Response:
    """Let head office's rule hold for it again."""
    answered = await visit.send("DELETE", f"/campaigns/{campaign_id}/rules/{entity_id}", form)
    if answered.is_error:
        return await _page(visit, campaign_id, str(entity_id), answered.json())
    return _seen(visit, campaign_id, entity_id)


def _seen(visit: Visit, campaign_id: CampaignId, entity_id: EntityId) -> Response:
    return visit.on(f"/campaigns/{campaign_id}/rules", "saved", entity=str(entity_id))


async def _page(
    visit: Visit,
    campaign_id: CampaignId,
    entity: str,
    problem: Mapping[str, Any] | None = None,
    **more: Any,
) -> Response:
    entities = (await visit.read("/entities", limit=MOST))["items"] if visit.central else []
    known: dict[str, Any] = {
        "campaign_id": campaign_id,
        "entity": entity,
        "entities": [one for one in entities if one["level"] == "local" and not one["closed"]],
        "rules": await visit.read(f"/campaigns/{campaign_id}/rules/{entity}") if entity else None,
        "asked": ASKED,
        "wrong": {},
        "problem": problem,
    }
    known["values"] = filled(ASKED, (known["rules"] or {}).get("own") or {}, visit.zone)
    return visit.page(
        "campaign-rules.html", **{**known, **more}, status=problem["status"] if problem else 200
    )

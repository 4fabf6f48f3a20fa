"""Evaluations, of an order or before there is one; asked as often as one likes, stating nothing."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ConfigDict

from services.campaigns.projections import campaign_list, order_values, seen_orders, seen_packages
from services.campaigns.routes.evaluating import Evaluation, Place, evaluated
from services.campaigns.routes.resources import Evaluated
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId, OrderId, PackageId
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, allow
from shared.web.desk import StrictRoute, desk_of, fresh_enough, shown
from shared.web.problems import documented

router = APIRouter(tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]
PROBLEMS = documented(400, 401, 403, 404, 422, 503)


class OrderEvaluation(Evaluation):
    """What is asked of an order; `values` are tried instead of its own."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "target", "values": {"age_segment": "30-49"}}]}
    )


class PackageEvaluation(Evaluation):
    """What is asked before there is an order. `entity_id` is for head office; a local person asks for its own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "content",
                    "values": {"greeting": "Hej"},
                    "form": "html",
                    "seed": {"name": "Seed", "email": "seed@example.test"},
                }
            ]
        }
    )

    entity_id: EntityId | None = None


@router.post("/orders/{order_id}/evaluations", response_model=Evaluated, responses=PROBLEMS)
async def evaluate_order(
    request: Request, order_id: OrderId, body: OrderEvaluation, here: Here, caller: Anyone
) -> Response:
    """A count, an amount for that count, or the words, with the moment at which it was taken."""
    await fresh_enough(request, here)
    row = await here.one(order_values.ONE, {"order_id": str(order_id)})
    if row is None or not caller.actor.sees(EntityId(UUID(row["entity_id"]))):
        return shown(None)
    reference = await here.one(campaign_list.ONE, {"campaign_id": row["reference_id"]})
    if reference is None:
        return shown(None)
    ordered = await here.one(seen_orders.ORDER, {"order_id": str(order_id)})
    place = Place(
        reference,
        row["package_id"],
        row["edition"],
        row["entity_id"],
        json.loads(row["entries"]),
        str(order_id),
        ordered["ordered_at"] if ordered else None,
    )
    return JSONResponse(await evaluated(here, caller, body, place, request.app.state.currency))


@router.post("/packages/{package_id}/evaluations", response_model=Evaluated, responses=PROBLEMS)
async def evaluate_package(
    request: Request, package_id: PackageId, body: PackageEvaluation, here: Here, caller: Anyone
) -> Response:
    """The same before anything is ordered: nothing begins, nothing is numbered, nothing is kept."""
    await fresh_enough(request, here)
    entity_id = body.entity_id or caller.actor.entity_id
    if entity_id is None:
        raise Stop(Refused("evaluation.entity-missing", "invalid", field="entity_id"), 422)
    place = await offered_to(here, caller, package_id, entity_id)
    if place is None or not caller.actor.sees(entity_id):
        return shown(None)
    return JSONResponse(await evaluated(here, caller, body, place, request.app.state.currency))


async def offered_to(here: Desk, caller: Caller, package_id: PackageId, entity_id: EntityId) -> Place | None:
    """Where this entity would order; None where the package is not offered to it, or to head office not known."""
    package = await here.one(seen_packages.NEWEST, {"package_id": str(package_id)})
    if package is None or not (package["status"] == "published" or caller.actor.is_central):
        return None
    whose = {"package_id": str(package_id), "edition": package["edition"], "entity_id": str(entity_id)}
    (guests,) = await here.rows(seen_packages.GUESTS, whose)
    open_to_all = package["kind"] == "local" and not guests["size"]
    reference = await here.one(campaign_list.ONE, {"campaign_id": package["reference_id"]})
    if reference is None or not (open_to_all or guests["mine"]):
        return None
    return Place(reference, str(package_id), package["edition"], str(entity_id), {})

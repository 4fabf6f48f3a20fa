"""What an order would come to: how many, how much, in which words; asked as often as one likes, stating nothing."""

import json
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field

from services.campaigns.deciders.definition import defaults_of, wrong_values
from services.campaigns.deciders.wording import filled
from services.campaigns.projections import campaign_list, order_values
from services.campaigns.routes.reading import target_of
from shared.contracts.campaigns import Definition
from shared.contracts.ordering import Values
from shared.kernel.ids import EntityId, OrderId
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, allow
from shared.web.desk import Body, StrictRoute, desk_of, fresh_enough, shown
from shared.web.problems import STATUS, documented

router = APIRouter(prefix="/orders/{order_id}/evaluations", tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]


class Evaluation(Body):
    """What is asked; `values` are tried instead of the order's own, and kept nowhere."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "target", "values": {"age_segment": "30-49"}}]}
    )

    kind: Literal["target", "budget", "content"]
    values: Values = Field(default_factory=dict)


@router.post("", responses=documented(400, 401, 403, 404, 422, 503))
async def evaluate_order(
    request: Request, order_id: OrderId, body: Evaluation, here: Here, caller: Anyone
) -> Response:
    """A count, an amount for that count, or the words, with the moment at which it was taken."""
    await fresh_enough(request, here)
    row = await here.one(order_values.ONE, {"order_id": str(order_id)})
    if row is None or not caller.actor.sees(EntityId(UUID(row["entity_id"]))):
        return shown(None)
    reference = await here.one(campaign_list.ONE, {"campaign_id": row["reference_id"]})
    if reference is None:
        return shown(None)
    definition = Definition.model_validate_json(reference["definition"])
    if wrong := wrong_values(definition, body.values):
        raise Stop(wrong, STATUS[wrong.kind])
    values = defaults_of(definition) | json.loads(row["entries"]) | body.values
    found = await _evaluated(
        here, body.kind, definition, values, {**reference, "entity_id": row["entity_id"]}
    )
    if body.kind == "budget":
        found["amount"] = _money(definition, found["target"]["count"], request.app.state.currency)
    return JSONResponse({"kind": body.kind, "taken_at": caller.at.isoformat(), "values": values, **found})


async def _evaluated(
    here: Desk, kind: str, definition: Definition, values: Values, row: Row
) -> dict[str, Any]:
    if kind == "content":
        return {
            "content": {
                language: {"subject": filled(text.subject, values), "body": filled(text.body, values)}
                for language, text in definition.content.items()
            }
        }
    return {"target": await target_of(here, definition, values, row)}


def _money(definition: Definition, count: int | None, currency: str) -> dict[str, str] | None:
    if count is None:
        return None
    amount = Decimal(definition.message_cost_cents * count) / 100
    return {"amount": f"{amount:.2f}", "currency": currency}

"""What can be done to an order by its entity and by head office."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, Field

from services.ordering.deciders.form import Wish
from services.ordering.deciders.order_commands import (
    CancelOrder,
    EnterParameters,
    PlaceOrder,
    ReopenOrder,
    WithdrawOrder,
)
from services.ordering.deciders.parameters import PageWish
from services.ordering.projections import audience
from services.ordering.routes.forms import Label
from services.ordering.routes.looking import around, entitled_in, order_of, owned
from services.ordering.routes.resources import Order
from shared.kernel.ids import OrderId
from shared.kernel.message import Command
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, edits
from shared.web.desk import Body, Nothing, StrictRoute, answer, desk_of
from shared.web.problems import documented

router = APIRouter(prefix="/orders", tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("ordering"))]
Doer = Annotated[Caller, Depends(acts("central", "local", "admin"))]
PROBLEMS = documented(400, 401, 403, 404, 409, 422)


class Parameters(Body):
    """What is to change; what is left out stays, and a field given as null loses its entry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "values": {"greeting": "Hej då", "age_segment": None},
                    "parameters": {"program": "Spring 2026", "budget": None},
                }
            ]
        }
    )

    label: Label | None = None
    comment: str | None = None
    values: Wish = Field(default_factory=dict)
    parameters: PageWish = PageWish()


class Withdrawal(Body):
    """Why the entity steps back, if it wants to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "No staff that week"}]})

    reason: str = ""


class Cancellation(Body):
    """Why head office ends the order; the entity reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The shop is being rebuilt"}]})

    reason: str


class Reopening(Body):
    """Why head office lets the order be changed once more; the entity reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The date was moved"}]})

    reason: str


@router.patch(
    "/{order_id}", response_model=Order, responses=documented(400, 401, 403, 404, 409, 412, 422, 428)
)
async def enter_parameters(
    order_id: OrderId,
    body: Parameters,
    here: Here,
    caller: Annotated[Caller, Depends(edits("central", "local", "admin"))],
) -> Response:
    """Fill in or change form and standard page, until registration closes or somebody has said yes to the order."""
    order = await owned(here, caller.actor, order_id)
    known = await around(here, order)
    known["entitled"] = await entitled_in(here, body.parameters, order["entity_id"])
    wish = body.model_dump(exclude_unset=True)
    command = EnterParameters(**caller.asks(), order_id=order_id, **known, **wish)
    return await _obeyed(here, caller, command, order_id)


@router.post("/{order_id}/place", response_model=Order, responses=PROBLEMS)
async def place_order(order_id: OrderId, here: Here, caller: Doer, body: Nothing | None = None) -> Response:
    """Hand the order in, for the first time or after a rejection."""
    del body
    order = await owned(here, caller.actor, order_id)
    known = await around(here, order)
    entity = await here.one(audience.ENTITY, {"entity_id": order["entity_id"]})
    closed = bool(entity and entity["closed"])
    command = PlaceOrder(**caller.asks(), order_id=order_id, entity_closed=closed, **known)
    return await _obeyed(here, caller, command, order_id)


@router.post("/{order_id}/withdraw", response_model=Order, responses=PROBLEMS)
async def withdraw_order(
    order_id: OrderId, here: Here, caller: Doer, body: Withdrawal | None = None
) -> Response:
    """Step back from an order before it can be used, or from a subscription before its deadline."""
    known = await around(here, await owned(here, caller.actor, order_id))
    command = WithdrawOrder(
        **caller.asks(), order_id=order_id, offered=known["offered"], reason=body.reason if body else ""
    )
    return await _obeyed(here, caller, command, order_id)


@router.post("/{order_id}/cancel", response_model=Order, responses=PROBLEMS)
async def cancel_order(
    order_id: OrderId,
    body: Cancellation,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "admin"))],
) -> Response:
    """End somebody's order for a reason. It stays readable with its whole history."""
    command = CancelOrder(**caller.asks(), order_id=order_id, because="central", reason=body.reason)
    return await _obeyed(here, caller, command, order_id)


@router.post("/{order_id}/reopen", response_model=Order, responses=PROBLEMS)
async def reopen_order(
    order_id: OrderId,
    body: Reopening,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "admin"))],
) -> Response:
    """Let an order be changed that is past its registration deadline or its approval.

    An approved order is answered anew once it is handed in again; a subscription is in as it then stands when it is
    handed in, or when nothing is heard of it for as many days as an answer may take.
    """
    known = await around(here, await owned(here, caller.actor, order_id))
    command = ReopenOrder(**caller.asks(), order_id=order_id, offered=known["offered"], reason=body.reason)
    return await _obeyed(here, caller, command, order_id)


async def _obeyed(here: Desk, caller: Caller, command: Command, order_id: OrderId) -> Response:
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(order_of, here, caller.actor, order_id))

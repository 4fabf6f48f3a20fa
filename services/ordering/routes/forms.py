"""The form of a package, and opening it."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field, StringConstraints

from services.ordering.deciders import form as order_form
from services.ordering.deciders.form import Wish
from services.ordering.deciders.offered import Offered, visible
from services.ordering.deciders.order_commands import DraftOrder, order_id_of
from services.ordering.deciders.parameters import Page, PageWish, asked
from services.ordering.projections import audience, order_list
from services.ordering.routes.looking import asked_of, entitled_in, offered_to, order_of, page_as
from services.ordering.routes.resources import Order, OrderForm
from shared.kernel.ids import EntityId, OrderId, PackageId, derive
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow
from shared.web.desk import Body, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.problems import documented

router = APIRouter(prefix="/packages", tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("ordering"))]
Label = Annotated[str, StringConstraints(max_length=200)]


class NewOrder(Body):
    """The first page of the form, and as much of the rest as is known. `values` are entries by field name.

    `entity_id` is for head office, acting for an entity; a local person orders for its own.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "label": "Spring in East",
                    "comment": "Two shops take part",
                    "values": {"greeting": "Hej", "age_segment": "30-49"},
                    "parameters": {"budget": "East 2026", "description": "For both shops"},
                }
            ]
        }
    )

    label: Label = ""
    comment: str = ""
    values: Wish = Field(default_factory=dict)
    parameters: PageWish = PageWish()
    entity_id: EntityId | None = None


@router.get("/{package_id}/form", response_model=OrderForm, responses=documented(400, 401, 403, 404))
async def show_form(
    request: Request,
    package_id: PackageId,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "local", "admin"))],
) -> Response:
    """The fields to fill in, with labels in both languages and defaults, before an order is begun.

    A pre-set campaign has none. `page` says which of the standard parameters are asked for, and how many reviewers
    and documents are taken.
    """
    await fresh_enough(request, here)
    offered = await offered_to(here, package_id, caller.actor.entity_id)
    if offered is None or not visible(offered, caller.actor):
        return shown(None)
    form, page = await asked_of(here, offered.offer.reference_id)
    fields = list(order_form.shown(asked(form, page), {}, order_form.defaults(form, {})))
    place = offered.offer.model_dump(mode="json", include={"package_id", "edition", "registration_deadline"})
    return shown({**place, "fields": fields, "page": page_as(page, offered.offer.kind)})


@router.post(
    "/{package_id}/orders",
    status_code=201,
    response_model=Order,
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def draft_order(
    package_id: PackageId,
    body: NewOrder,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "local", "admin"))],
) -> Response:
    """Open the form: the order has its number from now on, and counts once it is placed.

    On a package in automatic mode this is how an entity that had left joins again.
    """
    entity_id = body.entity_id or caller.actor.entity_id
    offered = await offered_to(here, package_id, entity_id)
    order_id = await _next_id(here, caller, offered, entity_id)
    form, page = await asked_of(here, offered.offer.reference_id) if offered else ((), Page())
    entity = await here.one(audience.ENTITY, {"entity_id": str(entity_id)})
    command = DraftOrder(
        **caller.asks(),
        order_id=order_id,
        entity_id=entity_id,
        entity_known=entity is not None,
        entity_closed=bool(entity and entity["closed"]),
        offered=offered,
        form=form,
        page=page,
        entitled=await entitled_in(here, body.parameters, entity_id),
        **body.model_dump(exclude={"entity_id"}, exclude_unset=True),
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(order_of, here, caller.actor, order_id), status=201)


async def _next_id(
    here: Desk, caller: Caller, offered: Offered | None, entity_id: EntityId | None
) -> OrderId:
    """The same id for an entity's one order, however often it is begun; a new one where there may be many."""
    if offered is None or offered.multiple_creation:
        return OrderId(derive("order", caller.command_id))
    package_id, edition = offered.offer.package_id, offered.offer.edition
    place: dict[str, Any] = {"package_id": str(package_id), "edition": edition, "entity_id": str(entity_id)}
    (count,) = await here.rows(order_list.ENDED_BEFORE, place)
    return order_id_of(package_id, edition, entity_id, count["ended"])

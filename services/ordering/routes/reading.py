"""Orders to be read: lists, one, and its journal."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from services.ordering.deciders.order import ORDER
from services.ordering.projections import order_list
from services.ordering.routes.looking import order_of, resource
from shared.kernel.ids import EntityId, OrderId, PackageId
from shared.runtime.host import Desk
from shared.web.caller import Caller, allow
from shared.web.desk import StrictRoute, cursor_of, desk_of, fresh_enough, page, shown
from shared.web.journal import journal
from shared.web.problems import documented

router = APIRouter(prefix="/orders", tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("ordering"))]
Reader = Annotated[Caller, Depends(allow("central", "local", "admin"))]
BEYOND = 2**62
Status = Literal[
    "draft",
    "pre_subscribed",
    "placed",
    "rejected",
    "revising",
    "approved",
    "available",
    "withdrawn",
    "cancelled",
]


@router.get("", responses=documented(400, 401, 403, 422))
async def list_orders(
    request: Request,
    here: Here,
    caller: Reader,
    *,
    status: Annotated[list[Status] | None, Query()] = None,
    entity: EntityId | None = None,
    package: PackageId | None = None,
    q: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Orders, newest first. A local person sees its entity's own; others' drafts only where asked for."""
    await fresh_enough(request, here)
    before = cursor_of(cursor, 1) or [BEYOND]
    own = str(caller.actor.entity_id or "")
    wanted = {
        "before": before[0],
        **_statuses(status or (), alone=not (entity or package or own)),
        "entity_id": str(entity or ""),
        "package_id": str(package or ""),
        "own": own,
        "only": "" if caller.actor.is_central else own,
        "q": q,
        "limit": limit + 1,
    }
    found = await here.rows(*order_list.listed(wanted))
    return page([await resource(here, row) for row in found], limit, ("number",))


def _statuses(wanted: Sequence[Status], *, alone: bool) -> dict[str, object]:
    """Drafts of others are found by those alone who ask for drafts."""
    one = alone and len(wanted) == 1
    return {
        "status": wanted[0] if one else "",
        "statuses": f" {' '.join(wanted)} " if wanted and not one else "",
        "undrafted": int(not wanted),
    }


@router.get("/{order_id}", responses=documented(401, 403, 404))
async def show_order(request: Request, order_id: OrderId, here: Here, caller: Reader) -> Response:
    """One order with its form: every field, what counts in it, and whether that is a default."""
    await fresh_enough(request, here)
    return shown(await order_of(here, caller.actor, order_id))


@router.get("/{order_id}/journal", responses=documented(400, 401, 403, 404, 422))
async def show_journal(
    request: Request,
    order_id: OrderId,
    here: Here,
    caller: Reader,
    *,
    as_of: AwareDatetime | None = None,
    form: Literal["json", "csv"] = "json",
) -> Response:
    """Who did what to this order, when and why; as of a moment where one is given."""
    await fresh_enough(request, here)
    return await journal(
        here,
        ORDER,
        f"order-{order_id}",
        caller.actor,
        lambda order: order.entity_id if order else None,
        as_of=as_of,
        form=form,
    )

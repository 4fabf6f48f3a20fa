"""Orders to be read: lists, one, and its journal."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from services.ordering.deciders.order import ORDER
from services.ordering.deciders.order_commands import Begun
from services.ordering.projections import order_list
from services.ordering.routes.looking import order_of, resource
from services.ordering.routes.resources import ListedOrder, Order
from shared.contracts.catalog import PackageKind
from shared.kernel.ids import EntityId, OrderId, PackageId
from shared.kernel.message import Params
from shared.kernel.moment import AnyMoment
from shared.kernel.projection import Row
from shared.kernel.searching import sought
from shared.runtime.host import Desk
from shared.web.caller import Caller, allow
from shared.web.desk import StrictRoute, desk_of, fresh_enough, shown
from shared.web.journal import Journal, journal
from shared.web.lists import Key, Listing, Page, Paging, listed, sorted_by
from shared.web.problems import documented
from shared.web.sheets import Form

router = APIRouter(prefix="/orders", tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("ordering"))]
Reader = Annotated[Caller, Depends(allow("central", "local", "admin"))]
SHEET = (
    *(
        "name",
        "status",
        "status_since",
        "label",
        "comment",
        "entity",
        "entity_label",
        "package",
        "package_label",
    ),
    *("order_folder", "placed_at", "decided_by", "reason", "values", "order_id", "entity_id", "package_id"),
)
NAME = re.compile(r"ord([0-9]{1,18})", re.IGNORECASE)
Sort = Literal["number", "-number", "label", "-label", "status_since", "-status_since"]


async def wanted(
    caller: Reader,
    *,
    status: Annotated[list[Begun] | None, Query()] = None,
    entity: EntityId | None = None,
    package: PackageId | None = None,
    kind: PackageKind | None = None,
    folder: str = "",
    q: str = "",
) -> dict[str, Any]:
    """A dependency: which orders are asked for, as `order_list.listed` wants it."""
    own = str(caller.actor.entity_id or "")
    return {
        **_statuses(status or (), alone=not (entity or package or own)),
        "entity_id": str(entity or ""),
        "package_id": str(package or ""),
        "kind": kind or "",
        "folder": folder,
        "own": own,
        "only": "" if caller.actor.is_central else own,
        **sought(q),
        "called": _called(q),
        "number": 0,
    }


@router.get("", response_model=Page[ListedOrder], responses=documented(400, 401, 403, 422))
async def list_orders(
    request: Request,
    here: Here,
    asked: Annotated[dict[str, Any], Depends(wanted)],
    *,
    paging: Annotated[Paging, Depends()],
    sort: Sort = "-number",
) -> Response:
    """Orders, newest first. A local person sees its entity's own; others' drafts only where asked for.

    `status` may be given several times; `folder` is the package's order folder, `q` a part of the order's or the
    package's label, or the order's number. `sort` with a minus before it is falling.
    """
    await fresh_enough(request, here)
    column: order_list.Column = sort.removeprefix("-")  # type: ignore[assignment]
    few = await _few(here, asked)

    async def read(last: Key, most: int) -> Sequence[Row]:
        place = {"value": last[0], "number": last[-1], "limit": most}
        wanted = order_list.listed({**asked, **place}, column, falling=sort.startswith("-"), few=few)
        rows = await here.rows(*wanted)
        return [await resource(here, row) if paging.form == "json" else _line(row) for row in rows]

    return await listed(Listing("orders", SHEET, sorted_by(column)), paging, read)


async def _few(here: Desk, asked: Params) -> str:
    """The condition that leaves few of all orders. One entity or package has few orders anyway."""
    if not (asked["entity_id"] or asked["package_id"] or asked["only"]):
        for name, survey in order_list.SURVEYS.items():
            if asked[name] and (await here.rows(survey, asked))[0]["few"]:
                return name
    return ""


def _line(row: Row) -> dict[str, Any]:
    """An order as one line of a sheet: the numbers that people say, and what was entered as JSON."""
    names = {"name": "ORD", "package": "CAT", "entity": "OU"}
    numbers = {"name": row["number"], "package": row["package_number"], "entity": row["entity_number"]}
    told = {name: f"{names[name]}{number}" for name, number in numbers.items() if number is not None}
    return {**row, **told, "values": row["entries"]}


def _statuses(wanted: Sequence[Begun], *, alone: bool) -> dict[str, object]:
    """Drafts of others are found by those alone who ask for drafts."""
    one = alone and len(wanted) == 1
    return {
        "status": wanted[0] if one else "",
        "several": int(bool(wanted) and not one),
        **dict(zip_longest(order_list.SEVERAL, sorted(set(wanted)), fillvalue="")),
        "undrafted": int(not wanted),
    }


def _called(words: str) -> int:
    """The number of the order that goes by this name (ORD28); of none for other words."""
    found = NAME.fullmatch(words)
    return int(found[1]) if found else -1


@router.get("/{order_id}", response_model=Order, responses=documented(401, 403, 404))
async def show_order(request: Request, order_id: OrderId, here: Here, caller: Reader) -> Response:
    """One order with its form: every field, what counts in it, and whether that is a default."""
    await fresh_enough(request, here)
    return shown(await order_of(here, caller.actor, order_id))


@router.get("/{order_id}/journal", response_model=Journal, responses=documented(400, 401, 403, 404, 422))
async def show_journal(
    request: Request,
    order_id: OrderId,
    here: Here,
    caller: Reader,
    *,
    as_of: AnyMoment | None = None,
    form: Form = "json",
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

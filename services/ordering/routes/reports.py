"""Reports: what an entity ordered and what came of it; who takes part in a package, as what, and to what end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query, Request, Response

from services.ordering.projections import audience, offers, reports
from services.ordering.routes.resources import EntityReport, PackageReport, Participation
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId, PackageId
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, allow
from shared.web.desk import StrictRoute, desk_of, fresh_enough
from shared.web.problems import documented
from shared.web.sheets import Form, in_form

router = APIRouter(tags=["reports"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("ordering"))]
ORDER = (
    "order", "label", "status", "status_since", "placed_at", "decided_by", "reason",
    "campaign", "campaign_status", "campaign_started_at", "campaign_ended_at", "messages", "own_cents", "cost",
)  # fmt: skip
OF_ENTITY = ("package", "package_label", "edition", "kind", *ORDER)
ON_PACKAGE = ("entity", "entity_label", "participation", *ORDER)
TAKES_PART, ENDED = {"approved", "available"}, {"withdrawn", "cancelled"}


@router.get(
    "/entities/{entity_id}/report", response_model=EntityReport, responses=documented(400, 401, 403, 404, 422)
)
async def report_entity(
    request: Request,
    entity_id: EntityId,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "local", "admin"))],
    *,
    form: Form = "json",
) -> Response:
    """Every order of this entity but its drafts: on which package, what became of it and of its campaign."""
    await fresh_enough(request, here)
    known = await here.one(audience.ENTITY, {"entity_id": str(entity_id)})
    if known is None or not caller.actor.sees(entity_id):
        raise Stop(Refused("request.no-such-thing", "missing"), 404)
    orders = await here.rows(reports.OF_ENTITY, {"entity_id": str(entity_id)})
    head = {"entity_id": known["entity_id"], "entity": f"OU{known['number']}", "label": known["label"]}
    body = {**head, "totals": _totals(orders), "orders": [dict(order) for order in orders]}
    return await in_form(form, body, OF_ENTITY, orders, "report")


@router.get(
    "/packages/{package_id}/report",
    response_model=PackageReport,
    responses=documented(400, 401, 403, 404, 422),
)
async def report_package(
    request: Request,
    package_id: PackageId,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "admin"))],
    *,
    edition: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    form: Form = "json",
) -> Response:
    """Who was invited to this edition (the newest where none is given) or ordered on it: whether each takes part,
    its orders, and what became of them. In a sheet an entity has a row for each order, or one that is empty.
    """
    del caller
    await fresh_enough(request, here)
    offer = await _offer(here, package_id, edition)
    entities = await _entities(here, offer)
    orders = [order for one in entities for order in one["orders"]]
    totals = {
        "entities": dict.fromkeys(get_args(Participation), 0) | _counted(entities, "participation"),
        **_totals(orders),
    }
    shown = {name: offer[name] for name in ("package_id", "edition", "label", "kind", "status")}
    body = {**shown, "package": f"CAT{offer['number']}", "totals": totals, "entities": entities}
    lines = ({**one, **order} for one in entities for order in one["orders"] or [{}])
    return await in_form(form, body, ON_PACKAGE, lines, "report")


async def _offer(here: Desk, package_id: PackageId, edition: int | None) -> Row:
    place = {"package_id": str(package_id)}
    wanted = (offers.EDITION, place | {"edition": edition}) if edition else (offers.NEWEST, place)
    found = await here.one(*wanted)
    if found is None:
        raise Stop(Refused("request.no-such-thing", "missing"), 404)
    return found


async def _entities(here: Desk, offer: Row) -> list[dict[str, Any]]:
    place = {name: offer[name] for name in ("package_id", "edition")}
    orders: dict[str, list[dict[str, Any]]] = {}
    for order in await here.rows(reports.ON_PACKAGE, place):
        orders.setdefault(order["entity_id"], []).append(dict(order))
    found = await here.rows(reports.TAKING_PART, place)
    return [{**one, **_part(orders.get(one["entity_id"], []))} for one in found]


def _part(orders: list[dict[str, Any]]) -> dict[str, Any]:
    statuses = {order["status"] for order in orders}
    if not orders:
        participation = "silent"
    elif statuses & TAKES_PART:
        participation = "takes_part"
    else:
        participation = "out" if statuses <= ENDED else "undecided"
    return {"participation": participation, "orders": orders}


def _totals(orders: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Orders and their campaigns by status; what is reserved or committed of the entities' own money, in cents."""
    return {
        "orders": _counted(orders, "status"),
        "campaigns": _counted(orders, "campaign_status"),
        "own_cents": sum(order["own_cents"] or 0 for order in orders),
    }


def _counted(rows: Sequence[Mapping[str, Any]], column: str) -> dict[str, int]:
    """How many rows say what in this column; those that say nothing are not counted."""
    return dict(sorted(Counter(row[column] for row in rows if row[column]).items()))

"""Packages: the list, one of them, and its journal."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from services.catalog.deciders.package import PACKAGE
from services.catalog.projections import package_list
from shared.contracts.catalog import PackageKind
from shared.kernel.ids import EntityId, PackageId
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, allow
from shared.web.desk import StrictRoute, cursor_of, desk_of, fresh_enough, page, shown
from shared.web.journal import journal
from shared.web.problems import documented

router = APIRouter(prefix="/packages", tags=["packages"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("catalog"))]
Reader = Annotated[Caller, Depends(allow("central", "local", "admin"))]
Filter = Literal["draft", "pending", "late", "approved", "rejected", "published", "unavailable", "cancelled"]
FIRST = 2**62
FOR_HEAD_OFFICE = ("approval", "approval_deadline", "late", "owner", "reason", "submitted_at")


@router.get("", responses=documented(400, 401, 403, 422))
async def list_packages(
    *,
    request: Request,
    here: Here,
    caller: Reader,
    status: Annotated[Sequence[Filter], Query()] = (),
    kind: PackageKind | None = None,
    entity: EntityId | None = None,
    folder: str = "",
    q: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Packages, the newest number first. A local person sees those that are offered to its entity now.

    `status` may be given several times; `late` are those pending past their approval deadline. `entity` finds
    packages with that entity in their audience, `q` a part of label, folder or number.
    """
    await fresh_enough(request, here)
    before = cursor_of(cursor, 1) or [FIRST]
    if entity and not caller.actor.sees(entity):
        return page([], limit, ("number",))
    asked = {
        "before": before[0],
        **_statuses(status),
        "kind": kind or "",
        "folder": folder,
        "entity": str(entity or ""),
        "pattern": package_list.pattern_of(q),
        "limit": limit + 1,
    }
    found = await here.rows(package_list.LIST, asked | _eyes(caller))
    return page([package_as(row, caller) for row in found], limit, ("number",))


@router.get("/{package_id}", responses=documented(401, 403, 404))
async def show_package(request: Request, package_id: PackageId, here: Here, caller: Reader) -> Response:
    """One package with its audience; a local person is shown its own entity of it only."""
    await fresh_enough(request, here)
    return shown(await package_of(here, caller, package_id))


@router.get("/{package_id}/journal", responses=documented(401, 403, 404, 422))
async def show_journal(
    *,
    request: Request,
    package_id: PackageId,
    here: Here,
    caller: Reader,
    as_of: AwareDatetime | None = None,
    form: Literal["json", "csv"] = "json",
) -> Response:
    """Who did what, when, why and caused by what, up to `as_of`; for head office, also as CSV."""
    await fresh_enough(request, here)
    return await journal(
        here, PACKAGE, f"package-{package_id}", caller.actor, lambda _: None, as_of=as_of, form=form
    )


async def package_of(here: Desk, caller: Caller, package_id: PackageId) -> dict[str, Any] | None:
    """The package as this caller may see it, or None."""
    eyes = {"package_id": str(package_id), **_eyes(caller)}
    found = await here.one(package_list.ONE, eyes)
    if found is None:
        return None
    whom = {name: eyes[name] for name in ("package_id", "central", "mine")}
    audience = await here.rows(package_list.AUDIENCE_OF, whom)
    return package_as(found, caller) | {"audience": [row["entity_id"] for row in audience]}


def package_as(row: Row, caller: Caller) -> dict[str, Any]:
    """A row as people know it: CAT12, its details side by side, its reference by name."""
    place = f"/api/v1/packages/{row['package_id']}"
    late = row["status"] == "pending" and row["approval_deadline"] < package_list.stamp(caller.at)
    same = ("package_id", "number", "edition", "status", "kind", "reference_id", "owner", "submitted_at")
    package = {
        **{name: row[name] for name in same},
        "name": f"CAT{row['number']}",
        "reference": _reference(row),
        **orjson.loads(row["details"]),
        "open_to_all": row["kind"] == "local" and not row["limited"],
        "late": late,
        "approval_deadline": row["approval_deadline"],
        "published_at": row["published_at"],
        "registration_closed": bool(row["registration_closed"]),
        "reason": row["reason"],
        "changed_at": row["changed_at"],
        "version": row["version"],
        "links": {"self": place, "orders": f"{place}/orders", "journal": f"{place}/journal"},
    }
    if caller.actor.is_central:
        return package
    package["links"] = {"self": place, "orders": f"{place}/orders"}
    return {name: part for name, part in package.items() if name not in FOR_HEAD_OFFICE}


def _reference(row: Row) -> dict[str, Any] | None:
    if row["reference_label"] is None:
        return None
    return {
        "campaign_id": row["reference_id"],
        "name": f"OP{row['reference_number']}",
        "label": row["reference_label"],
    }


def _statuses(status: Sequence[Filter]) -> dict[str, Any]:
    return {"every": int(not status), "statuses": f",{','.join(status)},", "late": int("late" in status)}


def _eyes(caller: Caller) -> dict[str, Any]:
    return {
        "central": int(caller.actor.is_central),
        "mine": str(caller.actor.entity_id or ""),
        "now": package_list.stamp(caller.at),
    }

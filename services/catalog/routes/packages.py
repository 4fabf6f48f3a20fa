"""Packages: the list, one of them, and its journal."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from services.catalog.deciders.package import PACKAGE
from services.catalog.projections import package_documents, package_list
from services.catalog.routes.resources import Level, ListedPackage, Package
from shared.contracts.catalog import PackageKind
from shared.kernel.ids import EntityId, PackageId, PersonId
from shared.kernel.moment import AnyMoment, stamp
from shared.kernel.projection import Row
from shared.kernel.searching import pattern_of
from shared.runtime.host import Desk
from shared.web.caller import Caller, allow
from shared.web.desk import StrictRoute, desk_of, fresh_enough, shown
from shared.web.journal import Journal, journal
from shared.web.lists import Key, Listing, Page, Paging, listed, sorted_by
from shared.web.problems import documented
from shared.web.sheets import Form

router = APIRouter(prefix="/packages", tags=["packages"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("catalog"))]
Reader = Annotated[Caller, Depends(allow("central", "local", "admin"))]
Filter = Literal["draft", "pending", "late", "approved", "rejected", "published", "unavailable", "cancelled"]
Sort = Literal[
    "number",
    "-number",
    "label",
    "-label",
    "starts_at",
    "-starts_at",
    "ends_at",
    "-ends_at",
    "changed_at",
    "-changed_at",
]
NOBODY = "nobody"
"""An id that nothing has."""
SHEET = (
    "name",
    "label",
    "level",
    "kind",
    "status",
    "late",
    "edition",
    "folder",
    "nature",
    "owner",
    "starts_at",
    "ends_at",
    "registration_deadline",
    "personalization_deadline",
    "available_at",
    "approval_deadline",
    "order_folder",
    "package_id",
    "reference_id",
)
FOR_HEAD_OFFICE = ("approval", "approval_deadline", "late", "owner", "reason", "submitted_at")


def wanted(
    caller: Reader,
    *,
    status: Annotated[Sequence[Filter], Query()] = (),
    kind: PackageKind | None = None,
    level: Level | None = None,
    entity: EntityId | None = None,
    owner: PersonId | None = None,
    nature: str = "",
    folder: str = "",
    q: str = "",
) -> dict[str, Any]:
    """A dependency: what is asked of the list. Of others' audiences and of owners a local person finds nothing."""
    audience = str(entity or "") if entity is None or caller.actor.sees(entity) else NOBODY
    return {
        **_statuses(status),
        "kind": kind or "",
        "level": level or "",
        "folder": folder,
        "nature": nature,
        "entity": audience,
        "owner": str(owner or "") if owner is None or caller.actor.is_central else NOBODY,
        "pattern": pattern_of(q),
        **eyes_of(caller),
    }


@router.get("", response_model=Page[ListedPackage], responses=documented(400, 401, 403, 422))
async def list_packages(
    *,
    request: Request,
    here: Here,
    caller: Reader,
    asked: Annotated[dict[str, Any], Depends(wanted)],
    paging: Annotated[Paging, Depends()],
    sort: Sort = "-number",
) -> Response:
    """Packages, the newest number first. A local person sees those that are offered to its entity now.

    `status` may be given several times; `late` are those pending past their approval deadline. `entity` finds
    packages with that entity in their audience, `owner` those that this person of head office answers for, `q` a
    part of label, folder or number. `sort` with a minus before it is falling.
    """
    await fresh_enough(request, here)
    column: package_list.Column = sort.removeprefix("-")  # type: ignore[assignment]

    async def read(last: Key, most: int) -> Sequence[Row]:
        sql = package_list.listing(column, falling=sort.startswith("-"), further=last[-1] > 0)
        return await here.rows(sql, {**asked, "value": last[0], "number": last[-1], "limit": most})

    listing = Listing("packages", SHEET, sorted_by(column))
    return await listed(listing, paging, read, partial(package_as, caller=caller))


@router.get("/{package_id}", response_model=Package, responses=documented(401, 403, 404))
async def show_package(request: Request, package_id: PackageId, here: Here, caller: Reader) -> Response:
    """One package with its audience; a local person is shown its own entity of it only."""
    await fresh_enough(request, here)
    return shown(await package_of(here, caller, package_id))


@router.get("/{package_id}/journal", response_model=Journal, responses=documented(401, 403, 404, 422))
async def show_journal(
    *,
    request: Request,
    package_id: PackageId,
    here: Here,
    caller: Reader,
    as_of: AnyMoment | None = None,
    form: Form = "json",
) -> Response:
    """Who did what, when, why and caused by what, up to `as_of`; for head office, also as CSV or Excel."""
    await fresh_enough(request, here)
    return await journal(
        here, PACKAGE, f"package-{package_id}", caller.actor, lambda _: None, as_of=as_of, form=form
    )


async def package_of(here: Desk, caller: Caller, package_id: PackageId) -> dict[str, Any] | None:
    """The package as this caller may see it, or None."""
    eyes = {"package_id": str(package_id), **eyes_of(caller)}
    found = await here.one(package_list.ONE, eyes)
    if found is None:
        return None
    whom = {name: eyes[name] for name in ("package_id", "central", "mine")}
    audience = await here.rows(package_list.AUDIENCE_OF, whom)
    return package_as(found, caller) | {
        "audience": [row["entity_id"] for row in audience],
        "documents": await documents_of(here, package_id, found["edition"]),
    }


async def documents_of(here: Desk, package_id: PackageId, edition: int) -> list[dict[str, Any]]:
    """The files of an edition, oldest first."""
    found = await here.rows(package_documents.OF, {"package_id": str(package_id), "edition": edition})
    return [dict(row) for row in found]


def package_as(row: Row, caller: Caller) -> dict[str, Any]:
    """A row as people know it: CAT12, its details side by side, its reference by name."""
    place = f"/api/v1/packages/{row['package_id']}"
    late = row["status"] == "pending" and row["approval_deadline"] < stamp(caller.at)
    same = ("package_id", "number", "edition", "status", "kind", "reference_id", "owner", "submitted_at")
    package = {
        **{name: row[name] for name in same},
        "name": f"CAT{row['number']}",
        "reference": _reference(row),
        "level": level_of(row["kind"]),
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


def level_of(kind: PackageKind) -> Level:
    """Whose campaign it is: each entity's own, or one for all of them."""
    return "local" if kind == "local" else "collaborative"


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


def eyes_of(caller: Caller) -> dict[str, Any]:
    """What decides which packages somebody can read: whether it is head office, whose it is, and when it is."""
    return {
        "central": int(caller.actor.is_central),
        "mine": str(caller.actor.entity_id or ""),
        "now": stamp(caller.at),
    }

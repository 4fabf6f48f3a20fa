"""Blackouts: days on which nothing is to go out."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict

from services.catalog.deciders.blackout import LiftBlackout, SetBlackout
from services.catalog.deciders.details import Short
from services.catalog.projections import blackout_list, entity_list
from services.catalog.routes.resources import Blackout
from shared.kernel.ids import EntityId, derive
from shared.kernel.moment import Day
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow
from shared.web.desk import Body, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.lists import Key, Listing, Page, Paging, listed
from shared.web.problems import documented

router = APIRouter(prefix="/blackouts", tags=["calendar"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("catalog"))]
Anybody = Annotated[Caller, Depends(allow("central", "local", "admin"))]
BLACKOUTS = Listing(
    "blackouts",
    ("label", "starts_on", "ends_on", "entity_id", "set_by", "blackout_id"),
    {"starts_on": "", "blackout_id": ""},
)
BEFORE_ALL, AFTER_ALL = date(2000, 1, 1), date(2199, 12, 31)


class NewBlackout(Body):
    """Days to keep free, both included. Without `entity_id` head office means everybody, an entity itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"label": "Julstängt", "starts_on": "2026-12-21", "ends_on": "2027-01-06"}]
        }
    )

    label: Short
    starts_on: Day
    ends_on: Day
    entity_id: EntityId | None = None


@router.get("", response_model=Page[Blackout], responses=documented(400, 401, 403, 422))
async def list_blackouts(
    *,
    request: Request,
    here: Here,
    caller: Anybody,
    paging: Annotated[Paging, Depends()],
    entity: EntityId | None = None,
    since: Annotated[Day, Query(alias="from")] = BEFORE_ALL,
    until: Day = AFTER_ALL,
) -> Response:
    """Those that touch these days, the earliest first. A local person sees everybody's and its own entity's.

    `entity` leaves those that hold for this entity: its own and everybody's.
    """
    await fresh_enough(request, here)
    asked = {
        "entity": str(entity or ""),
        "first": since.isoformat(),
        "last": until.isoformat(),
        **_eyes(caller),
    }

    async def read(last: Key, most: int) -> Sequence[Row]:
        place = {"day": last[0], "after": last[1], "limit": most}
        return await here.rows(blackout_list.LIST, asked | place)

    return await listed(BLACKOUTS, paging, read, _blackout)


@router.get("/{blackout_id}", response_model=Blackout, responses=documented(401, 403, 404))
async def show_blackout(request: Request, blackout_id: UUID, here: Here, caller: Anybody) -> Response:
    """One blackout, lifted or not."""
    await fresh_enough(request, here)
    return shown(await _one(here, caller, blackout_id))


@router.post("", status_code=201, response_model=Blackout, responses=documented(400, 401, 403, 409, 422))
async def set_blackout(
    body: NewBlackout, here: Here, caller: Annotated[Caller, Depends(acts("central", "local", "admin"))]
) -> Response:
    """Keep days free: head office for everybody or one entity, an entity for itself. Advice: it refuses nothing."""
    blackout_id = derive("blackout", caller.command_id)
    entity_id = body.entity_id or (None if caller.actor.is_central else caller.actor.entity_id)
    known = await here.one(entity_list.OPEN_ONE, {"entity_id": str(entity_id)})
    command = SetBlackout(
        **caller.asks(),
        blackout_id=blackout_id,
        entity_id=entity_id,
        entity_known=known is not None,
        label=body.label,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_one, here, caller, blackout_id), status=201)


@router.delete("/{blackout_id}", response_model=Blackout, responses=documented(401, 403, 404))
async def lift_blackout(blackout_id: UUID, here: Here, caller: Anybody) -> Response:
    """Let these days be like others again."""
    outcome = await here.execute(LiftBlackout(**caller.asks(), blackout_id=blackout_id), caller.asked)
    return await answer(here, outcome, partial(_one, here, caller, blackout_id))


async def _one(here: Desk, caller: Caller, blackout_id: UUID) -> dict[str, Any] | None:
    found = await here.one(blackout_list.ONE, {"blackout_id": str(blackout_id), **_eyes(caller)})
    return _blackout(found) if found else None


def _blackout(row: Row) -> dict[str, Any]:
    return {**row, "entity_id": row["entity_id"] or None, "lifted": bool(row["lifted"])}


def _eyes(caller: Caller) -> dict[str, Any]:
    return {"central": int(caller.actor.is_central), "mine": str(caller.actor.entity_id or "")}

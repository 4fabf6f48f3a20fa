"""HTTP ↔ who answers for whom."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict

from services.approval.deciders.deputy import DEPUTY, DismissDeputy, NameDeputy
from services.approval.projections import deputy_list, seen
from services.approval.routes.looking import Acting, Anyone, Here, may_hear
from services.approval.routes.resources import Deputy
from shared.kernel.ids import PersonId
from shared.kernel.moment import AnyMoment, Moment, stamp
from shared.runtime.host import Desk
from shared.web.caller import Caller
from shared.web.desk import Body, StrictRoute, answer, fresh_enough, shown
from shared.web.journal import Journal, journal
from shared.web.lists import Listing, Page, Paging, listed
from shared.web.problems import documented
from shared.web.sheets import Form

router = APIRouter(prefix="/deputies", tags=["approvals"], route_class=StrictRoute)
DEPUTIES = Listing(
    "deputies",
    ("person_id", "deputy_id", "starts_at", "ends_at", "running", "named_by", "reason", "dismissed_at"),
    {"person_id": ""},
)


class NewDeputy(Body):
    """Who answers, for whom (the caller where nobody is said), from when until when, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "deputy_id": "7d0c9c2e-55a5-5f0e-8d5e-0f3a4d5b6c7d",
                    "starts_at": "2026-07-06T00:00:00+02:00",
                    "ends_at": "2026-08-03T00:00:00+02:00",
                    "reason": "Summer leave",
                }
            ]
        }
    )

    person_id: PersonId | None = None
    deputy_id: PersonId
    starts_at: Moment
    ends_at: Moment
    reason: str


class Dismissal(Body):
    """Why the term ends before its time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Back again"}]})

    reason: str


@router.get("", response_model=Page[Deputy], responses=documented(400, 401, 403, 422))
async def list_deputies(
    request: Request,
    here: Here,
    caller: Anyone,
    paging: Annotated[Paging, Depends()],
) -> Response:
    """The caller's deputy and those whose deputy the caller is or was; all of them for an administrator."""
    await fresh_enough(request, here)
    return await listed(
        DEPUTIES,
        paging,
        lambda last, most: here.rows(deputy_list.LIST, {**_eyes(caller), "after": last[0], "limit": most}),
        _as_read,
    )


@router.post("", status_code=201, response_model=Deputy, responses=documented(400, 401, 403, 422))
async def name_deputy(body: NewDeputy, here: Here, caller: Acting) -> Response:
    """Let a colleague answer for oneself during a term; an administrator may say so for anybody.

    A deputy is of the same entity, or of head office. There is one at a time: the next takes the former's place.
    """
    person_id = body.person_id or PersonId(UUID(caller.actor.id))
    command = NameDeputy(
        **caller.asks(),
        **body.model_dump(exclude={"person_id"}),
        person_id=person_id,
        reachable=await _reachable(here, caller, person_id, body.deputy_id),
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_one, here, caller, person_id), status=201)


@router.get("/{person_id}", response_model=Deputy, responses=documented(401, 403, 404, 422))
async def show_deputy(request: Request, person_id: PersonId, here: Here, caller: Anyone) -> Response:
    """The last term of this person's deputy, and whether it runs now."""
    await fresh_enough(request, here)
    return shown(await _one(here, caller, person_id))


@router.post("/{person_id}/dismiss", response_model=Deputy, responses=documented(400, 401, 403, 422))
async def dismiss_deputy(person_id: PersonId, body: Dismissal, here: Here, caller: Acting) -> Response:
    """End the term at once."""
    command = DismissDeputy(**caller.asks(), person_id=person_id, reason=body.reason)
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_one, here, caller, person_id))


@router.get("/{person_id}/journal", response_model=Journal, responses=documented(401, 403, 404, 422))
async def deputy_journal(
    request: Request,
    person_id: PersonId,
    here: Here,
    caller: Anyone,
    *,
    as_of: AnyMoment | None = None,
    form: Form = "json",
) -> Response:
    """Every term that was ever named or ended, by whom and why."""
    await fresh_enough(request, here)
    shown(await _one(here, caller, person_id))
    # Whether the caller may see this person's deputy was asked just above.
    actor, stream = caller.actor, f"deputy-{person_id}"
    return await journal(here, DEPUTY, stream, actor, lambda _: actor.entity_id, as_of=as_of, form=form)


async def _reachable(here: Desk, caller: Caller, person_id: PersonId, deputy_id: PersonId) -> bool:
    """Whoever may answer for a person may see what it sees."""
    known = await here.one(seen.PERSON_ONE, {"person_id": str(person_id)})
    own = str(caller.actor.entity_id or "") if caller.actor.id == str(person_id) else ""
    return await may_hear(here, deputy_id, str(known["entity_id"]) if known else own)


async def _one(here: Desk, caller: Caller, person_id: PersonId) -> dict[str, Any] | None:
    found = await here.one(deputy_list.ONE, {**_eyes(caller), "person_id": str(person_id)})
    return _as_read(found) if found else None


def _eyes(caller: Caller) -> dict[str, Any]:
    actor = caller.actor
    return {"admin": int("admin" in actor.roles), "caller": actor.id, "now": stamp(caller.at)}


def _as_read(row: Any) -> dict[str, Any]:
    return {**row, "running": bool(row["running"])}

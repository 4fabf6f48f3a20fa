"""HTTP ↔ questions as people read them."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from services.approval.deciders.difference import difference
from services.approval.deciders.request import REQUEST
from services.approval.projections import request_list, schedule, seen, submissions
from services.approval.routes.looking import Anyone, Here, as_read, eyes, one_request
from services.approval.routes.resources import Approval, Difference, Schedule, Status
from shared.kernel.decider import Refused
from shared.kernel.ids import RequestId
from shared.kernel.moment import AnyMoment, stamp
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.desk import StrictRoute, fresh_enough, shown
from shared.web.journal import Journal, journal
from shared.web.lists import Key, Listing, Page, Paging, listed
from shared.web.problems import documented
from shared.web.sheets import Form, in_form

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=StrictRoute)
APPROVALS = Listing(
    "approvals",
    (
        *("subject", "subject_id", "subject_version", "entity_id", "package_id", "status", "stage", "stages"),
        *("requested_by", "requested_at", "deadline", "overdue", "mine", "reviewers", "co_authors"),
        *("reminders", "silence", "escalated_to", "answered_by", "answered_at", "answered_for", "comment"),
        *("changes", "request_id"),
    ),
    {"deadline": "", "request_id": ""},
)
CHANGES = ("field", "before", "after")
SCHEDULE = ("what", "at", "local", "state", "happened_at")


@router.get("", response_model=Page[Approval], responses=documented(400, 401, 403, 422))
async def list_approvals(
    request: Request,
    here: Here,
    caller: Anyone,
    paging: Annotated[Paging, Depends()],
    *,
    mine: bool = False,
    status: Status | None = None,
    subject: UUID | None = None,
) -> Response:
    """Questions by deadline. `mine`: that the caller may answer; `subject`: about this package, order or campaign."""
    await fresh_enough(request, here)
    wanted = {
        "mine": int(mine),
        "status": status or "",
        "subject": str(subject or ""),
        **eyes(caller),
    }

    async def read(last: Key, most: int) -> Sequence[Row]:
        place = {"deadline": last[0], "after": last[1], "limit": most}
        return await here.rows(*request_list.listed({**wanted, **place}))

    return await listed(APPROVALS, paging, read, partial(as_read, caller=caller))


@router.get("/{request_id}", response_model=Approval, responses=documented(401, 403, 404))
async def show_approval(request: Request, request_id: RequestId, here: Here, caller: Anyone) -> Response:
    """One question with its terms, and its answer once there is one."""
    await fresh_enough(request, here)
    return shown(await one_request(here, caller, request_id))


@router.get("/{request_id}/diff", response_model=Difference, responses=documented(401, 403, 404, 422))
async def approval_diff(
    request: Request,
    request_id: RequestId,
    here: Here,
    caller: Anyone,
    *,
    since: AnyMoment | None = None,
    form: Form = "json",
) -> Response:
    """What differs in what is asked about, field by field, from what was asked about the same at a moment.

    Without `since` it is compared with what was handed in just before it; the answer's `since` is when that was.
    Where nothing was handed in by then, that is null and every field is new.
    """
    await fresh_enough(request, here)
    shown(await one_request(here, caller, request_id))
    now = await here.one(submissions.PINNED, {"request_id": str(request_id)})
    if now is None:
        raise Stop(Refused("request.unknown", "missing"))
    then = await _before(here, now, since)
    changes = difference(json.loads(then["content"]) if then else {}, json.loads(now["content"]))
    items = [change.model_dump() for change in changes]
    since_when = {
        "since": then["pinned_at"] if then else None,
        "since_version": then["subject_version"] if then else None,
    }
    return await in_form(form, since_when | {"items": items}, CHANGES, items, "diff")


@router.get("/{request_id}/schedule", response_model=Schedule, responses=documented(401, 403, 404, 422))
async def approval_schedule(
    request: Request, request_id: RequestId, here: Here, caller: Anyone, form: Form = "json"
) -> Response:
    """Deadline and every reminder in their order, and whether each has come, is due, or is wanted no more.

    `at` is the moment in UTC, `local` the same one in the caller's time zone, or else the installation's.
    """
    await fresh_enough(request, here)
    shown(found := await one_request(here, caller, request_id))
    person = await here.one(seen.PERSON_ONE, {"person_id": caller.actor.id})
    zone = ZoneInfo(person["time_zone"]) if person and person["time_zone"] else request.app.state.zone
    rows = await here.rows(schedule.OF, {"request_id": str(request_id)})
    is_open = found is not None and found["status"] == "open"
    items = [_planned(row, zone, is_open=is_open) for row in rows]
    return await in_form(form, {"time_zone": zone.key, "items": items}, SCHEDULE, items, "schedule")


@router.get("/{request_id}/journal", response_model=Journal, responses=documented(401, 403, 404, 422))
async def approval_journal(
    request: Request,
    request_id: RequestId,
    here: Here,
    caller: Anyone,
    *,
    as_of: AnyMoment | None = None,
    form: Form = "json",
) -> Response:
    """Deadline, every reminder, every answer, and those that came too late."""
    await fresh_enough(request, here)
    shown(await one_request(here, caller, request_id))
    # A reviewer may be of another entity or of none: whether it sees this request was asked just above.
    actor, stream = caller.actor, f"request-{request_id}"
    return await journal(here, REQUEST, stream, actor, lambda _: actor.entity_id, as_of=as_of, form=form)


async def _before(here: Desk, now: Row, since: datetime | None) -> Row | None:
    """What was asked about the same at this moment, or else just before."""
    place = {"subject_id": now["subject_id"], "nth": now["nth"]}
    if since is None:
        return await here.one(submissions.BEFORE, place)
    return await here.one(submissions.STOOD_AT, place | {"since": stamp(since)})


def _planned(row: Row, zone: ZoneInfo, *, is_open: bool) -> dict[str, Any]:
    waits = "due" if is_open else "not_wanted"
    return {
        **row,
        "local": datetime.fromisoformat(row["at"]).astimezone(zone).isoformat(timespec="seconds"),
        "state": "happened" if row["happened_at"] else waits,
    }

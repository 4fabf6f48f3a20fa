"""HTTP ↔ questions and answers."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, ConfigDict

from services.approval.deciders.request import REQUEST, AnswerRequest
from services.approval.projections import request_list, seen
from shared.contracts.approval import LateAnswerRefused
from shared.kernel.decider import Refused
from shared.kernel.ids import RequestId
from shared.kernel.message import Actor
from shared.runtime.execute import Done
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, acts, allow
from shared.web.desk import (
    OWN_WRITE_SECONDS,
    Body,
    StrictRoute,
    answer,
    cursor_of,
    desk_of,
    fresh_enough,
    page,
    shown,
)
from shared.web.journal import journal
from shared.web.problems import documented

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("approval"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]
WORDS = ("reviewers", "reminders", "escalated_to")


class Answer(Body):
    """Yes or no, to the version that was seen. A no says why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "refuse", "comment": "Choose another date", "version": 1}]}
    )

    answer: Literal["accept", "refuse"]
    version: int
    comment: str = ""


@router.get("", responses=documented(400, 401, 403, 422))
async def list_approvals(
    request: Request,
    here: Here,
    caller: Anyone,
    *,
    mine: bool = False,
    status: Literal["open", "accepted", "refused", "withdrawn"] | None = None,
    subject: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Questions by deadline. `mine`: that the caller may answer; `subject`: about this package or order."""
    await fresh_enough(request, here)
    deadline, after = cursor_of(cursor, 2) or ("", "")
    wanted = {
        "mine": int(mine),
        "status": status or "",
        "subject": str(subject or ""),
        "deadline": deadline,
        "after": after,
        "limit": limit + 1,
    }
    found = await here.rows(request_list.LIST, wanted | _eyes(caller.actor))
    return page([_request(row, caller.at) for row in found], limit, ("deadline", "request_id"))


@router.get("/{request_id}", responses=documented(401, 403, 404))
async def show_approval(request: Request, request_id: RequestId, here: Here, caller: Anyone) -> Response:
    """One question with its terms, and its answer once there is one."""
    await fresh_enough(request, here)
    return shown(await _one(here, caller, request_id))


@router.get("/{request_id}/journal", responses=documented(401, 403, 404, 422))
async def approval_journal(
    request: Request,
    request_id: RequestId,
    here: Here,
    caller: Anyone,
    *,
    as_of: AwareDatetime | None = None,
    form: Literal["json", "csv"] = "json",
) -> Response:
    """Deadline, every reminder, every answer, and those that came too late."""
    await fresh_enough(request, here)
    shown(await _one(here, caller, request_id))
    # A reviewer may be of another entity or of none: whether it sees this request was asked just above.
    actor, stream = caller.actor, f"request-{request_id}"
    return await journal(here, REQUEST, stream, actor, lambda _: actor.entity_id, as_of=as_of, form=form)


@router.post("/{request_id}/answer", responses=documented(400, 401, 403, 404, 409, 412, 422))
async def answer_approval(
    request_id: RequestId,
    body: Answer,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "local", "admin"))],
) -> Response:
    """The first answer counts. Who comes later gets 409 with who was first, and when."""
    groups = await here.rows(seen.GROUPS_OF, {"person_id": caller.actor.id})
    known = await here.one(seen.ACTIVE, {"person_id": caller.actor.id})
    command = AnswerRequest(
        **caller.asks(),
        **body.model_dump(),
        request_id=request_id,
        member_of=tuple(f"group:{row['entity_id']}/{row['name']}" for row in groups),
        active=known is None or bool(known["active"]),
    )
    outcome = await here.execute(command, caller.asked)
    if isinstance(outcome, Done) and any(isinstance(event, LateAnswerRefused) for event in outcome.events):
        raise await _too_late(here, caller, request_id, outcome)
    return await answer(here, outcome, partial(_one, here, caller, request_id))


async def _too_late(here: Desk, caller: Caller, request_id: RequestId, outcome: Done) -> Stop:
    await here.wait(outcome.stream, outcome.version, OWN_WRITE_SECONDS)
    row = await _one(here, caller, request_id) or {}
    moment = datetime.fromisoformat(row["answered_at"]) if row.get("answered_at") else caller.at
    facts = {"who": row.get("answered_by") or "-", "at": moment, "status": row.get("status") or "-"}
    return Stop(Refused("request.answered", "conflict", facts=facts), 409)


async def _one(here: Desk, caller: Caller, request_id: RequestId) -> dict[str, Any] | None:
    found = await here.one(request_list.ONE, {"request_id": str(request_id)} | _eyes(caller.actor))
    return _request(found, caller.at) if found else None


def _eyes(actor: Actor) -> dict[str, Any]:
    return {
        "admin": int("admin" in actor.roles),
        "central": int("central" in actor.roles),
        "person_id": actor.id,
        "entity_id": str(actor.entity_id or ""),
    }


def _request(row: Any, now: datetime) -> dict[str, Any]:
    """A row as people read it: words apart, and late as of now."""
    late = row["status"] == "open" and row["deadline"] <= now.astimezone(UTC).isoformat(
        timespec="microseconds"
    )
    return {
        **row,
        **{name: row[name].split() for name in WORDS},
        "mine": bool(row["mine"]),
        "overdue": late,
    }

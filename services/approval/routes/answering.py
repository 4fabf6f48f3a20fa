"""HTTP ↔ answers."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field

from services.approval.deciders.request_commands import AnswerRequest
from services.approval.routes.looking import Acting, Here, one_request, standing
from services.approval.routes.resources import AnsweredItems, Approval
from shared.contracts.approval import LateAnswerRefused
from shared.kernel.decider import Refused
from shared.kernel.ids import RequestId, derive
from shared.runtime.execute import Done
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop
from shared.web.desk import OWN_WRITE_SECONDS, Body, StrictRoute, answer
from shared.web.problems import Texts, documented

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=StrictRoute)
MOST_ANSWERS = 200


class Answer(Body):
    """Yes or no, to the version that was seen. A no says why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "refuse", "comment": "Choose another date", "version": 1}]}
    )

    answer: Literal["accept", "refuse"]
    version: int
    comment: str = ""


class AnswerTo(Answer):
    """An answer to one of several requests."""

    request_id: RequestId


class Answers(Body):
    """As many answers as one sees on a page."""

    answers: Annotated[tuple[AnswerTo, ...], Field(min_length=1, max_length=MOST_ANSWERS)]


@router.post("/answers", response_model=AnsweredItems, responses=documented(400, 401, 403, 422))
async def answer_approvals(request: Request, body: Answers, here: Here, caller: Acting) -> Response:
    """Each answer for itself, in the given order: one that is refused keeps no other from its effect.

    An item has the status that the answer alone would have had, with the request as it is now or the problem.
    """
    know = await standing(here, caller)
    items = []
    for nth, one in enumerate(body.answers):
        command = AnswerRequest(
            **caller.asks() | {"id": derive(caller.command_id, "answer", nth)}, **one.model_dump(), **know
        )
        items.append(await _item(request.app.state.texts, here, caller, command))
    return JSONResponse({"items": items})


@router.post(
    "/{request_id}/answer", response_model=Approval, responses=documented(400, 401, 403, 404, 409, 412, 422)
)
async def answer_approval(request_id: RequestId, body: Answer, here: Here, caller: Acting) -> Response:
    """The first answer counts. Who comes later gets 409 with who was first, and when."""
    command = AnswerRequest(
        **caller.asks(), **body.model_dump(), request_id=request_id, **await standing(here, caller)
    )
    done = await _first(here, caller, command)
    return await answer(here, done, partial(one_request, here, caller, request_id))


async def _item(texts: Texts, here: Desk, caller: Caller, command: AnswerRequest) -> dict[str, Any]:
    item = {"request_id": str(command.request_id), "status": 200, "request": None, "problem": None}
    try:
        done = await _first(here, caller, command)
        await here.wait(done.stream, done.version, OWN_WRITE_SECONDS)
        return item | {"request": await one_request(here, caller, command.request_id)}
    except Stop as stop:
        problem = texts.problem(stop.refused, caller.language, stop.status)
        return item | {"status": stop.status, "problem": problem.model_dump()}


async def _first(here: Desk, caller: Caller, command: AnswerRequest) -> Done:
    """What the first answer did; Stop for any other."""
    outcome = await here.execute(command, caller.asked)
    if isinstance(outcome, Refused):
        raise Stop(outcome)
    if any(isinstance(event, LateAnswerRefused) for event in outcome.events):
        raise await _too_late(here, caller, command.request_id, outcome)
    return outcome


async def _too_late(here: Desk, caller: Caller, request_id: RequestId, outcome: Done) -> Stop:
    await here.wait(outcome.stream, outcome.version, OWN_WRITE_SECONDS)
    row = await one_request(here, caller, request_id) or {}
    moment = datetime.fromisoformat(row["answered_at"]) if row.get("answered_at") else caller.at
    facts = {"who": row.get("answered_by") or "-", "at": moment, "status": row.get("status") or "-"}
    return Stop(Refused("request.answered", "conflict", facts=facts), 409)

"""HTTP ↔ answers."""

from datetime import datetime
from functools import partial
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from services.approval.deciders.request_commands import AnswerRequest
from services.approval.routes.looking import Acting, Here, one_request, standing
from shared.contracts.approval import LateAnswerRefused
from shared.kernel.decider import Refused
from shared.kernel.ids import RequestId
from shared.runtime.execute import Done
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop
from shared.web.desk import OWN_WRITE_SECONDS, Body, StrictRoute, answer
from shared.web.problems import documented

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=StrictRoute)


class Answer(Body):
    """Yes or no, to the version that was seen. A no says why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "refuse", "comment": "Choose another date", "version": 1}]}
    )

    answer: Literal["accept", "refuse"]
    version: int
    comment: str = ""


@router.post("/{request_id}/answer", responses=documented(400, 401, 403, 404, 409, 412, 422))
async def answer_approval(request_id: RequestId, body: Answer, here: Here, caller: Acting) -> Response:
    """The first answer counts. Who comes later gets 409 with who was first, and when."""
    command = AnswerRequest(
        **caller.asks(), **body.model_dump(), request_id=request_id, **await standing(here, caller)
    )
    outcome = await here.execute(command, caller.asked)
    if isinstance(outcome, Done) and any(isinstance(event, LateAnswerRefused) for event in outcome.events):
        raise await _too_late(here, caller, request_id, outcome)
    return await answer(here, outcome, partial(one_request, here, caller, request_id))


async def _too_late(here: Desk, caller: Caller, request_id: RequestId, outcome: Done) -> Stop:
    await here.wait(outcome.stream, outcome.version, OWN_WRITE_SECONDS)
    row = await one_request(here, caller, request_id) or {}
    moment = datetime.fromisoformat(row["answered_at"]) if row.get("answered_at") else caller.at
    facts = {"who": row.get("answered_by") or "-", "at": moment, "status": row.get("status") or "-"}
    return Stop(Refused("request.answered", "conflict", facts=facts), 409)

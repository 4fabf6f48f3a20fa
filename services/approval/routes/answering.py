"""HTTP ↔ what people do with a question."""

from datetime import datetime
from functools import partial
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from services.approval.deciders.request_commands import AnswerRequest, DelegateAnswer
from services.approval.routes.looking import Acting, Here, may_be_called, one_request, standing
from shared.contracts.approval import LateAnswerRefused
from shared.contracts.catalog import Reviewer
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


class ToDelegate(Body):
    """Who is to answer in the caller's name, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "person:7d0c9c2e-55a5-5f0e-8d5e-0f3a4d5b6c7d", "reason": "She knows the supplier"}
            ]
        }
    )

    to: Reviewer
    reason: str


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


@router.post("/{request_id}/delegate", responses=documented(400, 401, 403, 404, 409, 422))
async def delegate_answer(request_id: RequestId, body: ToDelegate, here: Here, caller: Acting) -> Response:
    """Let somebody else answer in the caller's name.

    Of an order only people of its entity and of head office may hear.
    """
    command = DelegateAnswer(
        **caller.asks(),
        **body.model_dump(),
        request_id=request_id,
        reachable=await _reachable(here, caller, request_id, body.to),
        **await standing(here, caller),
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(one_request, here, caller, request_id))


async def _reachable(here: Desk, caller: Caller, request_id: RequestId, to: Reviewer) -> bool:
    """Head office may call anybody to a package's question, as when it names the reviewers; else walls stand."""
    request = await one_request(here, caller, request_id) or {}
    anywhere = caller.actor.is_central and not request.get("entity_id")
    within = None if anywhere else request.get("entity_id") or str(caller.actor.entity_id or "")
    return await may_be_called(here, to, within)


async def _too_late(here: Desk, caller: Caller, request_id: RequestId, outcome: Done) -> Stop:
    await here.wait(outcome.stream, outcome.version, OWN_WRITE_SECONDS)
    row = await one_request(here, caller, request_id) or {}
    moment = datetime.fromisoformat(row["answered_at"]) if row.get("answered_at") else caller.at
    facts = {"who": row.get("answered_by") or "-", "at": moment, "status": row.get("status") or "-"}
    return Stop(Refused("request.answered", "conflict", facts=facts), 409)

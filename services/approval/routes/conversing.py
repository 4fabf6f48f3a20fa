"""HTTP ↔ what people do with a request before it is answered."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from services.approval.deciders.request_commands import (
    AddReviewers,
    AnswerQuestion,
    AskQuestion,
    DelegateAnswer,
    Personal,
)
from services.approval.projections import questions
from services.approval.routes.looking import Acting, Anyone, Here, may_be_called, one_request, standing
from services.approval.routes.resources import Approval, Question, Questions
from shared.contracts.catalog import Reviewer
from shared.kernel.ids import RequestId, derive
from shared.runtime.host import Desk
from shared.web.caller import Caller
from shared.web.desk import Body, StrictRoute, answer, fresh_enough, shown
from shared.web.problems import documented
from shared.web.sheets import Form, in_form

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=StrictRoute)
QUESTIONS = ("asked_by", "asked_at", "text", "answered_by", "answered_at", "answer", "question_id")
ANNA = "person:7d0c9c2e-55a5-5f0e-8d5e-0f3a4d5b6c7d"


class ToDelegate(Body):
    """Who is to answer in the caller's name, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"to": ANNA, "reason": "She knows the supplier"}]}
    )

    to: Reviewer
    reason: str


class MoreReviewers(Body):
    """Who may answer as well, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reviewers": [ANNA], "reason": "It touches her budget"}]}
    )

    reviewers: Annotated[tuple[Reviewer, ...], Field(min_length=1, max_length=50)]
    reason: str


class Text(Body):
    """A question, or what is told to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Does the price include freight?"}]})

    text: str


@router.post(
    "/{request_id}/delegate", response_model=Approval, responses=documented(400, 401, 403, 404, 409, 422)
)
async def delegate_answer(request_id: RequestId, body: ToDelegate, here: Here, caller: Acting) -> Response:
    """Let somebody else answer in the caller's name.

    Of an order only people of its entity and of head office may hear.
    """
    command = DelegateAnswer(
        **caller.asks(),
        **body.model_dump(),
        **await standing(here, caller),
        request_id=request_id,
        reachable=await _reachable(here, caller, request_id, body.to),
    )
    return await _done(here, caller, command)


@router.post(
    "/{request_id}/reviewers", response_model=Approval, responses=documented(400, 401, 403, 404, 409, 422)
)
async def add_reviewers(request_id: RequestId, body: MoreReviewers, here: Here, caller: Acting) -> Response:
    """Let more people or groups answer, beside those who were asked; the first of all answers counts."""
    command = AddReviewers(
        **caller.asks(),
        **body.model_dump(),
        **await standing(here, caller),
        request_id=request_id,
        reachable=await _reachable(here, caller, request_id, *body.reviewers),
    )
    return await _done(here, caller, command)


@router.get("/{request_id}/questions", response_model=Questions, responses=documented(401, 403, 404, 422))
async def list_questions(
    request: Request, request_id: RequestId, here: Here, caller: Anyone, form: Form = "json"
) -> Response:
    """What was asked about this request and told, the oldest first."""
    await fresh_enough(request, here)
    shown(await one_request(here, caller, request_id))
    rows = await here.rows(questions.OF, {"request_id": str(request_id)})
    return await in_form(form, {"items": [dict(row) for row in rows]}, QUESTIONS, rows, "questions")


@router.post(
    "/{request_id}/questions",
    status_code=201,
    response_model=Question,
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def ask_question(request_id: RequestId, body: Text, here: Here, caller: Acting) -> Response:
    """Ask something before the answer. The deadline stays where it is."""
    question_id = derive("question", caller.command_id)
    command = AskQuestion(
        **caller.asks(),
        **await standing(here, caller),
        request_id=request_id,
        question_id=question_id,
        text=body.text,
    )
    return await _told(here, caller, command, status=201)


@router.post(
    "/{request_id}/questions/{question_id}/answer",
    response_model=Question,
    responses=documented(400, 401, 403, 404, 409, 422),
)
async def answer_question(
    request_id: RequestId, question_id: UUID, body: Text, here: Here, caller: Acting
) -> Response:
    """Tell what was asked, once; this answers the question and not the request."""
    command = AnswerQuestion(
        **caller.asks(),
        **await standing(here, caller),
        request_id=request_id,
        question_id=question_id,
        text=body.text,
    )
    return await _told(here, caller, command)


async def _done(here: Desk, caller: Caller, command: Personal) -> Response:
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(one_request, here, caller, command.request_id))


async def _told(
    here: Desk, caller: Caller, command: AskQuestion | AnswerQuestion, *, status: int = 200
) -> Response:
    outcome = await here.execute(command, caller.asked)
    read = partial(here.one, questions.ONE, {"question_id": str(command.question_id)})
    return await answer(here, outcome, read, status=status)


async def _reachable(here: Desk, caller: Caller, request_id: RequestId, *called: Reviewer) -> bool:
    """Head office may call anybody to a package's question, as when it names the reviewers; else walls stand."""
    request = await one_request(here, caller, request_id) or {}
    anywhere = caller.actor.is_central and not request.get("entity_id")
    within = None if anywhere else request.get("entity_id") or str(caller.actor.entity_id or "")
    return all([await may_be_called(here, one, within) for one in called])

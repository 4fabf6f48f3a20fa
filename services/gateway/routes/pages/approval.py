"""One question in a browser: what it is about, what differs, and everything that can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from httpx2 import Response as Answered
from starlette.datastructures import FormData

from services.gateway.routes.pages.inputs import Input, entered, kept, labelled, wrongs
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import Choices, names_of, reviewers_named, subjects_of, to_call
from services.gateway.words import Word, word
from shared.kernel.ids import RequestId

router = APIRouter(route_class=PageRoute)
Step = Literal["accept", "refuse", "question", "delegate", "reviewers"]
CALLS: Mapping[Step, tuple[str, str]] = {
    "accept": ("answer", "approved"),
    "refuse": ("answer", "rejected"),
    "question": ("questions", "asked"),
    "delegate": ("delegate", "delegated"),
    "reviewers": ("reviewers", "called"),
}
"""Where in the API each step is taken, and what is said of it then."""
MOVED = {"request.withdrawn", "request.subject-moved", "request.over"}
"""What a service says of an answer to something that has changed since it was looked at."""
WHY = word("Whoever is called in and the journal are told.")


@dataclass(frozen=True, slots=True)
class Tried:
    """A step that was refused: what was wrong, and what had been entered, to be shown again."""

    problem: Mapping[str, Any] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, Word | str] = field(default_factory=dict)
    step: str = ""
    moved: bool = False


NOTHING = Tried()


def inputs_of(called: Choices) -> Mapping[Step, Sequence[Input]]:
    """What each step asks for; `called` are those that can be called in."""
    return {
        "accept": (Input("accept.comment", "long", word("Comment")),),
        "refuse": (Input("refuse.comment", "long", word("Reason"), required=True),),
        "question": (Input("question.text", "long", word("Question"), required=True),),
        "delegate": (
            Input("delegate.to", "choice", word("Who answers instead of you"), required=True, choices=called),
            Input("delegate.reason", "text", word("Reason"), WHY, required=True),
        ),
        "reviewers": (
            Input("reviewers.reviewers", "many", word("Who may answer as well"), choices=called),
            Input("reviewers.reason", "text", word("Reason"), WHY, required=True),
        ),
    }


@router.get("/approvals/{request_id}")
async def show_approval(visit: Seen, request_id: RequestId) -> Response:
    """One question with its subject, what differs from before, its terms and its answer."""
    return await approval_page(visit, str(request_id))


async def approval_page(visit: Visit, request_id: str, tried: Tried = NOTHING) -> Response:
    """The page of a question, with what was wrong with the step before."""
    path = f"/approvals/{request_id}"
    asked = await visit.read(path)
    questions = (await visit.read(f"{path}/questions"))["items"]
    journal = await visit.read(f"{path}/journal")
    subjects = await subjects_of(visit, [asked])
    people = (
        *(asked["requested_by"], asked["answered_by"], asked["answered_for"], *asked["co_authors"]),
        *(one["who"] for one in journal["entries"]),
        *(one[name] for one in questions for name in ("asked_by", "answered_by")),
    )
    names = await names_of(visit, people)
    problem = tried.problem and {**tried.problem, "detail": _with_names(tried.problem["detail"], names)}
    known = {
        "asked": asked,
        "subject": subjects[asked["subject_id"]],
        "diff": await visit.read(f"{path}/diff"),
        "schedule": await visit.read(f"{path}/schedule"),
        "questions": questions,
        "journal": journal,
        "names": names,
        "co_authors": [names[one] for one in asked["co_authors"]],
        "reviewers": await reviewers_named(visit, (*asked["reviewers"], *asked["escalated_to"])),
        "inputs": inputs_of(await to_call(visit, asked["entity_id"])),
        "newer": await _newer(visit, asked),
        "tried": tried,
        "problem": problem,
    }
    return visit.page("approval.html", status=problem["status"] if problem else 200, **known)


def _with_names(detail: str, names: Mapping[str, str]) -> str:
    """What a service says, with people called by their names instead of ids."""
    for who, name in names.items():
        detail = detail.replace(who, name)
    return detail


async def _newer(visit: Visit, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The open question about the same thing, where this one is not open any more."""
    if asked["status"] == "open":
        return None
    found = await visit.read("/approvals", subject=asked["subject_id"], status="open", limit=1)
    return next(iter(found["items"]), None)


@router.post("/approvals/{request_id}/{step}")
async def take_step(visit: Seen, form: Sent, request_id: RequestId, step: Step) -> Response:
    """Answer, ask, pass on or call in others. An answer goes to the version that was seen, and to no other."""
    asked = await visit.read(f"/approvals/{request_id}")
    inputs = inputs_of(await to_call(visit, asked["entity_id"]))[step]
    body, wrong = entered(inputs, form, visit.language, visit.zone)
    if wrong:
        problem = {**visit.unreadable(inputs, wrong), "status": 422}
        return await approval_page(visit, str(request_id), Tried(problem, kept(inputs, form), wrong, step))
    wish = body[step]
    if CALLS[step][0] == "answer":
        wish |= {"answer": step, "version": str(form.get("seen", ""))}
    path, done = CALLS[step]
    answered = await visit.send("POST", f"/approvals/{request_id}/{path}", form, wish)
    if answered.is_error:
        return await _refused(visit, asked, answered, form, step, inputs)
    return visit.after(answered, f"/approvals/{request_id}", done)


async def _refused(
    visit: Visit,
    asked: Mapping[str, Any],
    answered: Answered,
    form: FormData,
    step: Step,
    inputs: Sequence[Input],
) -> Response:
    """The page again; where the question has moved on meanwhile, that of the open one, with what differs in it."""
    problem = answered.json()
    named = [{**one, "field": f"{step}.{one['field']}"} for one in problem.get("errors", ())]
    problem = labelled(inputs, {**problem, "errors": named}, visit.language) or {}
    newer = await _newer(visit, asked) if problem["code"] in MOVED else None
    request_id = newer["request_id"] if newer else asked["request_id"]
    tried = Tried(problem, kept(inputs, form), wrongs(inputs, problem), step, moved=newer is not None)
    return await approval_page(visit, str(request_id), tried)


@router.post("/approvals/{request_id}/questions/{question_id}/answer")
async def answer_question(visit: Seen, form: Sent, request_id: RequestId, question_id: UUID) -> Response:
    """Tell what was asked."""
    path = f"/approvals/{request_id}/questions/{question_id}/answer"
    answered = await visit.send("POST", path, form, {"text": str(form.get("text", ""))})
    if answered.is_error:
        return await approval_page(visit, str(request_id), Tried(answered.json()))
    return visit.after(answered, f"/approvals/{request_id}", "told")

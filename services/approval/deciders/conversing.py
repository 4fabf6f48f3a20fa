"""What people do with a request before it is answered."""

from collections.abc import Sequence

from services.approval.deciders.entitled import OWN_NAME, in_whose_name, no_part, no_right
from services.approval.deciders.request_commands import (
    AddReviewers,
    AnswerQuestion,
    AskQuestion,
    DelegateAnswer,
    Delegation,
    Request,
)
from shared.contracts.approval import (
    ApprovalDelegated,
    ApprovalRequested,
    QuestionAnswered,
    QuestionAsked,
    RequestEvent,
    ReviewersAdded,
)
from shared.kernel.decider import Refused

Decision = Sequence[RequestEvent] | Refused


def delegate(command: DelegateAnswer, request: Request, asked: ApprovalRequested) -> Decision:
    """Who is asked in person may let somebody else answer, and says why; nobody passes on what was passed on."""
    if refused := no_right(command, request, asked) or _over(request):
        return refused
    if in_whose_name(command, request, asked) != OWN_NAME:
        return Refused("request.not-in-person", "forbidden")
    if refused := _unfounded(command, "to"):
        return refused
    given = Delegation(command.to, command.by.id)
    if given in request.delegations or command.to in request.reviewers:
        return []
    return [
        ApprovalDelegated(
            request_id=command.request_id,
            by=command.by.id,
            to=command.to,
            at=command.at,
            reason=command.reason.strip(),
        )
    ]


def add_reviewers(command: AddReviewers, request: Request, asked: ApprovalRequested) -> Decision:
    """Who may answer may ask more people to, and head office may always; whoever is asked already stays so."""
    entitled = command.by.is_central and command.active
    if refused := (None if entitled else no_right(command, request, asked)) or _over(request):
        return refused
    if refused := _unfounded(command, "reviewers"):
        return refused
    new = tuple(dict.fromkeys(one for one in command.reviewers if one not in request.reviewers))
    added = ReviewersAdded(
        request_id=command.request_id,
        reviewers=new,
        by=command.by.id,
        at=command.at,
        reason=command.reason.strip(),
    )
    return [added] if new else []


def ask_question(command: AskQuestion, request: Request, asked: ApprovalRequested) -> Decision:
    """Whoever sees what waits may ask about it."""
    if refused := no_part(command, request, asked) or _over(request) or _unsaid(command):
        return refused
    return [] if command.question_id in request.questions else [QuestionAsked(**_said(command))]


def answer_question(command: AnswerQuestion, request: Request, asked: ApprovalRequested) -> Decision:
    """Whoever sees what waits may tell what was asked; the first to tell has told."""
    if refused := no_part(command, request, asked) or _over(request) or _unsaid(command):
        return refused
    if command.question_id not in request.questions:
        return Refused("request.question-unknown", "missing")
    if command.question_id in request.told:
        return Refused("request.question-answered", "conflict")
    return [QuestionAnswered(**_said(command))]


def _said(command: AskQuestion | AnswerQuestion) -> dict[str, object]:
    said = command.model_dump(include={"request_id", "question_id", "at"})
    return {**said, "by": command.by.id, "text": command.text.strip()}


def _over(request: Request) -> Refused | None:
    return None if request.status == "open" else Refused("request.over", "conflict")


def _unfounded(command: DelegateAnswer | AddReviewers, field: str) -> Refused | None:
    if not command.reason.strip():
        return Refused("request.reason-missing", "invalid", field="reason")
    return None if command.reachable else Refused("request.reviewer-unknown", "invalid", field=field)


def _unsaid(command: AskQuestion | AnswerQuestion) -> Refused | None:
    return None if command.text.strip() else Refused("request.text-missing", "invalid", field="text")

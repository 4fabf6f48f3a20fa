"""One question to reviewers: who may answer it, once, by when, and what silence means."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from services.approval.deciders.answering import answer, silence
from services.approval.deciders.conversing import add_reviewers, answer_question, ask_question, delegate
from services.approval.deciders.request_commands import (
    AddReviewers,
    AnswerQuestion,
    AnswerRequest,
    AskQuestion,
    DelegateAnswer,
    Delegation,
    PassDeadline,
    Personal,
    RemindReviewers,
    Request,
    RequestApproval,
    RequestCommand,
    WithdrawRequest,
)
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalRefused,
    ApprovalReminded,
    ApprovalRequested,
    ApprovalWithdrawn,
    LateAnswerRefused,
    QuestionAnswered,
    QuestionAsked,
    RequestEvent,
    ReviewersAdded,
    StageAccepted,
)
from shared.kernel.decider import Decider, Refused


def decide(command: RequestCommand, request: Request) -> Sequence[RequestEvent] | Refused:
    """One request from question to answer. What comes after its end is no error for a machine."""
    asked = request.asked
    match command:
        case RequestApproval():
            fields = command.model_dump(exclude={"id", "by"})
            return [] if asked else [ApprovalRequested(**fields)]
        case AnswerRequest() | DelegateAnswer() | AddReviewers() | AskQuestion() | AnswerQuestion():
            return (
                Refused("request.unknown", "missing")
                if asked is None
                else _by_person(command, request, asked)
            )
        case _ if asked is None or request.status != "open":
            return []
        case RemindReviewers(nth=nth):
            due = nth <= len(asked.reminders) and command.at >= asked.reminders[nth - 1]
            if not due or nth in request.reminded:
                return []
            return [ApprovalReminded(request_id=command.request_id, nth=nth, at=command.at)]
        case PassDeadline():
            return [] if request.overdue or command.at < asked.deadline else silence(asked, command.at)
        case WithdrawRequest():
            return [ApprovalWithdrawn(request_id=command.request_id, at=command.at, reason=command.reason)]
    assert_never(command)


def _by_person(
    command: Personal, request: Request, asked: ApprovalRequested
) -> Sequence[RequestEvent] | Refused:
    match command:
        case AnswerRequest():
            return answer(command, request, asked)
        case DelegateAnswer():
            return delegate(command, request, asked)
        case AddReviewers():
            return add_reviewers(command, request, asked)
        case AskQuestion():
            return ask_question(command, request, asked)
        case AnswerQuestion():
            return answer_question(command, request, asked)
    assert_never(command)


def evolve(request: Request, event: RequestEvent) -> Request:
    """What a fact does to what we remember."""
    match event:
        case ApprovalRequested():
            return Request("open", event, event.reviewers)
        case ApprovalReminded():
            return replace(request, reminded=request.reminded | {event.nth})
        case ApprovalOverdue():
            return replace(request, overdue=True)
        case ApprovalEscalated():
            return _escalated(request, event)
        case ApprovalDelegated():
            return replace(request, delegations=(*request.delegations, Delegation(event.to, event.by)))
        case ReviewersAdded():
            return replace(request, reviewers=(*request.reviewers, *event.reviewers))
        case QuestionAsked():
            return replace(request, questions=request.questions | {event.question_id})
        case QuestionAnswered():
            return replace(request, told=request.told | {event.question_id})
        case StageAccepted() | ApprovalAccepted():
            return replace(request, status="accepted", answered_by=event.by, answered_at=event.at)
        case ApprovalRefused():
            return replace(request, status="refused", answered_by=event.by, answered_at=event.at)
        case ApprovalWithdrawn():
            return replace(request, status="withdrawn")
        case LateAnswerRefused():
            return request
    assert_never(event)


def _escalated(request: Request, event: ApprovalEscalated) -> Request:
    """`central` takes the question away from those who were silent, and from whom they had asked."""
    if request.asked is not None and request.asked.silence == "central":
        return replace(request, reviewers=event.to, delegations=())
    return replace(request, reviewers=(*request.reviewers, *event.to))


REQUEST: Decider[Request, RequestCommand, RequestEvent] = Decider(
    category="request",
    initial=Request(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.request_id,
    commands=(
        RequestApproval,
        AnswerRequest,
        DelegateAnswer,
        AddReviewers,
        AskQuestion,
        AnswerQuestion,
        RemindReviewers,
        PassDeadline,
        WithdrawRequest,
    ),
)

"""One question to reviewers: who may answer it, once, by when, and what silence means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalRefused,
    ApprovalReminded,
    ApprovalRequested,
    ApprovalWithdrawn,
    LateAnswerRefused,
    RequestEvent,
    Subject,
)
from shared.contracts.catalog import Reviewer, Silence
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import EntityId, PackageId, RequestId
from shared.kernel.message import Command

Answer = Literal["accept", "refuse"]
BY_SILENCE = "silence"
HEAD_OFFICE: tuple[Reviewer, ...] = ("role:central",)


class RequestApproval(Command):
    """Ask for an answer, because something was handed in."""

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    package_id: PackageId
    entity_id: EntityId | None = None
    reviewers: tuple[Reviewer, ...]
    requested_by: str
    deadline: AwareDatetime
    reminders: tuple[AwareDatetime, ...] = ()
    silence: Silence = "escalate"


class AnswerRequest(Command):
    """Say yes or no to the version that was seen.

    `member_of` are the groups of whoever answers, `active` is false once they may take part no more.
    """

    request_id: RequestId
    answer: Answer
    version: int
    comment: str = ""
    member_of: tuple[str, ...] = ()
    active: bool = True


class RemindReviewers(Command):
    """The moment of the n-th reminder; `nth` counts from 1."""

    request_id: RequestId
    nth: int


class PassDeadline(Command):
    """The moment by which an answer was wanted."""

    request_id: RequestId


class WithdrawRequest(Command):
    """What was asked about went away."""

    request_id: RequestId
    reason: str = ""


RequestCommand = RequestApproval | AnswerRequest | RemindReviewers | PassDeadline | WithdrawRequest


@dataclass(frozen=True, slots=True)
class Request:  # what the next decision must remember
    status: Literal["none", "open", "accepted", "refused", "withdrawn"] = "none"
    asked: ApprovalRequested | None = None
    reviewers: tuple[Reviewer, ...] = ()
    reminded: frozenset[int] = frozenset()
    overdue: bool = False
    answered_by: str = ""
    answered_at: datetime | None = None


def decide(command: RequestCommand, request: Request) -> Sequence[RequestEvent] | Refused:
    """One request from question to answer. What comes after its end is no error for a machine."""
    asked = request.asked
    match command:
        case RequestApproval():
            fields = command.model_dump(exclude={"id", "by"})
            return [] if asked else [ApprovalRequested(**fields)]
        case AnswerRequest():
            return (
                Refused("request.unknown", "missing") if asked is None else _answer(command, request, asked)
            )
        case _ if asked is None or request.status != "open":
            return []
        case RemindReviewers(nth=nth):
            due = nth <= len(asked.reminders) and command.at >= asked.reminders[nth - 1]
            if not due or nth in request.reminded:
                return []
            return [ApprovalReminded(request_id=command.request_id, nth=nth, at=command.at)]
        case PassDeadline():
            return [] if request.overdue or command.at < asked.deadline else _silence(asked, command.at)
        case WithdrawRequest():
            return [ApprovalWithdrawn(request_id=command.request_id, at=command.at, reason=command.reason)]
    assert_never(command)


def _answer(
    command: AnswerRequest, request: Request, asked: ApprovalRequested
) -> Sequence[RequestEvent] | Refused:
    may = _may_answer(command, request, asked)
    if not may and not command.by.sees(asked.entity_id):
        return Refused("request.unknown", "missing")
    if refused := _no_right(command, asked, may=may) or _unfit(command, request, asked):
        return refused
    if request.status != "open":
        same = request.answered_by == command.by.id and request.status == _outcome(command.answer)
        return [] if same else [_late(command, request.answered_by)]
    if asked.silence in {"reject", "approve"} and command.at > asked.deadline:
        # The timer of the deadline may come late, as after a pause of the process; its outcome does not.
        return [*_silence(asked, asked.deadline), _late(command, BY_SILENCE)]
    return [_outcome_of(asked, command.answer, command.by.id, command.at, command.comment)]


def _may_answer(command: AnswerRequest, request: Request, asked: ApprovalRequested) -> bool:
    """Administrators always, head office always for orders; else those who are named or were called in."""
    by = command.by
    if "admin" in by.roles or ("central" in by.roles and asked.subject == "order"):
        return True
    is_called = {f"person:{by.id}", *command.member_of, *(HEAD_OFFICE if "central" in by.roles else ())}
    return not is_called.isdisjoint(request.reviewers)


def _no_right(command: AnswerRequest, asked: ApprovalRequested, *, may: bool) -> Refused | None:
    if not command.active:
        return Refused("request.person-inactive", "forbidden")
    if command.by.id == asked.requested_by and "admin" not in command.by.roles:
        return Refused("request.own-work", "forbidden")
    return None if may else Refused("request.not-reviewer", "forbidden")


def _unfit(command: AnswerRequest, request: Request, asked: ApprovalRequested) -> Refused | None:
    if command.version != asked.subject_version:
        facts = {"version": asked.subject_version, "seen": command.version}
        return Refused("request.subject-moved", "stale", field="version", facts=facts)
    if request.status == "withdrawn":
        return Refused("request.withdrawn", "conflict")
    if command.answer == "refuse" and not command.comment.strip():
        return Refused("request.comment-missing", "invalid", field="comment")
    return None


def _silence(asked: ApprovalRequested, at: datetime) -> list[RequestEvent]:
    """What the terms say that silence means."""
    overdue = ApprovalOverdue(request_id=asked.request_id, at=at, silence=asked.silence)
    match asked.silence:
        case "escalate" | "central":
            return [overdue, ApprovalEscalated(request_id=asked.request_id, to=HEAD_OFFICE, at=at)]
        case "approve":
            return [overdue, _outcome_of(asked, "accept", BY_SILENCE, at)]
        case "reject":
            return [overdue, _outcome_of(asked, "refuse", BY_SILENCE, at)]
    assert_never(asked.silence)


def _outcome(answer: Answer) -> Literal["accepted", "refused"]:
    return "accepted" if answer == "accept" else "refused"


def _outcome_of(
    asked: ApprovalRequested, answer: Answer, by: str, at: datetime, comment: str = ""
) -> ApprovalAccepted | ApprovalRefused:
    states = ApprovalAccepted if answer == "accept" else ApprovalRefused
    return states(
        request_id=asked.request_id,
        subject=asked.subject,
        subject_id=asked.subject_id,
        subject_version=asked.subject_version,
        by=by,
        at=at,
        comment=comment.strip(),
    )


def _late(command: AnswerRequest, first: str) -> LateAnswerRefused:
    return LateAnswerRefused(
        request_id=command.request_id,
        by=command.by.id,
        at=command.at,
        answered_by=first,
        answer=command.answer,
    )


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
            handed_over = request.asked is not None and request.asked.silence == "central"
            return replace(request, reviewers=event.to if handed_over else (*request.reviewers, *event.to))
        case ApprovalAccepted():
            return replace(request, status="accepted", answered_by=event.by, answered_at=event.at)
        case ApprovalRefused():
            return replace(request, status="refused", answered_by=event.by, answered_at=event.at)
        case ApprovalWithdrawn():
            return replace(request, status="withdrawn")
        case LateAnswerRefused():
            return request
    assert_never(event)


REQUEST: Decider[Request, RequestCommand, RequestEvent] = Decider(
    category="request",
    initial=Request(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.request_id,
    commands=(RequestApproval, AnswerRequest, RemindReviewers, PassDeadline, WithdrawRequest),
)

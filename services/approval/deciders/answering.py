"""How a request is answered: by the first who may, or by silence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, assert_never

from services.approval.deciders.entitled import OWN_NAME, in_whose_name, no_right
from services.approval.deciders.request_commands import (
    BY_SILENCE,
    HEAD_OFFICE,
    Answer,
    AnswerRequest,
    Request,
)
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalRefused,
    ApprovalRequested,
    LateAnswerRefused,
    RequestEvent,
    StageAccepted,
)
from shared.kernel.decider import Refused

NOBODY_ANSWERED = "Nobody answered in time"


def answer(
    command: AnswerRequest, request: Request, asked: ApprovalRequested
) -> Sequence[RequestEvent] | Refused:
    """The first answer counts; a later one is remembered and has no effect."""
    if refused := no_right(command, request, asked) or _unfit(command, request, asked):
        return refused
    name = in_whose_name(command, request, asked) or OWN_NAME
    if request.status != "open":
        same = request.answered_by == command.by.id and request.status == _status(command.answer)
        return [] if same else [_late(command, request.answered_by, name)]
    if asked.silence in {"reject", "approve"} and command.at > asked.deadline:
        # The timer of the deadline may come late, as after a pause of the process; its outcome does not.
        return [*silence(asked, asked.deadline), _late(command, BY_SILENCE, name)]
    return [_outcome(asked, command.answer, command.by.id, command.at, command.comment, name)]


def silence(asked: ApprovalRequested, at: datetime) -> list[RequestEvent]:
    """What the terms say that silence means."""
    overdue = ApprovalOverdue(request_id=asked.request_id, at=at, silence=asked.silence)
    match asked.silence:
        case "escalate":
            return [overdue, _escalated(asked, at, asked.escalate_to or HEAD_OFFICE)]
        case "central":
            return [overdue, _escalated(asked, at, HEAD_OFFICE)]
        case "approve":
            return [overdue, _outcome(asked, "accept", BY_SILENCE, at)]
        case "reject":
            return [overdue, _outcome(asked, "refuse", BY_SILENCE, at)]
    assert_never(asked.silence)


def _unfit(command: AnswerRequest, request: Request, asked: ApprovalRequested) -> Refused | None:
    if command.version != asked.subject_version:
        facts = {"version": asked.subject_version, "seen": command.version}
        return Refused("request.subject-moved", "stale", field="version", facts=facts)
    if request.status == "withdrawn":
        return Refused("request.withdrawn", "conflict")
    if command.answer == "refuse" and not command.comment.strip():
        return Refused("request.comment-missing", "invalid", field="comment")
    return None


def _status(given: Answer) -> Literal["accepted", "refused"]:
    return "accepted" if given == "accept" else "refused"


def _outcome(
    asked: ApprovalRequested, given: Answer, by: str, at: datetime, comment: str = "", name: str = OWN_NAME
) -> StageAccepted | ApprovalAccepted | ApprovalRefused:
    """A yes is the last word only at the last stage; a no is at every one."""
    fields = {
        **asked.model_dump(include={"request_id", "subject", "subject_id", "subject_version"}),
        "by": by,
        "at": at,
        "comment": comment.strip(),
        "on_behalf_of": name,
    }
    if given == "refuse":
        return ApprovalRefused(**fields, pinned_at=asked.pinned_at)
    if asked.stage < asked.stages:
        return StageAccepted(**fields, stage=asked.stage)
    return ApprovalAccepted(**fields, pinned_at=asked.pinned_at)


def _escalated(asked: ApprovalRequested, at: datetime, to: tuple[str, ...]) -> ApprovalEscalated:
    return ApprovalEscalated(request_id=asked.request_id, to=to, at=at, reason=NOBODY_ANSWERED)


def _late(command: AnswerRequest, first: str, name: str) -> LateAnswerRefused:
    return LateAnswerRefused(
        request_id=command.request_id,
        by=command.by.id,
        at=command.at,
        answered_by=first,
        answer=command.answer,
        on_behalf_of=name,
        comment=command.comment.strip(),
    )

"""What approval states: who must answer, by when, and what came of it. One mechanism for every subject."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.catalog import Reviewer, Silence
from shared.kernel.ids import EntityId, PackageId, RequestId
from shared.kernel.message import Event

Subject = Literal["package", "order"]


class ApprovalRequested(Event):
    """An answer is wanted. Version 0 of request-{request_id}.

    `subject_version` is the submission (package) or revision (order) that is asked about, from 1.
    `entity_id` is the ordering entity, absent for packages. `reminders` are moments, earliest first.
    """

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    package_id: PackageId
    entity_id: EntityId | None = None
    reviewers: tuple[Reviewer, ...]
    requested_by: str
    at: AwareDatetime
    deadline: AwareDatetime
    reminders: tuple[AwareDatetime, ...] = ()
    silence: Silence = "escalate"
    escalate_to: tuple[Reviewer, ...] = ()
    own_work: bool = False
    stage: int = 1
    stages: int = 1
    """Of how many questions about the same version this is which; each begins when the one before said yes."""


class ApprovalReminded(Event):
    """The moment of the n-th reminder came and nobody had answered. `nth` counts from 1."""

    request_id: RequestId
    nth: int
    at: AwareDatetime


class ApprovalOverdue(Event):
    """The deadline passed without an answer."""

    request_id: RequestId
    at: AwareDatetime
    silence: Silence


class ApprovalEscalated(Event):
    """Others are called in as well, because those named were silent."""

    request_id: RequestId
    to: tuple[Reviewer, ...]
    at: AwareDatetime


class ApprovalAccepted(Event):
    """The answer is yes. `by` is a person, or `silence` where the terms say that silence approves."""

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    by: str
    at: AwareDatetime
    comment: str = ""


class ApprovalRefused(Event):
    """The answer is no, and why."""

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    by: str
    at: AwareDatetime
    comment: str


class ApprovalWithdrawn(Event):
    """What was asked about went away before anybody answered."""

    request_id: RequestId
    at: AwareDatetime
    reason: str = ""


class LateAnswerRefused(Event):
    """Somebody answered after the answer was given; it has no effect, and is remembered."""

    request_id: RequestId
    by: str
    at: AwareDatetime
    answered_by: str
    answer: Literal["accept", "refuse"]


RequestEvent = (
    ApprovalRequested
    | ApprovalReminded
    | ApprovalOverdue
    | ApprovalEscalated
    | ApprovalAccepted
    | ApprovalRefused
    | ApprovalWithdrawn
    | LateAnswerRefused
)

STREAMS = {"request": ("approval.requests", RequestEvent)}

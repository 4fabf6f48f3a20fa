"""What can be asked of a request, and what it has to remember to decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.approval import ApprovalRequested, Change, Subject
from shared.contracts.catalog import Reviewer, Silence
from shared.kernel.ids import EntityId, PackageId, RequestId
from shared.kernel.message import Command, Value

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
    escalate_to: tuple[Reviewer, ...] = ()
    own_work: bool = False
    stage: int = 1
    stages: int = 1
    co_authors: tuple[str, ...] = ()
    reopens: RequestId | None = None
    changes: tuple[Change, ...] = ()
    pinned_at: AwareDatetime | None = None


class Principal(Value):
    """Whom somebody is deputy for now, and by which names that person is asked."""

    person_id: str
    names: tuple[Reviewer, ...]


class PersonsCommand(Command):
    """What a person does to a request.

    `member_of` are the groups of whoever asks, `stands_in_for` those whose deputy they are now; `active` is
    false once they may take part no more.
    """

    request_id: RequestId
    member_of: tuple[str, ...] = ()
    stands_in_for: tuple[Principal, ...] = ()
    active: bool = True


class AnswerRequest(PersonsCommand):
    """Say yes or no to the version that was seen."""

    answer: Answer
    version: int
    comment: str = ""


class DelegateAnswer(PersonsCommand):
    """Let another answer in one's name. `reachable` is false for whom the request must stay unknown."""

    to: Reviewer
    reason: str
    reachable: bool = True


class AddReviewers(PersonsCommand):
    """Ask more people. `reachable` is false if the request must stay unknown to any of them."""

    reviewers: tuple[Reviewer, ...]
    reason: str
    reachable: bool = True


class AskQuestion(PersonsCommand):
    """Want to know something before the answer."""

    question_id: UUID
    text: str


class AnswerQuestion(PersonsCommand):
    """Tell what was asked."""

    question_id: UUID
    text: str


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


Personal = AnswerRequest | DelegateAnswer | AddReviewers | AskQuestion | AnswerQuestion
RequestCommand = RequestApproval | Personal | RemindReviewers | PassDeadline | WithdrawRequest


@dataclass(frozen=True, slots=True)
class Delegation:
    """A reviewer who answers in the name of another."""

    to: Reviewer
    by: str


@dataclass(frozen=True, slots=True)
class Request:  # what the next decision must remember
    status: Literal["none", "open", "accepted", "refused", "withdrawn"] = "none"
    asked: ApprovalRequested | None = None
    reviewers: tuple[Reviewer, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    questions: frozenset[UUID] = frozenset()
    told: frozenset[UUID] = frozenset()
    reminded: frozenset[int] = frozenset()
    overdue: bool = False
    answered_by: str = ""
    answered_at: datetime | None = None

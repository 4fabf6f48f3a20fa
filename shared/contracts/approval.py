"""What approval states: who must answer, by when, and what came of it. One mechanism for every subject."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.catalog import Reviewer, Silence
from shared.kernel.ids import EntityId, PackageId, PersonId, RequestId
from shared.kernel.message import Event, Value

Subject = Literal["package", "order", "content"]
"""What is asked about; of `content` the campaign's id is `subject_id`."""


class Change(Value):
    """One field as it was when it was asked about before, and as it is now; empty where it was not given."""

    field: str
    before: str = ""
    after: str = ""


class ApprovalRequested(Event):
    """An answer is wanted. Version 0 of request-{request_id}.

    `subject_version` is the submission (package), revision (order) or version (content) that is asked about, from 1.
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
    co_authors: tuple[str, ...] = ()
    """Who edited it after it was handed in; they answer it no more than `requested_by` does."""
    reopens: RequestId | None = None
    """The request about what was handed in before, in whose place this one is; `changes` is what differs."""
    changes: tuple[Change, ...] = ()
    pinned_at: AwareDatetime | None = None
    """When the version that is asked about was handed in or edited; the same at every stage."""


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
    """Others are called in because those named were silent: beside them, or in their place (`central`)."""

    request_id: RequestId
    to: tuple[Reviewer, ...]
    at: AwareDatetime
    by: str = "silence"
    reason: str = ""


class ApprovalDelegated(Event):
    """Somebody who may answer asked another to do it; `to` answers in the name of `by`, who still may as well."""

    request_id: RequestId
    by: str
    to: Reviewer
    at: AwareDatetime
    reason: str


class ReviewersAdded(Event):
    """These may answer as well from now on, beside those who were asked before."""

    request_id: RequestId
    reviewers: tuple[Reviewer, ...]
    by: str
    at: AwareDatetime
    reason: str


class QuestionAsked(Event):
    """Somebody wants to know something before the answer is given. The text is the journal's, as a comment is."""

    request_id: RequestId
    question_id: UUID
    by: str
    at: AwareDatetime
    text: str


class QuestionAnswered(Event):
    """Somebody told what was asked; the request itself still waits for its answer."""

    request_id: RequestId
    question_id: UUID
    by: str
    at: AwareDatetime
    text: str


class StageAccepted(Event):
    """The answer is yes, and another stage is asked now: what it was about is not approved yet.

    `stage` counts from 1; `by` and `on_behalf_of` as in ApprovalAccepted.
    """

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    stage: int
    by: str
    at: AwareDatetime
    comment: str = ""
    on_behalf_of: str = ""


class ApprovalAccepted(Event):
    """The answer is yes, and no other stage is asked.

    `by` is a person, or `silence` where the terms say that silence approves.
    """

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    by: str
    at: AwareDatetime
    comment: str = ""
    on_behalf_of: str = ""
    """Whom a deputy or a delegate answered for; empty where `by` was asked in person."""
    pinned_at: AwareDatetime | None = None
    """When the version that was answered was handed in or edited: what changed it after that was not seen."""


class ApprovalRefused(Event):
    """The answer is no, and why. `on_behalf_of` and `pinned_at` as in ApprovalAccepted."""

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    by: str
    at: AwareDatetime
    comment: str
    on_behalf_of: str = ""
    pinned_at: AwareDatetime | None = None


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
    on_behalf_of: str = ""
    comment: str = ""


class DeputyNamed(Event):
    """Somebody answers what this person is asked, from `starts_at` until just before `ends_at`.

    Stated on deputy-{person_id}. There is one deputy at a time: who is named next takes the place of the former.
    """

    person_id: PersonId
    deputy_id: PersonId
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    by: str
    at: AwareDatetime
    reason: str = ""


class DeputyDismissed(Event):
    """The deputy of this person answers for it no more, before the term was over."""

    person_id: PersonId
    by: str
    at: AwareDatetime
    reason: str = ""


RequestEvent = (
    ApprovalRequested
    | ApprovalReminded
    | ApprovalOverdue
    | ApprovalEscalated
    | ApprovalDelegated
    | ReviewersAdded
    | QuestionAsked
    | QuestionAnswered
    | StageAccepted
    | ApprovalAccepted
    | ApprovalRefused
    | ApprovalWithdrawn
    | LateAnswerRefused
)

DeputyEvent = DeputyNamed | DeputyDismissed

STREAMS = {
    "request": ("approval.requests", RequestEvent),
    "deputy": ("approval.deputies", DeputyEvent),
}

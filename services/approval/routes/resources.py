"""What approval answers: its resources as people read them."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime
from typing_extensions import TypedDict

from shared.contracts.approval import Change, Subject
from shared.contracts.catalog import Reviewer, Silence
from shared.kernel.ids import EntityId, PackageId, PersonId, RequestId
from shared.web.problems import Problem

Status = Literal["open", "accepted", "refused", "withdrawn"]


class Approval(TypedDict):
    """A question with its terms, and its answer once there is one.

    `subject_version` is the submission (package), revision (order) or version (content) that is asked about. `stage`
    counts from 1 to `stages`. `mine`: the caller may answer. `overdue`: still open after its deadline. `answered_by` is
    a person or `silence`, `answered_for` the person in whose name. `reopens` is the request in whose place this is.
    """

    request_id: RequestId
    subject: Subject
    subject_id: UUID
    subject_version: int
    package_id: PackageId
    entity_id: EntityId | None
    reviewers: list[Reviewer]
    requested_by: str
    requested_at: AwareDatetime
    own_work: bool
    co_authors: list[str]
    stage: int
    stages: int
    reopens: RequestId | None
    changes: list[Change]
    deadline: AwareDatetime
    reminders: list[AwareDatetime]
    silence: Silence
    status: Status
    escalated_to: list[Reviewer]
    answered_by: str | None
    answered_at: AwareDatetime | None
    answered_for: str | None
    comment: str
    mine: bool
    overdue: bool
    version: int


class Difference(TypedDict):
    """What differs from what was asked about before: that of `since`, which was of this version; null: from nothing."""

    since: AwareDatetime | None
    since_version: int | None
    items: list[Change]


class AnsweredItem(TypedDict):
    """What one of several answers came to: the status it would have had alone, and the request now or the problem."""

    request_id: RequestId
    status: int
    request: Approval | None
    problem: Problem | None


class AnsweredItems(TypedDict):
    """What each answer came to, in the order in which they were given."""

    items: list[AnsweredItem]


class Planned(TypedDict):
    """A moment of a question: `at` in UTC, `local` the same one in the time zone of the schedule."""

    what: Literal["deadline", "reminder"]
    at: AwareDatetime
    local: AwareDatetime
    happened_at: AwareDatetime | None
    state: Literal["happened", "due", "not_wanted"]


class Schedule(TypedDict):
    """Deadline and reminders in their order; `time_zone` is an IANA name."""

    time_zone: str
    items: list[Planned]


class Question(TypedDict):
    """What was asked about a request, and what was told once somebody did."""

    question_id: UUID
    request_id: RequestId
    asked_by: str
    asked_at: AwareDatetime
    text: str
    answered_by: str | None
    answered_at: AwareDatetime | None
    answer: str | None


class Questions(TypedDict):
    """What was asked about a request, the oldest first."""

    items: list[Question]


class RecordedDecision(TypedDict):
    """An answer that was given, by a person or by `silence`. `on_behalf_of` is empty where it was in one's own name.

    `nth` is the answer's version in the stream of its request; `caused_by` is the fact that opened the request.
    """

    at: AwareDatetime
    decision: Literal["stage_accepted", "accepted", "refused", "too_late"]
    who: str
    on_behalf_of: str
    why: str
    subject: Subject
    subject_id: UUID
    subject_version: int
    stage: int
    request_id: RequestId
    nth: int
    caused_by: str
    event_id: UUID


class Deputy(TypedDict):
    """Who answers for a person in a term; `running` if that is now."""

    person_id: PersonId
    deputy_id: PersonId
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    named_by: str
    reason: str
    dismissed_at: AwareDatetime | None
    running: bool
    version: int

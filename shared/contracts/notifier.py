"""What notifier states: who is told what, and whether it got there."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.catalog import Language
from shared.kernel.ids import NoticeId, PersonId
from shared.kernel.message import Event

NoticeKind = Literal[
    "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "package-rejected", "overdue", "order-cancelled",
    "order-approved", "unsubscribed", "deadline-passed", "N15",
]  # fmt: skip


class NoticeQueued(Event):
    """One person is to be told one thing once. Version 0 of notice-{derive(event, person, kind)}.

    `facts` are what the text is made of: labels, numbers, moments (RFC 3339) and comments, never a person's
    name or address. `about` are ids by noun (`package`, `order`, `campaign`, `request`).
    """

    notice_id: NoticeId
    kind: NoticeKind
    person_id: PersonId
    language: Language
    because_of: UUID
    about: dict[str, UUID] = {}
    facts: dict[str, str] = {}
    at: AwareDatetime
    time_zone: str = ""
    """An IANA name: where the person reads of moments; empty for the installation's own."""


class NoticeSent(Event):
    """The mail was handed over. `message_id` is the same however often it was tried."""

    notice_id: NoticeId
    message_id: str
    at: AwareDatetime


class NoticeFailed(Event):
    """Handing over failed. `attempt` counts from 1; without `retry_at` it is given up."""

    notice_id: NoticeId
    attempt: int
    error: str
    at: AwareDatetime
    retry_at: AwareDatetime | None = None


class NoticeRetried(Event):
    """The moment for another attempt came. `attempt` is the one that begins, from 2."""

    notice_id: NoticeId
    attempt: int
    at: AwareDatetime


NoticeEvent = NoticeQueued | NoticeSent | NoticeFailed | NoticeRetried

STREAMS = {"notice": ("notifier.notices", NoticeEvent)}

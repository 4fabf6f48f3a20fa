"""One person told one thing: queued once, sent once, tried again a few times where the post fails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.catalog import Language
from shared.contracts.notifier import (
    NoticeDocument,
    NoticeEvent,
    NoticeFailed,
    NoticeKind,
    NoticeQueued,
    NoticeReleased,
    NoticeRetried,
    NoticeSent,
)
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import NoticeId, PersonId
from shared.kernel.message import Command


class QueueNotice(Command):
    """Somebody is to be told something."""

    notice_id: NoticeId
    kind: NoticeKind
    person_id: PersonId
    language: Language
    because_of: UUID
    about: dict[str, UUID]
    facts: dict[str, str]
    time_zone: str = ""
    held_until: AwareDatetime | None = None
    by_mail: bool = True
    documents: tuple[NoticeDocument, ...] = ()


class MarkSent(Command):
    """The post took the mail."""

    notice_id: NoticeId
    message_id: str


class MarkFailed(Command):
    """The post did not take the mail; without `retry_at` nobody will try again."""

    notice_id: NoticeId
    attempt: int
    error: str
    retry_at: AwareDatetime | None = None


class RetryNotice(Command):
    """The moment to try again after the failure of this attempt."""

    notice_id: NoticeId
    attempt: int


class ReleaseNotice(Command):
    """The digest for which this was kept back has gone without it."""

    notice_id: NoticeId


NoticeCommand = QueueNotice | MarkSent | MarkFailed | RetryNotice | ReleaseNotice


@dataclass(frozen=True, slots=True)
class Notice:  # what the next decision must remember
    status: Literal["none", "held", "kept", "due", "waiting", "sent", "given_up"] = "none"
    failures: int = 0
    retry_at: datetime | None = None


def decide(command: NoticeCommand, notice: Notice) -> Sequence[NoticeEvent] | Refused:
    """Machines alone ask here, so what comes twice or too late is no error, and changes nothing."""
    match command:
        case QueueNotice():
            fields = command.model_dump(exclude={"id", "by"})
            return [NoticeQueued(**fields)] if notice.status == "none" else []
        case MarkSent():
            if notice.status not in {"due", "waiting"}:
                return []
            return [NoticeSent(notice_id=command.notice_id, message_id=command.message_id, at=command.at)]
        case MarkFailed():
            if notice.status != "due" or command.attempt != notice.failures + 1:
                return []
            return [NoticeFailed(**command.model_dump(exclude={"id", "by"}))]
        case RetryNotice():
            early = notice.retry_at is None or command.at < notice.retry_at
            if notice.status != "waiting" or command.attempt != notice.failures or early:
                return []
            attempt = command.attempt + 1
            return [NoticeRetried(notice_id=command.notice_id, attempt=attempt, at=command.at)]
        case ReleaseNotice():
            held = notice.status == "held"
            return [NoticeReleased(notice_id=command.notice_id, at=command.at)] if held else []
    assert_never(command)


def evolve(notice: Notice, event: NoticeEvent) -> Notice:
    """What a fact does to what we remember."""
    match event:
        case NoticeQueued(by_mail=False):
            return Notice("kept")
        case NoticeQueued():
            return Notice("held" if event.held_until else "due")
        case NoticeSent():
            return replace(notice, status="sent", retry_at=None)
        case NoticeFailed():
            status: Literal["waiting", "given_up"] = "waiting" if event.retry_at else "given_up"
            return Notice(status, event.attempt, event.retry_at)
        case NoticeRetried() | NoticeReleased():
            return replace(notice, status="due", retry_at=None)
    assert_never(event)


NOTICE: Decider[Notice, NoticeCommand, NoticeEvent] = Decider(
    category="notice",
    initial=Notice(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.notice_id,
    commands=(QueueNotice, MarkSent, MarkFailed, RetryNotice, ReleaseNotice),
)

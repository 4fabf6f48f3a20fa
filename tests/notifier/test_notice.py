"""The life of one notice: queued, sent, or tried again."""

from datetime import datetime
from typing import Any

from services.notifier.deciders.notice import NOTICE, MarkFailed, MarkSent, QueueNotice, RetryNotice
from shared.contracts.notifier import NoticeFailed, NoticeQueued, NoticeRetried, NoticeSent
from shared.kernel.ids import NoticeId, PersonId
from shared.kernel.message import Actor
from tests.facts import id_of
from tests.notifier.hall import PACKAGE, day
from tests.spec import spec
from tests.world import MONDAY

given = spec(NOTICE)
ID = NoticeId(id_of("notice"))
WHAT: dict[str, Any] = {
    "notice_id": ID,
    "kind": "N4",
    "person_id": PersonId(id_of("anna")),
    "language": "sv",
    "because_of": id_of("fact"),
    "about": {"package": PACKAGE},
    "facts": {"package": "Spring"},
}
queued = NoticeQueued(**WHAT, at=MONDAY)
sent = NoticeSent(notice_id=ID, message_id="<1@here>", at=MONDAY)
failed = NoticeFailed(notice_id=ID, attempt=1, error="refused 451", at=MONDAY, retry_at=day(1))
given_up = NoticeFailed(notice_id=ID, attempt=1, error="no-address", at=MONDAY)
retried = NoticeRetried(notice_id=ID, attempt=2, at=day(1))


def asks(at: datetime = MONDAY) -> dict[str, Any]:
    return {"id": id_of("command"), "at": at, "by": Actor(id="notifier")}


queue = QueueNotice(**asks(), **WHAT)
mark_sent = MarkSent(**asks(), notice_id=ID, message_id="<1@here>")
retry = RetryNotice(**asks(day(1)), notice_id=ID, attempt=1)


def mark_failed(attempt: int = 1) -> MarkFailed:
    return MarkFailed(**asks(), notice_id=ID, attempt=attempt, error="refused 451", retry_at=day(1))


def test_a_notice_is_queued_once() -> None:
    given()(queue)(queued)
    given(queued)(queue)()
    given(queued, sent)(queue)()


def test_a_notice_is_sent_once() -> None:
    given(queued)(mark_sent)(sent)
    given(queued, sent)(mark_sent)()
    given()(mark_sent)()


def test_a_failure_counts_once_per_attempt() -> None:
    given(queued)(mark_failed())(failed)
    given(queued, failed)(mark_failed())()
    given(queued, failed, retried)(mark_failed())()
    given(queued, failed, retried)(mark_failed(2))(failed.model_copy(update={"attempt": 2}))
    given(queued, sent)(mark_failed())()
    given()(mark_failed())()


def test_it_is_tried_again_at_its_moment_and_not_before() -> None:
    given(queued, failed)(retry)(retried)
    given(queued, failed)(retry.model_copy(update={"at": day(0.9)}))()
    given(queued, failed, retried)(retry)()
    given(queued, failed, retried, sent)(retry)()
    given(queued)(retry)()


def test_what_is_given_up_stays_so() -> None:
    given(queued, given_up)(retry)()
    given(queued, given_up)(mark_sent)()
    given(queued, given_up)(mark_failed(2))()


def test_a_mail_that_went_although_it_seemed_to_fail_is_sent() -> None:
    given(queued, failed)(mark_sent)(sent)

"""Who is told what: the ledger says whom, memory gives the words, and each person gets a notice of their own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifier.deciders.digest import CloseDigest, CollectNotice
from services.notifier.deciders.notice import QueueNotice, ReleaseNotice, RetryNotice
from services.notifier.hours import held_until
from services.notifier.projections import ledger, seen_preferences, seen_requests
from services.notifier.projections.ledger import LEDGER
from services.notifier.projections.seen_deputies import SEEN_DEPUTIES
from services.notifier.projections.seen_documents import SEEN_DOCUMENTS
from services.notifier.projections.seen_orders import SEEN_ORDERS
from services.notifier.projections.seen_packages import SEEN_PACKAGES
from services.notifier.projections.seen_people import SEEN_PEOPLE
from services.notifier.projections.seen_preferences import SEEN_PREFERENCES
from services.notifier.projections.seen_questions import SEEN_QUESTIONS
from services.notifier.projections.seen_requests import SEEN_REQUESTS
from services.notifier.telling import Telling, asked, telling
from shared.contracts.notifier import DigestClosed, NoticeCollected, NoticeFailed, NoticeQueued
from shared.kernel.ids import NoticeId, PersonId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Reaction, Recall, Row

NOTIFIER = Actor(id="notifier")


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """A notice per row of the ledger; a timer for each failure that is worth another attempt.

    A request that was heard before what it is about waits for that, so that its mail has all its words.
    """
    event = recorded.event
    match event:
        case NoticeQueued() | NoticeFailed() | NoticeCollected() | DigestClosed():
            yield from _of_our_own(recorded, event)
        case _ if isinstance(event, seen_requests.CAUSES):
            for request in recall(seen_requests.BECAUSE_OF, {"fact_id": str(recorded.id)}):
                known = asked(UUID(request["request_id"]), recall)
                for row in recall(ledger.OF, {"fact_id": request["fact_id"]}):
                    yield _notice(recorded, UUID(request["fact_id"]), row, known, recall)
        case _:
            for row in recall(ledger.OF, {"fact_id": str(recorded.id)}):
                known = telling(event, row["kind"], row["entity_id"], recall)
                yield _notice(recorded, recorded.id, row, known, recall)


def _of_our_own(
    recorded: Recorded, event: NoticeQueued | NoticeFailed | NoticeCollected | DigestClosed
) -> Iterator[Command]:
    """Another attempt after a failure; a digest of what was kept back, which is a notice itself."""
    match event:
        case NoticeFailed(retry_at=retry_at):
            if retry_at is not None:
                asks = _asks(recorded, "retry", at=max(retry_at, recorded.recorded_at))
                yield RetryNotice(**asks, notice_id=event.notice_id, attempt=event.attempt)
        case NoticeQueued(held_until=until):
            if until is not None and event.by_mail:
                yield from _collected(recorded, event, until)
        case NoticeCollected(late=True):
            yield ReleaseNotice(**_asks(recorded, "release"), notice_id=event.notice_id)
        case DigestClosed():
            yield QueueNotice(
                **_asks(recorded, "digest"),
                notice_id=event.digest_id,
                kind="digest",
                person_id=event.person_id,
                language=event.language,
                time_zone=event.time_zone,
                because_of=recorded.id,
                about={},
                facts={"notices": " ".join(str(notice_id) for notice_id in event.notices)},
            )


def _collected(recorded: Recorded, notice: NoticeQueued, until: datetime) -> Iterator[Command]:
    """All that is kept back until the same moment meets in one digest, whose timer is one and the same."""
    digest_id = NoticeId(derive("digest", notice.person_id, until.isoformat()))
    yield CollectNotice(**_asks(recorded, "collect"), digest_id=digest_id, notice_id=notice.notice_id)
    yield CloseDigest(
        id=derive(digest_id, "close"),
        at=max(until, recorded.recorded_at),
        by=NOTIFIER,
        digest_id=digest_id,
        person_id=notice.person_id,
        language=notice.language,
        time_zone=notice.time_zone,
    )


def _asks(recorded: Recorded, what: str, at: datetime | None = None) -> dict[str, Any]:
    """id, at and by of a command that this fact calls for."""
    return {"id": derive(recorded.id, what), "at": at or recorded.recorded_at, "by": NOTIFIER}


def _notice(recorded: Recorded, fact_id: UUID, row: Row, known: Telling, recall: Recall) -> QueueNotice:
    kind, person_id = row["kind"], row["person_id"]
    chosen = next(iter(recall(seen_preferences.OF, {"person_id": person_id})), None)
    return QueueNotice(
        id=derive(fact_id, "notice", person_id, kind),
        at=recorded.recorded_at,
        by=NOTIFIER,
        notice_id=NoticeId(derive("notice", fact_id, person_id, kind)),
        kind=kind,
        person_id=PersonId(UUID(person_id)),
        language=row["language"],
        time_zone=row["time_zone"],
        held_until=held_until(chosen, recorded.recorded_at, row["time_zone"]) if chosen else None,
        by_mail=not chosen or kind not in chosen["not_by_mail"].split(),
        because_of=fact_id,
        about=known.about,
        facts=known.facts,
        documents=known.documents,
    )


REACTION = Reaction(
    react=react,
    hears=(
        "catalog.packages",
        "ordering.orders",
        "campaigns.campaigns",
        "approval.requests",
        "approval.deputies",
        "forum.threads",
        "notifier.notices",
        "notifier.digests",
    ),
    memory=(
        SEEN_PEOPLE,
        SEEN_PREFERENCES,
        SEEN_PACKAGES,
        SEEN_DOCUMENTS,
        SEEN_ORDERS,
        SEEN_REQUESTS,
        SEEN_QUESTIONS,
        SEEN_DEPUTIES,
        LEDGER,
    ),
)
"""The ledger stands last: it is filled from the memory that this very fact has just changed."""

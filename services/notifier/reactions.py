"""Who is told what: the ledger says whom, memory gives the words, and each person gets a notice of their own."""

from collections.abc import Iterator
from uuid import UUID

from services.notifier.deciders.notice import QueueNotice, RetryNotice
from services.notifier.projections import ledger, seen_requests
from services.notifier.projections.ledger import LEDGER
from services.notifier.projections.seen_orders import SEEN_ORDERS
from services.notifier.projections.seen_packages import SEEN_PACKAGES
from services.notifier.projections.seen_people import SEEN_PEOPLE
from services.notifier.projections.seen_requests import SEEN_REQUESTS
from services.notifier.telling import Telling, asked, telling
from shared.contracts.catalog import PackageSubmitted
from shared.contracts.notifier import NoticeFailed
from shared.contracts.ordering import OrderPlaced
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
        case NoticeFailed(retry_at=retry_at):
            if retry_at is not None:
                yield RetryNotice(
                    id=derive(recorded.id, "retry"),
                    at=max(retry_at, recorded.recorded_at),
                    by=NOTIFIER,
                    notice_id=event.notice_id,
                    attempt=event.attempt,
                )
        case PackageSubmitted() | OrderPlaced():
            for request in recall(seen_requests.BECAUSE_OF, {"fact_id": str(recorded.id)}):
                known = asked(UUID(request["request_id"]), recall)
                for row in _to_tell(UUID(request["fact_id"]), recall):
                    yield _notice(recorded, UUID(request["fact_id"]), row, known)
        case _:
            for row in _to_tell(recorded.id, recall):
                known = telling(event, row["entity_id"], recall)
                yield _notice(recorded, recorded.id, row, known)


def _to_tell(fact_id: UUID, recall: Recall) -> Iterator[Row]:
    yield from recall(ledger.OF, {"fact_id": str(fact_id)})


def _notice(recorded: Recorded, fact_id: UUID, row: Row, known: Telling) -> QueueNotice:
    kind, person_id = row["kind"], row["person_id"]
    return QueueNotice(
        id=derive(fact_id, "notice", person_id, kind),
        at=recorded.recorded_at,
        by=NOTIFIER,
        notice_id=NoticeId(derive("notice", fact_id, person_id, kind)),
        kind=kind,
        person_id=PersonId(UUID(person_id)),
        language=row["language"],
        time_zone=row["time_zone"],
        because_of=fact_id,
        about=known.about,
        facts=known.facts,
    )


REACTION = Reaction(
    react=react,
    hears=(
        "catalog.packages",
        "ordering.orders",
        "approval.requests",
        "forum.threads",
        "notifier.notices",
    ),
    memory=(SEEN_PEOPLE, SEEN_PACKAGES, SEEN_ORDERS, SEEN_REQUESTS, LEDGER),
)
"""The ledger stands last: it is filled from the memory that this very fact has just changed."""

"""The send-once ledger: who is told of a fact and by which kind of notice, decided once, when it is heard.

A fact's rows are written in one transaction and never again, so that whatever happens to groups and people
later, hearing the fact once more (after a crash, in a replay of everything) tells nobody else. Nothing else
could bring these rows back as they were; they are kept when the memory beside them is made anew.
"""

from collections.abc import Iterator

from services.notifier.projections import recipients, seen_requests
from shared.contracts.approval import (
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalReminded,
    ApprovalRequested,
    DeputyDismissed,
    DeputyNamed,
    QuestionAnswered,
    QuestionAsked,
    ReviewersAdded,
)
from shared.contracts.campaigns import ContentApproved, ContentRefused
from shared.contracts.catalog import (
    EntityInvited,
    PackageCancelled,
    PackagePublished,
    PackageRejected,
    RegistrationClosed,
)
from shared.contracts.forum import MessagePosted
from shared.contracts.ordering import (
    OrderApproved,
    OrderCancelled,
    OrderMadeAvailable,
    OrderRejected,
    OrderReopened,
    OrderWithdrawn,
)
from shared.kernel.message import Event, Params, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS ledger (
        fact_id TEXT NOT NULL, kind TEXT NOT NULL, person_id TEXT NOT NULL, entity_id TEXT NOT NULL,
        PRIMARY KEY (fact_id, kind, person_id)
    )
    """,
    "CREATE TABLE IF NOT EXISTS ledger_closed (fact_id TEXT PRIMARY KEY)",
)
OF = """
SELECT ledger.kind, ledger.person_id, ledger.entity_id, seen_people.language, seen_people.time_zone
FROM ledger JOIN seen_people ON seen_people.person_id = ledger.person_id
WHERE fact_id = :fact_id ORDER BY ledger.kind, ledger.person_id
"""
CLOSED = "INSERT INTO ledger_closed (fact_id) VALUES (:fact_id) ON CONFLICT DO NOTHING"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """The rows of this fact, and the mark that they are all there.

    A request is told of when both it and what was handed in have been heard, whichever comes second.
    """
    fact = {"fact_id": str(recorded.id)}
    match recorded.event:
        case event if isinstance(event, (ApprovalRequested, *seen_requests.CAUSES)):
            yield recipients.ASKED, fact
            yield recipients.ASKED_CLOSED, fact
        case MessagePosted(tell=tell):
            for person_id in tell:
                yield recipients.FOLLOWER, {**fact, "person_id": str(person_id)}
            yield CLOSED, fact
        case _:
            told = list(_told(recorded, fact))
            yield from told
            if told:
                yield CLOSED, fact


def _told(recorded: Recorded, fact: Params) -> Iterator[Statement]:
    event = recorded.event
    match event:
        case PackagePublished() | RegistrationClosed():
            sql = (
                recipients.OFFERED if isinstance(event, PackagePublished) else recipients.REGISTRATION_CLOSED
            )
            yield sql, {**fact, "package_id": str(event.package_id), "edition": event.edition}
        case EntityInvited(published=True):
            place = {"package_id": str(event.package_id), "entity_id": str(event.entity_id)}
            yield recipients.INVITED, {**fact, **place}
        case PackageCancelled(cascades=True):
            yield (
                recipients.CANCELLED,
                {**fact, "package_id": str(event.package_id), "edition": event.edition},
            )
        case PackageRejected():
            package_id = str(event.package_id)
            yield recipients.AUTHORS, {**fact, "package_id": package_id}
            yield recipients.CONCERNED, {**fact, "package_id": package_id, "edition": event.edition}
        case ContentApproved() | ContentRefused():
            kind = "content-approved" if isinstance(event, ContentApproved) else "content-refused"
            yield recipients.ENTITY, {**fact, "kind": kind, "entity_id": str(event.entity_id)}
        case DeputyNamed() | DeputyDismissed():
            deputy = {**fact, "person_id": str(event.person_id), "version": recorded.version, "by": event.by}
            yield recipients.DEPUTY, deputy
            yield recipients.DEPUTY_BEFORE, {**deputy, "at": stamp(event.at)}
        case _:
            yield from _told_of_request(event, fact)
            yield from _told_of_order(event, fact)


def _told_of_request(event: Event, fact: Params) -> Iterator[Statement]:
    match event:
        case ApprovalReminded() | ApprovalEscalated():
            sql = recipients.REMINDED if isinstance(event, ApprovalReminded) else recipients.ESCALATED
            yield sql, {**fact, "request_id": str(event.request_id)}
        case ApprovalDelegated() | ReviewersAdded():
            yield recipients.ASKED_LATER, {**fact, "request_id": str(event.request_id)}
        case ApprovalOverdue():
            for sql in (recipients.SILENT, recipients.REQUESTER):
                yield sql, {**fact, "request_id": str(event.request_id)}
        case QuestionAsked():
            place = {"request_id": str(event.request_id), "by": event.by}
            for sql in recipients.QUESTION_ASKED:
                yield sql, {**fact, **place}
        case QuestionAnswered():
            place = {
                "request_id": str(event.request_id),
                "question_id": str(event.question_id),
                "by": event.by,
            }
            yield recipients.QUESTION_ANSWERED, {**fact, **place}


def _told_of_order(event: Event, fact: Params) -> Iterator[Statement]:
    match event:
        case OrderApproved(offer=offer):
            if offer.available_at is not None and offer.available_at > event.at:
                yield from _entity_and_placer(event, "order-approved", fact)
        case OrderRejected():
            yield from _entity_and_placer(event, "N7", fact)
        case OrderReopened():
            yield from _entity_and_placer(event, "order-reopened", fact)
        case OrderMadeAvailable():
            yield recipients.ENTITY, {**fact, "kind": "N8", "entity_id": str(event.entity_id)}
        case OrderCancelled() if event.because != "package-cancelled":
            yield recipients.ENTITY, {**fact, "kind": "order-cancelled", "entity_id": str(event.entity_id)}
        case OrderWithdrawn(was_placed=True):
            to = {"kind": "unsubscribed", "package_id": str(event.package_id), "by": event.by}
            yield recipients.CENTRAL, {**fact, **to}


def _entity_and_placer(
    event: OrderApproved | OrderRejected | OrderReopened, kind: str, fact: Params
) -> Iterator[Statement]:
    to = {**fact, "kind": kind, "entity_id": str(event.entity_id)}
    yield recipients.ENTITY, to
    yield recipients.PLACER, {**to, "order_id": str(event.order_id)}


LEDGER = Projection(
    "notifier.ledger",
    1,
    (),
    apply,
    hears=(
        "catalog.packages",
        "approval.requests",
        "approval.deputies",
        "ordering.orders",
        "campaigns.campaigns",
        "forum.threads",
    ),
)
"""Its tables belong to the service and not to the projection, so that no change of shape empties them."""

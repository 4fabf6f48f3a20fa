"""The send-once ledger: who is told of a fact and by which kind of notice, decided once, when it is heard.

A fact's rows are written in one transaction and never again, so that whatever happens to groups and people
later, hearing the fact once more (after a crash, in a replay of everything) tells nobody else. Nothing else
could bring these rows back as they were; they are kept when the memory beside them is made anew.
"""

from collections.abc import Iterator

from services.notifier.projections import seen_requests
from shared.contracts.approval import (
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalReminded,
    ApprovalRequested,
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
    OrderWithdrawn,
)
from shared.kernel.message import Event, Params, Recorded
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

_AUDIENCE = """
SELECT entity_id FROM seen_audience WHERE package_id = :package_id AND edition = :edition
"""
_AUDIENCE_OR_ALL = f"""
{_AUDIENCE}
UNION SELECT entity_id FROM seen_entities
WHERE NOT EXISTS ({_AUDIENCE})
    AND EXISTS (SELECT 1 FROM seen_packages WHERE package_id = :package_id AND kind = 'local')
"""
_AUDIENCE_AND_ORDERERS = f"""
{_AUDIENCE}
UNION SELECT entity_id FROM seen_orders
WHERE package_id = :package_id AND edition = :edition AND ended = 0
"""
_OFFER_KIND = """
SELECT CASE WHEN kind = 'local' THEN 'N3' WHEN approval_mode = 'automatic' THEN 'N5' ELSE 'N4' END AS kind
FROM seen_packages WHERE package_id = :package_id AND notify = 1 AND kind <> 'by_target_approval'
"""


def _notify_groups(kinds: str, entities: str) -> str:
    """Every active member of these entities' notification groups, by the kind that `kinds` selects."""
    return f"""
    INSERT INTO ledger (fact_id, kind, person_id, entity_id)
    SELECT :fact_id, kinds.kind, seen_groups.person_id, min(seen_groups.entity_id)
    FROM ({kinds}) AS kinds
    JOIN seen_groups ON seen_groups.name = 'notify' AND seen_groups.entity_id IN ({entities})
    JOIN seen_people ON seen_people.person_id = seen_groups.person_id AND seen_people.active = 1
    WHERE NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
        AND seen_groups.entity_id NOT IN (SELECT entity_id FROM seen_entities WHERE closed = 1)
    GROUP BY kinds.kind, seen_groups.person_id
    ON CONFLICT (fact_id, kind, person_id) DO NOTHING
    """


def _reviewers(requests: str, only_called_by: str = "") -> str:
    """Every active reviewer of these requests, but for those whose own work it is and who could not answer."""
    return f"""
    WITH asked AS ({requests}), called AS (
        SELECT seen_reviewers.* FROM asked
        JOIN seen_reviewers ON seen_reviewers.request_id = asked.request_id {only_called_by}
    ), persons AS (
        SELECT request_id, person_id FROM called WHERE person_id <> ''
        UNION SELECT called.request_id, seen_groups.person_id FROM called JOIN seen_groups
            ON seen_groups.entity_id = called.entity_id AND seen_groups.name = called.name
        UNION SELECT called.request_id, seen_people.person_id FROM called JOIN seen_people
            ON seen_people.central = 1 AND called.reviewer = 'role:central'
    )
    INSERT INTO ledger (fact_id, kind, person_id, entity_id)
    SELECT asked.tell_of, asked.kind, persons.person_id, ''
    FROM asked JOIN persons ON persons.request_id = asked.request_id
    JOIN seen_people ON seen_people.person_id = persons.person_id AND seen_people.active = 1
    WHERE NOT EXISTS (SELECT 1 FROM ledger_closed WHERE ledger_closed.fact_id = asked.tell_of)
        AND (' ' || asked.authors || ' ' NOT LIKE '% ' || persons.person_id || ' %' OR seen_people.admin = 1)
    ON CONFLICT (fact_id, kind, person_id) DO NOTHING
    """


_READY = """
(fact_id = :fact_id OR cause = :fact_id)
AND (cause = '' OR cause IN (SELECT fact_id FROM seen_handed_in))
"""
_AUTHORS = "requested_by || ' ' || co_authors AS authors"
_KIND = "CASE subject WHEN 'package' THEN 'N1' WHEN 'content' THEN 'N14' ELSE 'N6' END"
OFFERED = _notify_groups(_OFFER_KIND, _AUDIENCE_OR_ALL)
INVITED = _notify_groups(_OFFER_KIND, "SELECT :entity_id AS entity_id")
REGISTRATION_CLOSED = _notify_groups("SELECT 'N9' AS kind", _AUDIENCE_OR_ALL)
CANCELLED = _notify_groups("SELECT 'N10' AS kind", _AUDIENCE_AND_ORDERERS)
ENTITY = _notify_groups("SELECT :kind AS kind", "SELECT :entity_id AS entity_id")
PLACER = """
INSERT INTO ledger (fact_id, kind, person_id, entity_id)
SELECT :fact_id, :kind, seen_people.person_id, :entity_id FROM seen_orders
JOIN seen_people ON seen_people.person_id = seen_orders.placed_by AND seen_people.active = 1
WHERE seen_orders.order_id = :order_id
    AND (seen_people.entity_id = seen_orders.entity_id OR seen_people.central = 1)
    AND NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
ON CONFLICT (fact_id, kind, person_id) DO NOTHING
"""
OWNER = """
INSERT INTO ledger (fact_id, kind, person_id, entity_id)
SELECT :fact_id, 'package-rejected', seen_people.person_id, '' FROM seen_packages
JOIN seen_people ON seen_people.person_id = seen_packages.owner AND seen_people.active = 1
WHERE seen_packages.package_id = :package_id
    AND NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
ON CONFLICT (fact_id, kind, person_id) DO NOTHING
"""
FOLLOWER = """
INSERT INTO ledger (fact_id, kind, person_id, entity_id)
SELECT :fact_id, 'N15', person_id, '' FROM seen_people
WHERE person_id = :person_id AND active = 1
    AND NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
ON CONFLICT (fact_id, kind, person_id) DO NOTHING
"""
CENTRAL = """
WITH owners AS (
    SELECT seen_people.person_id FROM seen_packages
    JOIN seen_people ON seen_people.person_id = seen_packages.owner AND seen_people.active = 1
    WHERE seen_packages.package_id = :package_id
)
INSERT INTO ledger (fact_id, kind, person_id, entity_id)
SELECT :fact_id, :kind, person_id, '' FROM seen_people
WHERE active = 1 AND person_id <> :by
    AND (person_id IN (SELECT person_id FROM owners) OR (central = 1 AND NOT EXISTS (SELECT 1 FROM owners)))
    AND NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
ON CONFLICT (fact_id, kind, person_id) DO NOTHING
"""
"""The owner of the package answers for it; where nobody does, all of head office."""
REQUESTER = """
INSERT INTO ledger (fact_id, kind, person_id, entity_id)
SELECT :fact_id, 'deadline-passed', seen_people.person_id, '' FROM seen_requests
JOIN seen_people ON seen_people.person_id = seen_requests.requested_by AND seen_people.active = 1
WHERE seen_requests.request_id = :request_id
    AND NOT EXISTS (SELECT 1 FROM ledger_closed WHERE fact_id = :fact_id)
ON CONFLICT (fact_id, kind, person_id) DO NOTHING
"""
ASKED = _reviewers(
    f"""
    SELECT request_id, {_AUTHORS}, fact_id AS tell_of, {_KIND} AS kind FROM seen_requests WHERE {_READY}
    """
)
ASKED_CLOSED = f"""
INSERT INTO ledger_closed (fact_id) SELECT fact_id FROM seen_requests WHERE {_READY} ON CONFLICT DO NOTHING
"""
_THIS = f"""
SELECT request_id, {_AUTHORS}, :fact_id AS tell_of, {{kind}} AS kind FROM seen_requests
WHERE request_id = :request_id
"""
REMINDED = _reviewers(_THIS.format(kind="'N2'"))
ASKED_LATER = _reviewers(_THIS.format(kind=_KIND), "AND seen_reviewers.called_by = :fact_id")
SILENT = _reviewers(_THIS.format(kind="'deadline-passed'"))
ESCALATED = _reviewers(_THIS.format(kind="'overdue'"), "AND seen_reviewers.called_by = :fact_id")


def apply(recorded: Recorded) -> Iterator[Statement]:
    """The rows of this fact, and the mark that they are all there.

    A request is told of when both it and what was handed in have been heard, whichever comes second.
    """
    fact = {"fact_id": str(recorded.id)}
    match recorded.event:
        case event if isinstance(event, (ApprovalRequested, *seen_requests.CAUSES)):
            yield ASKED, fact
            yield ASKED_CLOSED, fact
        case MessagePosted(tell=tell):
            for person_id in tell:
                yield FOLLOWER, {**fact, "person_id": str(person_id)}
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
            sql = OFFERED if isinstance(event, PackagePublished) else REGISTRATION_CLOSED
            yield sql, {**fact, "package_id": str(event.package_id), "edition": event.edition}
        case EntityInvited(published=True):
            place = {"package_id": str(event.package_id), "entity_id": str(event.entity_id)}
            yield INVITED, {**fact, **place}
        case PackageCancelled(cascades=True):
            yield CANCELLED, {**fact, "package_id": str(event.package_id), "edition": event.edition}
        case PackageRejected():
            yield OWNER, {**fact, "package_id": str(event.package_id)}
        case ApprovalReminded() | ApprovalEscalated():
            sql = REMINDED if isinstance(event, ApprovalReminded) else ESCALATED
            yield sql, {**fact, "request_id": str(event.request_id)}
        case ApprovalDelegated() | ReviewersAdded():
            yield ASKED_LATER, {**fact, "request_id": str(event.request_id)}
        case ApprovalOverdue():
            for sql in (SILENT, REQUESTER):
                yield sql, {**fact, "request_id": str(event.request_id)}
        case ContentApproved() | ContentRefused():
            kind = "content-approved" if isinstance(event, ContentApproved) else "content-refused"
            yield ENTITY, {**fact, "kind": kind, "entity_id": str(event.entity_id)}
        case _:
            yield from _told_of_order(event, fact)


def _told_of_order(event: Event, fact: Params) -> Iterator[Statement]:
    match event:
        case OrderApproved(offer=offer):
            if offer.available_at is not None and offer.available_at > event.at:
                yield from _entity_and_placer(event, "order-approved", fact)
        case OrderRejected():
            yield from _entity_and_placer(event, "N7", fact)
        case OrderMadeAvailable():
            yield ENTITY, {**fact, "kind": "N8", "entity_id": str(event.entity_id)}
        case OrderCancelled() if event.because != "package-cancelled":
            yield ENTITY, {**fact, "kind": "order-cancelled", "entity_id": str(event.entity_id)}
        case OrderWithdrawn(was_placed=True):
            to = {"kind": "unsubscribed", "package_id": str(event.package_id), "by": event.by}
            yield CENTRAL, {**fact, **to}


def _entity_and_placer(event: OrderApproved | OrderRejected, kind: str, fact: Params) -> Iterator[Statement]:
    to = {**fact, "kind": kind, "entity_id": str(event.entity_id)}
    yield ENTITY, to
    yield PLACER, {**to, "order_id": str(event.order_id)}


LEDGER = Projection(
    "notifier.ledger",
    1,
    (),
    apply,
    hears=(
        "catalog.packages",
        "approval.requests",
        "ordering.orders",
        "campaigns.campaigns",
        "forum.threads",
    ),
)
"""Its tables belong to the service and not to the projection, so that no change of shape empties them."""

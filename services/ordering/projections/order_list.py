"""Every order as its entity, its reviewers and head office are shown it."""

import json
from collections.abc import Iterator
from typing import Any, Literal, assert_never

from services.ordering.projections.orders import STATUSES
from shared.contracts.ordering import (
    DocumentAttached,
    EntityPreSubscribed,
    OrderApproved,
    OrderCancelled,
    OrderDocumentRemoved,
    OrderDrafted,
    OrderEvent,
    OrderMadeAvailable,
    OrderParametersEntered,
    OrderPlaced,
    OrderRejected,
    OrderReopened,
    OrderRevised,
    OrderWithdrawn,
)
from shared.kernel.message import Params, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement, narrowed
from shared.kernel.searching import is_few, kept, numbers_of, table_of

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS order_list (
        order_id TEXT PRIMARY KEY, number BIGINT NOT NULL, package_id TEXT NOT NULL, edition BIGINT NOT NULL,
        entity_id TEXT NOT NULL, status TEXT NOT NULL, status_since TEXT NOT NULL,
        label TEXT NOT NULL, comment TEXT NOT NULL, parameters TEXT NOT NULL,
        entries TEXT NOT NULL, taken TEXT NOT NULL, settled TEXT,
        offer TEXT NOT NULL, revision BIGINT NOT NULL, campaign_id TEXT, placed_at TEXT,
        decided_by TEXT, reopened_at TEXT,
        approval_comment TEXT NOT NULL, rejection_comment TEXT NOT NULL, reason TEXT NOT NULL,
        found_by TEXT NOT NULL, version BIGINT NOT NULL
    )
    """,
    """
    CREATE INDEX IF NOT EXISTS order_list_by_number
        ON order_list (number, status, entity_id, package_id, edition, found_by)
    """,
    "CREATE INDEX IF NOT EXISTS order_list_by_status ON order_list (status, number)",
    "CREATE INDEX IF NOT EXISTS order_list_by_since ON order_list (status_since, number)",
    "CREATE INDEX IF NOT EXISTS order_list_by_label ON order_list (label, number)",
    "CREATE INDEX IF NOT EXISTS order_list_by_entity ON order_list (entity_id, number)",
    "CREATE INDEX IF NOT EXISTS order_list_by_package ON order_list (package_id, number)",
    "CREATE INDEX IF NOT EXISTS order_list_by_edition ON order_list (package_id, edition, entity_id)",
    table_of("order_parts"),
)
BEGUN = """
INSERT INTO order_list (
    order_id, number, package_id, edition, entity_id, status, status_since, label, comment, parameters, entries, taken,
    offer, revision, approval_comment, rejection_comment, reason, found_by, version
) VALUES (
    :order_id, :number, :package_id, :edition, :entity_id, :status, :since, :label, :comment, '{}', '{}', :taken,
    :offer, 0, '', '', '', :found_by, :version
) ON CONFLICT (order_id) DO NOTHING
"""
WORDS = kept("order_parts", "order_list", "order_id")
SEEN = "UPDATE order_list SET version = :version WHERE order_id = :order_id"
STATUS = """
UPDATE order_list SET status = :status, status_since = :since, version = :version WHERE order_id = :order_id
"""
ENTERED = """
UPDATE order_list SET
    entries = :entries, label = :label, found_by = :found_by, comment = :comment, parameters = :parameters
WHERE order_id = :order_id
"""
PLACED = """
UPDATE order_list SET
    entries = :entries, taken = :taken, offer = :offer, revision = :revision, placed_at = :since,
    rejection_comment = ''
WHERE order_id = :order_id
"""
APPROVED = """
UPDATE order_list SET
    settled = :settled, offer = :offer, reopened_at = NULL, approval_comment = :comment, decided_by = :decided_by
WHERE order_id = :order_id
"""
REOPENED = "UPDATE order_list SET settled = NULL, reopened_at = :since WHERE order_id = :order_id"
REJECTED = """
UPDATE order_list SET rejection_comment = :comment, decided_by = :decided_by WHERE order_id = :order_id
"""
AVAILABLE = "UPDATE order_list SET campaign_id = :campaign_id WHERE order_id = :order_id"
ENDED = "UPDATE order_list SET reason = :reason WHERE order_id = :order_id"

COLUMNS = """
SELECT order_list.*, seen_offers.label AS package_label, seen_offers.number AS package_number,
    coalesce(seen_offers.order_folder, '') AS order_folder,
    seen_entities.label AS entity_label, seen_entities.number AS entity_number
FROM order_list
LEFT JOIN seen_offers ON seen_offers.package_id = order_list.package_id
    AND seen_offers.edition = order_list.edition
LEFT JOIN seen_entities ON seen_entities.entity_id = order_list.entity_id
"""
ONE = f"{COLUMNS} WHERE order_id = :order_id"
_ON_OFFER = "(order_list.package_id, order_list.edition) IN (SELECT package_id, edition FROM seen_offers"
_WORDS = "WHERE seen_offers.found_by LIKE :pattern ESCAPE '!'"
SEVERAL = [f"status_{nth}" for nth in range(9)]
_SEVERAL = ", ".join(f":{name}" for name in SEVERAL)
_OFFERED = f"""
SELECT offered.number FROM seen_offers CROSS JOIN order_list AS offered
{_WORDS} AND offered.package_id = seen_offers.package_id AND offered.edition = seen_offers.edition
"""
NARROWING = {
    "status": "order_list.status = :status",
    "several": f"coalesce(order_list.status, '') IN ({_SEVERAL})",
    "undrafted": "(order_list.status <> 'draft' OR order_list.entity_id = :own)",
    "entity_id": "order_list.entity_id = :entity_id",
    "package_id": "order_list.package_id = :package_id",
    "only": "order_list.entity_id = :only",
    "kind": """EXISTS (SELECT 1 FROM seen_offers AS on_offer WHERE on_offer.package_id = order_list.package_id
        AND on_offer.edition = order_list.edition AND on_offer.kind = :kind)""",
    "folder": f"{_ON_OFFER} WHERE order_folder = :folder)",
    "q": f"""(order_list.found_by LIKE :pattern ESCAPE '!' OR order_list.number = :called
        OR (EXISTS (SELECT 1 FROM seen_offers {_WORDS}) AND {_ON_OFFER} {_WORDS})))""",
}
"""One status by itself is looked up in its index; otherwise statuses are compared along an index of something else.

A folder holds the orders of few packages, and a kind those of many: the ones are looked up, the others compared.
No order is compared with packages where no package has the words.
"""
FEW = 1000
SURVEYS = {
    "q": f"""
    SELECT {is_few("order_parts")}
        AND (SELECT count(*) FROM ({_OFFERED} LIMIT {FEW + 1}) AS numbers) <= {FEW} AS few
    """,
    "several": f"""
    SELECT count(*) <= {FEW} AS few FROM (
        SELECT 1 FROM order_list WHERE status IN ({_SEVERAL}) ORDER BY status, number LIMIT {FEW + 1}) AS numbers
    """,
}
"""Whether a condition leaves few orders of all there are: then they are looked up and sorted.

Otherwise orders are compared in the order that is wanted, until a page of them is found.
"""
LOOKED_UP = {
    "q": {
        "q": f"""order_list.number IN ({numbers_of("order_parts", "order_list")}
            UNION SELECT number FROM order_list WHERE number = :called UNION {_OFFERED})""",
        "status": "coalesce(order_list.status, '') = :status",
    },
    "several": {"several": f"order_list.status IN ({_SEVERAL})"},
}
ENDED_BEFORE = """
SELECT count(*) AS ended FROM order_list
WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id
    AND status IN ('withdrawn', 'cancelled')
"""
"""How many orders of this entity on this edition came to an end: its next one is told apart by the count."""

Column = Literal["number", "label", "status_since"]
Outcome = OrderApproved | OrderRejected | OrderMadeAvailable | OrderWithdrawn | OrderCancelled


def listed(asked: Params, column: Column = "number", *, falling: bool = True, few: str = "") -> Statement:
    """The page that is asked for, sorted by this column and the number; beyond `value` and `number` where given.

    `few` names the condition that leaves few. No index is in the order of these sums, so none is walked for them.
    """
    direction, sign = ("DESC", "<") if falling else ("ASC", ">")
    place, beyond = "order_list.number", f"order_list.number {sign} :number"
    order = f"{place} + 0 {direction}" if few else f"{place} {direction}"
    if column != "number":
        sorted_by = f"order_list.{column} || ''" if few else f"order_list.{column}"
        order = f"{sorted_by} {direction}, {order}"
        beyond = f"(order_list.{column}, order_list.number) {sign} (:value, :number)"
    where = f"1 = 1{narrowed(NARROWING | LOOKED_UP.get(few, {}) | {'number': beyond}, asked)}"
    return f"{COLUMNS} WHERE {where} ORDER BY {order} LIMIT :limit", asked


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per order; what is particular to a fact, then the status and version it leaves."""
    event = recorded.event
    match event:
        case OrderDrafted():
            yield (
                BEGUN,
                _begun(recorded, event) | _labelled(event.label) | {"comment": event.comment, "taken": "{}"},
            )
            yield WORDS, {"order_id": str(event.order_id)}
        case EntityPreSubscribed():
            yield (
                BEGUN,
                _begun(recorded, event)
                | _labelled("")
                | {"comment": "", "taken": json.dumps(event.defaults)},
            )
        case OrderParametersEntered() | OrderRevised():
            yield ENTERED, _entered(event)
            yield WORDS, {"order_id": str(event.order_id)}
            yield _status(recorded, event)
        case DocumentAttached() | OrderDocumentRemoved():
            yield _status(recorded, event)
        case OrderReopened():
            yield REOPENED, {"order_id": str(event.order_id), "since": stamp(recorded.recorded_at)}
            yield _status(recorded, event)
        case OrderPlaced():
            yield PLACED, _placed(recorded, event)
            yield _status(recorded, event)
        case OrderApproved() | OrderRejected() | OrderMadeAvailable() | OrderWithdrawn() | OrderCancelled():
            yield _outcome(event)
            yield _status(recorded, event)


def _outcome(event: Outcome) -> Statement:
    place = {"order_id": str(event.order_id)}
    match event:
        case OrderApproved():
            answer = {"comment": event.comment, "decided_by": event.by}
            settled = {"settled": json.dumps(event.values), "offer": event.offer.model_dump_json()}
            return APPROVED, place | answer | settled
        case OrderRejected():
            return REJECTED, place | {"comment": event.comment, "decided_by": event.by}
        case OrderMadeAvailable():
            return AVAILABLE, place | {"campaign_id": str(event.campaign_id) if event.campaign_id else None}
        case OrderWithdrawn() | OrderCancelled():
            return ENDED, place | {"reason": event.reason}
    assert_never(event)


def _begun(recorded: Recorded, event: OrderDrafted | EntityPreSubscribed) -> dict[str, Any]:
    return {
        "order_id": str(event.order_id),
        "number": event.number,
        "package_id": str(event.offer.package_id),
        "edition": event.offer.edition,
        "entity_id": str(event.entity_id),
        "status": STATUSES[type(event)],
        "since": stamp(recorded.recorded_at),
        "offer": event.offer.model_dump_json(),
        "version": recorded.version,
    }


def _labelled(label: str) -> dict[str, str]:
    """`found_by` is what a search looks into, lower-cased as every language does it."""
    return {"label": label, "found_by": label.casefold()}


def _entered(event: OrderParametersEntered | OrderRevised) -> dict[str, str]:
    return {
        "order_id": str(event.order_id),
        "entries": json.dumps(event.values),
        **_labelled(event.label),
        "comment": event.comment,
        "parameters": event.parameters.model_dump_json(),
    }


def _placed(recorded: Recorded, event: OrderPlaced) -> dict[str, Any]:
    return {
        "order_id": str(event.order_id),
        "entries": json.dumps(event.values),
        "taken": json.dumps(event.defaults),
        "offer": event.offer.model_dump_json(),
        "revision": event.revision,
        "since": stamp(recorded.recorded_at),
    }


def _status(recorded: Recorded, event: OrderEvent) -> Statement:
    place: dict[str, Any] = {"order_id": str(event.order_id), "version": recorded.version}
    status = event.status if isinstance(event, OrderReopened) else STATUSES.get(type(event))
    if status is None:
        return SEEN, place
    return STATUS, {**place, "status": status, "since": stamp(recorded.recorded_at)}


ORDER_LIST = Projection("ordering.order_list", 4, TABLES, apply, hears=("ordering.orders",))

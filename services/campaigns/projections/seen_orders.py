"""Memory: what every order asks for and how far it has come, and which share of a package's costs falls to whom."""

import json
from collections.abc import Iterator
from typing import Any

from shared.contracts.campaigns import Because, CostReserved, ShareAssigned
from shared.contracts.ordering import (
    OrderApproved,
    OrderCancelled,
    OrderPlaced,
    OrderRejected,
    OrderReopened,
    OrderWithdrawn,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_orders (
        order_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, package_id TEXT NOT NULL, edition BIGINT NOT NULL,
        reference_id TEXT NOT NULL, entries TEXT NOT NULL, status TEXT NOT NULL, reserved BIGINT NOT NULL,
        ordered_at TEXT, fact_id TEXT NOT NULL, fact_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_orders_by_package ON seen_orders (package_id, edition, entity_id)",
    "CREATE INDEX IF NOT EXISTS seen_orders_by_entity ON seen_orders (entity_id, status)",
    "CREATE INDEX IF NOT EXISTS seen_orders_by_reference ON seen_orders (reference_id)",
    """
    CREATE TABLE IF NOT EXISTS seen_shares (
        package_id TEXT NOT NULL, edition BIGINT NOT NULL, entity_id TEXT NOT NULL, fixed_cents BIGINT NOT NULL,
        PRIMARY KEY (package_id, edition, entity_id)
    )
    """,
)
GOES_ON = """
INSERT INTO seen_orders (order_id, entity_id, package_id, edition, reference_id, entries, status, reserved,
                        ordered_at, fact_id, fact_at)
VALUES (:order_id, :entity_id, :package_id, :edition, :reference_id, :entries, :status, 0, :at, :fact_id, :fact_at)
ON CONFLICT (order_id) DO UPDATE SET
    package_id = :package_id, edition = :edition, entries = :entries, status = :status, fact_id = :fact_id,
    fact_at = :fact_at,
    ordered_at = CASE WHEN :status = 'placed' THEN :at ELSE coalesce(seen_orders.ordered_at, :at) END
"""
ENDS = """
UPDATE seen_orders SET status = :status, fact_id = :fact_id, fact_at = :fact_at, ordered_at = NULL
WHERE order_id = :order_id
"""
REOPENED = "UPDATE seen_orders SET ordered_at = NULL WHERE order_id = :order_id"
RESERVED = "UPDATE seen_orders SET reserved = 1 WHERE order_id = :order_id"
SHARE = """
INSERT INTO seen_shares (package_id, edition, entity_id, fixed_cents)
VALUES (:package_id, :edition, :entity_id, :fixed_cents) ON CONFLICT (package_id, edition, entity_id) DO NOTHING
"""

ORDER = "SELECT * FROM seen_orders WHERE order_id = :order_id"
OF_REFERENCE = "SELECT * FROM seen_orders WHERE reference_id = :campaign_id ORDER BY order_id"
OF_PACKAGE = """
SELECT * FROM seen_orders
WHERE package_id = :package_id AND edition = :edition AND (:entity_id = '' OR entity_id = :entity_id)
ORDER BY order_id
"""
OTHERS = """
SELECT o.entries, r.definition, r.starts_at FROM seen_orders o JOIN seen_references r ON r.campaign_id = o.reference_id
WHERE o.entity_id = :entity_id AND o.status = 'approved' AND o.order_id <> :order_id ORDER BY o.order_id
"""
SHARE_OF = """
SELECT fixed_cents FROM seen_shares
WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id
"""
SHARES = """
SELECT entity_id, fixed_cents FROM seen_shares
WHERE package_id = :package_id AND edition = :edition AND (:entity_id = '' OR entity_id = :entity_id)
    AND entity_id > :after
ORDER BY entity_id LIMIT :limit
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per order that was ever handed in or approved, one per share.

    `ordered_at` is when it was handed in, or a subscription confirmed; none while it is to be handed in once more.
    """
    event = recorded.event
    match event:
        case OrderPlaced():
            yield (
                GOES_ON,
                _row(recorded, event, "placed") | {"entries": json.dumps({**event.defaults, **event.values})},
            )
        case OrderApproved():
            yield GOES_ON, _row(recorded, event, "approved") | {"entries": json.dumps(event.values)}
        case OrderReopened() if event.status != "placed":
            yield REOPENED, {"order_id": str(event.order_id)}
        case OrderRejected():
            yield _ends(recorded, event, "rejected")
        case OrderWithdrawn():
            yield _ends(recorded, event, "withdrawn")
        case OrderCancelled():
            yield _ends(recorded, event, "cancelled")
        case CostReserved():
            yield RESERVED, {"order_id": str(event.order_id)}
        case ShareAssigned():
            yield SHARE, event.model_dump(mode="json", exclude={"budget_id", "campaign_id", "at"})


def _row(recorded: Recorded, event: OrderPlaced | OrderApproved, status: str) -> dict[str, Any]:
    return {
        **_fact(recorded),
        "order_id": str(event.order_id),
        "entity_id": str(event.entity_id),
        "package_id": str(event.offer.package_id),
        "edition": event.offer.edition,
        "reference_id": str(event.offer.reference_id),
        "status": status,
        "at": event.at.isoformat(),
    }


def _ends(
    recorded: Recorded, event: OrderRejected | OrderWithdrawn | OrderCancelled, because: Because
) -> Statement:
    return ENDS, {**_fact(recorded), "order_id": str(event.order_id), "status": because}


def _fact(recorded: Recorded) -> dict[str, Any]:
    return {"fact_id": str(recorded.id), "fact_at": recorded.recorded_at.isoformat()}


SEEN_ORDERS = Projection(
    "campaigns.seen_orders", 2, TABLES, apply, hears=("ordering.orders", "campaigns.budgets")
)

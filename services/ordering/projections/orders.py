"""Memory: our own orders by package and entity, so that what happens to a package reaches each of them."""

from collections.abc import Iterator

from shared.contracts.campaigns import CampaignMadeAvailable
from shared.contracts.ordering import (
    EntityPreSubscribed,
    OrderApproved,
    OrderCancelled,
    OrderDrafted,
    OrderEvent,
    OrderMadeAvailable,
    OrderPlaced,
    OrderRejected,
    OrderReopened,
    OrderRevised,
    OrderWithdrawn,
)
from shared.kernel.message import Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_orders (
        order_id TEXT PRIMARY KEY, package_id TEXT NOT NULL, edition BIGINT NOT NULL, entity_id TEXT NOT NULL,
        status TEXT NOT NULL, begun_at TEXT NOT NULL
    )
    """,
    "CREATE TABLE IF NOT EXISTS seen_campaigns (order_id TEXT PRIMARY KEY, campaign_id TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS seen_orders_by_entity ON seen_orders (entity_id)",
    "CREATE INDEX IF NOT EXISTS seen_orders_by_package ON seen_orders (package_id, edition, entity_id)",
)
BEGUN = """
INSERT INTO seen_orders (order_id, package_id, edition, entity_id, status, begun_at)
VALUES (:order_id, :package_id, :edition, :entity_id, :status, :begun_at) ON CONFLICT (order_id) DO NOTHING
"""
STATUS = "UPDATE seen_orders SET status = :status WHERE order_id = :order_id"
READY = """
INSERT INTO seen_campaigns (order_id, campaign_id) VALUES (:order_id, :campaign_id) ON CONFLICT DO NOTHING
"""

ON_PACKAGE = """
SELECT order_id FROM seen_orders
WHERE package_id = :package_id AND edition = :edition AND status NOT IN ('withdrawn', 'cancelled')
ORDER BY order_id
"""
BEFORE = """
SELECT order_id FROM seen_orders
WHERE package_id = :package_id AND edition < :edition AND status NOT IN ('withdrawn', 'cancelled')
ORDER BY order_id
"""
ONE = "SELECT * FROM seen_orders WHERE order_id = :order_id"
OPEN_OF = """
SELECT order_id FROM seen_orders
WHERE entity_id = :entity_id AND status NOT IN ('available', 'withdrawn', 'cancelled') ORDER BY order_id
"""
CAMPAIGN = "SELECT campaign_id FROM seen_campaigns WHERE order_id = :order_id"
"""The order's own campaign, once it could be used."""
OF_ENTITY = """
SELECT order_id, status FROM seen_orders
WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id ORDER BY order_id
"""

STATUSES: dict[type[Event], str] = {
    OrderDrafted: "draft",
    EntityPreSubscribed: "pre_subscribed",
    OrderPlaced: "placed",
    OrderRevised: "revising",
    OrderApproved: "approved",
    OrderRejected: "rejected",
    OrderMadeAvailable: "available",
    OrderWithdrawn: "withdrawn",
    OrderCancelled: "cancelled",
}
"""What an order is after which fact; a fact that is not here leaves it as it was."""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per order, and one per campaign of an order that can be used.

    `begun_at` is UTC with microseconds, so that it compares as text.
    """
    event = recorded.event
    match event:
        case OrderDrafted() | EntityPreSubscribed():
            yield (
                BEGUN,
                {
                    "order_id": str(event.order_id),
                    "package_id": str(event.offer.package_id),
                    "edition": event.offer.edition,
                    "entity_id": str(event.entity_id),
                    "status": STATUSES[type(event)],
                    "begun_at": stamp(recorded.recorded_at),
                },
            )
        case OrderPlaced() | OrderRevised() | OrderApproved() | OrderRejected() | OrderMadeAvailable():
            yield STATUS, _status(event)
        case OrderWithdrawn() | OrderCancelled():
            yield STATUS, _status(event)
        case OrderReopened():
            yield STATUS, {"order_id": str(event.order_id), "status": event.status}
        case CampaignMadeAvailable():
            yield READY, {"order_id": str(event.order_id), "campaign_id": str(event.campaign_id)}


def _status(event: OrderEvent) -> dict[str, str]:
    return {"order_id": str(event.order_id), "status": STATUSES[type(event)]}


SEEN_ORDERS = Projection(
    "ordering.seen_orders", 2, TABLES, apply, hears=("ordering.orders", "campaigns.campaigns")
)

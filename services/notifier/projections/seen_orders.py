"""Memory: who ordered what, who worked on it last, and whether it still stands."""

from collections.abc import Iterator

from shared.contracts.ordering import (
    EntityPreSubscribed,
    OrderCancelled,
    OrderDrafted,
    OrderParametersEntered,
    OrderPlaced,
    OrderRevised,
    OrderWithdrawn,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_orders (
        order_id TEXT PRIMARY KEY, number BIGINT NOT NULL, entity_id TEXT NOT NULL, package_id TEXT NOT NULL,
        edition BIGINT NOT NULL, label TEXT NOT NULL, comment TEXT NOT NULL, placed_by TEXT NOT NULL,
        entered_by TEXT NOT NULL, ended BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_orders_by_package ON seen_orders (package_id, edition, entity_id)",
)
BEGUN = """
INSERT INTO seen_orders
    (order_id, number, entity_id, package_id, edition, label, comment, placed_by, entered_by, ended)
VALUES (:order_id, :number, :entity_id, :package_id, :edition, :label, :comment, :placed_by, :placed_by, 0)
ON CONFLICT (order_id) DO UPDATE SET
    label = :label, comment = :comment, placed_by = :placed_by, entered_by = :placed_by, edition = :edition, ended = 0
"""
ENTERED = """
UPDATE seen_orders SET label = :label, comment = :comment, entered_by = :by WHERE order_id = :order_id
"""
ENDED = "UPDATE seen_orders SET ended = 1 WHERE order_id = :order_id"

ONE = "SELECT * FROM seen_orders WHERE order_id = :order_id"
OPEN_OF = """
SELECT * FROM seen_orders WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id
    AND ended = 0 ORDER BY number
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per order. What a package's cancellation ends still counts: its entity is told of it."""
    event = recorded.event
    match event:
        case OrderDrafted() | EntityPreSubscribed() | OrderPlaced():
            order = event.model_dump(mode="json", include={"order_id", "number", "entity_id"})
            yield (
                BEGUN,
                order
                | {
                    "package_id": str(event.offer.package_id),
                    "edition": event.offer.edition,
                    "label": getattr(event, "label", ""),
                    "comment": getattr(event, "comment", ""),
                    "placed_by": getattr(event, "by", ""),
                },
            )
        case OrderParametersEntered() | OrderRevised():
            yield ENTERED, event.model_dump(mode="json", include={"order_id", "label", "comment", "by"})
        case OrderWithdrawn():
            yield ENDED, {"order_id": str(event.order_id)}
        case OrderCancelled() if event.because != "package-cancelled":
            yield ENDED, {"order_id": str(event.order_id)}


SEEN_ORDERS = Projection("notifier.seen_orders", 2, TABLES, apply, hears=("ordering.orders",))

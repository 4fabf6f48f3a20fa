"""What each order says so far, so that it can be evaluated before anybody hands it in."""

import json
from collections.abc import Iterator

from shared.contracts.ordering import (
    EntityPreSubscribed,
    OrderDrafted,
    OrderParametersEntered,
    OrderPlaced,
    OrderRevised,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS order_values (
        order_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, reference_id TEXT NOT NULL, package_id TEXT NOT NULL,
        edition BIGINT NOT NULL, entries TEXT NOT NULL
    )
    """,
)
BEGUN = """
INSERT INTO order_values (order_id, entity_id, reference_id, package_id, edition, entries)
VALUES (:order_id, :entity_id, :reference_id, :package_id, :edition, '{}') ON CONFLICT (order_id) DO NOTHING
"""
ENTERED = "UPDATE order_values SET entries = :entries WHERE order_id = :order_id"

ONE = "SELECT * FROM order_values WHERE order_id = :order_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per order."""
    event = recorded.event
    match event:
        case OrderDrafted() | EntityPreSubscribed():
            place = {"order_id": str(event.order_id), "entity_id": str(event.entity_id)}
            offer = event.offer.model_dump(mode="json", include={"reference_id", "package_id", "edition"})
            yield BEGUN, place | offer
        case OrderParametersEntered() | OrderRevised() | OrderPlaced():
            yield ENTERED, {"order_id": str(event.order_id), "entries": json.dumps(event.values)}


ORDER_VALUES = Projection("campaigns.order_values", 2, TABLES, apply, hears=("ordering.orders",))

"""What every order costs its entity, as campaigns reckoned it: reserved, committed, or released again."""

from collections.abc import Iterator

from shared.contracts.campaigns.budgets import CostCommitted, CostReleased, CostReserved
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS order_costs (
        order_id TEXT PRIMARY KEY, messages BIGINT NOT NULL, own_cents BIGINT NOT NULL, cost TEXT NOT NULL
    )
    """,
)
RESERVED = """
INSERT INTO order_costs (order_id, messages, own_cents, cost) VALUES (:order_id, :messages, :own_cents, 'reserved')
ON CONFLICT (order_id) DO UPDATE SET messages = :messages, own_cents = :own_cents, cost = 'reserved'
"""
COMMITTED = "UPDATE order_costs SET own_cents = :own_cents, cost = 'committed' WHERE order_id = :order_id"
RELEASED = "UPDATE order_costs SET own_cents = 0, cost = 'released' WHERE order_id = :order_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per order that was handed in and costs something; nothing is kept of what was released."""
    event = recorded.event
    match event:
        case CostReserved():
            yield RESERVED, event.model_dump(mode="json", include={"order_id", "messages", "own_cents"})
        case CostCommitted():
            yield COMMITTED, event.model_dump(mode="json", include={"order_id", "own_cents"})
        case CostReleased():
            yield RELEASED, {"order_id": str(event.order_id)}


ORDER_COSTS = Projection("ordering.order_costs", 1, TABLES, apply, hears=("campaigns.budgets",))

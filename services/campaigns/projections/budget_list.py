"""Every budget with what is reserved and committed, order by order."""

from collections.abc import Iterator
from typing import Any

from shared.contracts.campaigns import BudgetSet, CostCommitted, CostReleased, CostReserved, ShareAssigned
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS budget_list (
        budget_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, campaign_id TEXT NOT NULL, amount_cents BIGINT,
        version BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS budget_list_by_entity ON budget_list (entity_id, budget_id)",
    "CREATE INDEX IF NOT EXISTS budget_list_by_campaign ON budget_list (campaign_id, budget_id)",
    """
    CREATE TABLE IF NOT EXISTS budget_charge (
        budget_id TEXT NOT NULL, order_id TEXT NOT NULL, package_id TEXT NOT NULL, status TEXT NOT NULL,
        messages BIGINT NOT NULL, message_cents BIGINT NOT NULL, fixed_cents BIGINT NOT NULL,
        subsidy_cents BIGINT NOT NULL, own_cents BIGINT NOT NULL, PRIMARY KEY (budget_id, order_id)
    )
    """,
)
BEGUN = """
INSERT INTO budget_list (budget_id, entity_id, campaign_id, version)
VALUES (:budget_id, :entity_id, :campaign_id, :version) ON CONFLICT (budget_id) DO UPDATE SET version = :version
"""
AMOUNT = "UPDATE budget_list SET amount_cents = :amount_cents WHERE budget_id = :budget_id"
SEEN = "UPDATE budget_list SET version = :version WHERE budget_id = :budget_id"
RESERVED = """
INSERT INTO budget_charge (budget_id, order_id, package_id, status, messages, message_cents, fixed_cents,
                           subsidy_cents, own_cents)
VALUES (:budget_id, :order_id, :package_id, 'reserved', :messages, :message_cents, :fixed_cents,
        :subsidy_cents, :own_cents)
ON CONFLICT (budget_id, order_id) DO UPDATE SET
    status = 'reserved', messages = :messages, message_cents = :message_cents, fixed_cents = :fixed_cents,
    subsidy_cents = :subsidy_cents, own_cents = :own_cents
"""
MOVED = """
UPDATE budget_charge SET status = :status WHERE budget_id = :budget_id AND order_id = :order_id
"""

SUMS = """
SELECT b.budget_id, b.entity_id, b.campaign_id, b.amount_cents, b.version,
    (SELECT coalesce(sum(c.own_cents), 0) FROM budget_charge c
        WHERE c.budget_id = b.budget_id AND c.status = 'reserved') AS reserved_cents,
    (SELECT coalesce(sum(c.own_cents), 0) FROM budget_charge c
        WHERE c.budget_id = b.budget_id AND c.status = 'committed') AS committed_cents
FROM budget_list b
"""
ONE = f"{SUMS} WHERE b.budget_id = :budget_id"
LIST = f"""{SUMS}
WHERE b.budget_id > :after AND (:entity_id = '' OR b.entity_id = :entity_id)
    AND (:campaign_id = '' OR b.campaign_id = :campaign_id)
ORDER BY b.budget_id LIMIT :limit
"""
ROOM = """
SELECT b.amount_cents - (SELECT coalesce(sum(c.own_cents), 0) FROM budget_charge c
    WHERE c.budget_id = b.budget_id AND c.status <> 'released' AND c.order_id <> :order_id) AS left_cents
FROM budget_list b WHERE b.budget_id = :budget_id
"""
CHARGES = "SELECT * FROM budget_charge WHERE budget_id = :budget_id ORDER BY order_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per budget, one per order that ever was charged to it."""
    event, version = recorded.event, recorded.version
    match event:
        case BudgetSet() | ShareAssigned() | CostReserved():
            row = event.model_dump(mode="json")
            place = {name: row[name] for name in ("budget_id", "entity_id", "campaign_id")}
            yield BEGUN, place | {"version": version}
            if isinstance(event, BudgetSet):
                yield AMOUNT, {"budget_id": row["budget_id"], "amount_cents": event.amount_cents}
            if isinstance(event, CostReserved):
                yield RESERVED, row
        case CostCommitted():
            yield from _moved(event, "committed", version)
        case CostReleased():
            yield from _moved(event, "released", version)


def _moved(event: Any, status: str, version: int) -> Iterator[Statement]:
    place = {"budget_id": str(event.budget_id), "order_id": str(event.order_id)}
    yield MOVED, place | {"status": status}
    yield SEEN, {"budget_id": place["budget_id"], "version": version}


BUDGET_LIST = Projection("campaigns.budget_list", 1, TABLES, apply, hears=("campaigns.budgets",))

"""What orders cost, as rows: every fact twice leaves what once leaves."""

import sqlite3
from typing import Any

import pytest

from services.ordering.projections.costs import ORDER_COSTS
from shared.contracts.campaigns.budgets import CostCommitted, CostReleased, CostReserved
from shared.kernel.message import Event
from tests.facts import recorded
from tests.ordering.words import ID
from tests.shared.make_golden import example

RESERVED, COMMITTED, RELEASED = (
    example(kind).model_copy(update={"order_id": ID, "own_cents": cents})
    for kind, cents in ((CostReserved, 700), (CostCommitted, 650), (CostReleased, 650))
)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("story", "row"),
    [
        ([RESERVED], (700, "reserved")),
        ([RESERVED, COMMITTED], (650, "committed")),
        ([RESERVED, RELEASED], (0, "released")),
        ([RESERVED, RELEASED, RESERVED], (700, "reserved")),
    ],
)
def test_an_order_costs_what_its_last_fact_says(story: list[Event], row: tuple[Any, ...], times: int) -> None:
    db = sqlite3.connect(":memory:")
    for table in ORDER_COSTS.tables:
        db.execute(table)
    for version, fact in enumerate(story):
        for _ in range(times):
            for statement in ORDER_COSTS.apply(recorded(fact, "budget-1", version)):
                db.execute(*statement)
    found = db.execute("SELECT own_cents, cost FROM order_costs").fetchall()
    db.close()
    assert found == [row]

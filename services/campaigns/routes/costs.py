"""Money as people are shown it, and what an order would cost its entity before it is handed in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.campaigns.deciders.budget import subsidised
from services.campaigns.projections import budget_list, seen_orders, seen_packages
from shared.contracts.catalog import CostTerms
from shared.kernel.ids import BudgetId
from shared.kernel.projection import Row
from shared.runtime.host import Desk


def money(cents: int, currency: str) -> dict[str, str]:
    """An amount as people write it, with its currency."""
    return {"amount": f"{Decimal(cents) / 100:.2f}", "currency": currency}


def told(amounts: Mapping[str, int], currency: str) -> dict[str, dict[str, str]]:
    """Every one of these amounts as people write it."""
    return {name: money(cents, currency) for name, cents in amounts.items()}


async def costs_of(
    here: Desk, package_id: str, edition: int, entity_id: str, messages_cents: int
) -> dict[str, int]:
    """What messages of this sum cost the entity with its share of the fixed costs: `subsidy` + `own` is the whole."""
    place = {"package_id": package_id, "edition": edition, "entity_id": entity_id}
    package = await here.one(seen_packages.EDITION, place)
    share = await here.one(seen_orders.SHARE_OF, place)
    terms = CostTerms.model_validate_json(package["costs"]) if package else CostTerms()
    fixed = int(share["fixed_cents"]) if share else 0
    subsidy, own = subsidised(messages_cents + fixed, terms.subsidy_percent)
    return {"messages": messages_cents, "fixed": fixed, "subsidy": subsidy, "own": own}


async def room_for(
    here: Desk, own_cents: int, budget_id: BudgetId, order_id: str, currency: str
) -> dict[str, Any] | None:
    """What the budget has left for this order, and whether the order would exceed it; None where none was set."""
    found = await here.one(budget_list.ROOM, {"budget_id": str(budget_id), "order_id": order_id})
    if found is None or found["left_cents"] is None:
        return None
    return {"left": money(found["left_cents"], currency), "exceeded": own_cents > found["left_cents"]}


def budget_line(row: Row, currency: str) -> dict[str, Any]:
    """A budget as it is shown. `left` is None where no amount was set, and below zero where more is reserved."""
    amount = row["amount_cents"]
    left = None if amount is None else amount - row["reserved_cents"] - row["committed_cents"]
    return {
        "budget_id": row["budget_id"],
        "entity_id": row["entity_id"],
        "campaign_id": row["campaign_id"],
        "amount": None if amount is None else money(amount, currency),
        "reserved": money(row["reserved_cents"], currency),
        "committed": money(row["committed_cents"], currency),
        "left": None if left is None else money(left, currency),
        "version": row["version"],
    }


def charge_line(row: Row, currency: str) -> dict[str, Any]:
    """What an order costs, as its budget keeps it."""
    plain = {name: row[name] for name in ("order_id", "package_id", "status", "messages")}
    names = ("message", "fixed", "subsidy", "own")
    return plain | told({name: row[f"{name}_cents"] for name in names}, currency)

"""A budget: reserved when an order is handed in, committed when it is approved, released when it ends."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from services.campaigns.deciders.budget_commands import (
    AssignShare,
    Budget,
    BudgetCommand,
    Charge,
    CommitCost,
    ReleaseCost,
    ReserveCost,
    SetBudget,
)
from services.campaigns.deciders.shares import allot
from shared.contracts.campaigns import (
    Because,
    BudgetEvent,
    BudgetSet,
    CostCommitted,
    CostReleased,
    CostReserved,
    ShareAssigned,
)
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import OrderId

Decision = Sequence[BudgetEvent] | Refused
CHARGED = ("package_id", "edition", "messages", "message_cents", "fixed_cents", "subsidy_cents", "own_cents")


def decide(command: BudgetCommand, budget: Budget) -> Decision:
    """Nothing here says no: a budget warns, and what an order costs follows from the order."""
    match command:
        case SetBudget():
            return _set(command, budget)
        case AssignShare():
            return _assign(command, budget)
        case ReserveCost():
            return _reserve(command, budget)
        case CommitCost():
            return _commit(command, budget)
        case ReleaseCost():
            return _release(command, budget, command.order_id, command.because)
    assert_never(command)


def evolve(budget: Budget, event: BudgetEvent) -> Budget:
    """What a fact does to what we remember."""
    match event:
        case BudgetSet():
            return replace(budget, amount_cents=event.amount_cents)
        case ShareAssigned():
            return replace(budget, shares=budget.shares | {(event.package_id, event.edition)})
        case CostReserved():
            charge = Charge(**{name: getattr(event, name) for name in CHARGED})
            return replace(budget, charges={**budget.charges, event.order_id: charge})
        case CostCommitted():
            committed = replace(budget.charges[event.order_id], committed=True)
            return replace(budget, charges={**budget.charges, event.order_id: committed})
        case CostReleased():
            left = {order_id: kept for order_id, kept in budget.charges.items() if order_id != event.order_id}
            return replace(budget, charges=left)
    assert_never(event)


def _set(command: SetBudget, budget: Budget) -> Decision:
    if budget.amount_cents == command.amount_cents:
        return []
    said = command.model_dump(include={"budget_id", "entity_id", "campaign_id", "amount_cents", "at"})
    return [BudgetSet(**said, by=command.by.id)]


def _assign(command: AssignShare, budget: Budget) -> Decision:
    if (command.package_id, command.edition) in budget.shares:
        return []
    return [ShareAssigned(**command.model_dump(exclude={"id", "by"}))]


def _reserve(command: ReserveCost, budget: Budget) -> Decision:
    """What the order costs now; what was kept for it before is released where that was something else."""
    kept, wanted = budget.charges.get(command.order_id), _charge(command, budget)
    if kept is not None and (not command.anew or kept == wanted):
        return []
    released = _release(command, budget, command.order_id, "revised")
    if not wanted.own_cents and not wanted.subsidy_cents:
        return released
    said = command.model_dump(include={"budget_id", "entity_id", "campaign_id", "order_id", "at"})
    return [*released, CostReserved(**said, **{name: getattr(wanted, name) for name in CHARGED})]


def _charge(command: ReserveCost, budget: Budget) -> Charge:
    """The sum, split between head office and the entity; the fixed share only where no other order has it."""
    elsewhere = any(
        charge.fixed_cents and (charge.package_id, charge.edition) == (command.package_id, command.edition)
        for order_id, charge in budget.charges.items()
        if order_id != command.order_id
    )
    fixed_cents = 0 if elsewhere else command.fixed_cents
    whole = command.messages * command.message_cents + fixed_cents
    subsidy_cents, own_cents = subsidised(whole, command.subsidy_percent)
    return Charge(
        package_id=command.package_id,
        edition=command.edition,
        messages=command.messages,
        message_cents=command.message_cents,
        fixed_cents=fixed_cents,
        subsidy_cents=subsidy_cents,
        own_cents=own_cents,
    )


def subsidised(whole: int, percent: int) -> tuple[int, int]:
    """Head office's part and the entity's own, which sum to the whole."""
    subsidy_cents, own_cents = allot(whole, (percent, 100 - percent))
    return subsidy_cents, own_cents


def _commit(command: CommitCost, budget: Budget) -> Decision:
    kept = budget.charges.get(command.order_id)
    if kept is None or kept.committed:
        return []
    said = command.model_dump(include={"budget_id", "order_id", "at"})
    return [CostCommitted(**said, own_cents=kept.own_cents)]


def _release(
    command: ReleaseCost | ReserveCost, budget: Budget, order_id: OrderId, because: Because
) -> list[BudgetEvent]:
    kept = budget.charges.get(order_id)
    if kept is None:
        return []
    said = command.model_dump(include={"budget_id", "order_id", "at"})
    return [CostReleased(**said, own_cents=kept.own_cents, because=because)]


BUDGET: Decider[Budget, BudgetCommand, BudgetEvent] = Decider(
    category="budget",
    initial=Budget(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.budget_id,
    commands=(SetBudget, AssignShare, ReserveCost, CommitCost, ReleaseCost),
)

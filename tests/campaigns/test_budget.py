"""Reserved at order, committed at approval, released at the end; whatever happens, the view is the fold."""

import sqlite3
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.campaigns.deciders.budget import BUDGET
from services.campaigns.deciders.budget_commands import (
    AssignShare,
    Budget,
    BudgetCommand,
    CommitCost,
    ReleaseCost,
    ReserveCost,
    SetBudget,
    budget_of,
)
from services.campaigns.projections.budget_list import BUDGET_LIST, CHARGES, ONE
from shared.contracts.campaigns import (
    BudgetEvent,
    BudgetSet,
    CostCommitted,
    CostReleased,
    CostReserved,
    ShareAssigned,
)
from shared.kernel.decider import Refused
from shared.kernel.ids import OrderId
from tests.campaigns.words import BO, EAST, MACHINE, ORDER, PACKAGE, REFERENCE
from tests.facts import id_of, recorded
from tests.spec import spec
from tests.world import MONDAY

when = spec(BUDGET)
ID = budget_of(EAST, REFERENCE)
ASKS: dict[str, Any] = {"id": id_of("command"), "at": MONDAY, "by": MACHINE, "budget_id": ID}
WHOSE: dict[str, Any] = {"budget_id": ID, "entity_id": EAST, "campaign_id": REFERENCE}
SECOND = OrderId(id_of("second order"))
budgeted = BudgetSet(**WHOSE, amount_cents=5000, by="bo", at=MONDAY)
committed = CostCommitted(budget_id=ID, order_id=ORDER, own_cents=1125, at=MONDAY)


def reserve(
    order_id: OrderId = ORDER, *, messages: int = 5, fixed: int = 250, subsidy: int = 25, anew: bool = True
) -> ReserveCost:
    return ReserveCost(
        **ASKS, entity_id=EAST, campaign_id=REFERENCE, package_id=PACKAGE, edition=1, order_id=order_id,
        messages=messages, message_cents=250, fixed_cents=fixed, subsidy_percent=subsidy, anew=anew,
    )  # fmt: skip


def reserved(
    order_id: OrderId = ORDER, *, messages: int = 5, fixed: int = 250, subsidy: int = 375, own: int = 1125
) -> CostReserved:
    return CostReserved(
        **WHOSE, package_id=PACKAGE, edition=1, order_id=order_id, messages=messages, message_cents=250,
        fixed_cents=fixed, subsidy_cents=subsidy, own_cents=own, at=MONDAY,
    )  # fmt: skip


def released(because: Any = "withdrawn") -> CostReleased:
    return CostReleased(budget_id=ID, order_id=ORDER, own_cents=1125, at=MONDAY, because=because)


def commit(order_id: OrderId = ORDER) -> CommitCost:
    return CommitCost(**ASKS, order_id=order_id)


def release(order_id: OrderId = ORDER) -> ReleaseCost:
    return ReleaseCost(**ASKS, order_id=order_id, because="withdrawn")


def test_head_office_sets_what_may_be_spent() -> None:
    wish = SetBudget(**ASKS | {"by": BO}, entity_id=EAST, campaign_id=REFERENCE, amount_cents=5000)
    when()(wish)(budgeted)
    when(budgeted)(wish)()


def test_a_share_is_assigned_once_for_an_edition() -> None:
    wish = AssignShare(
        **ASKS, entity_id=EAST, campaign_id=REFERENCE, package_id=PACKAGE, edition=1, fixed_cents=9
    )
    share = ShareAssigned(**WHOSE, package_id=PACKAGE, edition=1, fixed_cents=9, at=MONDAY)
    when()(wish)(share)
    when(share)(wish.model_copy(update={"fixed_cents": 10}))()


def test_an_order_reserves_its_messages_and_its_share_and_head_office_bears_a_part() -> None:
    when()(reserve())(reserved())
    when(reserved())(reserve())()
    when()(reserve(messages=0, fixed=0))()


def test_an_order_placed_again_is_reckoned_anew() -> None:
    again = reserved(messages=6, subsidy=438, own=1312)
    when(reserved())(reserve(messages=6))(released("revised"), again)
    when(reserved(), committed)(reserve())(released("revised"), reserved())


def test_an_approval_commits_what_was_reserved_and_reckons_nothing_anew() -> None:
    when(reserved())(reserve(messages=6, anew=False))()
    when(reserved())(commit())(committed)
    when(reserved(), committed)(commit())()
    when()(commit())()


def test_an_end_releases_what_was_reserved_or_committed() -> None:
    when(reserved())(release())(released())
    when(reserved(), committed)(release())(released())
    when(reserved(), released())(release())()


def test_the_share_of_the_fixed_costs_is_in_one_order_only() -> None:
    without = reserved(SECOND, fixed=0, subsidy=313, own=937)
    when(reserved())(reserve(SECOND))(without)
    when(reserved(), released())(reserve(SECOND))(reserved(SECOND))


ORDERS = st.sampled_from([OrderId(id_of(f"order {n}")) for n in range(4)])
COMMANDS = st.one_of(
    st.builds(
        lambda order_id, messages, subsidy, anew: reserve(
            order_id, messages=messages, fixed=101, subsidy=subsidy, anew=anew
        ),
        ORDERS,
        st.integers(0, 999),
        st.integers(0, 100),
        st.booleans(),
    ),
    st.builds(commit, ORDERS),
    st.builds(release, ORDERS),
)


def _stated(commands: list[BudgetCommand]) -> tuple[list[BudgetEvent], Budget]:
    events: list[BudgetEvent] = []
    for command in commands:
        outcome = BUDGET.decide(command, BUDGET.fold(events))
        assert not isinstance(outcome, Refused)
        events += outcome
    return events, BUDGET.fold(events)


@given(st.lists(COMMANDS, max_size=30))
def test_the_sums_shown_are_the_fold_to_the_hundredth(commands: list[BudgetCommand]) -> None:
    events, budget = _stated(commands)
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    for table in BUDGET_LIST.tables:
        db.execute(table)
    for version, event in enumerate(events):
        for statement in list(BUDGET_LIST.apply(recorded(event, f"budget-{ID}", version))) * 2:
            db.execute(*statement)
    found = db.execute(ONE, {"budget_id": str(ID)}).fetchone()
    shown = (found["reserved_cents"], found["committed_cents"], found["version"]) if found else (0, 0, -1)
    assert shown == (budget.reserved_cents, budget.committed_cents, len(events) - 1)
    for charge in db.execute(CHARGES, {"budget_id": str(ID)}):
        whole = charge["messages"] * charge["message_cents"] + charge["fixed_cents"]
        assert charge["subsidy_cents"] + charge["own_cents"] == whole
    db.close()


@given(st.lists(COMMANDS, max_size=30))
def test_what_is_kept_is_what_was_reserved_less_what_was_released(commands: list[BudgetCommand]) -> None:
    events, budget = _stated(commands)
    came = sum(event.own_cents for event in events if isinstance(event, CostReserved))
    went = sum(event.own_cents for event in events if isinstance(event, CostReleased))
    assert budget.reserved_cents + budget.committed_cents == came - went
    assert sum(1 for charge in budget.charges.values() if charge.fixed_cents) <= 1

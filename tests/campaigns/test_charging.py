"""Facts of different topics come in any order; an order is charged once, by whichever comes last."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

import pytest

from services.campaigns.deciders.budget_commands import (
    AssignShare,
    CommitCost,
    ReleaseCost,
    ReserveCost,
    budget_of,
)
from services.campaigns.projections.recipients import PUT, RECIPIENTS
from services.campaigns.reactions import REACTION
from services.campaigns.reactions.charging import react
from shared.contracts.campaigns import CostReserved, ShareAssigned
from shared.contracts.catalog import (
    CostTerms,
    EntityInvited,
    PackageDetails,
    PackagePublished,
    Share,
)
from shared.contracts.ordering import OrderPlaced, OrderRejected, OrderWithdrawn
from shared.kernel.message import Command, Event
from tests.campaigns.words import (
    DEFINITION,
    EAST,
    NORTH,
    ORDER,
    PACKAGE,
    REFERENCE,
    approved,
    day,
    prepared,
)
from tests.facts import recorded
from tests.world import MONDAY

ID = budget_of(EAST, REFERENCE)
PRICED = DEFINITION.model_copy(update={"message_cost_cents": 250, "query": ()})
reference = prepared.model_copy(update={"definition": PRICED})
WHOSE: dict[str, Any] = {
    "order_id": ORDER,
    "package_id": PACKAGE,
    "entity_id": EAST,
    "at": MONDAY,
    "by": "anna",
}
order = approved()
placed = OrderPlaced(
    order_id=ORDER, number=28, entity_id=EAST, offer=order.offer, revision=1, by="anna", at=MONDAY
)
share = ShareAssigned(
    budget_id=ID,
    entity_id=EAST,
    campaign_id=REFERENCE,
    package_id=PACKAGE,
    edition=1,
    fixed_cents=4,
    at=MONDAY,
)
invited = [EntityInvited(package_id=PACKAGE, edition=1, entity_id=entity) for entity in (EAST, NORTH)]


def published(**costs: Any) -> PackagePublished:
    details = PackageDetails(
        label="Spring", folder="Spring", starts_at=MONDAY, ends_at=day(60), costs=CostTerms(**costs)
    )
    return PackagePublished(
        package_id=PACKAGE, edition=1, number=12, kind="by_campaign", reference_id=REFERENCE, at=MONDAY,
        details=details, invited=2,
    )  # fmt: skip


class Ear:
    """Memory as a real database keeps it, and everything that was asked because of what was heard."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        self.heard: dict[int, int] = {}
        for table in (RECIPIENTS, *(table for part in REACTION.memory for table in part.tables)):
            self.db.execute(table)
        for number, entity in enumerate((EAST, EAST, EAST, NORTH)):
            self.db.execute(
                PUT,
                {
                    "recipient_id": f"r{number}", "entity_id": str(entity), "name": "", "email": "",
                    "birth_year": 1990, "city": "", "origin": "", "channel": "email",
                },
            )  # fmt: skip

    def hear(self, *events: Event) -> list[Command]:
        """What each fact leads to; a command that is asked for twice has the same id, and counts once."""
        asked: dict[Any, Command] = {}
        for event in events:
            fact = recorded(event, "thing-1", self.heard.setdefault(id(event), len(self.heard)))
            for part in REACTION.memory:
                for statement in part.apply(fact):
                    self.db.execute(*statement)
            asked |= {command.id: command for command in react(fact, self._recall)}
        return list(asked.values())

    def _recall(self, sql: str, params: Any) -> Sequence[dict[str, Any]]:
        return [dict(row) for row in self.db.execute(sql, dict(params))]


@pytest.fixture
def ear() -> Iterable[Ear]:
    opened = Ear()
    yield opened
    opened.db.close()


@pytest.mark.parametrize("facts", list(permutations([published(fixed_cents=9), reference, share, placed])))
def test_an_order_is_reserved_once_in_whatever_order_is_heard(ear: Ear, facts: Sequence[Event]) -> None:
    commands = [c for c in ear.hear(*invited, *facts) if isinstance(c, ReserveCost)]
    (command,) = commands
    assert (command.budget_id, command.order_id, command.anew) == (ID, ORDER, True)
    assert (command.messages, command.message_cents, command.fixed_cents) == (3, 250, 4)


def test_an_approved_order_that_was_never_placed_is_reserved_and_committed(ear: Ear) -> None:
    reserve, commit = ear.hear(published(), reference, order)
    assert isinstance(reserve, ReserveCost)
    assert isinstance(commit, CommitCost)
    assert not reserve.anew


@pytest.mark.parametrize(
    ("end", "because"),
    [
        (OrderWithdrawn(**WHOSE), "withdrawn"),
        (OrderRejected(**WHOSE, comment="Fewer"), "rejected"),
    ],
)
def test_the_end_of_an_order_releases_it_with_the_reason(ear: Ear, end: Event, because: str) -> None:
    ear.hear(published(), reference, placed)
    (command,) = ear.hear(end)
    assert isinstance(command, ReleaseCost)
    assert command.because == because


def test_what_costs_nothing_asks_nothing_of_a_budget(ear: Ear) -> None:
    assert ear.hear(published(), prepared, placed, order) == []


def test_what_was_reserved_is_released_even_where_nothing_costs_anything_any_more(ear: Ear) -> None:
    ear.hear(published(), prepared, placed)
    reserved = CostReserved(
        budget_id=ID, entity_id=EAST, campaign_id=REFERENCE, package_id=PACKAGE, edition=1, order_id=ORDER,
        messages=1, message_cents=1, fixed_cents=0, subsidy_cents=0, own_cents=1, at=MONDAY,
    )  # fmt: skip
    ear.hear(reserved)
    assert [type(command) for command in ear.hear(OrderWithdrawn(**WHOSE))] == [ReleaseCost]


@pytest.mark.parametrize(
    ("terms", "shares"),
    [
        ({"rule": "equal"}, {EAST: 50, NORTH: 51}),
        ({"rule": "by_volume"}, {EAST: 76, NORTH: 25}),
        ({"rule": "by_share", "shares": (Share(entity_id=NORTH, weight=1),)}, {EAST: 0, NORTH: 101}),
    ],
)
def test_the_fixed_costs_are_shared_by_the_rule_among_the_audience(
    ear: Ear, terms: dict[str, Any], shares: dict[Any, int]
) -> None:
    commands = ear.hear(*invited, published(fixed_cents=101, **terms))
    assigned = {c.entity_id: c.fixed_cents for c in commands if isinstance(c, AssignShare)}
    assert sum(assigned.values()) == 101
    if terms["rule"] == "equal":
        assert sorted(assigned.values()) == [50, 51]
    else:
        assert assigned == shares


def test_a_package_that_is_open_to_all_shares_nothing_out(ear: Ear) -> None:
    assert ear.hear(published(fixed_cents=101)) == []

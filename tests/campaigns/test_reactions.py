"""What campaigns does to itself when facts are heard; twice heard is the same wish."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.campaigns.deciders.campaign_commands import (
    CancelCampaign,
    CreateForOrder,
    FinishCampaign,
    MakeCampaignAvailable,
    StartCampaign,
    SubmitContent,
)
from services.campaigns.projections import seen_orders
from services.campaigns.reactions import REACTION, react
from shared.contracts.campaigns import CampaignSettingsRevised, OwnRuleLifted, OwnRuleSet, Pressure
from shared.contracts.catalog import PackageCancelled
from shared.contracts.ordering import (
    OrderCancelled,
    OrderParameters,
    OrderPlaced,
    OrderReopened,
    OrderWithdrawn,
)
from shared.kernel.ids import EntityId
from shared.kernel.message import Command, Event
from shared.kernel.projection import Row
from tests.campaigns.words import (
    AVAILABLE,
    DEFINITION,
    EAST,
    END,
    ID,
    LASTING,
    NORTH,
    ORDER,
    PACKAGE,
    REFERENCE,
    START,
    VALUES,
    approved,
    available,
    cancelled,
    child,
    day,
    local,
    prepared,
    registered,
    started,
    template,
)
from tests.facts import id_of, recorded
from tests.world import MONDAY

WHOSE: dict[str, Any] = {
    "order_id": ORDER,
    "package_id": PACKAGE,
    "entity_id": EAST,
    "at": MONDAY,
    "by": "anna",
}
withdrawn = OrderWithdrawn(**WHOSE, reason="No staff")
ended = OrderCancelled(**WHOSE, because="central", reason="No staff")


class Ear:
    """Memory as a real database keeps it, and the commands that the last fact led to."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        self.versions = 0
        for projection in REACTION.memory:
            for table in projection.tables:
                self.db.execute(table)

    def recall(self, sql: str, params: Any) -> Sequence[Row]:
        return [dict(row) for row in self.db.execute(sql, params)]

    def hear(self, *events: Event, at: datetime = MONDAY) -> list[Command]:
        """Each fact told twice, as a bus may: memory and commands must come out the same."""
        commands: list[Command] = []
        for event in events:
            fact = recorded(event, "thing-1", self.versions, at)
            self.versions += 1
            for projection in REACTION.memory:
                for statement in (*projection.apply(fact), *projection.apply(fact)):
                    self.db.execute(*statement)
            commands = list(react(fact, self.recall))
            assert commands == list(react(fact, self.recall))
        return commands


@pytest.fixture
def ear() -> Iterable[Ear]:
    opened = Ear()
    yield opened
    opened.db.close()


def test_an_approved_order_by_campaign_creates_a_child_at_once(ear: Ear) -> None:
    (command,) = ear.hear(prepared, registered, approved())
    assert isinstance(command, CreateForOrder)
    assert (command.at, command.child, command.campaign_id, command.entity_number) == (MONDAY, True, ID, 3)
    assert (command.definition, command.values, command.label) == (DEFINITION, VALUES, "Spring")
    assert (command.available_at, command.starts_at, command.ends_at) == (AVAILABLE, START, END)


@pytest.mark.rule("R41")
def test_what_is_created_has_the_rule_that_held_for_its_entity_when_the_order_was_handed_in(ear: Ear) -> None:
    central, own = Pressure(most=2, days=10), Pressure(most=1, days=14, whose="entity")
    pressed = DEFINITION.model_copy(update={"pressure": central})
    whose: dict[str, Any] = {"campaign_id": REFERENCE, "entity_id": EAST}
    known = (prepared.model_copy(update={"definition": pressed}), registered)
    answer = approved().model_copy(update={"at": day(3)})
    placed = OrderPlaced(
        order_id=ORDER, number=28, entity_id=EAST, offer=answer.offer, revision=1, by="anna", at=day(2)
    )  # fmt: skip
    before = OwnRuleSet(**whose, pressure=own, by="anna", at=day(1))
    later = OwnRuleLifted(**whose, by="anna", at=day(2.5))
    (command,) = ear.hear(*known, before, placed, later, answer)
    assert isinstance(command, CreateForOrder)
    assert command.definition.pressure == own


@pytest.mark.parametrize(("moment", "entity", "most"), [(2, EAST, 1), (2.5, EAST, 2), (2, NORTH, 2)])
def test_an_own_rule_counts_from_then_on_and_for_its_entity_alone(
    ear: Ear, moment: float, entity: EntityId, most: int
) -> None:
    """A subscription that was confirmed was never handed in: it is ordered when it is in."""
    pressed = DEFINITION.model_copy(update={"pressure": Pressure(most=2, days=10)})
    own = Pressure(most=1, days=14, whose="entity")
    rule = OwnRuleSet(campaign_id=REFERENCE, entity_id=entity, pressure=own, by="anna", at=day(moment))
    known = (prepared.model_copy(update={"definition": pressed}), registered)
    (command,) = ear.hear(*known, rule, approved().model_copy(update={"at": day(2)}))
    assert isinstance(command, CreateForOrder)
    assert command.definition.pressure is not None
    assert command.definition.pressure.most == most


@pytest.mark.parametrize(
    ("status", "ordered"), [("placed", day(2)), ("revising", day(4)), ("pre_subscribed", day(4))]
)
def test_an_order_that_was_reopened_is_ordered_when_it_is_handed_in_or_confirmed_anew(
    ear: Ear, status: Any, ordered: datetime
) -> None:
    first, anew = (approved().model_copy(update={"at": at}) for at in (day(2), day(4)))
    reopened = OrderReopened(**{**WHOSE, "at": day(3)}, reason="A typing error", status=status)
    ear.hear(prepared, registered, first, reopened, anew)
    (order,) = ear.recall(seen_orders.ORDER, {"order_id": str(ORDER)})
    assert order["ordered_at"] == ordered.isoformat()


def test_an_approved_local_order_creates_its_campaign_at_availability(ear: Ear) -> None:
    (command,) = ear.hear(template, registered, approved("local_campaign"))
    assert isinstance(command, CreateForOrder)
    assert (command.at, command.child, command.definition) == (AVAILABLE, False, LASTING)


@pytest.mark.parametrize("past", [None, day(-3)])
def test_a_local_order_without_a_date_or_with_one_that_has_passed_creates_now(
    ear: Ear, past: datetime | None
) -> None:
    (command,) = ear.hear(template, registered, approved("local_campaign", available_at=past))
    assert command.at == MONDAY


def test_an_order_that_creates_nothing_creates_nothing(ear: Ear) -> None:
    assert ear.hear(prepared, registered, approved("nothing")) == []
    assert ear.hear(withdrawn) == []


@pytest.mark.parametrize("known", [(), (prepared,), (registered,)])
def test_an_order_whose_makings_are_not_known_waits(ear: Ear, known: tuple[Event, ...]) -> None:
    assert ear.hear(*known, approved()) == []


def test_the_revised_reference_is_what_a_later_order_gets(ear: Ear) -> None:
    revised = CampaignSettingsRevised(
        campaign_id=REFERENCE, label="Summer", definition=LASTING, starts_at=START, ends_at=day(50)
    )
    (command,) = ear.hear(prepared, registered, revised, approved())
    assert isinstance(command, CreateForOrder)
    assert (command.label, command.definition, command.ends_at) == ("Summer", LASTING, day(50))


def test_a_child_becomes_available_at_its_date_and_finishes_at_its_end(ear: Ear) -> None:
    commands = ear.hear(child)
    assert [(type(command), command.at) for command in commands] == [
        (MakeCampaignAvailable, AVAILABLE),
        (FinishCampaign, END),
    ]


def test_what_lies_in_the_past_happens_now(ear: Ear) -> None:
    assert [command.at for command in ear.hear(child, at=day(100))] == [day(100), day(100)]


def test_references_and_local_campaigns_finish_at_their_end(ear: Ear) -> None:
    for event, end in ((prepared, END), (local, local.ends_at)):
        (command,) = ear.hear(event)
        assert isinstance(command, FinishCampaign)
        assert command.at == end
    assert ear.hear(template) == []


@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_available_runs_with_no_further_click_if_the_package_says_so(ear: Ear, at_once: bool) -> None:
    commands = ear.hear(prepared, registered, approved(start_targeting=at_once), available)
    assert [(type(command), command.at) for command in commands] == (
        [(SubmitContent, MONDAY), (StartCampaign, MONDAY)] if at_once else []
    )


@pytest.mark.parametrize(
    ("hidden", "charged"),
    [
        ({}, ("Spring in East", "Marketing")),
        ({"hide_program": True}, ("All", "Marketing")),
        ({"hide_parameters": True}, ("All", "Marketing")),
    ],
)
def test_the_campaign_is_under_the_program_that_its_order_names_where_it_may(
    ear: Ear, hidden: dict[str, bool], charged: tuple[str, str]
) -> None:
    settings = DEFINITION.model_copy(update={"program": "All", "budget": "Marketing", **hidden})
    reference = prepared.model_copy(update={"definition": settings})
    order = approved().model_copy(update={"parameters": OrderParameters(program="Spring in East")})
    (command,) = ear.hear(reference, registered, order)
    assert isinstance(command, CreateForOrder)
    assert (command.definition.program, command.definition.budget) == charged


@pytest.mark.parametrize("end", [withdrawn, ended])
def test_the_end_of_an_order_calls_its_campaign_off(ear: Ear, end: Event) -> None:
    (command,) = ear.hear(prepared, registered, approved(), end)
    assert isinstance(command, CancelCampaign)
    assert (command.campaign_id, command.reason, command.at) == (ID, "No staff", MONDAY)


def test_the_end_of_an_order_that_had_no_campaign_calls_nothing_off(ear: Ear) -> None:
    assert ear.hear(withdrawn) == []
    assert ear.hear(ended) == []


@pytest.mark.parametrize("cascades", [True, False])
def test_a_cancelled_package_takes_its_reference_along_if_it_says_so(ear: Ear, cascades: bool) -> None:
    fact = PackageCancelled(
        package_id=PACKAGE,
        edition=1,
        reference_id=REFERENCE,
        at=MONDAY,
        by="bo",
        reason="Supplier left",
        cascades=cascades,
    )
    commands = ear.hear(fact)
    assert [isinstance(command, CancelCampaign) for command in commands] == ([True] if cascades else [])


def test_a_cancelled_reference_takes_its_children_along_and_leaves_local_campaigns(ear: Ear) -> None:
    sibling = child.model_copy(update={"campaign_id": id_of("sibling")})
    lasting = local.model_copy(update={"campaign_id": id_of("local")})
    commands = ear.hear(child, sibling, lasting, cancelled(REFERENCE, "bo"))
    assert {UUID(str(c.campaign_id)) for c in commands if isinstance(c, CancelCampaign)} == {
        ID,
        id_of("sibling"),
    }
    assert len({command.id for command in commands}) == 2
    assert ear.hear(cancelled(ID)) == []


def test_facts_that_ask_for_nothing(ear: Ear) -> None:
    assert ear.hear(available, started()) == []

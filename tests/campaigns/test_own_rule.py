"""An entity's own ceiling of contacts: who sets it, how wide it may be, and when it counts."""

import sqlite3
from typing import Any

import pytest

from services.campaigns.deciders.campaign import CAMPAIGN
from services.campaigns.deciders.campaign_commands import LiftOwnRule, SetOwnRule
from services.campaigns.deciders.own_rule import own_at, ruled
from services.campaigns.projections.own_rules import OWN_RULES, SHOWN
from shared.contracts.campaigns import CampaignSettingsRevised, OwnRuleLifted, OwnRuleSet, Pressure
from shared.kernel.message import Actor, Event
from tests.campaigns.words import (
    ANNA,
    BO,
    DEFINITION,
    EAST,
    END,
    ID,
    NILS,
    NORTH,
    REFERENCE,
    START,
    child,
    day,
    prepared,
)
from tests.facts import id_of, recorded
from tests.spec import spec
from tests.world import MONDAY

given = spec(CAMPAIGN)
CENTRAL = Pressure(most=2, days=10)
PRESSED = DEFINITION.model_copy(update={"pressure": CENTRAL})
reference = prepared.model_copy(update={"definition": PRESSED})
WHOSE: dict[str, Any] = {"campaign_id": REFERENCE, "entity_id": EAST, "at": MONDAY}


def own(most: int = 1, days: int = 14) -> Pressure:
    return Pressure(most=most, days=days, whose="entity")


def put(by: Actor = ANNA, **more: Any) -> SetOwnRule:
    return SetOwnRule(**{"id": id_of("set"), **WHOSE, "by": by, "most": 1, "days": 14, **more})


def lift(by: Actor = ANNA, **more: Any) -> LiftOwnRule:
    return LiftOwnRule(**{"id": id_of("lift"), **WHOSE, "by": by, **more})


def stated(by: str = "anna", **more: Any) -> OwnRuleSet:
    return OwnRuleSet(**{**WHOSE, "by": by, "pressure": own(), **more})


lifted = OwnRuleLifted(**WHOSE, by="anna")


@pytest.mark.rule("R41")
def test_an_entity_sets_its_own_rule_and_lifts_it_again() -> None:
    given(reference)(put())(stated())
    given(reference, stated())(lift())(lifted)


def test_setting_or_lifting_twice_changes_nothing() -> None:
    given(reference, stated())(put())()
    given(reference)(lift())()
    given(reference, stated(), lifted)(lift())()
    given(reference, stated(), lifted)(put())(stated())


def test_head_office_acts_for_an_entity_with_a_mark() -> None:
    given(reference)(put(by=BO))(stated(by="bo", on_behalf_of=EAST))
    gone = lifted.model_copy(update={"by": "bo", "on_behalf_of": EAST})
    given(reference, stated())(lift(by=BO))(gone)


@pytest.mark.rule("R41")
@pytest.mark.parametrize(("most", "days"), [(2, 10), (1, 10), (2, 11), (1, 3650)])
def test_an_own_rule_may_say_the_same_as_the_central_one_or_be_narrower(most: int, days: int) -> None:
    given(reference)(put(most=most, days=days))(stated(pressure=own(most, days)))


@pytest.mark.rule("R41")
@pytest.mark.parametrize(
    ("most", "days", "part"), [(3, 10, "most"), (3, 100, "most"), (2, 9, "days"), (1, 9, "days")]
)
def test_a_rule_that_lets_more_through_than_the_central_one_is_refused(
    most: int, days: int, part: str
) -> None:
    given(reference)(put(most=most, days=days))("campaign.own-rule-wider")
    refused = CAMPAIGN.decide(put(most=most, days=days), CAMPAIGN.fold([reference]))
    assert getattr(refused, "field", None) == part


def test_where_head_office_has_no_rule_there_is_none_to_replace() -> None:
    given(prepared)(put())("campaign.no-central-rule")


@pytest.mark.parametrize("wish", [put(by=NILS), lift(by=NILS), put(by=NILS, entity_id=EAST, most=2)])
def test_nobody_sets_the_rule_of_another_entity(wish: SetOwnRule | LiftOwnRule) -> None:
    given(reference, stated())(wish)("campaign.unknown")


def test_only_a_reference_has_rules_of_entities() -> None:
    given()(put())("campaign.unknown")
    given(child)(put(campaign_id=ID))("campaign.unknown")
    given(child)(lift(campaign_id=ID))("campaign.unknown")


def test_each_entity_has_its_own() -> None:
    norths = stated(by="nils", entity_id=NORTH, pressure=own(2, 20))
    state = CAMPAIGN.fold([reference, stated(), norths, lifted])
    assert state.own_rules == ((NORTH, own(2, 20)),)
    assert CAMPAIGN.fold([reference, stated(), stated(pressure=own(1, 30))]).own_rules == (
        (EAST, own(1, 30)),
    )


def test_a_revised_reference_keeps_the_rules_of_its_entities() -> None:
    revised = CampaignSettingsRevised(
        campaign_id=REFERENCE, label="Summer", definition=PRESSED, starts_at=START, ends_at=END
    )
    assert CAMPAIGN.fold([reference, stated(), revised]).own_rules == ((EAST, own()),)


@pytest.mark.rule("R41")
def test_the_own_rule_replaces_the_central_one_while_it_is_not_the_wider() -> None:
    assert ruled(PRESSED, own()).pressure == own()
    assert ruled(PRESSED, None).pressure == CENTRAL
    for narrower in (Pressure(most=1, days=15), Pressure(most=1, days=100)):
        now = PRESSED.model_copy(update={"pressure": narrower})
        assert ruled(now, own()).pressure == narrower
    assert ruled(DEFINITION, own()).pressure is None


def rows(*events: Event, times: int = 1) -> list[dict[str, Any]]:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    for table in OWN_RULES.tables:
        db.execute(table)
    for version, event in enumerate(events):
        for statement in list(OWN_RULES.apply(recorded(event, "campaign-1", version))) * times:
            db.execute(*statement)
    whose = {"campaign_id": str(REFERENCE), "entity_id": str(EAST)}
    found = [dict(row) for row in db.execute(SHOWN, whose)]
    db.close()
    return found


SAID = (
    reference,
    stated(at=day(1)),
    stated(at=day(2), entity_id=NORTH),
    stated(at=day(3), pressure=own(1, 30), by="bo", on_behalf_of=EAST),
    lifted.model_copy(update={"at": day(5)}),
)


def test_all_that_an_entity_said_is_kept_and_told_twice_leaves_the_same() -> None:
    once = rows(*SAID)
    assert rows(*SAID, times=2) == once
    assert [(row["most"], row["days"]) for row in once] == [(1, 14), (1, 30), (None, None)]
    assert [row["on_behalf_of"] for row in once] == [None, str(EAST), None]


@pytest.mark.rule("R41")
@pytest.mark.parametrize(
    ("moment", "rule"),
    [(0.9, None), (1, own()), (2.5, own()), (3, own(1, 30)), (4.9, own(1, 30)), (5, None), (None, None)],
)
def test_what_was_ordered_keeps_the_rule_of_its_moment(moment: float | None, rule: Pressure | None) -> None:
    asked = None if moment is None else day(moment).isoformat()
    assert own_at(rows(*SAID), asked) == rule
    assert own_at(rows(*SAID[:-1]), None) == own(1, 30)

"""Every transition of a campaign, and every refusal."""

from datetime import timedelta
from typing import Any

import pytest

from services.campaigns.deciders.campaign import CAMPAIGN
from shared.contracts.campaigns import (
    CampaignMadeAvailable,
    CampaignPrepared,
    CampaignSettingsRevised,
    LocalChangeMade,
)
from shared.kernel.message import Command, Event
from tests.campaigns.wishes import EVERY_STATE, change, make_available, prepare, revise
from tests.campaigns.words import (
    ANNA,
    AVAILABLE,
    BO,
    DEFINITION,
    END,
    ID,
    LASTING,
    MACHINE,
    NILS,
    PLAIN,
    REFERENCE,
    START,
    WHOSE,
    available,
    cancelled,
    child,
    create,
    day,
    local,
    prepared,
    started,
    template,
)
from tests.spec import spec
from tests.world import MONDAY

given = spec(CAMPAIGN)
SECOND = timedelta(seconds=1)


# Head office prepares, and revises in one place.


def test_a_reference_is_prepared_from_a_template() -> None:
    given()(prepare(label="  Spring "))(prepared)


def test_a_local_reference_has_a_duration_and_no_dates() -> None:
    wish = {"template": "opLocal", "definition": LASTING, "starts_at": None, "ends_at": None}
    given()(prepare(**wish))(template)


def test_without_a_definition_it_has_the_templates() -> None:
    fact = prepared.model_copy(
        update={"template": "opCollaborativeSimple", "kind": "simple", "definition": PLAIN}
    )
    given()(prepare(template="opCollaborativeSimple", definition=None))(fact)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"template": "opNone"}, "campaign.template-unknown"),
        ({"template": "../../etc/{x}"}, "campaign.template-unknown"),
        ({"label": " "}, "campaign.label-missing"),
        ({"starts_at": None}, "campaign.date-missing"),
        ({"ends_at": None}, "campaign.date-missing"),
        ({"ends_at": START}, "campaign.ends-before-start"),
        ({"template": "opLocal"}, "campaign.local-has-duration"),
        ({"template": "opLocal", "starts_at": None, "ends_at": None}, "campaign.duration-missing"),
    ],
)
def test_what_is_not_prepared(wish: dict[str, Any], code: str) -> None:
    given()(prepare(**wish))(code)


def test_the_same_reference_is_not_prepared_twice() -> None:
    given(prepared)(prepare())()


@pytest.mark.rule("R12")
def test_settings_are_revised_and_what_is_left_out_stays() -> None:
    fact = CampaignSettingsRevised(
        campaign_id=REFERENCE, label="Summer", definition=DEFINITION, starts_at=START, ends_at=day(50)
    )
    given(prepared)(revise(label=" Summer ", ends_at=day(50)))(fact)


def test_a_revision_that_changes_nothing_states_nothing() -> None:
    given(prepared)(revise())()
    given(prepared)(revise(label=" Spring ", definition=DEFINITION))()


@pytest.mark.parametrize(
    ("history", "wish", "code"),
    [
        ((), {}, "campaign.unknown"),
        ((prepared,), {"by": ANNA, "label": "Mine"}, "campaign.unknown"),
        ((prepared,), {"label": ""}, "campaign.label-missing"),
        ((prepared,), {"ends_at": START}, "campaign.ends-before-start"),
        ((template,), {"ends_at": END}, "campaign.local-has-duration"),
        ((prepared, started(REFERENCE)), {"label": "Summer"}, "campaign.wrong-status"),
        ((prepared, cancelled(REFERENCE)), {"label": "Summer"}, "campaign.wrong-status"),
        ((child, available), {"by": ANNA, "label": "Mine"}, "campaign.only-values"),
    ],
)
@pytest.mark.rule("R12", "R26")
def test_what_is_not_revised(history: tuple[Event, ...], wish: dict[str, Any], code: str) -> None:
    given(*history)(revise(**wish))(code)


# An approved order creates its campaign, once.


def test_an_order_by_campaign_gets_a_child() -> None:
    given()(create())(child)


def test_a_local_order_gets_a_campaign_that_is_available_and_lasts_as_its_template_says() -> None:
    given()(create(is_child=False, at=AVAILABLE))(local, available)


@pytest.mark.parametrize("history", [*EVERY_STATE, (cancelled(by="campaigns"),), (child, cancelled())])
def test_what_exists_or_was_called_off_is_not_created_again(history: tuple[Event, ...]) -> None:
    given(*history)(create())()


@pytest.mark.rule("R2")
def test_a_campaign_is_made_available_at_its_date_and_not_before() -> None:
    given(child)(make_available(AVAILABLE - SECOND))()
    given(child)(make_available())(available)
    given(child, available)(make_available())()
    given(child, cancelled())(make_available())()
    given(prepared)(make_available())()


def test_without_a_date_it_is_available_at_once() -> None:
    at_once = child.model_copy(update={"available_at": None})
    given(at_once)(make_available(MONDAY))(CampaignMadeAvailable(**WHOSE, at=MONDAY))


# The entity changes its own fields.


def test_the_entity_changes_what_differs() -> None:
    fact = LocalChangeMade(campaign_id=ID, entity_id=ANNA.entity_id, by="anna", values={"greeting": "Hallå"})
    given(child, available)(change(greeting="Hallå", segment="18-29"))(fact)
    given(child, available, fact)(change(greeting="Hallå"))()


@pytest.mark.parametrize(
    ("history", "wish", "code"),
    [
        ((child,), change(greeting="Hallå"), "campaign.not-available-yet"),
        ((child, available), change(NILS, greeting="Hallå"), "campaign.unknown"),
        ((child, available), change(BO, greeting="Hallå"), "campaign.entitys-own"),
        ((child, available), change(MACHINE, greeting="Hallå"), "campaign.entitys-own"),
        ((prepared,), change(BO, greeting="Hallå"), "campaign.no-values"),
        ((child, available, started()), change(greeting="Hallå"), "campaign.wrong-status"),
        ((child, available, cancelled()), change(greeting="Hallå"), "campaign.wrong-status"),
        ((child, available), change(at=END, greeting="Hallå"), "campaign.already-ended"),
        ((child, available), change(colour="red"), "campaign.field-unknown"),
        ((child, available), change(greeting=4), "campaign.value-wrong"),
        ((child, available), change(segment="0-17"), "campaign.value-wrong"),
        ((child, available), change(contact_date="soon"), "campaign.value-wrong"),
        ((child, available), change(quantity=True), "campaign.value-wrong"),
        ((), change(greeting="Hallå"), "campaign.unknown"),
    ],
)
def test_what_is_not_changed(history: tuple[Event, ...], wish: Command, code: str) -> None:
    given(*history)(wish)(code)


def test_a_local_campaign_has_the_dates_of_its_order_or_lasts_as_long_as_the_template_says() -> None:
    ordered = create(is_child=False, at=AVAILABLE, starts_at=day(15), ends_at=day(20))
    dated = local.model_copy(update={"starts_at": day(15), "ends_at": day(20)})
    given()(ordered)(dated, available)
    late = create(is_child=False, at=AVAILABLE, starts_at=START, ends_at=day(9))
    given()(late)(local, available)


def test_a_fact_of_each_kind_is_one_that_the_campaign_remembers() -> None:
    state = CAMPAIGN.fold([CampaignPrepared.model_validate(prepared.model_dump())])
    assert (state.status, state.kind, state.is_reference) == ("prepared", "by_campaign", True)

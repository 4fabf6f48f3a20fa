"""A campaign that is started, finished and called off."""

from datetime import timedelta

import pytest

from services.campaigns.deciders.campaign import CAMPAIGN
from services.campaigns.deciders.campaign_commands import (
    ReinitialiseCampaign,
)
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignSettingsRevised,
)
from shared.kernel.message import Actor, Command, Event
from tests.campaigns.wishes import EVERY_STATE, asks, cancel, finish, revise, start
from tests.campaigns.words import (
    ANNA,
    AVAILABLE,
    BO,
    DEFINITION,
    END,
    ID,
    MACHINE,
    NILS,
    REFERENCE,
    START,
    available,
    cancelled,
    child,
    day,
    finished,
    local,
    prepared,
    reinitialised,
    started,
    template,
)
from tests.spec import spec
from tests.world import MONDAY

given = spec(CAMPAIGN)
SECOND = timedelta(seconds=1)


# Each runs its own.


def test_the_entity_starts_its_own_and_head_office_the_reference() -> None:
    given(child, available)(start())(started())
    given(local, available)(start())(started())
    given(prepared)(start(REFERENCE, BO, START))(started(REFERENCE, "bo", START))
    given(child, available, started())(start())()


@pytest.mark.parametrize("history", EVERY_STATE)
def test_head_office_neither_starts_nor_stops_an_entitys_campaign(history: tuple[Event, ...]) -> None:
    given(*history)(start(by=BO))("campaign.entity-runs-it")
    given(*history)(finish(by=BO))("campaign.entity-runs-it")


@pytest.mark.parametrize(
    ("history", "wish", "code"),
    [
        ((), start(), "campaign.unknown"),
        ((prepared,), start(REFERENCE, ANNA), "campaign.unknown"),
        ((child, available), start(by=NILS), "campaign.unknown"),
        ((child,), start(), "campaign.not-available-yet"),
        ((child, available), start(at=END), "campaign.already-ended"),
        ((child, available, cancelled()), start(), "campaign.wrong-status"),
        ((child, available, started(), finished()), start(), "campaign.wrong-status"),
        ((template,), start(REFERENCE, BO), "campaign.template-not-run"),
    ],
)
def test_what_is_not_started(history: tuple[Event, ...], wish: Command, code: str) -> None:
    given(*history)(wish)(code)


def test_whoever_runs_it_stops_it_and_its_end_does_too() -> None:
    running = (child, available, started())
    given(*running)(finish())(finished(at=AVAILABLE))
    given(*running)(finish(MACHINE, END))(finished())
    given(*running)(finish(MACHINE, END - SECOND))()
    given(*running, finished())(finish())()
    given(child, available)(finish(MACHINE, END))()
    given(child, available)(finish())("campaign.wrong-status")


def test_an_end_that_was_moved_is_the_one_that_counts() -> None:
    moved = CampaignSettingsRevised(
        campaign_id=REFERENCE, label="Spring", definition=DEFINITION, starts_at=START, ends_at=day(50)
    )
    running = (prepared, moved, started(REFERENCE, "bo"))
    given(*running)(finish(MACHINE, END, REFERENCE))()
    given(*running)(finish(MACHINE, day(50), REFERENCE))(finished(REFERENCE, day(50)))


def test_a_machine_starts_what_is_available_and_nothing_else() -> None:
    given(child, available)(start(by=MACHINE))(started(by="campaigns"))
    given(child)(start(by=MACHINE))()
    given(child, available, started())(start(by=MACHINE))()


# Called off, and used again.


@pytest.mark.parametrize("history", EVERY_STATE)
@pytest.mark.parametrize("by", [ANNA, BO, MACHINE])
def test_the_entity_head_office_and_the_machine_call_a_campaign_off(
    history: tuple[Event, ...], by: Actor
) -> None:
    given(*history)(cancel(by))(cancelled(by=by.id))
    given(*history, cancelled())(cancel(by))()


def test_a_machine_may_call_off_what_does_not_exist_yet() -> None:
    nothing = CampaignCancelled(campaign_id=ID, by="campaigns", at=MONDAY, reason="")
    given()(cancel(MACHINE, ""))(nothing)
    given(nothing)(cancel(MACHINE, ""))()
    given(nothing)(ReinitialiseCampaign(**asks(), campaign_id=ID))("campaign.unknown")
    given(nothing)(cancel(BO))("campaign.unknown")


@pytest.mark.parametrize(
    ("history", "wish", "code"),
    [
        ((), cancel(BO), "campaign.unknown"),
        ((child,), cancel(NILS), "campaign.unknown"),
        ((prepared,), cancel(ANNA, campaign_id=REFERENCE), "campaign.unknown"),
        ((child,), cancel(ANNA, " "), "campaign.reason-missing"),
    ],
)
def test_what_is_not_called_off(history: tuple[Event, ...], wish: Command, code: str) -> None:
    given(*history)(wish)(code)


def test_what_has_finished_stays_finished() -> None:
    given(child, available, started(), finished())(cancel())()


def test_only_a_cancelled_reference_is_used_again() -> None:
    again = ReinitialiseCampaign(**asks(), campaign_id=REFERENCE)
    given(prepared, cancelled(REFERENCE))(again)(reinitialised())
    given(prepared, cancelled(REFERENCE), reinitialised())(again)()
    given(prepared, started(REFERENCE))(again)("campaign.wrong-status")
    given(child, cancelled())(ReinitialiseCampaign(**asks(), campaign_id=ID))("campaign.only-reference")
    given()(again)("campaign.unknown")


def test_a_reference_used_again_can_be_revised_and_run() -> None:
    again = (prepared, cancelled(REFERENCE), reinitialised())
    given(*again)(start(REFERENCE, BO, START))(started(REFERENCE, "bo", START))
    assert isinstance(CAMPAIGN.decide(revise(label="Summer"), CAMPAIGN.fold(again)), list)

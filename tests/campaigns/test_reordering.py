"""An order that is approved anew brings what it says now to its campaign, until that has started."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from services.campaigns.deciders.campaign import CAMPAIGN
from services.campaigns.deciders.campaign_commands import CreateForOrder, FinishCampaign
from shared.contracts.campaigns import CampaignReordered
from shared.contracts.ordering import OrderApproved
from shared.kernel.ids import PersonId
from shared.kernel.message import Event
from tests.campaigns.test_content import answered, asking, changed, submit, submitted
from tests.campaigns.test_reactions import Ear
from tests.campaigns.words import (
    AVAILABLE,
    DEFINITION,
    END,
    ID,
    ORDER,
    START,
    VALUES,
    approved,
    available,
    cancelled,
    child,
    create,
    day,
    finished,
    local,
    prepared,
    registered,
    started,
)
from tests.facts import id_of
from tests.spec import spec
from tests.world import MONDAY

given = spec(CAMPAIGN)
RUT = PersonId(id_of("rut"))
TUESDAY = day(1)
SAID = {"greeting": "Hej", "segment": "30-49"}
born = child.model_copy(update={"approved_at": MONDAY})
own = local.model_copy(update={"approved_at": MONDAY})


def again(at: datetime = TUESDAY, **more: Any) -> CreateForOrder:
    """The wish of an approval on Tuesday, in which another segment was ordered."""
    return create(**{"at": at, "approved_at": at, "values": SAID, **more})


def reordered(**more: Any) -> CampaignReordered:
    told: dict[str, Any] = {
        "campaign_id": ID,
        "order_id": ORDER,
        "definition": DEFINITION,
        "values": {"segment": "30-49"},
        "starts_at": START,
        "ends_at": END,
        "approved_at": day(1),
        "at": day(1),
    }
    return CampaignReordered(**told | more)


@pytest.mark.parametrize("history", [(born,), (born, available)])
def test_what_the_order_says_otherwise_comes_to_a_campaign_that_has_not_started(
    history: tuple[Event, ...],
) -> None:
    given(*history)(again())(reordered())


@pytest.mark.parametrize(
    "history",
    [
        (born, available, started()),
        (born, available, started(), finished()),
        (born, cancelled()),
        (born, reordered()),
        (born, reordered(approved_at=day(2))),
    ],
)
def test_what_has_run_or_was_called_off_and_older_approvals_stay_as_they_are(
    history: tuple[Event, ...],
) -> None:
    given(*history)(again())()


def test_a_wish_that_does_not_know_its_approval_creates_and_changes_nothing_later() -> None:
    given()(create())(child)
    given(born)(create())()
    given(child)(again())(reordered())


def test_a_field_that_the_order_leaves_out_now_is_emptied() -> None:
    bare = {"segment": "18-29"}
    given(born)(again(values=bare))(reordered(values={}, emptied=("greeting",)))


def test_program_budget_and_reviewers_are_those_of_the_newest_approval() -> None:
    charged = DEFINITION.model_copy(update={"program": "All", "budget": "East"})
    wish = again(definition=charged, reviewers=(RUT,), values=VALUES)
    given(born)(wish)(reordered(definition=charged, reviewers=(RUT,), values={}))


def test_a_local_campaign_moves_where_its_order_names_dates_and_stays_where_it_does_not() -> None:
    dated = again(is_child=False, at=AVAILABLE, starts_at=day(15), ends_at=day(20))
    moved = {"definition": local.definition, "approved_at": AVAILABLE, "at": AVAILABLE}
    given(own, available)(dated)(reordered(**moved, starts_at=day(15), ends_at=day(20)))
    dates = {"starts_at": local.starts_at, "ends_at": local.ends_at}
    given(own, available)(again(is_child=False, at=AVAILABLE))(reordered(**moved, **dates))


def test_the_newest_approval_wins_over_what_the_entity_had_changed() -> None:
    given(born, available, changed)(again())(reordered(values=SAID))
    assert dict(CAMPAIGN.fold((born, available, changed, reordered(values=SAID))).values) == SAID
    emptied = CAMPAIGN.fold((born, reordered(values={}, emptied=("greeting",))))
    assert dict(emptied.values) == {"segment": "18-29"}


def test_content_that_was_approved_is_handed_in_again_only_where_other_values_count() -> None:
    approved_once = (asking, available, submitted(), answered())
    given(*approved_once, reordered(values={}, definition=asking.definition))(submit())()
    other = (*approved_once, reordered(definition=asking.definition))
    given(*other)(submit())(submitted(2, values=SAID, reviewers=()))


# The facts that lead there.


@pytest.fixture
def ear() -> Iterable[Ear]:
    opened = Ear()
    yield opened
    opened.db.close()


def newer() -> OrderApproved:
    return approved().model_copy(update={"at": day(1), "values": SAID})


def test_an_order_approved_anew_wishes_its_newest_values_for_the_campaign(ear: Ear) -> None:
    first, second = [ear.hear(prepared, registered, approved())[-1], ear.hear(newer(), at=day(1))[-1]]
    assert isinstance(first, CreateForOrder)
    assert isinstance(second, CreateForOrder)
    assert (first.approved_at, first.values) == (MONDAY, VALUES)
    assert (second.approved_at, second.values) == (day(1), SAID)
    assert first.id != second.id


def test_an_order_that_waits_for_its_entity_waits_as_it_was_approved_last(ear: Ear) -> None:
    ear.hear(prepared, approved())
    ear.hear(newer(), at=day(1))
    (command,) = ear.hear(registered)
    assert isinstance(command, CreateForOrder)
    assert command.values == SAID


def test_a_moved_end_finishes_the_campaign(ear: Ear) -> None:
    (command,) = ear.hear(reordered(ends_at=day(20)))
    assert isinstance(command, FinishCampaign)
    assert command.at == day(20)

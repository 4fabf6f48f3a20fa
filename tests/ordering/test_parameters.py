"""The standard page of an order: what it takes, what it hides, and what travels on."""

from typing import Any

import pytest

from services.ordering.deciders.order import ORDER
from services.ordering.deciders.parameters import Page, PageWish, fields_of
from shared.contracts.ordering import OrderParameters
from shared.kernel.ids import PersonId
from tests.facts import id_of
from tests.ordering.shelf import FIELDS, HELLO, day
from tests.ordering.words import (
    HANDED_IN,
    TAKEN,
    approve,
    approved,
    draft,
    drafted,
    enter,
    entered,
    offer,
    offered,
    place,
    placed,
)
from tests.spec import spec

given = spec(ORDER)
RUT, SVEN, TOVE = (PersonId(id_of(name)) for name in ("rut", "sven", "tove"))
KNOWN = frozenset({RUT, SVEN, TOVE})
LOCAL = drafted.model_copy(update={"offer": offer(kind="local")})


def wish(**entries: Any) -> dict[str, Any]:
    return {"parameters": PageWish(**entries), "entitled": KNOWN}


def on_page(**entries: Any) -> Any:
    return entered.model_copy(update={"values": {}, "parameters": OrderParameters(**entries)})


def test_the_page_is_entered_with_the_first_page_or_later_and_what_is_not_named_stays() -> None:
    page = on_page(budget="East", reviewers=(RUT,))
    given()(draft(**wish(budget="East", reviewers=(RUT, RUT))))(drafted, page)
    more = on_page(budget="East", reviewers=(RUT,), description="Both shops")
    given(drafted, page)(enter(**wish(description="Both shops")))(more)
    given(drafted, page)(enter(**wish(budget=None, reviewers=None)))(on_page())
    given(drafted, page)(enter(**wish(budget="East")))()


def test_what_was_entered_is_handed_in_and_approved_with_the_order() -> None:
    page = on_page(program="Spring", owner=SVEN)
    filled = page.model_copy(update={"values": HELLO})
    handed_in = placed.model_copy(update={"parameters": page.parameters})
    given(drafted, filled)(place())(handed_in)
    given(drafted, filled, handed_in)(approve())(approved.model_copy(update={"parameters": page.parameters}))


@pytest.mark.rule("R24")
def test_no_more_reviewers_are_taken_than_the_reference_says() -> None:
    two = Page(most_reviewers=2)
    given(drafted)(enter(page=two, **wish(reviewers=(RUT, SVEN))))(on_page(reviewers=(RUT, SVEN)))
    given(drafted)(enter(page=two, **wish(reviewers=(RUT, SVEN, TOVE))))("order.reviewers-too-many")
    given()(draft(page=two, **wish(reviewers=(RUT, SVEN, TOVE))))("order.reviewers-too-many")
    lowered = Page(most_reviewers=1)
    given(drafted, on_page(reviewers=(RUT, SVEN)))(place(page=lowered, form=()))("order.reviewers-too-many")


@pytest.mark.parametrize(
    ("page", "entry", "code"),
    [
        (Page(most_reviewers=0), {"reviewers": (RUT,)}, "order.reviewers-hidden"),
        (Page(hide_program=True), {"program": "Spring"}, "order.program-hidden"),
        (Page(hide_program=True), {"budget": "East"}, "order.program-hidden"),
        (Page(hide_parameters=True), {"description": "Both shops"}, "order.parameters-hidden"),
        (Page(hide_parameters=True), {"reviewers": (RUT,)}, "order.parameters-hidden"),
    ],
)
@pytest.mark.rule("R25")
def test_what_the_page_hides_is_not_taken_and_can_be_left_empty(page: Page, entry: Any, code: str) -> None:
    given(drafted)(enter(page=page, **wish(**entry)))(code)
    given(drafted)(enter(page=page, **wish(**dict.fromkeys(entry))))()


PRE_SET: dict[str, Any] = {"page": Page(interface="pre_set"), "form": FIELDS[1:3]}


def test_a_pre_set_campaign_takes_no_entries_whenever_they_come() -> None:
    given()(draft(**PRE_SET, values={"segment": "18-29"}))("order.pre-set")
    given(drafted)(enter(**PRE_SET, values={"segment": "18-29"}))("order.pre-set")
    before = entered.model_copy(update={"values": {"segment": "18-29"}})
    given(drafted, before)(place(**PRE_SET))("order.pre-set")
    given(drafted, before)(enter(**PRE_SET, values={"segment": None}))(on_page())


def test_a_pre_set_campaigns_defaults_are_stored_as_defaults() -> None:
    given(drafted)(enter(**PRE_SET, values={}))()
    given(drafted)(place(**PRE_SET))(placed.model_copy(update={"values": {}, "defaults": TAKEN}))


def test_the_page_says_what_it_shows() -> None:
    everything = [
        "starts_at",
        "ends_at",
        "program",
        "budget",
        "owner",
        "reviewers",
        "description",
        "documents",
    ]
    assert fields_of(Page(), "local") == everything
    assert fields_of(Page(), "by_form") == everything[2:]
    bare = Page(most_reviewers=0, most_documents=0, hide_program=True)
    assert fields_of(bare, "simple") == ["owner", "description"]
    assert list(fields_of(Page(hide_parameters=True), "local")) == ["documents"]
    assert list(fields_of(Page(hide_parameters=True, most_documents=0), "local")) == []


def test_only_local_campaigns_have_dates_of_their_own_and_these_in_order() -> None:
    dates = {"starts_at": day(20), "ends_at": day(30)}
    given(LOCAL)(enter(**wish(**dates)))(on_page(**dates))
    given(LOCAL)(enter(**wish(starts_at=day(30), ends_at=day(30))))("order.dates-reversed")
    given(drafted)(enter(**wish(**dates)))("order.dates-central")
    given()(draft(offered=offered(kind="local"), **wish(starts_at=day(20))))(
        LOCAL, on_page(starts_at=day(20))
    )


def test_an_order_names_nobody_from_elsewhere() -> None:
    strange = {"parameters": PageWish(reviewers=(RUT, SVEN)), "entitled": frozenset({RUT})}
    given(drafted)(enter(**strange))("order.person-unknown")
    given()(draft(**strange))("order.person-unknown")
    given(drafted)(enter(parameters=PageWish(owner=SVEN)))("order.person-unknown")
    given(drafted, on_page(reviewers=(SVEN,)))(enter(**strange))(on_page(reviewers=(RUT, SVEN)))


@pytest.mark.rule("R11")
def test_reviewers_are_chosen_until_the_approval_takes_effect() -> None:
    chosen = OrderParameters(reviewers=(RUT,))
    given(*HANDED_IN)(enter(**wish(reviewers=(RUT,))))(entered.model_copy(update={"parameters": chosen}))
    given(*HANDED_IN, approved)(enter(**wish(reviewers=(RUT,))))("order.locked")

"""What is locked when, and how head office gives an order back to its entity."""

from typing import Any

import pytest

from services.ordering.deciders.order import ORDER
from services.ordering.deciders.order_commands import ConfirmSubscription, MakeOrderAvailable, ReopenOrder
from shared.contracts.ordering import OrderReopened
from tests.ordering.shelf import DEADLINE, FIELDS, HELLO, day
from tests.ordering.words import (
    ANNA,
    BO,
    HANDED_IN,
    LATE,
    MACHINE,
    REFUSED,
    approve,
    approved,
    asks,
    automatic,
    available,
    cancelled,
    drafted,
    enter,
    entered,
    offer,
    offered,
    place,
    place_of,
    placed,
    reject,
    revised,
    subscribed,
    withdraw,
    withdrawn,
)
from tests.spec import spec

given = spec(ORDER)
CHANGE = {"values": {"greeting": "Hallå"}}
CHANGED = entered.model_copy(update={**CHANGE, "at": LATE})
CONFIRMED = approved.model_copy(update={"offer": automatic, "by": "silence", "request_id": None})


def reopen(at: Any = LATE, by: Any = BO, reason: str = "Moved", **more: Any) -> ReopenOrder:
    return ReopenOrder(**asks(by, at), offered=offered(**more), reason=reason)


def reopened(status: Any, at: Any = LATE) -> OrderReopened:
    return OrderReopened(**{**place_of, "at": at}, by="bo", reason="Moved", status=status)


@pytest.mark.parametrize(
    "history", [(drafted, entered), HANDED_IN, REFUSED, (*REFUSED, revised), (subscribed,)]
)
def test_nothing_is_changed_after_the_registration_deadline(history: tuple[Any, ...]) -> None:
    given(*history)(enter(at=LATE, **CHANGE))("order.registration-closed")
    given(*history)(enter(BO, at=LATE, **CHANGE))("order.registration-closed")


@pytest.mark.parametrize(
    ("history", "status"),
    [
        ((drafted,), "draft"),
        (HANDED_IN, "placed"),
        (REFUSED, "rejected"),
        ((*REFUSED, revised), "revising"),
        ((subscribed,), "pre_subscribed"),
        ((*HANDED_IN, approved), "revising"),
        ((*HANDED_IN, approved, available), "revising"),
        ((subscribed, CONFIRMED), "pre_subscribed"),
    ],
)
def test_head_office_reopens_what_is_locked_for_a_reason(history: tuple[Any, ...], status: str) -> None:
    given(*history)(reopen())(reopened(status))
    given(*history)(reopen(by=ANNA))("order.not-reopenable")
    given(*history)(reopen(reason=" "))("order.reason-missing")
    given(*history, reopened(status))(reopen())()
    given(*history, withdrawn)(reopen())("order.ended")
    given(*history, cancelled)(reopen())("order.ended")


def test_what_can_be_changed_anyhow_is_not_reopened_and_what_was_approved_is() -> None:
    given(*HANDED_IN)(reopen(at=DEADLINE))("order.not-locked")
    given(*HANDED_IN, approved)(reopen(at=DEADLINE))(reopened("revising", DEADLINE))


def test_an_order_whose_campaign_is_in_use_is_not_reopened() -> None:
    child = approved.model_copy(update={"offer": offer(kind="by_campaign"), "creates": "child_campaign"})
    given(*HANDED_IN, child)(reopen())(reopened("revising"))
    given(*HANDED_IN, child, available)(reopen())("order.campaign-taken-over")


def test_a_reopened_order_is_changed_handed_in_and_answered_anew() -> None:
    again = placed.model_copy(update={"revision": 2, "at": LATE, **CHANGE})
    history = (*HANDED_IN, approved, reopened("revising"))
    given(*history)(enter(at=LATE, **CHANGE))(CHANGED)
    history = (*history, CHANGED)
    given(*history)(place(at=LATE))(again)
    given(*history)(approve(1))()
    anew = approved.model_copy(update={"values": {**approved.values, "greeting": "Hallå"}})
    given(*history, again)(approve(2))(anew)
    given(*history, again, anew)(enter(at=LATE, values=HELLO))("order.locked")
    given(*history)(MakeOrderAvailable(**asks(MACHINE)))()
    given(*history, again, anew)(MakeOrderAvailable(**asks(MACHINE)))(available)


def test_a_reopened_draft_is_placed_after_the_deadline_and_even_after_the_end_but_not_when_called_off() -> (
    None
):
    history = (drafted, entered, reopened("draft"))
    for moment in (LATE, day(61)):
        given(*history)(place(at=moment))(placed.model_copy(update={"at": moment}))
    given(*history)(place(at=LATE, offered=offered("cancelled")))("order.package-cancelled")


def test_a_reopened_subscription_is_changed_left_or_in_at_once_when_it_is_handed_in() -> None:
    history = (subscribed, CONFIRMED, reopened("pre_subscribed"))
    given(*history)(enter(at=LATE, **CHANGE))(CHANGED)
    given(*history)(withdraw(at=LATE))(withdrawn.model_copy(update={"at": LATE}))
    own = CONFIRMED.model_copy(update={"by": "anna", "at": LATE, "values": {**CONFIRMED.values}})
    given(*history)(place(at=LATE, offered=offered(approval_mode="automatic")))(
        own.model_copy(update={"values": {"segment": "30-49", "contact_date": "2026-03-20", **HELLO}})
    )


def test_silence_about_a_reopened_subscription_means_in_at_its_own_moment() -> None:
    history = (subscribed, entered, CONFIRMED, reopened("pre_subscribed"))
    own = ConfirmSubscription(**asks(MACHINE), reopened_at=LATE, offer=automatic, form=FIELDS)
    given(*history)(own)(CONFIRMED)
    given(*history)(own.model_copy(update={"reopened_at": None}))()
    given(*history, CONFIRMED)(own)()


def test_an_answer_from_before_the_last_change_is_no_answer_to_it() -> None:
    changed = entered.model_copy(update={**CHANGE, "at": day(2)})
    early, late = approve(pinned_at=day(1)), approve(pinned_at=day(2))
    given(*HANDED_IN, changed)(early)()
    given(*HANDED_IN, changed)(reject().model_copy(update={"pinned_at": day(1)}))()
    given(*HANDED_IN, changed)(late)(
        approved.model_copy(update={"values": {**approved.values, "greeting": "Hallå"}})
    )
    old = changed.model_copy(update={"at": None})
    given(*HANDED_IN, old)(early)(
        approved.model_copy(update={"values": {**approved.values, "greeting": "Hallå"}})
    )

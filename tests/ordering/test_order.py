"""What an order answers to what is asked of it."""

from typing import Any

import pytest

from services.ordering.deciders.order import ORDER
from services.ordering.deciders.order_commands import (
    ConfirmSubscription,
    MakeOrderAvailable,
    PreSubscribe,
)
from tests.ordering.shelf import DEADLINE, FIELDS, HELLO, day
from tests.ordering.words import (
    BO,
    EAST,
    HANDED_IN,
    LATE,
    MACHINE,
    NILS,
    REFUSED,
    TAKEN,
    approve,
    approved,
    asks,
    automatic,
    available,
    cancelled,
    draft,
    drafted,
    enter,
    entered,
    offer,
    offered,
    place,
    placed,
    reject,
    rejected,
    revised,
    subscribed,
    withdraw,
    withdrawn,
)
from tests.spec import spec

given = spec(ORDER)


def test_an_invited_entity_opens_the_form() -> None:
    given()(draft())(drafted)
    given()(draft(values=HELLO))(drafted, entered)


def test_head_office_orders_for_an_entity_that_it_names() -> None:
    given()(draft(BO))(drafted.model_copy(update={"on_behalf_of": EAST}))
    given()(draft(BO, entity_id=None))("order.entity-missing")
    given()(draft(BO, entity_known=False))("order.entity-unknown")
    given()(draft(BO, offered=offered(invited=False)))("order.entity-not-invited")


def test_nobody_orders_for_an_entity_that_is_not_its_own_or_is_closed() -> None:
    given()(draft(NILS))("order.entity-unknown")
    given()(draft(entity_closed=True))("order.entity-closed")


@pytest.mark.rule("R3")
def test_at_the_deadline_one_is_in_time_and_a_second_later_is_not() -> None:
    given()(draft(at=DEADLINE))(drafted)
    given()(draft(at=LATE))("order.registration-closed")
    given(drafted, entered)(place(at=LATE))("order.registration-closed")
    given(drafted, entered)(place(at=DEADLINE))(placed.model_copy(update={"at": DEADLINE}))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("cancelled", "order.package-cancelled"),
        ("draft", "order.package-unknown"),
        ("approved", "order.package-unknown"),
    ],
)
def test_only_a_published_package_is_ordered(status: str, code: str) -> None:
    given()(draft(offered=offered(status)))(code)


def test_head_office_hears_that_a_package_is_not_published() -> None:
    given()(draft(BO, offered=offered("pending")))("order.package-not-open")


def test_a_package_not_offered_to_an_entity_does_not_exist_for_it() -> None:
    given()(draft(offered=None))("order.package-unknown")
    given()(draft(offered=offered(invited=False)))("order.package-unknown")


def test_a_package_that_has_ended_or_asks_for_targets_takes_no_orders() -> None:
    given()(draft(at=day(61), offered=offered(registration_deadline=None)))("order.package-ended")
    given()(draft(offered=offered(kind="by_target_approval")))("order.none-needed")


@pytest.mark.parametrize("history", [(drafted,), HANDED_IN, REFUSED, (*HANDED_IN, approved)])
@pytest.mark.rule("R10")
def test_whatever_stands_already_counts_as_the_order(history: tuple[Any, ...]) -> None:
    given(*history)(draft())("order.already-there")


def test_an_order_that_ended_meanwhile_is_no_order_to_go_on_with() -> None:
    given(drafted, withdrawn)(draft())("request.busy")


def test_in_automatic_mode_beginning_an_order_means_joining_again() -> None:
    given()(draft(offered=offered(approval_mode="automatic")))(subscribed)
    given()(draft(offered=offered(approval_mode="automatic"), values=HELLO))(subscribed, entered)
    given(subscribed)(place())()


def test_an_invited_entity_is_subscribed_once() -> None:
    wish = PreSubscribe(**asks(MACHINE), number=28, entity_id=EAST, offer=automatic, form=FIELDS)
    given()(wish)(subscribed)
    given(subscribed)(wish)()
    given(subscribed, withdrawn)(wish)()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"unknown": "x"}, "order.field-unknown"),
        ({"greeting": 1}, "order.field-no-text"),
        ({"quantity": "many"}, "order.field-no-number"),
        ({"quantity": True}, "order.field-no-number"),
        ({"contact_date": "20260324"}, "order.field-no-date"),
        ({"contact_date": "2026-02-30"}, "order.field-no-date"),
        ({"segment": "99+"}, "order.field-no-choice"),
    ],
)
def test_an_entry_fits_its_field(values: dict[str, Any], code: str) -> None:
    given(drafted)(enter(values=values))(code)
    given()(draft(values=values))(code)


def test_entries_are_merged_and_an_empty_one_goes() -> None:
    more = {"greeting": "Hej", "quantity": 3}
    given(drafted, entered)(enter(values={"quantity": 3}))(entered.model_copy(update={"values": more}))
    given(drafted, entered)(enter(values={"greeting": " "}))(entered.model_copy(update={"values": {}}))
    given(drafted, entered)(enter(values=HELLO))()


def test_label_and_comment_are_entered_as_well() -> None:
    words = {"label": "Spring in East", "comment": "Two shops"}
    given(drafted, entered)(enter(**words))(entered.model_copy(update=words))


def test_a_required_field_without_default_must_be_filled_when_handed_in() -> None:
    given(drafted)(place())("order.field-missing")
    given(*HANDED_IN)(enter(values={"greeting": None}))("order.field-missing")


def test_defaults_stand_in_for_empty_fields_and_are_no_entries() -> None:
    given(drafted, entered)(place())(placed)


def test_placing_twice_changes_nothing() -> None:
    given(*HANDED_IN)(place())()


@pytest.mark.rule("R11")
def test_a_placed_order_is_edited_by_its_entity_and_by_head_office_until_it_is_approved() -> None:
    change = {"values": {"greeting": "Hallå"}}
    given(*HANDED_IN)(enter(**change))(entered.model_copy(update=change))
    acted = {"by": "bo", "on_behalf_of": EAST}
    given(*HANDED_IN)(enter(BO, **change))(entered.model_copy(update={**change, **acted}))
    given(*HANDED_IN, approved)(enter(**change))("order.locked")
    given(*HANDED_IN, approved)(enter(BO, **change))("order.locked")


def test_a_rejected_order_is_revised_and_placed_again_as_the_same_order() -> None:
    given(*REFUSED)(enter(values={"greeting": "Hallå"}))(revised)
    again = placed.model_copy(update={"revision": 2, "values": {"greeting": "Hallå"}})
    given(*REFUSED, revised)(place())(again)
    given(*REFUSED)(place())(placed.model_copy(update={"revision": 2}))


def test_an_order_of_an_earlier_edition_is_not_placed_on_the_new_one() -> None:
    given(drafted, entered)(place(offered=offered(edition=2)))("order.edition-over")


def test_placing_what_is_approved_or_ended_is_refused() -> None:
    given(*HANDED_IN, approved)(place())("order.locked")
    given(drafted, withdrawn)(place())("order.ended")


def test_an_answered_request_approves_with_entries_and_defaults_together() -> None:
    given(*HANDED_IN)(approve(comment="Yes"))(approved.model_copy(update={"comment": "Yes"}))
    given(*HANDED_IN, approved)(approve())()


def test_approval_takes_the_dates_as_they_are_now_and_never_those_of_another_edition() -> None:
    moved = offer(available_at=day(9))
    given(*HANDED_IN)(approve(offer=moved))(approved.model_copy(update={"offer": moved}))
    given(*HANDED_IN)(approve(offer=offer(edition=2)))(approved)


def test_an_answer_to_an_earlier_revision_or_an_ended_order_has_no_effect() -> None:
    again = placed.model_copy(update={"revision": 2})
    given(*REFUSED, revised, again)(approve(1))()
    given(*REFUSED, revised, again)(reject(1))()
    given(*HANDED_IN, withdrawn)(approve())()
    given(*HANDED_IN, cancelled)(reject())()


def test_nobody_approves_or_rejects_but_through_a_request() -> None:
    given(*HANDED_IN)(approve(by=BO))("order.answered-elsewhere")
    given(*HANDED_IN)(reject(by=BO))("order.answered-elsewhere")


@pytest.mark.rule("R20")
def test_a_rejection_carries_its_comment() -> None:
    given(*HANDED_IN)(reject())(rejected)


@pytest.mark.parametrize(
    ("kind", "creates"),
    [
        ("by_campaign", "child_campaign"),
        ("local", "local_campaign"),
        ("by_form", "nothing"),
        ("simple", "nothing"),
    ],
)
def test_the_kind_of_package_says_what_an_approval_creates(kind: str, creates: str) -> None:
    of_kind = placed.model_copy(update={"offer": offer(kind=kind)})
    decision = ORDER.decide(approve(), ORDER.fold((drafted, entered, of_kind)))
    assert [getattr(event, "creates", None) for event in decision] == [creates]  # type: ignore[union-attr]


@pytest.mark.rule("R13")
def test_silence_at_the_registration_deadline_means_in() -> None:
    confirm = ConfirmSubscription(**asks(MACHINE), offer=automatic, form=FIELDS)
    in_ = approved.model_copy(update={"offer": automatic, "by": "silence", "request_id": None})
    given(subscribed, entered)(confirm)(in_)
    given(subscribed)(confirm)(in_.model_copy(update={"values": TAKEN}))
    given(subscribed, withdrawn)(confirm)()


@pytest.mark.rule("R13")
def test_a_subscription_is_changed_and_left_until_its_registration_closes() -> None:
    given(subscribed)(enter(values=HELLO))(entered)
    given(subscribed)(enter(at=LATE, values=HELLO))("order.registration-closed")
    given(subscribed)(withdraw())(withdrawn)
    given(subscribed)(withdraw(at=LATE))("order.registration-closed")
    confirmed = approved.model_copy(update={"offer": automatic})
    given(subscribed, confirmed)(withdraw(at=LATE, approval_mode="automatic"))("order.registration-closed")
    given(subscribed, confirmed)(enter(values=HELLO))("order.locked")


@pytest.mark.rule("R2")
def test_only_what_was_approved_becomes_available_and_only_once() -> None:
    wish = MakeOrderAvailable(**asks(MACHINE))
    given(*HANDED_IN, approved)(wish)(available)
    given(*HANDED_IN, approved, available)(wish)()
    given(*HANDED_IN)(wish)()
    given(*HANDED_IN, approved, cancelled)(wish)()


@pytest.mark.parametrize("command", [enter(NILS), place(NILS), withdraw(NILS)])
def test_another_entitys_order_does_not_exist(command: Any) -> None:
    given(drafted)(command)("order.unknown")
    given()(command)("order.unknown")

"""An order that is stepped back from, cancelled, or ended with its package."""

from typing import Any

import pytest

from services.ordering.deciders.order import ORDER
from tests.ordering.shelf import day
from tests.ordering.words import (
    ANNA,
    HANDED_IN,
    MACHINE,
    REFUSED,
    approved,
    available,
    cancel,
    cancelled,
    drafted,
    offer,
    withdraw,
    withdrawn,
)
from tests.spec import spec

given = spec(ORDER)


def test_an_entity_steps_back_until_its_order_can_be_used() -> None:
    given(drafted)(withdraw())(withdrawn.model_copy(update={"was_placed": False}))
    given(*HANDED_IN)(withdraw())(withdrawn)
    given(*HANDED_IN, approved)(withdraw())(withdrawn)
    given(*HANDED_IN, approved, available)(withdraw())("order.in-use")
    dated = approved.model_copy(update={"offer": offer(available_at=day(3))})
    given(*HANDED_IN, dated)(withdraw(at=day(3)))("order.in-use")
    given(*HANDED_IN, dated)(withdraw(at=day(2)))(withdrawn.model_copy(update={"at": day(2)}))
    given(drafted, withdrawn)(withdraw())()
    given(drafted, cancelled)(withdraw())("order.ended")


@pytest.mark.parametrize("history", [(drafted,), HANDED_IN, REFUSED, (*HANDED_IN, approved, available)])
@pytest.mark.rule("R23")
def test_head_office_cancels_any_order_for_a_reason(history: tuple[Any, ...]) -> None:
    given(*history)(cancel())(cancelled)
    given(*history)(cancel(reason=" "))("order.reason-missing")
    given(*history)(cancel(by=ANNA))("order.not-cancellable")
    given(*history, cancelled)(cancel())()


def test_what_was_withdrawn_is_not_cancelled_as_well() -> None:
    given(drafted, withdrawn)(cancel())("order.ended")
    given(drafted, withdrawn)(cancel("package-cancelled", MACHINE))()


@pytest.mark.rule("R21", "R22")
def test_a_package_called_off_takes_every_order_and_a_new_edition_the_undecided_ones() -> None:
    by_machine = cancelled.model_copy(update={"by": "ordering"})
    for because in ("package-cancelled", "package-reinitialised", "entity-withdrawn"):
        ended = by_machine.model_copy(update={"because": because})
        given(*HANDED_IN)(cancel(because, MACHINE))(ended)
        rest = () if because != "package-cancelled" else (ended,)
        given(*HANDED_IN, approved, available)(cancel(because, MACHINE))(*rest)

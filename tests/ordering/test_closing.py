"""An entity that takes part no more: what becomes of its orders, and who acted for it."""

from typing import Any
from uuid import UUID

import pytest

from services.ordering.deciders.order import ORDER
from services.ordering.deciders.order_commands import CancelOrder, PreSubscribe
from shared.contracts.catalog import EntityClosed, EntityInvited, EntityRegistered
from shared.kernel.ids import EntityId
from tests.ordering.ear import Ear
from tests.ordering.shelf import HELLO, Shelf
from tests.ordering.test_reactions import PLACE, invited, published
from tests.ordering.words import (
    BO,
    EAST,
    HANDED_IN,
    ID,
    MACHINE,
    NORTH,
    REFUSED,
    approved,
    available,
    cancel,
    drafted,
    entered,
    place,
    placed,
    subscribed,
    withdraw,
    withdrawn,
)
from tests.spec import spec

given = spec(ORDER)
registered = EntityRegistered(entity_id=EAST, number=3, label="East")
closed = EntityClosed(entity_id=EAST, reason="The shop moved out", open_orders="cancel")


@pytest.mark.parametrize("history", [(drafted,), HANDED_IN, REFUSED, (subscribed,), (*HANDED_IN, approved)])
def test_an_open_order_ends_with_its_entity_and_one_in_use_goes_on(history: tuple[Any, ...]) -> None:
    decision = ORDER.decide(cancel("entity-closed", MACHINE, "Moved out"), ORDER.fold(history))
    assert [(one.because, one.reason) for one in decision] == [("entity-closed", "Moved out")]  # type: ignore[union-attr]
    given(*HANDED_IN, approved, available)(cancel("entity-closed", MACHINE))()


def test_a_closed_entity_finishes_what_it_handed_in_and_hands_in_nothing_more() -> None:
    given(drafted, entered)(place(entity_closed=True))("order.entity-closed")
    again = placed.model_copy(update={"revision": 2})
    given(*REFUSED)(place(entity_closed=True))(again)


def test_closing_reaches_open_orders_only_if_it_says_so_whichever_fact_comes_first(ear: Ear) -> None:
    ear.hear(registered, invited, published("manual"), drafted)
    assert ear.hear(closed.model_copy(update={"open_orders": "finish"})) == []
    (command,) = ear.hear(closed)
    assert isinstance(command, CancelOrder)
    assert (command.order_id, command.because, command.reason) == (ID, "entity-closed", "The shop moved out")
    other = Ear()
    other.hear(registered, invited, published("manual"), closed)
    (late,) = other.hear(drafted)
    assert isinstance(late, CancelOrder)
    assert late.because == "entity-closed"
    other.db.close()


def test_orders_that_ended_or_are_in_use_are_left_alone(ear: Ear) -> None:
    for last in (available, withdrawn):
        ear.hear(registered, invited, published("manual"), drafted, approved, last)
        assert ear.hear(closed) == []


def test_a_closed_entity_is_not_subscribed(ear: Ear) -> None:
    north = EntityInvited(**PLACE, entity_id=NORTH)
    ear.hear(registered, closed.model_copy(update={"open_orders": "finish"}), invited, north)
    commands = ear.hear(published())
    assert [command.entity_id for command in commands if isinstance(command, PreSubscribe)] == [NORTH]


def test_what_head_office_does_for_an_entity_bears_its_mark() -> None:
    acted = {"by": "bo", "on_behalf_of": EAST}
    given(drafted, entered)(place(BO))(placed.model_copy(update=acted))
    given(*HANDED_IN)(withdraw(BO))(withdrawn.model_copy(update=acted))


async def test_closing_an_entity_ends_its_open_orders_with_the_reason(shelf: Shelf) -> None:
    package_id = await shelf.offer(available_at=shelf.world.clock())
    used = await shelf.approved(package_id)
    other = await shelf.placed(await shelf.offer(name="summer"))
    north = await shelf.placed(package_id, shelf.nils)
    east = EntityId(UUID(shelf.east))
    await shelf.world.tell("catalog", f"entity-{east}", closed.model_copy(update={"entity_id": east}))
    found = {
        one["order_id"]: (one["status"], one["reason"]) for one in (await shelf.bo.read("/orders"))["items"]
    }
    assert found == {
        used: ("available", ""),
        other: ("cancelled", "The shop moved out"),
        north: ("placed", ""),
    }
    body = {"entity_id": shelf.east, "values": HELLO}
    late = await shelf.bo.post(f"/packages/{await shelf.offer(name='autumn')}/orders", body)
    assert (late.status_code, late.json()["code"]) == (409, "order.entity-closed")

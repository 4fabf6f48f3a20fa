"""Who is told of a package that was cancelled, and of an order that ended."""

from uuid import UUID

import pytest

from shared.contracts.catalog import EntityWithdrawn
from shared.contracts.ordering import OrderCancelled
from shared.kernel.ids import EntityId, OrderId
from tests.facts import id_of
from tests.notifier.hall import (
    OF_ORDER,
    OF_PACKAGE,
    ORDER,
    PACKAGE,
    PLACE,
    Hall,
    cancelled,
    of_order,
    offer,
    ordered,
)


@pytest.mark.row("I05", "K05")
async def test_a_cancellation_gives_the_reason_and_says_what_happens_to_the_order(hall: Hall) -> None:
    await offer(hall, "East", "North")
    await hall.tell("ordering", OF_ORDER, ordered(hall.entities["East"]))
    await hall.tell("catalog", OF_PACKAGE, cancelled())
    assert await hall.told("N10", PACKAGE) == ["anna", "nils", "nora"]
    ours, theirs = [await hall.mail("N10", name) for name in ("anna", "nora")]
    assert ours["subject"] == theirs["subject"] == "[Cancellation of package] Spring offer (CAT12)"
    for mail in (ours, theirs):
        assert "The supplier left" in mail["text"]
        assert "The supplier left" in mail["html"]
    assert "Your order Two shops (ORD28) is cancelled with it" in ours["text"]
    assert "ORD28" not in theirs["text"]
    assert "Any order of yours on this package is cancelled with it" in theirs["text"]
    swedish = await hall.mail("N10", "nils")
    assert swedish["subject"] == "[Kampanjpaket inställt] Spring offer (CAT12)"
    assert "onsdag 4 mars 2026 kl. 10:00" in swedish["text"]
    (stored,) = await hall.notices("N10", ORDER)
    assert stored["facts"]["reason"] == "The supplier left"


async def test_an_entity_with_an_order_is_told_of_the_cancellation_even_if_uninvited(hall: Hall) -> None:
    await offer(hall, "East", "South")
    other = OrderId(id_of("other"))
    await hall.tell("ordering", f"order-{other}", ordered(hall.entities["North"], other))
    await hall.tell("catalog", OF_PACKAGE, cancelled())
    assert await hall.told("N10") == ["anna", "nils", "nora", "sara"]


async def test_orders_on_a_local_package_live_on_so_nobody_is_told(hall: Hall) -> None:
    await offer(hall, "East", kind="local")
    await hall.tell("catalog", OF_PACKAGE, cancelled(cascades=False))
    assert await hall.told("N10") == []


async def test_an_order_that_ends_with_the_invitation_is_told_with_the_reason(hall: Hall) -> None:
    await offer(hall, "East", "North")
    await hall.tell("ordering", OF_ORDER, ordered(hall.entities["East"]))
    place = {**PLACE, "entity_id": EntityId(UUID(hall.entities["East"]))}
    await hall.tell("catalog", OF_PACKAGE, EntityWithdrawn(**place, reason="Region moved"))
    if not await hall.notices("order-cancelled"):
        ended = OrderCancelled(
            **of_order(hall), by="ordering", because="entity-withdrawn", reason="Region moved"
        )
        await hall.tell("ordering", OF_ORDER, ended)
    assert await hall.told("order-cancelled", ORDER) == ["anna"]
    text = (await hall.mail("order-cancelled", "anna"))["text"]
    assert "Region moved" in text
    assert "does not belong to the audience" in text


async def test_what_a_cancelled_package_ends_is_told_with_the_package_alone(hall: Hall) -> None:
    await offer(hall, "East")
    await hall.tell("ordering", OF_ORDER, ordered(hall.entities["East"]))
    await hall.tell("catalog", OF_PACKAGE, cancelled())
    assert await hall.told(about=ORDER) == ["anna"]
    assert await hall.told("order-cancelled") == []

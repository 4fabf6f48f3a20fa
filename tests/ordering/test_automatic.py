"""Manual and automatic mode over HTTP: who is in when nobody says anything."""

import pytest

from shared.contracts.catalog import EntityInvited, EntityWithdrawn
from shared.kernel.ids import EntityId, PackageId
from tests.facts import id_of
from tests.ordering.shelf import HELLO, Shelf
from tests.ordering.test_routes import orders


@pytest.mark.row("C15")
@pytest.mark.rule("R14")
async def test_in_manual_mode_who_does_not_order_takes_no_part(shelf: Shelf) -> None:
    package_id = await shelf.offer("simple")
    order_id = await shelf.placed(package_id)
    await shelf.answer(order_id)
    await shelf.close(package_id)
    assert await orders(shelf.bo, package=package_id) == [order_id]
    assert await orders(shelf.nils) == []


@pytest.mark.row("C16")
async def test_in_automatic_mode_publication_makes_one_subscription_per_entity(shelf: Shelf) -> None:
    package_id = await shelf.offer(approval_mode="automatic")
    found = (await shelf.bo.read("/orders", package=package_id))["items"]
    assert {order["entity_id"] for order in found} == {shelf.east, shelf.north}
    assert [order["status"] for order in found] == ["pre_subscribed", "pre_subscribed"]
    second = await shelf.anna.post(f"/packages/{package_id}/orders", {})
    assert (second.status_code, second.json()["code"]) == (409, "order.already-there")
    await shelf.close(package_id)
    found = (await shelf.bo.read("/orders", package=package_id))["items"]
    assert [(order["status"], order["decided_by"]) for order in found] == [("available", "silence")] * 2
    assert found[0]["defaults"] == {"segment": "30-49", "contact_date": "2026-03-20"}


@pytest.mark.row("C17")
async def test_a_subscription_is_left_at_once_and_can_be_taken_up_again(shelf: Shelf) -> None:
    package_id = await shelf.offer(approval_mode="automatic")
    (mine,) = await orders(shelf.anna)
    left = await shelf.anna.post(f"/orders/{mine}/withdraw", {"reason": "Not this time"})
    assert (left.status_code, left.json()["status"]) == (200, "withdrawn")
    back = await shelf.anna.made(f"/packages/{package_id}/orders", {"values": HELLO})
    assert (back["status"], back["values"]) == ("pre_subscribed", HELLO)
    await shelf.anna.made(f"/orders/{back['order_id']}/withdraw", {})
    await shelf.close(package_id)
    statuses = [order["status"] for order in (await shelf.anna.read("/orders"))["items"]]
    assert statuses == ["withdrawn", "withdrawn"]


@pytest.mark.row("C18")
@pytest.mark.rule("R13")
async def test_a_subscription_is_changed_without_head_office_and_history_shows_old_and_new(
    shelf: Shelf,
) -> None:
    package_id = await shelf.offer(approval_mode="automatic")
    (mine,) = await orders(shelf.anna)
    for segment in ("18-29", "30-49"):
        changed = await shelf.anna.patch(f"/orders/{mine}", {"values": {"segment": segment}})
        assert (changed.status_code, changed.json()["status"]) == (200, "pre_subscribed")
    journal = await shelf.anna.read(f"/orders/{mine}/journal")
    told = [one["fact"]["values"] for one in journal["entries"] if one["what"] == "OrderParametersEntered"]
    assert told == [{"segment": "18-29"}, {"segment": "30-49"}]
    await shelf.close(package_id)
    await shelf.world.advance(seconds=1)
    late = await shelf.anna.patch(f"/orders/{mine}", {"values": {"segment": "18-29"}})
    assert late.status_code == 409
    assert (await shelf.anna.post(f"/orders/{mine}/withdraw", {})).status_code == 409
    assert (await shelf.anna.read(f"/orders/{mine}"))["values"] == {"segment": "30-49"}


async def test_a_change_of_the_audience_reaches_subscriptions(shelf: Shelf) -> None:
    package_id = await shelf.offer(approval_mode="automatic", audience=[shelf.east])
    place = {"package_id": PackageId(id_of("spring")), "edition": 1}
    north = EntityInvited(
        **place, entity_id=EntityId(shelf.nils.actor.entity_id or id_of("")), published=True
    )
    east = EntityWithdrawn(
        **place, entity_id=EntityId(shelf.anna.actor.entity_id or id_of("")), reason="Region moved"
    )
    await shelf.tell(package_id, north, east)
    found = {order["entity_id"]: order for order in (await shelf.bo.read("/orders"))["items"]}
    assert found[shelf.north]["status"] == "pre_subscribed"
    assert (found[shelf.east]["status"], found[shelf.east]["reason"]) == ("cancelled", "Region moved")

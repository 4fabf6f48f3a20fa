"""Lists, journals, repeats and races over HTTP."""

import asyncio
from datetime import timedelta

import pytest
from httpx2 import Response

from services.ordering.deciders.order import ORDER
from shared import codec
from shared.web.journal import plain
from tests.ordering.shelf import HELLO, Shelf
from tests.ordering.test_routes import orders

RACES = 10


@pytest.mark.row("I03")
async def test_filters_by_entity_and_status_combine(shelf: Shelf) -> None:
    spring, summer = await shelf.offer(name="spring"), await shelf.offer(name="summer")
    east_placed = await shelf.placed(spring, label="Blå veckan")
    east_approved = await shelf.approved(summer)
    north_placed = await shelf.placed(spring, shelf.nils)
    north_draft = await shelf.drafted(summer, shelf.nils)
    assert await orders(shelf.bo, entity=shelf.east, status="placed") == [east_placed]
    assert await orders(shelf.bo, status=["placed", "available"]) == [
        north_placed,
        east_approved,
        east_placed,
    ]
    assert await orders(shelf.bo, entity=shelf.north, status=["draft", "placed"]) == [
        north_draft,
        north_placed,
    ]
    assert await orders(shelf.bo, package=spring, entity=shelf.north) == [north_placed]
    assert await orders(shelf.bo, q="blå") == [east_placed]
    assert await orders(shelf.bo, q="summer") == [east_approved]
    assert await orders(shelf.bo, q="ord1") == [east_placed]
    first = await shelf.bo.read("/orders", limit=2)
    rest = await shelf.bo.read("/orders", limit=2, cursor=first["next"])
    assert [one["order_id"] for one in (*first["items"], *rest["items"])] == [
        north_placed,
        east_approved,
        east_placed,
    ]
    assert rest["next"] is None
    assert (await shelf.bo.get("/orders", status="lost")).status_code == 422
    assert (await shelf.bo.get("/orders", stauts="placed")).status_code == 400


@pytest.mark.row("I04")
async def test_an_edit_by_head_office_is_attributed_to_it(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    order_id = await shelf.placed(package_id)
    edited = await shelf.bo.patch(f"/orders/{order_id}", {"values": {"segment": "18-29"}})
    assert edited.json()["values"]["segment"] == "18-29"
    change = (await shelf.anna.read(f"/orders/{order_id}/journal"))["entries"][-1]
    assert (change["what"], change["who"], change["for_whom"]) == (
        "OrderParametersEntered",
        shelf.bo.id,
        shelf.east,
    )
    body = {"entity_id": shelf.north, "values": HELLO}
    for_north = await shelf.bo.made(f"/packages/{package_id}/orders", body)
    assert for_north["entity_id"] == shelf.north
    journal = await shelf.nils.read(f"/orders/{for_north['order_id']}/journal")
    assert {(entry["who"], entry["for_whom"]) for entry in journal["entries"]} == {(shelf.bo.id, shelf.north)}
    nobody = await shelf.bo.post(f"/packages/{package_id}/orders", {})
    assert nobody.json()["code"] == "order.entity-missing"


@pytest.mark.row("J18")
async def test_the_same_key_twice_has_one_effect_and_other_content_is_refused(shelf: Shelf) -> None:
    path = f"/packages/{await shelf.offer()}/orders"
    first = await shelf.anna.post(path, {"label": "East"}, key="once")
    again = await shelf.anna.post(path, {"label": "East"}, key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (None, "true")
    assert first.json() == again.json()
    other = await shelf.anna.post(path, {"label": "West"}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "request.key-reused")
    assert len(await orders(shelf.anna)) == 1
    order_id = first.json()["order_id"]
    await shelf.anna.patch(f"/orders/{order_id}", {"values": HELLO})
    for _ in range(2):
        placed = await shelf.anna.post(f"/orders/{order_id}/place", {}, key="place")
        assert placed.status_code == 200
    assert (await shelf.facts(order_id)).count("OrderPlaced") == 1


@pytest.mark.row("J19")
async def test_a_reader_who_quotes_the_position_never_sees_the_state_before(shelf: Shelf) -> None:
    package_id = await shelf.offer("local", multiple_creation=True)

    async def reads(written: Response) -> set[tuple[str, str]]:
        """What one order and the head of the list show to who quotes this write."""
        headers = shelf.anna._headers({"Samverkan-Position": written.headers["samverkan-position"]})
        one = await shelf.world.client.get(f"/api/v1/orders/{written.json()['order_id']}", headers=headers)
        many = await shelf.world.client.get("/api/v1/orders?limit=1", headers=headers)
        return {(order["label"], order["status"]) for order in (one.json(), *many.json()["items"])}

    for turn in range(50):
        body = {"label": f"turn {turn}", "values": HELLO}
        begun = await shelf.anna.post(f"/packages/{package_id}/orders", body)
        assert await reads(begun) == {(f"turn {turn}", "draft")}
        placed = await shelf.anna.post(f"/orders/{begun.json()['order_id']}/place")
        assert await reads(placed) == {(f"turn {turn}", "placed")}


@pytest.mark.row("J01")
async def test_of_two_who_race_on_one_order_one_wins_and_nothing_is_overwritten(shelf: Shelf) -> None:
    for turn in range(RACES):
        package_id = await shelf.offer(name=f"race {turn}")
        order_id = await shelf.placed(package_id)
        path = f"/orders/{order_id}"
        version = (await shelf.anna.read(path))["version"]
        edits = await asyncio.gather(
            shelf.anna.patch(path, {"label": "Anna was here"}, version),
            shelf.bo.patch(path, {"label": "Bo was here"}, version),
        )
        assert sorted(answer.status_code for answer in edits) == [200, 412]
        (won,) = [answer for answer in edits if answer.status_code == 200]
        assert (await shelf.anna.read(path))["label"] == won.json()["label"]
        ends = await asyncio.gather(
            shelf.anna.post(f"{path}/withdraw", {"reason": "No staff"}),
            shelf.bo.post(f"{path}/cancel", {"reason": "Moved"}),
        )
        assert sorted(answer.status_code for answer in ends) == [200, 409]
        facts = await shelf.facts(order_id)
        assert len([fact for fact in facts if fact in {"OrderWithdrawn", "OrderCancelled"}]) == 1
        begun = await asyncio.gather(
            *(shelf.nils.post(f"/packages/{package_id}/orders", {"values": HELLO}) for _ in range(2))
        )
        assert sorted(answer.status_code for answer in begun) == [201, 409]


@pytest.mark.row("J20")
async def test_the_journal_as_of_a_moment_is_the_fold_of_what_was_known_then(shelf: Shelf) -> None:
    order_id = await shelf.drafted(await shelf.offer())
    for label in ("one", "two", "three"):
        await shelf.world.advance(hours=1)
        await shelf.anna.patch(f"/orders/{order_id}", {"label": label})
    stored = await shelf.world.product.house.desks["ordering"].store.read(f"order-{order_id}")
    history = [codec.read(one) for one in stored]
    start = history[0].recorded_at
    for hours in (-1, 0, 1, 2.5, 9):
        moment = start + timedelta(hours=hours)
        told = await shelf.bo.read(f"/orders/{order_id}/journal", as_of=moment.isoformat())
        known = [one for one in history if one.recorded_at <= moment]
        assert told["state"] == plain(ORDER.fold(one.event for one in known))
        assert [entry["version"] for entry in told["entries"]] == [one.version for one in known]
    sheet = await shelf.bo.get(f"/orders/{order_id}/journal", form="csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert len(sheet.text.splitlines()) == len(history) + 1

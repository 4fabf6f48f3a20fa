"""The list of orders as it is narrowed, sorted and taken along as a sheet."""

import csv
import io

import pytest

from tests.ordering.shelf import HELLO, Shelf
from tests.ordering.test_routes import orders


@pytest.mark.row("C25")
async def test_orders_land_in_the_folder_of_their_package_and_are_found_there(shelf: Shelf) -> None:
    spring = await shelf.offer(name="spring", order_folder="Orders/Spring")
    summer = await shelf.offer("local", name="summer", order_folder="Orders/Summer")
    east, north = await shelf.placed(spring), await shelf.placed(spring, shelf.nils)
    local = await shelf.placed(summer)
    assert await orders(shelf.bo, folder="Orders/Spring") == [north, east]
    assert await orders(shelf.anna, folder="Orders/Spring") == [east]
    assert await orders(shelf.bo, folder="Orders") == []
    assert await orders(shelf.bo, kind="local") == [local]
    assert await orders(shelf.bo, kind="local", folder="Orders/Spring") == []
    assert (await shelf.bo.read(f"/orders/{east}"))["order_folder"] == "Orders/Spring"


@pytest.mark.parametrize("sort", ["number", "label", "status_since"])
async def test_the_list_is_sorted_both_ways_and_paged_without_loss(shelf: Shelf, sort: str) -> None:
    package_id = await shelf.offer("local", multiple_creation=True, audience=[])
    for label in ("b", "a", "b", "c"):
        await shelf.world.advance(seconds=1)
        await shelf.placed(package_id, label=label)
    whole = (await shelf.bo.read("/orders"))["items"]
    expected = [one["order_id"] for one in sorted(whole, key=lambda one: (one[sort], one["number"]))]
    assert await orders(shelf.bo, sort=sort) == expected
    assert await orders(shelf.bo, sort=f"-{sort}") == expected[::-1]
    first = await shelf.bo.read("/orders", sort=sort, limit=3)
    rest = await shelf.bo.read("/orders", sort=sort, limit=3, cursor=first["next"])
    assert [one["order_id"] for one in (*first["items"], *rest["items"])] == expected
    assert rest["next"] is None
    other = "label" if sort == "number" else "number"
    assert (await shelf.bo.get("/orders", sort=other, cursor=first["next"])).status_code == 400


async def test_the_whole_list_is_taken_along_as_a_sheet_that_runs_no_formula(shelf: Shelf) -> None:
    package_id = await shelf.offer("local", multiple_creation=True)
    for label in ("=1+1", "Blå veckan"):
        await shelf.placed(package_id, label=label, comment="Two, or three")
    await shelf.placed(package_id, shelf.nils)
    await shelf.drafted(package_id, shelf.nils)
    answer = await shelf.bo.get("/orders", form="csv", limit=1, status="placed", sort="number")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["name"], line["label"], line["entity_label"], line["package"]) for line in lines] == [
        ("ORD1", "'=1+1", "East", "CAT900"),
        ("ORD2", "Blå veckan", "East", "CAT900"),
        ("ORD3", "", "North", "CAT900"),
    ]
    assert (lines[0]["comment"], lines[0]["values"]) == ("Two, or three", '{"greeting": "Hej"}')
    own = await shelf.anna.get("/orders", form="csv")
    assert [line["label"] for line in csv.DictReader(io.StringIO(own.text))] == ["Blå veckan", "'=1+1"]
    assert HELLO["greeting"] in own.text

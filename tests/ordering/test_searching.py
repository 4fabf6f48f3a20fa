"""Orders are found by words, whatever the case of their letters, on either database."""

import pytest

from tests.ordering.shelf import Shelf
from tests.ordering.test_routes import orders
from tests.world import World


@pytest.fixture
def world(either_world: World) -> World:
    return either_world


async def test_an_order_is_found_by_words_of_its_label_or_its_package_in_any_case(shelf: Shelf) -> None:
    spring, easter = await shelf.offer(name="Äpplen i ÅRE"), await shelf.offer(name="påsk")
    east = await shelf.placed(spring, label="Öppet 100% på Ön")
    north = await shelf.placed(easter, shelf.nils, label="STRASSE")
    assert await orders(shelf.bo, q="öPPET") == [east]
    assert await orders(shelf.bo, q="PÅ ön") == [east]
    assert await orders(shelf.bo, q="äPPLEN i åre") == [east]
    assert await orders(shelf.bo, q="PÅSK") == [north]
    assert await orders(shelf.bo, q="Straße") == [north]
    assert await orders(shelf.bo, q="PÅ") == [north, east]
    assert await orders(shelf.bo, q="100%") == [east]
    assert await orders(shelf.bo, q="1%0") == []
    assert await orders(shelf.bo, q="p_sk") == []
    assert await orders(shelf.nils, q="PÅ") == [north]
    assert "found_by" not in await shelf.bo.read(f"/orders/{east}")


async def test_an_order_is_found_by_the_label_it_has_now(shelf: Shelf) -> None:
    order_id = await shelf.placed(await shelf.offer(), label="Åkrar")
    await shelf.anna.patch(f"/orders/{order_id}", {"label": "Ängar"})
    assert await orders(shelf.bo, q="åKRAR") == []
    assert await orders(shelf.bo, q="äNGAR") == [order_id]

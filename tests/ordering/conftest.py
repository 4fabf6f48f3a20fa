"""Who orders from whom in these tests."""

from collections.abc import Iterable

import pytest

from tests.ordering.ear import Ear
from tests.ordering.shelf import Shelf
from tests.world import World


@pytest.fixture
async def shelf(world: World) -> Shelf:
    """Two entities, one person in each, one in head office, and nothing on offer yet."""
    east, north = await world.entity("East"), await world.entity("North")
    anna = await world.person("anna", "local", entity=east)
    nils = await world.person("nils", "local", entity=north)
    bo = await world.person("bo", "central")
    await world.settle()
    return Shelf(world, anna, nils, bo, east, north)


@pytest.fixture
def ear() -> Iterable[Ear]:
    opened = Ear()
    yield opened
    opened.db.close()

"""The shop in which catalog's tests over HTTP happen."""

import pytest

from tests.catalog.offers import Shop, open_shop
from tests.world import World


@pytest.fixture
async def shop(world: World) -> Shop:
    """Head office, two entities with a person each, a reference campaign of every kind."""
    return await open_shop(world)

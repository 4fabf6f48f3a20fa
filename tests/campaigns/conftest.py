"""Who prepares and who runs in these tests."""

import pytest

from tests.journeys.story import Story, begin
from tests.world import World


@pytest.fixture
async def story(world: World) -> Story:
    """Head office, three entities and their people."""
    return await begin(world)

"""The story that every journey begins with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.post import Post, open_post
from tests.journeys.story import Story, begin
from tests.world import World


@pytest.fixture
async def story(world: World) -> Story:
    """Head office, three entities and their people."""
    return await begin(world)


@pytest.fixture(params=["en", "sv"])
async def post(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Post]:
    """The story with a real mail server, read in one language by everybody."""
    async with open_post(tmp_path, request.param) as opened:
        yield opened

"""The same product where PostgreSQL remembers: the story, its pages and its care."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.runtime.servers import Servers, in_postgres
from tests.journeys.story import begin
from tests.world import World, open_world


@pytest.fixture
async def world(database: str, tmp_path: Path) -> AsyncIterator[World]:
    """The product on PostgreSQL."""
    async with open_world(tmp_path, ground=Servers(in_postgres(database), database)) as opened:
        yield opened


async def test_the_story_from_package_to_child_campaign(world: World) -> None:
    story = await begin(world)
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    await story.approved(package_id, "anna")
    (child,) = (await story.central.read(f"/campaigns/{reference_id}/children"))["items"]
    assert child

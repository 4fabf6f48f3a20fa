"""The hall in which notifier's tests happen."""

from collections.abc import Iterator

import pytest

from tests.notifier.hall import Hall, Memory, open_hall
from tests.world import World


@pytest.fixture
async def hall(world: World) -> Hall:
    """Three entities with their notification groups, head office, and a mailbox."""
    return await open_hall(world)


@pytest.fixture
def memory() -> Iterator[Memory]:
    """What the notifier remembers, for tests without the engine."""
    opened = Memory()
    yield opened
    opened.close()

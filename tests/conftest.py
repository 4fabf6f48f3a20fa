"""Fixtures for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, open_world

pytest_plugins = ["tests.real_servers"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The embedded product with an empty history, at nine on a Monday."""
    async with open_world(tmp_path) as opened:
        yield opened

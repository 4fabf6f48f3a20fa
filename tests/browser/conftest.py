"""One product, and one browser before it, for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.site import Site, chromium, open_site
from tests.real_servers import absent


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The pages of a product in which the story has begun."""
    executable = chromium()
    if executable is None:
        absent("Chromium")
    assert executable is not None
    async with open_site(tmp_path, executable) as opened:
        yield opened

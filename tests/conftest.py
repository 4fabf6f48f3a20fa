"""Fixtures for every test."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.runtime.servers import Servers, in_postgres
from tests.world import World, open_world

pytest_plugins = ["tests.real_servers"]

# Brokers of tests live for seconds: a compiler that is soon done takes a third off what their start costs.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
# So do our own processes: what the first one compiled no other has to compile, whatever the caller's shell says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Call a test in the end as its file does, without the group that kept it on one worker."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        report.nodeid = re.sub(r"@[^@\[\]]+$", "", report.nodeid)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The embedded product with an empty history, at nine on a Monday."""
    async with open_world(tmp_path) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
async def either_world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The same once with its tables in files and once in PostgreSQL."""
    ground = None
    if request.param == "postgres":
        url = request.getfixturevalue("database")
        ground = Servers(in_postgres(url), url)
    async with open_world(tmp_path, ground=ground) as opened:
        yield opened

"""Lines on which a transport is tried."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.cluster.servers import Kafka, kafka
from tests.shared.feeds import (
    JOINED,
    Line,
    line_over,
    local_line,
)
from tests.shared.lines import OVER_KAFKA


@pytest.fixture(params=["local", *OVER_KAFKA])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    if request.param == "local":
        async with local_line(tmp_path) as opened:
            yield opened
        return
    broker: Kafka = request.getfixturevalue("broker")
    async with line_over(broker.brokers, JOINED[request.param], tmp_path) as opened:
        yield opened


@pytest.fixture(params=OVER_KAFKA)
async def shared_line(request: pytest.FixtureRequest, broker: Kafka, tmp_path: Path) -> AsyncIterator[Line]:
    async with line_over(broker.brokers, JOINED[request.param], tmp_path) as opened:
        yield opened


@pytest.fixture
def mortal(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own, which the test may kill."""
    with kafka(jars, tmp_path) as running:
        yield running


@pytest.fixture(params=OVER_KAFKA)
async def frail_line(request: pytest.FixtureRequest, mortal: Kafka, tmp_path: Path) -> AsyncIterator[Line]:
    async with line_over(mortal.brokers, JOINED[request.param], tmp_path) as opened:
        yield opened

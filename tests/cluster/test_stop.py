"""The end of a cluster: stopped while it works, and what its processes have written down."""

import asyncio
import json

import pytest

from services.demo.api import Door, installer
from tests.cluster.conftest import CANARY, Cluster

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.timeout(300),
]


@pytest.mark.row("M07")
async def test_everything_stops_under_load_without_losing_what_it_acknowledged(
    cluster: Cluster, door: Door
) -> None:
    bo, acknowledged, going = installer(door), [], asyncio.Event()

    async def ask_for_ever(who: int) -> None:
        for number in range(1000):
            try:
                made = await bo.post("/entities", {"label": f"Load {who} {number}"})
            except Exception:  # the gateway has gone; whatever was not answered may be asked again
                return
            acknowledged.append(made)
            if len(acknowledged) > 50:
                going.set()

    asking = [asyncio.create_task(ask_for_ever(who)) for who in range(8)]
    async with asyncio.timeout(60):
        await going.wait()
    codes = await cluster.running.stop()
    await asyncio.gather(*asking)
    assert set(codes.values()) == {0}
    stored = {one.stream for one in await door.house.desks["catalog"].store.tail(0, 1_000_000)}
    positions = [
        made["position"].partition("@")[0] if "position" in made else f"entity-{made['entity_id']}"
        for made in acknowledged
    ]
    assert set(positions) <= stored


@pytest.mark.row("M05")
async def test_every_line_is_an_object_with_its_service_and_no_line_holds_a_secret(cluster: Cluster) -> None:
    for log in sorted(cluster.directory.glob("*.log")):
        lines = log.read_text().splitlines()
        for line in lines:
            assert CANARY not in line, log.name
            if line.startswith("samverkan: "):  # a process's last word, for people
                continue
            told = json.loads(line)
            assert {"service.name", "timestamp", "level", "logger", "event"} <= told.keys(), line

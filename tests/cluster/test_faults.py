"""Processes die, stand still, join and leave while people work: nothing is lost and nothing happens twice."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from deploy.cluster.processes import Part
from tests.cluster.audit import findings
from tests.cluster.conftest import Cluster
from tests.cluster.load import Load, begin
from tests.cluster.patience import until
from tests.cluster.reaper import reap
from tests.world import World

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.timeout(7200),
]
KILLS = int(os.environ.get("SAMVERKAN_TEST_KILLS", "15"))
SEED = int(os.environ.get("SAMVERKAN_TEST_SEED", "7"))
TEAMS = 3
SESSION_SECONDS = 10
"""After so long without a word from it, a worker counts as gone."""


@asynccontextmanager
async def working(world: World, name: str, entities: int = 4) -> AsyncIterator[Load]:
    """Load as long as this lasts; then the package in hand is finished and everything comes to rest."""
    load, stop = await begin(world, name, entities), asyncio.Event()

    async def work(team: int) -> None:
        number = 0
        while not stop.is_set():
            await load.package(f"{team}-{number}")
            number += 1

    teams = [asyncio.create_task(work(team)) for team in range(TEAMS)]
    try:
        yield load
    finally:
        stop.set()
        await asyncio.gather(*teams)
        async with asyncio.timeout(300):
            await world.settle()


async def audited(cluster: Cluster, load: Load) -> None:
    """The loss audit finds nothing."""
    found = await findings(load.world.product.house, cluster.broker.brokers, load.acknowledged)
    assert found == []
    assert load.acknowledged


def another(cluster: Cluster, words: str, name: str) -> Part:
    """One more process of this part, with a name of its own, not started yet."""
    own = {"SAMVERKAN_WORKER_NAME": name, "SAMVERKAN_ADMIN_PORT": "0"}
    environ = {**cluster.running.parts[words].environ, **own}
    return Part(tuple(words.split()), environ, cluster.directory / f"{words.replace(' ', '-')}-{name}.log")


@pytest.mark.row("J08")
async def test_processes_killed_at_random_lose_nothing_and_do_nothing_twice(
    cluster: Cluster, world: World
) -> None:
    async with working(world, "killed") as load:
        killed = await reap(cluster.running, KILLS, random.Random(SEED))
    assert killed.total() == KILLS
    await audited(cluster, load)
    facts = sum([await desk.store.count(0) for desk in world.product.house.desks.values()])
    told = f"{KILLS} kills, {load.commands} commands in {load.tries} tries, {facts} facts: nothing found"
    print(told)  # noqa: T201 -- the figures of `make soak`


@pytest.mark.row("J22")
async def test_a_second_worker_joins_and_leaves_under_load(cluster: Cluster, world: World) -> None:
    async with working(world, "joined") as load:
        for number in range(3):
            second = another(cluster, "worker ordering", f"second-{number}")
            await second.start()
            await asyncio.sleep(2)  # long enough to have partitions, and facts of them
            second.tell(signal.SIGTERM if number % 2 else signal.SIGKILL)
            await second.ended()
    await audited(cluster, load)


async def test_a_worker_that_stood_still_while_another_took_over_is_fenced_and_joins_anew(
    cluster: Cluster, world: World
) -> None:
    worker = cluster.running.parts["worker ordering"]
    second = another(cluster, "worker ordering", "instead")
    async with working(world, "stood") as load:
        await second.start()
        worker.stop()
        await asyncio.sleep(SESSION_SECONDS + 3)
        worker.go_on()
        await asyncio.sleep(3)
    second.tell(signal.SIGTERM)
    assert await second.ended() == 0
    await audited(cluster, load)
    assert worker.process is not None
    assert worker.process.returncode is None


async def test_a_second_relay_started_by_mistake_is_put_out_and_everything_is_told(
    cluster: Cluster, world: World
) -> None:
    first, second = cluster.running.parts["relay catalog"], another(cluster, "relay catalog", "twice")
    async with working(world, "twice") as load:
        first.stop()
        await second.start()
        await asyncio.sleep(2)
        first.go_on()

        async def one_is_out() -> bool:
            codes = [part.process.returncode for part in (first, second) if part.process]
            return codes.count(None) == 1

        await until(one_is_out, 60)
    out = first if first.process and first.process.returncode is not None else second
    assert out.process is not None
    assert out.process.returncode == 1
    assert "StaleOwner" in out.log.read_text()
    if out is first:
        await first.again()
    second.tell(signal.SIGTERM)
    await second.ended()
    await audited(cluster, load)


async def test_connections_that_the_store_breaks_are_made_anew_and_nobody_is_told_what_is_not_so(
    cluster: Cluster, world: World
) -> None:
    async with working(world, "broken") as load:
        for _ in range(5):
            async with await psycopg.AsyncConnection.connect(cluster.server.url, autocommit=True) as server:
                await server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                )
            await asyncio.sleep(1)
    await audited(cluster, load)


async def test_what_one_service_says_late_is_heard_late_and_ends_the_same(
    cluster: Cluster, world: World
) -> None:
    relay = cluster.running.parts["relay approval"]
    async with working(world, "late", entities=3) as load:
        relay.stop()
        await asyncio.sleep(5)
        relay.go_on()
    await audited(cluster, load)

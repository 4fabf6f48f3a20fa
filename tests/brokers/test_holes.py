"""A fact that a topic has lost: filled from the store where it is at hand, waited for where it is not."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.cluster.servers import Kafka
from services.ordering.projections.audience import SEEN_AUDIENCE
from services.ordering.service import SERVICE as ORDERING
from shared.runtime import parking
from shared.runtime.desk import Desk
from shared.store.postgres import PostgresStore
from shared.transport.kafka import Publisher
from shared.transport.topics import Topics, declared
from tests.brokers.entities import ENTITIES, VIEW, Broken, database, environ, house, state, stream, with_view
from tests.cli.running import command
from tests.world import ADDRESS


@pytest.fixture
async def url(broker: Kafka, postgres_url: str) -> str:
    """A database of its own; the declared topics are there."""
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    return await database(postgres_url)


async def tell(url: str, brokers: str, number: int, *versions: int) -> None:
    """State five facts of this entity; these versions of them are on the topic, in this order."""
    store = await PostgresStore.open(url, "catalog_events")
    publisher = Publisher(brokers, ADDRESS)
    try:
        for _ in range(5):
            await state(store, number)
        facts = await store.read(stream(number))
        await publisher.publish([facts[version] for version in versions])
    finally:
        await publisher.close()
        await store.close()


async def why_stopped(desk: Desk, number: int) -> str | None:
    """Why this entity's stream is parked; None if it is not."""
    causes = [row["cause"] for row in await parking.parked(desk.db) if row["stream"] == stream(number)]
    return causes[0] if causes else None


async def test_a_hole_in_a_stream_of_its_own_is_filled_from_the_store(broker: Kafka, url: str) -> None:
    await tell(url, broker.brokers, 201, 0, 3, 4)
    view = Broken(201, 9)
    async with (
        asyncio.timeout(60),
        house(url, broker.brokers, with_view(view), parts=frozenset({"worker"})) as running,
    ):
        await running.start()
        desk = running.desks["catalog"]
        await desk.consumers[VIEW].reached(stream(201), 4)
        assert [version for name, version in view.given if name == stream(201)] == [0, 1, 2, 3, 4]
        assert await why_stopped(desk, 201) is None


@pytest.mark.process
async def test_a_hole_in_anothers_stream_is_waited_for_and_goes_on_once_its_owner_has_told_it_again(
    broker: Kafka, url: str, tmp_path: Path
) -> None:
    await tell(url, broker.brokers, 202, 0, 3, 4)
    hearer = replace(ORDERING, projections=(SEEN_AUDIENCE,), reaction=None)
    async with asyncio.timeout(100), house(url, broker.brokers, hearer) as running:
        await running.start()
        desk = running.desks["ordering"]
        while not (cause := await why_stopped(desk, 202)):  # noqa: ASYNC110 -- in the tables
            await asyncio.sleep(0.05)
        assert cause == parking.HOLE.sentence
        settings = environ(url, broker.brokers)
        done = await asyncio.to_thread(command, tmp_path, "backfill", ENTITIES, **settings)
        assert done.returncode == 0, done.stderr
        while await why_stopped(desk, 202):  # noqa: ASYNC110 -- in the tables
            await asyncio.sleep(0.05)
        rows = await desk.rows("SELECT label FROM seen_entities WHERE number = 202")
        assert [row["label"] for row in rows] == ["202@4"]

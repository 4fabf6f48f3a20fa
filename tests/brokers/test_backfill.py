"""A topic filled from the store: by the command line, on a real broker."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster.servers import Kafka, kafka
from shared.runtime.kafka_bus import KafkaBus
from shared.transport.topics import Topic, Topics, declared
from tests.brokers.listening import headers_of, records_of
from tests.cli.running import command
from tests.journeys.story import begin
from tests.world import ADDRESS, open_world

ORDERS = "samverkan.ordering.orders"
NEW = "samverkan.ordering.orders.wider"
PARTITIONS = {ORDERS: 12, NEW: 24}
WRONG, UNREACHABLE = 2, 3


@pytest.fixture
def broker(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own, which the test may empty."""
    with kafka(jars, tmp_path) as running:
        yield running


Told = dict[str, list[tuple[int, str, bytes]]]


async def told_in(brokers: str, topic: str) -> Told:
    """Key → (version, id, value) in the order of the topic."""
    found: Told = {}
    for record in await records_of(brokers, {topic: PARTITIONS[topic]}):
        headers = headers_of(record)
        fact = (int(headers["ce_sequence"]), headers["ce_id"], record.value or b"")
        found.setdefault((record.key or b"").decode(), []).append(fact)
    return found


async def samverkan(broker: Kafka, directory: Path, *words: str) -> "tuple[int, str, str]":
    """Run a command of ours against this broker: exit code, output, error."""
    done = await asyncio.to_thread(command, directory, *words, SAMVERKAN_KAFKA_BROKERS=broker.brokers)
    return done.returncode, done.stdout, done.stderr


async def test_what_a_broker_lost_and_a_new_topic_are_filled_from_the_store(
    broker: Kafka, tmp_path: Path
) -> None:
    directory = tmp_path / "world"
    async with Topics(broker.brokers) as there:
        await there.apply([*declared(), Topic(NEW, PARTITIONS[NEW], {})])
    async with (
        asyncio.timeout(90),
        open_world(directory, bus=KafkaBus(broker.brokers, "one", ADDRESS)) as world,
    ):
        story = await begin(world)
        package_id = await story.published("simple")
        await story.approved(package_id, "anna")
        orders = world.product.house.desks["ordering"].store
        before: Told = {}
        while sum(map(len, before.values())) < len(await orders.tail(0, 1000)):
            before = await told_in(broker.brokers, ORDERS)
        # Beside the running product.
        code, said, _ = await samverkan(broker, directory, "backfill", ORDERS, "--into", NEW)
        assert (code, said) == (0, f"{sum(map(len, before.values()))} facts are told again in {NEW}\n")
    assert await told_in(broker.brokers, NEW) == before

    broker.kill()
    broker.lose_everything()
    broker.start()
    code, _, error = await samverkan(broker, directory, "backfill", ORDERS)
    assert code == WRONG
    assert f"topic {ORDERS} is not there" in error
    assert (await samverkan(broker, directory, "topics", "apply"))[0] == 0
    assert (await samverkan(broker, directory, "backfill", ORDERS))[0] == 0
    assert await told_in(broker.brokers, ORDERS) == before


async def test_services_go_on_when_the_broker_has_lost_what_they_had_heard(
    broker: Kafka, tmp_path: Path
) -> None:
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    async with (
        asyncio.timeout(100),
        open_world(tmp_path / "world", bus=KafkaBus(broker.brokers, "one", ADDRESS)) as world,
    ):
        story = await begin(world)
        package_id = await story.published("simple")
        first = await story.approved(package_id, "anna")
        assert len(await story.notices("N8", first)) == 1
        broker.kill()
        broker.lose_everything()
        broker.start()
        async with Topics(broker.brokers) as there:
            await there.apply(declared())
        # Every fact of this order stands at an offset that was behind the services' checkpoints.
        second = await story.approved(package_id, "nils")
        assert len(await story.notices("N8", second)) == 1
        code, _, error = await samverkan(broker, tmp_path / "world", "backfill", ORDERS)
        assert code == 0, error
        await world.settle()
        assert [len(await story.notices("N8", order)) for order in (first, second)] == [1, 1]
        for desk in world.product.house.desks.values():
            assert await desk.rows("SELECT * FROM parked") == []


async def test_a_wrong_topic_and_a_broker_that_is_not_there_are_said_so(
    broker: Kafka, tmp_path: Path
) -> None:
    async with open_world(tmp_path / "world"):
        pass
    code, _, error = await samverkan(broker, tmp_path / "world", "backfill", "orders")
    assert code == WRONG
    assert "orders is no topic of ours" in error
    assert ORDERS in error
    broker.kill()
    code, _, error = await samverkan(broker, tmp_path / "world", "backfill", ORDERS)
    assert code == UNREACHABLE
    assert "no broker answers" in error

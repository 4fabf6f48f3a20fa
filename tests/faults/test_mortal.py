"""Killed at random, hundreds of times: a relay skips nothing, and a consumer does nothing twice."""

import asyncio
import json
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.cluster.servers import Kafka, kafka
from shared.database.postgres import PostgresDatabase
from shared.store.sqlite import SQLiteStore
from shared.transport.kafka import Publisher
from shared.transport.topics import Topics, declared
from tests.brokers.listening import headers_of, records_of
from tests.faults.mortal import begin, state, streams_of
from tests.faults.test_kill import run
from tests.shared.toys import ALL
from tests.world import ADDRESS

PEOPLE = "samverkan.catalog.people"
pytestmark = [pytest.mark.process, pytest.mark.xdist_group("mortal"), pytest.mark.timeout(1800)]
SEED = int(os.environ.get("SAMVERKAN_TEST_SEED", "7"))
RELAYS_KILLED = int(os.environ.get("SAMVERKAN_TEST_RELAYS_KILLED", "500"))
WORKERS_KILLED = int(os.environ.get("SAMVERKAN_TEST_WORKERS_KILLED", "60"))
PEOPLE_OF_WORKERS = 4000


async def lived(
    kind: str, directory: Path, broker: Kafka, database: str, kills: int, member: str = "one"
) -> None:
    """Return once so many were killed, and one was left in peace until all was done."""
    seed = f"{SEED}{ord(member[0])}"
    process = run("tests.faults.mortal", kind, directory, broker.brokers, database, member, kills, seed)
    out, err = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0, err[-2000:]
    assert json.loads(out) == {"ended": {"SIGKILL": kills}, "last": "exit 0"}, err[-2000:]


@pytest.fixture
def broker(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own: on its topics is what this test tells, and nothing else."""
    with kafka(jars, tmp_path) as running:
        yield running


@pytest.fixture
async def topics(broker: Kafka) -> None:
    """Every declared topic."""
    async with Topics(broker.brokers) as there:
        await there.apply(declared())


@pytest.mark.row("J07")
@pytest.mark.usefixtures("topics")
async def test_a_relay_killed_five_hundred_times_leaves_no_gap_and_no_disorder_and_repeats_only_itself(
    broker: Kafka, database: str, tmp_path: Path
) -> None:
    await begin(tmp_path, database)
    await lived("relay", tmp_path, broker, database, RELAYS_KILLED)
    stored: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for stream, version, id_ in streams_of(tmp_path):
        stored[stream].append((version, id_))
    told: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for record in await records_of(broker.brokers, {PEOPLE: 12}):
        headers = headers_of(record)
        told[f"person-{headers['ce_subject']}"].append((int(headers["ce_sequence"]), headers["ce_id"]))
    for stream, facts in stored.items():
        assert list(dict.fromkeys(told[stream])) == facts
    repeats = sum(len(told[stream]) - len(facts) for stream, facts in stored.items())
    assert repeats > 0  # or no life was ever cut between telling and its mark


@pytest.mark.row("J08", "J22")
@pytest.mark.usefixtures("topics")
async def test_two_workers_killed_again_and_again_have_each_effect_once_whatever_the_group_says(
    broker: Kafka, database: str, tmp_path: Path
) -> None:
    await begin(tmp_path, database)
    state(tmp_path, random.Random(SEED), PEOPLE_OF_WORKERS)
    store = SQLiteStore(tmp_path / "catalog.events.db")
    facts = await store.tail(0, 1_000_000)
    publisher = Publisher(broker.brokers, ADDRESS)
    await publisher.publish(facts)
    await moved_ahead(broker.brokers, "samverkan.test.roll")  # where nobody has ever been

    async def told_again() -> None:
        """A relay that loses its place, again and again."""
        while True:
            await publisher.publish(facts[: len(facts) // 4])
            await asyncio.sleep(1)

    telling = asyncio.create_task(told_again())
    workers = [lived("worker", tmp_path, broker, database, WORKERS_KILLED // 2, member) for member in "ab"]
    await asyncio.gather(*workers)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    await publisher.close()
    db = await PostgresDatabase.open(database, "catalog")
    expected = sorted((one.stream.removeprefix("person-"), one.version, one.type) for one in facts)
    rows = [(row["person_id"], row["version"], row["what"]) for row in await db.rows(ALL)]
    assert sorted(rows) == expected
    done = {row["id"] for row in await db.rows("SELECT id FROM done")}
    assert done == {str(one.id) for one in facts}
    assert await db.rows("SELECT * FROM parked") == []
    await db.close()
    store.close()


async def moved_ahead(brokers: str, group: str) -> None:
    """As if this group had heard everything: the group's offsets stand at the end, before anybody was in it."""
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, group_id=group, enable_auto_commit=False)
    await consumer.start()
    partitions = [TopicPartition(PEOPLE, number) for number in range(12)]
    consumer.assign(partitions)
    await consumer.commit(await consumer.end_offsets(partitions))
    await consumer.stop()

"""A handler that does not give way: its worker misses its heartbeats, another takes over, and nothing comes twice."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster.servers import Kafka, kafka
from shared.database.postgres import PostgresDatabase
from shared.kernel.message import Recorded
from shared.kernel.projection import Statement
from shared.runtime.consume import Consumer
from shared.store.sqlite import SQLiteStore
from shared.transport.kafka import KafkaFeed, Publisher
from shared.transport.topics import Topics, declared
from tests.cluster.patience import until
from tests.faults.mortal import begin, state
from tests.shared.toys import ALL, apply
from tests.world import ADDRESS

STARVED_SECONDS = 15
"""Longer than the ten seconds after which a member without heartbeats counts as gone."""
pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


@pytest.fixture
def broker(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own."""
    with kafka(jars, tmp_path) as running:
        yield running


class Worker:
    """A worker in a thread with a loop of its own, as if it were a process."""

    def __init__(self, brokers: str, database: str, member: str, *, starves: bool = False) -> None:
        self._brokers, self._database, self._member = brokers, database, member
        self._starves, self.starved = starves, threading.Event()
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._work(),))

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and raise what it died of."""
        if self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._loop.close()

    async def _work(self) -> None:
        db = await PostgresDatabase.open(self._database, "catalog")
        consumer = Consumer("test.roll", ["catalog.people"], db, self._view)
        feed = KafkaFeed(self._brokers, "samverkan.test.roll", ["catalog.people"], consumer, self._member, {})
        self._task = asyncio.create_task(consumer.run([feed]))
        await asyncio.gather(self._task, return_exceptions=True)
        await db.close()

    async def _view(self, recorded: Recorded) -> list[Statement]:
        if self._starves:
            self._starves = False
            self.starved.set()
            time.sleep(STARVED_SECONDS)  # noqa: ASYNC251 -- what no handler may do, and one may do by mistake
        return list(apply(recorded))


async def test_a_worker_whose_handler_blocks_is_overtaken_and_comes_back_without_a_double(
    broker: Kafka, database: str, tmp_path: Path
) -> None:
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    await begin(tmp_path, database)
    state(tmp_path, random.Random(7), 400)
    store = SQLiteStore(tmp_path / "catalog.events.db")
    facts = await store.tail(0, 10_000)
    publisher = Publisher(broker.brokers, ADDRESS)
    await publisher.publish(facts)
    await publisher.close()
    db = await PostgresDatabase.open(database, "catalog")

    async def all_shown() -> bool:
        return len(await db.rows(ALL)) == len(facts)

    blocked, other = (
        Worker(broker.brokers, database, "blocked", starves=True),
        Worker(broker.brokers, database, "other"),
    )
    blocked.start()
    assert await asyncio.to_thread(blocked.starved.wait, 30)
    began = time.monotonic()
    other.start()
    await until(all_shown, 60)
    assert time.monotonic() - began < STARVED_SECONDS  # while the first one was still blocked
    await asyncio.sleep(
        STARVED_SECONDS - (time.monotonic() - began) + 2
    )  # it wakes, and finds itself overtaken
    for worker in (blocked, other):
        await asyncio.to_thread(worker.stop)
    rows = sorted((row["person_id"], row["version"], row["what"]) for row in await db.rows(ALL))
    assert rows == sorted((one.stream.removeprefix("person-"), one.version, one.type) for one in facts)
    assert await db.rows("SELECT * FROM parked") == []
    await db.close()
    store.close()

"""Copies of parked records: none is left out, whatever dies between parking and the broker's acknowledgement."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiokafka.structs import ConsumerRecord

from deploy.cluster.servers import Kafka, kafka
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.message import Recorded
from shared.kernel.projection import Statement
from shared.runtime.consume import Consumer
from shared.runtime.mirror import mirror
from shared.runtime.tables import ENGINE
from shared.transport.cloudevents import Message
from shared.transport.dead_letters import DeadLetters, Letter
from shared.transport.kafka import KafkaFeed, Publisher
from shared.transport.onlooker import told
from shared.transport.port import Batch
from shared.transport.topics import Topics, declared
from tests.brokers.entities import (
    ENTITIES,
    PARKED,
    VIEW,
    Broken,
    database,
    entity,
    house,
    state,
    stranger,
    with_view,
)
from tests.brokers.listening import records_of
from tests.world import ADDRESS

SOURCE = f"{ENTITIES}/3"


@pytest.fixture
def broker(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own, which the test may kill and empty."""
    with kafka(jars, tmp_path) as running:
        yield running


@pytest.fixture
async def topics(broker: Kafka) -> None:
    """Every declared topic."""
    async with Topics(broker.brokers) as there:
        await there.apply(declared())


class Parker:
    """Tables, a consumer that can handle nothing, and a mirror that can be started and killed."""

    def __init__(self, db: SQLiteDatabase, brokers: str) -> None:
        self.db, self.brokers = db, brokers
        self.consumer = Consumer(VIEW, ["catalog.entities"], db, self._nothing)
        self.letters = DeadLetters(brokers, "catalog", ADDRESS)

    async def _nothing(self, recorded: Recorded) -> list[Statement]:
        raise ZeroDivisionError(recorded.stream)

    async def hear(self, *values: bytes | None, key: bytes | None = b"somebody") -> None:
        """A stranger writes these values to one partition; they are heard from there, and parked."""
        async with stranger(self.brokers) as producer:
            sent = [await producer.send_and_wait(ENTITIES, value, key=key, partition=3) for value in values]
        feed = KafkaFeed(self.brokers, "nobody", ["catalog.entities"], self.consumer, "one", {})
        async for events in told(self.brokers, SOURCE, self.consumer.position(SOURCE), sent[-1].offset + 1):
            await self.consumer.handle(Batch(SOURCE, events, events[-1].position), feed)

    async def waiting(self) -> int:
        """How many records still need a copy."""
        (row,) = await self.db.rows("SELECT count(*) AS n FROM unmirrored")
        return int(row["n"])

    async def copy_all(self, tell: Callable[[Sequence[Letter]], Awaitable[None]] | None = None) -> None:
        """Run the mirror until nothing waits; raise what it dies of."""
        running = asyncio.create_task(mirror(self.db, lambda *_: True, tell or self.letters.tell))
        while not running.done() and await self.waiting():  # noqa: ASYNC110 -- in the tables
            await asyncio.sleep(0.02)
        if not running.done():
            running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def parker(directory: Path, brokers: str) -> AsyncIterator[Parker]:
    db = SQLiteDatabase(directory / "catalog.views.db")
    await db.go_forward(ENGINE)
    opened = Parker(db, brokers)
    try:
        yield opened
    finally:
        await opened.letters.close()
        db.close()


async def copies(broker: Kafka) -> list["ConsumerRecord[bytes, bytes]"]:
    """Everything in the parked topic."""
    return await records_of(broker.brokers, {PARKED: 12})


def said(record: "ConsumerRecord[bytes, bytes]") -> tuple[int, bytes | None]:
    """Which record this is a copy of, and its value."""
    return int.from_bytes(dict(record.headers)["kafka_dlt-original-offset"], "big", signed=True), record.value


@pytest.mark.usefixtures("topics")
async def test_a_worker_that_dies_between_the_copy_and_its_mark_copies_again_and_leaves_nothing_out(
    broker: Kafka, tmp_path: Path
) -> None:
    class Cut(Exception):
        pass

    async with asyncio.timeout(60), parker(tmp_path, broker.brokers) as at:
        await at.hear(*(b"poison %d" % number for number in range(5)))
        assert await at.waiting() == 5

        async def tell_some_and_die(letters: Sequence[Letter]) -> None:
            await at.letters.tell(letters[:2])
            raise Cut

        with pytest.raises(Cut):
            await at.copy_all(tell_some_and_die)
        assert await at.waiting() == 5
        await at.copy_all()
        found = [said(record) for record in await copies(broker)]
        assert len(found) == 7
        assert set(found) == {(number, b"poison %d" % number) for number in range(5)}


@pytest.mark.usefixtures("topics")
async def test_copies_wait_for_a_broker_that_is_away(broker: Kafka, tmp_path: Path) -> None:
    failed = asyncio.Event()
    async with asyncio.timeout(100), parker(tmp_path, broker.brokers) as at:
        await at.hear(b"poison 0", b"poison 1")

        async def tell(letters: Sequence[Letter]) -> None:
            try:
                await at.letters.tell(letters)
            except (ConnectionError, TimeoutError):
                failed.set()
                raise

        broker.kill()
        copying = asyncio.create_task(at.copy_all(tell))
        await failed.wait()
        assert await at.waiting() == 2
        await asyncio.to_thread(broker.start)
        await copying
        assert {said(record) for record in await copies(broker)} == {(0, b"poison 0"), (1, b"poison 1")}


async def test_what_the_broker_has_lost_is_told_from_what_parking_keeps(
    broker: Kafka, tmp_path: Path
) -> None:
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    async with asyncio.timeout(60), parker(tmp_path, broker.brokers) as at:
        await at.hear(b"poison 0", b"poison 1")
        broker.kill()
        broker.lose_everything()
        broker.start()
        async with Topics(broker.brokers) as there:
            await there.apply(declared())
        async with stranger(broker.brokers) as producer:  # another record stands where the first one stood
            await producer.send_and_wait(ENTITIES, b"innocent", key=b"somebody", partition=3)
        await at.copy_all()
        found = await copies(broker)
        assert [(record.key, *said(record)) for record in found] == [
            (b"somebody", -1, b"poison 0"),
            (b"somebody", -1, b"poison 1"),
        ]
        assert {dict(record.headers)["samverkan-parked-remade"] for record in found} == {b"true"}


@pytest.mark.usefixtures("topics")
async def test_what_no_copy_can_hold_is_outlined_and_holds_up_nobody(broker: Kafka, tmp_path: Path) -> None:
    async with asyncio.timeout(60), parker(tmp_path, broker.brokers) as at:
        await at.hear(b"x" * (2**20 - 100))
        await at.hear(b"after it", None)
        await at.hear(b"", key=None)
        await at.copy_all()
        found = await copies(broker)
        assert dict(map(said, found)) == {0: None, 1: b"after it", 2: None, 3: b""}
        large = next(record for record in found if said(record)[0] == 0)
        assert dict(large.headers)["samverkan-parked-original"] == b"too large for a copy"


@pytest.mark.usefixtures("topics")
async def test_what_has_neither_key_nor_value_is_copied_too(broker: Kafka) -> None:
    publisher = Publisher(broker.brokers, ADDRESS)
    await publisher.send(Message(PARKED, None, None, [("n", None)]))
    await publisher.close()
    (found,) = await copies(broker)
    assert (found.key, found.value, found.headers) == (None, b"", (("n", None),))


@pytest.mark.usefixtures("topics")
async def test_of_two_workers_the_one_that_holds_the_partition_copies(
    broker: Kafka, postgres_url: str
) -> None:
    url = await database(postgres_url)
    numbers = range(40)
    broken = with_view(lambda recorded: Broken(int(recorded.event.number), 0)(recorded))  # type: ignore[attr-defined]
    async with (
        asyncio.timeout(100),
        house(url, broker.brokers, broken, "one") as one,
        house(url, broker.brokers, broken, "two", frozenset({"worker"})) as two,
    ):
        await one.start()
        await two.start()
        workers = [each.desks["catalog"].consumers[VIEW] for each in (one, two)]
        partitions = [f"{ENTITIES}/{number}" for number in range(12)]
        for worker in workers:
            assert isinstance(worker, Consumer)
            while not 0 < sum(map(worker.holds, partitions)) < 12:  # noqa: ASYNC110 -- the group is slow to share
                await asyncio.sleep(0.05)
        for number in numbers:
            await state(one.desks["catalog"].store, number)
        db = one.desks["catalog"].db
        at_work = "SELECT 1 FROM unmirrored"
        while len(await db.rows("SELECT 1 FROM parked")) < len(numbers) or await db.rows(at_work):  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.05)
    keys = sorted(record.key or b"" for record in await copies(broker))
    assert keys == sorted(str(entity(number)).encode() for number in numbers)

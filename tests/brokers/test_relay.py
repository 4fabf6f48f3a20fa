"""Store to topic: nothing lost, nothing out of order, repeats only with the same id."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.structs import ConsumerRecord

from deploy.cluster.servers import Kafka
from shared import codec
from shared.contracts.catalog import PersonActivated, PersonDeactivated
from shared.database.port import StaleOwner
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.ids import PersonId
from shared.kernel.message import Actor, Command, Event, Stored
from shared.runtime.relay import relay
from shared.runtime.tables import ENGINE
from shared.store.port import NEW
from shared.store.sqlite import SQLiteStore
from shared.transport.kafka import Publisher, partition_for
from shared.transport.topics import Topic, Topics, WrongTopics, declared
from tests.brokers.listening import headers_of, records_of
from tests.world import ADDRESS, MONDAY

PEOPLE = "samverkan.catalog.people"
META = orjson.dumps({"at": MONDAY, "by": "test", "command": uuid4(), "cause": None, "correlation": uuid4()})


class Shop:
    """A store with its tables, and a relay that can be started and killed."""

    def __init__(self, directory: Path, brokers: str) -> None:
        self.store = SQLiteStore(directory / "catalog.events.db")
        self.db = SQLiteDatabase(directory / "catalog.views.db")
        self.publisher = Publisher(brokers, ADDRESS)

    async def state(self, stream: str, *events: Event) -> None:
        """Append facts to a stream."""
        history = await self.store.read(stream)
        command = Command(id=uuid4(), at=MONDAY, by=Actor(id="test"))
        new = [codec.encode(event, command, index) for index, event in enumerate(events)]
        await self.store.append(stream, history[-1].version if history else NEW, new)

    async def people(self, count: int) -> list[str]:
        """So many people, activated and deactivated; their streams."""
        ids = [PersonId(uuid4()) for _ in range(count)]
        for id_ in ids:
            event = PersonActivated(person_id=id_, roles=("central",))
            await self.state(f"person-{id_}", event, PersonDeactivated(person_id=id_))
        return [f"person-{id_}" for id_ in ids]

    async def tell_all(self) -> None:
        """Run the relay until its checkpoint is at the end of the store."""
        running = asyncio.create_task(relay(self.store, self.db, self.publisher.publish, "catalog.relay"))
        while not running.done():
            rows = await self.db.rows("SELECT position FROM checkpoints WHERE consumer = 'catalog.relay'")
            if rows and rows[0]["position"] == await self.store.last_position():
                break
            await asyncio.sleep(0.02)
        await cancelled(running)


async def cancelled(*tasks: "asyncio.Task[None]") -> None:
    """End these tasks, and raise what one of them died of."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if outcome is not None and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


@asynccontextmanager
async def opened(directory: Path, brokers: str) -> AsyncIterator[Shop]:
    shop = Shop(directory, brokers)
    await shop.db.go_forward(ENGINE)
    try:
        yield shop
    finally:
        await shop.publisher.close()
        shop.store.close()
        shop.db.close()


@pytest.fixture
async def topics(broker: Kafka) -> None:
    """Every declared topic."""
    async with Topics(broker.brokers) as there:
        await there.apply(declared())


async def everything(brokers: str) -> list["ConsumerRecord[bytes, bytes]"]:
    """What stands in the people's topic now."""
    return await records_of(brokers, {PEOPLE: 12})


def of(
    records: Sequence["ConsumerRecord[bytes, bytes]"], streams: Sequence[str]
) -> dict[str, list[tuple[int, str]]]:
    """Stream → (version, id) in the order in which the topic has them."""
    found: dict[str, list[tuple[int, str]]] = {stream: [] for stream in streams}
    for record in records:
        headers = headers_of(record)
        stream = f"person-{headers['ce_subject']}"
        if stream in found:
            found[stream].append((int(headers["ce_sequence"]), headers["ce_id"]))
    return found


@pytest.mark.usefixtures("topics")
async def test_a_relay_killed_between_publishing_and_its_checkpoint_repeats_and_never_skips(
    broker: Kafka, tmp_path: Path
) -> None:
    class Cut(Exception):
        pass

    async with opened(tmp_path, broker.brokers) as shop:
        streams = await shop.people(30)

        async def publish_and_die(events: Sequence[Stored]) -> None:
            await shop.publisher.publish(events[:25])
            raise Cut

        with pytest.raises(Cut):
            await relay(shop.store, shop.db, publish_and_die, "catalog.relay")
        await shop.tell_all()
        told = of(await everything(broker.brokers), streams)
        for stream in streams:
            stored = [(event.version, str(event.id)) for event in await shop.store.read(stream)]
            assert list(dict.fromkeys(told[stream])) == stored
        assert sum(map(len, told.values())) == 85


@pytest.mark.usefixtures("topics")
async def test_a_second_relay_started_by_mistake_is_fenced(broker: Kafka, tmp_path: Path) -> None:
    async with opened(tmp_path, broker.brokers) as shop:
        await shop.people(3)
        other = Publisher(broker.brokers, ADDRESS)
        both = [
            asyncio.create_task(relay(shop.store, shop.db, publisher.publish, "catalog.relay"))
            for publisher in (shop.publisher, other)
        ]
        done, running = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        assert [type(task.exception()) for task in done] == [StaleOwner]
        await cancelled(*running)
        await other.close()


@pytest.mark.usefixtures("topics")
async def test_facts_that_fill_many_batches_keep_their_order(broker: Kafka) -> None:
    ours, command = f"person-{uuid4()}", uuid4()
    facts = [
        Stored(n + 1, ours, n, uuid4(), "PersonActivated", 1, b'"%s"' % (b"x" * size), META, command)
        for n, size in enumerate([1_000] * 600 + [300_000] * 2)  # the last are larger than a whole batch
    ]
    publisher = Publisher(broker.brokers, ADDRESS)
    await publisher.publish(facts)
    await publisher.close()
    told = of(await everything(broker.brokers), [ours])[ours]
    assert told == [(fact.version, str(fact.id)) for fact in facts]


def test_a_key_goes_where_the_clients_of_kafka_itself_would_put_it() -> None:
    theirs = DefaultPartitioner()
    for partitions in (1, 3, 12):
        for key in (str(uuid4()).encode() for _ in range(200)):
            assert partition_for(key, partitions) == theirs(key, list(range(partitions)), [])


async def test_topics_are_planned_applied_and_checked(broker: Kafka) -> None:
    wanted = [Topic("samverkan.test.plan", 3, {"retention.ms": "-1"})]
    async with Topics(broker.brokers) as there:
        with pytest.raises(WrongTopics, match="is missing"):
            await there.check(wanted)
        await there.apply(wanted)
        assert await there.plan(wanted) == []
        await there.check(wanted)
        more = [Topic("samverkan.test.plan", 4, {"retention.ms": "-1"})]
        with pytest.raises(WrongTopics, match="has 3 partitions, 4 are declared"):
            await there.apply(more)

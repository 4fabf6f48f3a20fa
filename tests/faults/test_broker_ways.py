"""What lies between us and the broker is slow, silent, or breaks at the wrong moment."""

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import OutOfOrderSequenceNumber

from deploy.cluster.servers import Kafka, free_port, kafka
from shared.kernel.message import Recorded
from shared.kernel.projection import Statement
from shared.runtime.consume import Consumer
from shared.runtime.relay import BATCH, relay
from shared.transport import kafka as adapter
from shared.transport.cloudevents import Message
from shared.transport.faust import FaustFeed
from shared.transport.kafka import KafkaFeed, Publisher
from shared.transport.onlooker import Onlooker
from shared.transport.port import Feed
from shared.transport.topics import Topics, declared
from tests.brokers.listening import records_of
from tests.brokers.test_relay import PEOPLE, Shop, cancelled, of, opened
from tests.cluster.patience import until
from tests.faults.proxy import Proxy, proxied
from tests.shared.feeds import Listener
from tests.shared.toys import ALL, TABLE, apply
from tests.world import ADDRESS

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]


@dataclass
class Way:
    """A broker that is reached through a proxy, and past it for those who only look."""

    broker: Kafka
    proxy: Proxy

    async def told(self, streams: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
        """Stream → (version, id) as the topic has them."""
        return of(await records_of(self.broker.brokers, {PEOPLE: 12}), streams)


@pytest.fixture
async def way(jars: Path, tmp_path: Path) -> AsyncIterator[Way]:
    """A broker with every declared topic, behind a proxy that does nothing yet."""
    port = free_port()
    async with proxied(port) as proxy:
        with kafka(jars, tmp_path, port=port, door=proxy.port) as broker:
            async with Topics(broker.brokers) as there:
                await there.apply(declared())
            yield Way(broker, proxy)


@asynccontextmanager
async def telling(shop: Shop) -> AsyncIterator["asyncio.Task[None]"]:
    """A running relay."""
    task = asyncio.create_task(relay(shop.store, shop.db, shop.publisher.publish, "catalog.relay"))
    try:
        yield task
    finally:
        await cancelled(task)


async def position(shop: Shop) -> int:
    """Where the relay's checkpoint stands."""
    rows = await shop.db.rows("SELECT position FROM checkpoints WHERE consumer = 'catalog.relay'")
    return int(rows[0]["position"]) if rows else 0


async def all_told(shop: Shop, seconds: float) -> None:
    """Return once the relay's checkpoint is at the end of the store."""

    async def told() -> bool:
        return await position(shop) == await shop.store.last_position()

    await until(told, seconds)


async def stored(shop: Shop, streams: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Stream → (version, id) as the store has them."""
    found: dict[str, list[tuple[int, str]]] = {}
    for stream in streams:
        found[stream] = [(event.version, str(event.id)) for event in await shop.store.read(stream)]
    return found


async def test_answers_that_break_off_cost_repeats_at_most_and_the_order_of_each_key_stands(
    way: Way, tmp_path: Path
) -> None:
    async with opened(tmp_path, way.broker.brokers) as shop, telling(shop):
        streams: list[str] = []
        for _ in range(12):
            streams += await shop.people(20)
            way.proxy.cut = 2
            await all_told(shop, 30)
        told = await way.told(streams)
        assert {stream: list(dict.fromkeys(told[stream])) for stream in streams} == await stored(
            shop, streams
        )
        assert way.proxy.cut == 0


async def test_a_producer_that_is_stuck_out_of_sequence_is_replaced_and_all_is_told(
    way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    class Stuck(AIOKafkaProducer):  # type: ignore[misc]
        """The client as it is after a hiccup of its broker (its issue 1017): it never gets over it."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            made.append(self)

        async def send_batch(self, *batch: Any, **where: Any) -> Any:
            """As stuck as the first one was; the second is well."""
            if self is made[0]:
                raise OutOfOrderSequenceNumber
            return await super().send_batch(*batch, **where)

    monkeypatch.setattr(adapter, "AIOKafkaProducer", Stuck)
    async with opened(tmp_path, way.broker.brokers) as shop, telling(shop):
        streams = await shop.people(30)
        await all_told(shop, 30)
        told = await way.told(streams)
        assert {stream: list(dict.fromkeys(told[stream])) for stream in streams} == await stored(
            shop, streams
        )
        assert len(made) == 2


async def test_a_slow_way_slows_us_down_a_batch_at_a_time_and_nothing_is_told_twice_for_it(
    way: Way, tmp_path: Path
) -> None:
    async with opened(tmp_path, way.broker.brokers) as shop:
        streams = await shop.people(3000)
        way.proxy.delay = 0.5
        async with telling(shop):
            places = [0]
            while places[-1] < await shop.store.last_position():
                await asyncio.sleep(0.05)
                places.append(await position(shop))
        assert max(after - before for before, after in pairwise(places)) == BATCH
        way.proxy.delay = 0.0
        assert await way.told(streams) == await stored(shop, streams)


async def test_a_way_that_swallows_everything_is_left_in_time_and_taken_again(
    way: Way, tmp_path: Path
) -> None:
    async def view(recorded: Recorded) -> list[Statement]:
        return list(apply(recorded))

    async with opened(tmp_path, way.broker.brokers) as shop:
        await shop.db.commit([(TABLE, {})])
        consumer = Consumer("test.roll", ["catalog.people"], shop.db, view)
        feed = KafkaFeed(way.broker.brokers, "samverkan.test.roll", ["catalog.people"], consumer, "one", {})
        hearing = asyncio.create_task(consumer.run([feed]))
        async with telling(shop):
            streams = await shop.people(10)
            await heard(shop, 20, 30)
            way.proxy.silent = True
            streams += await shop.people(10)
            async with asyncio.timeout(3):
                await shop.store.read(streams[-1])  # nobody here waits for the broker
            await asyncio.sleep(20)  # longer than any client waits before it calls the broker gone
            assert await position(shop) == 20
            way.proxy.silent = False
            await all_told(shop, 60)
            await heard(shop, 40, 60)
        await cancelled(hearing)
        assert sorted(await way.told(streams)) == sorted(streams)


async def heard(shop: Shop, rows: int, seconds: float) -> None:
    """Return once the view has so many rows."""

    async def there() -> bool:
        return len(await shop.db.rows(ALL)) == rows

    await until(there, seconds)


async def test_who_gives_up_on_a_slow_broker_while_beginning_leaves_no_connection_to_it(way: Way) -> None:
    """Given up in the midst of the first few answers, each of which is a step of a beginning."""
    way.proxy.delay = 0.4
    brokers = way.broker.brokers
    for seconds in (0.1, 0.6, 1.0, 1.4, 1.9):
        begins = [
            partial(_told, Publisher(brokers, ADDRESS)),
            partial(_looked, Onlooker(brokers)),
            *(
                partial(
                    _joined, joined(brokers, joined.__name__, ["catalog.people"], Listener({}), "one", {})
                )
                for joined in (KafkaFeed, FaustFeed)
            ),
        ]
        await asyncio.gather(*(_given_up(begin(), seconds) for begin in begins))
        connections = [one for one in gc.get_objects() if isinstance(one, AIOKafkaConnection)]
        assert [one for one in connections if one.connected()] == []


async def _given_up(beginning: Coroutine[Any, Any, None], seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await beginning


async def _told(publisher: Publisher) -> None:
    letter = Message("samverkan.catalog.parked", b"key", b"value", [])
    try:
        await publisher.send(letter)
    finally:
        await asyncio.shield(publisher.close())


async def _looked(onlooker: Onlooker) -> None:
    try:
        await onlooker.ends([PEOPLE])
    finally:
        await asyncio.shield(onlooker.close())


async def _joined(feed: Feed) -> None:
    async with aclosing(feed.batches({})) as batches:
        await anext(batches)

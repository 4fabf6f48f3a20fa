"""Every transport behind the same face, for the contract suite."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.kernel.message import Recorded, Stored
from shared.kernel.projection import Statement
from shared.runtime.consume import Consumer
from shared.runtime.kafka_bus import Joined
from shared.runtime.patience import patiently
from shared.runtime.tables import BEGIN, MOVE
from shared.transport.faust import FaustFeed
from shared.transport.kafka import KafkaFeed, Owner, Publisher
from shared.transport.onlooker import Onlooker, partition_of
from shared.transport.port import Batch, Feed
from shared.transport.topics import Topics, declared
from tests.shared.toys import Bench, activated, apply, bench
from tests.world import ADDRESS

TOPIC = "catalog.people"
NAME = f"samverkan.{TOPIC}"
Act = Callable[[Recorded], Iterator[Statement]]
JOINED: Mapping[str, Joined] = {"kafka": KafkaFeed, "faust": FaustFeed}
LONG_SECONDS = 60
"""Longer than anything that goes well: a member that died is missed after ten seconds."""


@dataclass
class Line:
    """A store whose facts are told over one transport, to whoever joins."""

    at: Bench
    join: Callable[[Owner, str], Feed]
    begins: Mapping[str, int]
    """Where its sources stood before this test told anything."""
    broker: "Telling | None" = None
    """Where it tells, if that is not the store itself."""
    _told: int = 0

    async def state(self, *numbers: int) -> None:
        """State one more fact of each of these people, and tell it."""
        for number in numbers:
            await self.at.state(number, activated(number))
        await self.tell()

    async def tell(self) -> None:
        """Tell what has been stated and not told."""
        while facts := await self.at.store.tail(self._told):
            if self.broker:
                await self.broker.publisher.publish(facts)
            self._told = facts[-1].position

    def listener(self) -> "Listener":
        """Somebody who has heard what was told before this test, and nothing since."""
        return Listener(self.begins)

    async def consumer(self, act: Act = apply) -> Consumer:
        """The same of a consumer, which does this with every fact."""
        consumer = self.at.consumer(act)
        for source, position in self.begins.items():
            named = {"consumer": consumer.name, "source": source}
            await self.at.db.commit([(BEGIN, named), (MOVE, named | {"old": 0, "new": position})])
        return consumer


@dataclass
class Telling:
    """How a test reaches the brokers, and the group that is heard there."""

    brokers: str
    group: str
    publisher: Publisher
    onlooker: Onlooker

    async def ends(self) -> Mapping[str, int]:
        """Where every source ends now."""
        return await self.onlooker.ends([NAME])

    async def hint(self, offsets: Mapping[str, int]) -> None:
        """Put down the offsets of the group by hand, as long as nobody is in it."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.brokers, group_id=self.group, enable_auto_commit=False
        )
        await consumer.start()
        consumer.assign([partition_of(source) for source in offsets])
        await consumer.commit({partition_of(source): offset for source, offset in offsets.items()})
        await consumer.stop()

    async def put(self, key: bytes | None, value: bytes | None) -> None:
        """Put anything at all on the topic."""
        async with AIOKafkaProducer(bootstrap_servers=self.brokers) as producer:
            await producer.send_and_wait(NAME, value, key)


class Listener:
    """An owner without tables: what it has heard, and how far it has come."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self.places, self.heard = dict(places), list[Stored]()
        self.held: set[str] = set()

    async def take_over(self, sources: Collection[str]) -> Mapping[str, int]:
        """See Owner.take_over."""
        self.held = set(sources)
        return dict(self.places)

    async def let_go(self) -> None:
        """See Owner.let_go."""
        self.held = set()

    def take(self, batch: Batch) -> None:
        """Hear a batch, and come to its end."""
        self.heard += batch.events
        self.places[batch.source] = batch.last

    async def hear(self, feed: Feed, count: int) -> None:
        """Join, and leave as soon as so many facts have been heard in all."""
        async with asyncio.timeout(LONG_SECONDS), aclosing(feed.batches(self.places)) as batches:
            while len(self.heard) < count:
                self.take(await anext(batches))

    def versions(self) -> dict[str, list[int]]:
        """The versions of each stream in the order in which they were heard."""
        found: dict[str, list[int]] = {}
        for stored in self.heard:
            found.setdefault(stored.stream, []).append(stored.version)
        return found


@asynccontextmanager
async def local_line(directory: Path) -> AsyncIterator[Line]:
    """The store's own tail."""
    async with bench(directory) as at:
        yield Line(at, lambda _owner, _member: at.feed, {})


@asynccontextmanager
async def line_over(brokers: str, joined: Joined, directory: Path) -> AsyncIterator[Line]:
    """A topic on real brokers, heard by a group of its own."""
    async with Topics(brokers) as there:
        await there.apply(declared())
    onlooker, publisher = Onlooker(brokers), Publisher(brokers, ADDRESS)
    group = f"samverkan.test.{uuid4().hex}"

    def join(owner: Owner, member: str) -> Feed:
        return joined(brokers, group, [TOPIC], owner, member, {})

    async with bench(directory) as at:
        try:
            telling = Telling(brokers, group, publisher, onlooker)
            async for attempt in patiently():  # until the brokers know their new topics
                with attempt:
                    begins = await telling.ends()
            yield Line(at, join, begins, telling)
        finally:
            await publisher.close()
            await onlooker.close()

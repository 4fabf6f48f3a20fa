"""Apache Kafka through aiokafka: facts out with acks from all, facts in by batches from our own checkpoint."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    MessageSizeTooLargeError,
    OffsetOutOfRangeError,
)
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.contracts.registry import TOPICS, owner_of
from shared.kernel.message import Stored
from shared.store.port import EventStore
from shared.transport.begun import begun
from shared.transport.cloudevents import PREFIX, Message, to_message
from shared.transport.fetching import fetched
from shared.transport.group_client import GroupClient
from shared.transport.port import Batch
from shared.transport.records import fact_in

log = logging.getLogger(__name__)
REQUEST_MS = 15_000
"""How long an answer may take before the broker counts as gone."""


class Publisher:
    """Tells facts to the topics of one cluster. A producer that failed is thrown away, never mended.

    An idempotent producer can stay out of sequence for ever after a hiccup of the broker; the relay sends
    again from its checkpoint through a new one. `address` is where readers find the schemas of facts.
    """

    def __init__(self, brokers: str, address: str) -> None:
        self._brokers, self._address = brokers, address
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, events: Sequence[Stored], into: str | None = None) -> None:
        """Return once all replicas have all of them. Raises ConnectionError otherwise; some may be there.

        `into` is the whole name of another topic than the facts' own, which has to be there.
        """
        try:
            producer = await self._ready()
            partitions: dict[str, int] = {}
            batches: dict[tuple[str, int], list[BatchBuilder]] = defaultdict(list)
            for stored in events:
                message = to_message(stored, self._address)
                topic = into or message.topic
                if topic not in partitions:
                    partitions[topic] = len(await producer.partitions_for(topic))
                _add(producer, batches[topic, partition_for(message.key or b"", partitions[topic])], message)
            await asyncio.gather(*(_sent(producer, *place, some) for place, some in batches.items()))
        except KafkaError as error:
            await self.close()
            raise ConnectionError(f"publishing failed: {type(error).__name__}") from error

    async def send(self, message: Message) -> None:
        """Return once all replicas have it. Raises ConnectionError, and MessageSizeTooLargeError for this one alone."""
        try:
            producer = await self._ready()
            await producer.send_and_wait(
                message.topic,
                value=b""
                if message.key is None is message.value
                else message.value,  # no client sends nothing
                key=message.key,
                headers=message.headers,
            )
        except MessageSizeTooLargeError:
            raise
        except KafkaError as error:
            await self.close()
            raise ConnectionError(f"publishing failed: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let go of the broker."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _ready(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._brokers,
                acks="all",
                enable_idempotence=True,
                linger_ms=2,
                request_timeout_ms=REQUEST_MS,
                max_batch_size=256 * 1024,
            )
            try:
                await begun(producer.start())
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer


def _add(producer: AIOKafkaProducer, batches: list[BatchBuilder], message: Message) -> None:
    """Write it down at once, into a batch that has room: thousands of messages kept would cost their collection."""
    what = {
        "key": message.key,
        "value": message.value,
        "headers": message.headers,
        "timestamp": message.moment,
    }
    if not batches or batches[-1].append(**what) is None:
        batches.append(producer.create_batch())
        batches[-1].append(**what)  # the first one always fits


async def _sent(
    producer: AIOKafkaProducer, topic: str, partition: int, batches: Sequence[BatchBuilder]
) -> None:
    """In this order; nothing of a batch is sent before the one before it is acknowledged."""
    for batch in batches:
        batch.close()  # or it would linger, in case that more is added
        await (await producer.send_batch(batch, topic, partition=partition))


@lru_cache(maxsize=100_000)
def partition_for(key: bytes, partitions: int) -> int:
    """Where Kafka's own clients put this key among so many partitions. It is remembered: to compute it is slow."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


class Owner(Protocol):
    """Whose checkpoints decide where a feed goes on: told when partitions come, and before they go."""

    async def take_over(self, sources: Collection[str]) -> Mapping[str, int]:
        """These sources are ours now; the position of each that was ever heard."""

    async def let_go(self) -> None:
        """They are ours no longer; return once nothing is done with them any more."""


class KafkaFeed:
    """Some topics as one consumer group hears them. A source is `topic/partition`; position = offset + 1.

    On assignment it goes to our own checkpoint, whatever the group's offset says; that offset is committed
    only so that stock tools can show the lag. Where the broker has lost what we had heard, the checkpoint goes
    back to what it has, and what is told again is known by its version. A `member` that comes back under its
    name has its partitions again at once; two of one name put each other out. `stores` are those at hand, by owner.
    """

    shared = True

    def __init__(
        self,
        brokers: str,
        group: str,
        topics: Sequence[str],
        owner: Owner,
        member: str,
        stores: Mapping[str, EventStore],
    ) -> None:
        self._brokers, self._group, self._owner, self._member = brokers, group, owner, member
        self._topics, self._stores = [f"{PREFIX}.{topic}" for topic in topics], stores

    @property
    def sources(self) -> Sequence[str]:
        """See Feed.sources."""
        return tuple(self._topics)

    async def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
        """See Feed.batches. `after` is read anew at each assignment through the owner."""
        del after
        consumer = GroupClient(self._brokers, self._group, self._member)
        listener = _FromOwnCheckpoint(consumer, self._owner)
        consumer.subscribe(self._topics, listener=listener)
        try:
            await consumer.start()
            while True:
                async for batch in _fetched(consumer):
                    yield batch
                if listener.failed:
                    raise listener.failed
        except KafkaError as error:
            raise ConnectionError(f"{self._group}: {type(error).__name__}") from error
        finally:
            await consumer.stop()

    async def missing(self, stream: str, after: int) -> Sequence[Stored]:
        """See Feed.missing. From the owner's store where it is at hand; a bus cannot give what it never had.

        Raises LookupError for a stream of others: it goes on once its owner has told it again.
        """
        topic = TOPICS[stream.split("-", 1)[0]]
        return await self._stores[owner_of(topic)].read(stream, after)


async def _fetched(consumer: AIOKafkaConsumer) -> AsyncGenerator[Batch, None]:
    """What there is now, partition by partition. The group's offset follows, as a hint that may be refused."""
    try:
        found = await fetched(consumer)
    except OffsetOutOfRangeError as error:
        for partition, offset in error.args[0].items():
            yield await _begun_anew(consumer, partition, offset)
        return
    for partition, records in found.items():
        last = records[-1].offset + 1
        yield Batch(source_of(partition), [fact_in(record) for record in records], last)
    if found:
        with suppress(CommitFailedError, IllegalStateError):
            await consumer.commit({place: records[-1].offset + 1 for place, records in found.items()})


class _FromOwnCheckpoint(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, consumer: AIOKafkaConsumer, owner: Owner) -> None:
        self._consumer, self._owner = consumer, owner
        self.failed: Exception | None = None

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Finish the batch in hand; whoever is next begins behind it."""
        del revoked
        await self._owner.let_go()

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Go on behind what our own tables have."""
        hold_back(self._consumer, assigned)
        try:
            places = await self._owner.take_over([source_of(partition) for partition in assigned])
        except Exception as error:
            self.failed = error
            raise
        for partition in assigned:
            self._consumer.seek(partition, places.get(source_of(partition), 0))
        self._consumer.resume(*assigned)


def hold_back(consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]) -> None:
    """Fetch nothing of what was just assigned, and never ask for the group's offset, until we say where to begin."""
    consumer.pause(*assigned)
    for partition in assigned:
        consumer.seek(partition, 0)


async def _begun_anew(consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> Batch:
    begin = int((await consumer.beginning_offsets([partition]))[partition])
    consumer.seek(partition, begin)
    return anew(source_of(partition), offset, begin)


def anew(source: str, heard: int, begin: int) -> Batch:
    """Nothing heard, and the place where the broker's log begins now: facts to come stand at smaller offsets."""
    log.warning(
        "the broker lost what was heard; beginning anew",
        extra={"source": source, "heard": heard, "begin": begin},
    )
    return Batch(source, [], begin)


class Partition(Protocol):
    """What a client of Kafka calls a partition."""

    @property
    def topic(self) -> str:
        """Its topic."""

    @property
    def partition(self) -> int:
        """Its number."""


def source_of(partition: Partition) -> str:
    """`samverkan.ordering.orders/3`."""
    return f"{partition.topic}/{partition.partition}"

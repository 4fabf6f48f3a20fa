"""Looks at topics without being in any group: where they end, what they hold, how old the oldest of it is."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.kernel.message import Stored
from shared.transport.begun import begun
from shared.transport.fetching import NO_MOMENT, fetched
from shared.transport.kafka import source_of
from shared.transport.records import fact_in
from shared.transport.topics import Topics

ANSWER_SECONDS = 3.0
T = TypeVar("T")


class Onlooker:
    """One connection for all looks, made at the first. Its methods raise ConnectionError; `close()` when done."""

    def __init__(self, brokers: str) -> None:
        self._brokers = brokers
        self._consumer: AIOKafkaConsumer | None = None
        self._partitions: dict[str, int] = {}
        self._turn = asyncio.Lock()

    async def ends(self, topics: Collection[str]) -> Mapping[str, int]:
        """Where each partition of these topics ends, by source: the position of its newest fact."""

        async def look(consumer: AIOKafkaConsumer) -> Mapping[str, int]:
            counts = await self._counted(topics)
            there = [TopicPartition(topic, n) for topic, count in counts.items() for n in range(count)]
            ends = await consumer.end_offsets(there) if there else {}
            return {source_of(partition): int(end) for partition, end in ends.items()}

        return await self._looked(look)

    async def moment_behind(self, places: Mapping[str, int]) -> datetime | None:
        """When the earliest record behind these positions was made; None if there is none."""

        async def look(consumer: AIOKafkaConsumer) -> datetime | None:
            starts = {partition_of(source): position for source, position in places.items()}
            consumer.assign(list(starts))
            ends = await consumer.end_offsets(list(starts))
            waiting = {partition for partition, start in starts.items() if start < ends[partition]}
            for partition in waiting:
                consumer.seek(partition, starts[partition])
            moments: list[int] = []
            while waiting:
                found = await fetched(consumer, *waiting)
                made = (records[0].timestamp for records in found.values())
                moments += [moment for moment in made if moment != NO_MOMENT]
                waiting -= found.keys()
            return datetime.fromtimestamp(min(moments) / 1000, UTC) if moments else None

        return await self._looked(look)

    async def close(self) -> None:
        """Let go of the broker."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()

    async def check(self) -> None:
        """Return if the brokers answer."""

        async def look(consumer: AIOKafkaConsumer) -> None:
            await consumer.topics()

        await self._looked(look)

    async def _counted(self, topics: Collection[str]) -> Mapping[str, int]:
        """How many partitions each has, asked once: they cannot become others under a running product."""
        if unknown := set(topics) - self._partitions.keys():
            async with Topics(self._brokers) as there:
                self._partitions |= await there.partitions(sorted(unknown))
        return {topic: self._partitions[topic] for topic in topics if topic in self._partitions}

    async def _looked(self, look: Callable[[AIOKafkaConsumer], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._turn:
                try:
                    return await look(await self._ready())
                except BaseException:
                    await self.close()
                    raise
        except (KafkaError, TimeoutError) as error:
            raise ConnectionError(f"no broker answers: {type(error).__name__}") from error

    async def _ready(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = outside_any_group(self._brokers)
            try:
                await begun(consumer.start())
            except BaseException:
                await consumer.stop()
                raise
            self._consumer = consumer
        return self._consumer


async def told(brokers: str, source: str, after: int, until: int) -> AsyncGenerator[Sequence[Stored], None]:
    """What a partition holds behind one position and up to another, for whoever is in no group.

    Raises ConnectionError if the brokers do not answer, LookupError if they hold less.
    """
    partition, consumer = partition_of(source), outside_any_group(brokers)
    try:
        await begun(consumer.start())
        consumer.assign([partition])
        if int((await consumer.end_offsets([partition]))[partition]) < until:
            raise LookupError(f"{source} ends before {until}; `samverkan backfill` fills it from the store")
        consumer.seek(partition, after)
        while after < until:
            found = await fetched(consumer, partition)
            for records in found.values():
                after = records[-1].offset + 1
                yield [fact_in(record) for record in records if record.offset < until]
    except KafkaError as error:
        raise ConnectionError(f"{source}: {type(error).__name__}") from error
    finally:
        await consumer.stop()


def outside_any_group(brokers: str) -> AIOKafkaConsumer:
    """A consumer that is told where to read, and moves nobody's place."""
    return AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False, auto_offset_reset="none")


def partition_of(source: str) -> TopicPartition:
    """The partition that `samverkan.ordering.orders/3` names."""
    topic, _, number = source.rpartition("/")
    return TopicPartition(topic, int(number))

"""The bench's own dealings with the broker: empty topics, and a plain producer."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import stamina
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.transport.kafka import source_of
from shared.transport.topics import Topics, declared

ADDRESS = "http://127.0.0.1:8080"
TOPIC = "samverkan.catalog.entities"
PARTITIONS = next(topic.partitions for topic in declared() if topic.name == TOPIC)
PLACES = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]


async def empty_topics(brokers: str) -> None:
    """Every declared topic as the product declares it, with nothing in it."""
    names = {topic.name for topic in declared()}
    async with Topics(brokers) as topics:
        there = names & await topics.names()
        if there:
            admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
            await admin.start()
            await admin.delete_topics(sorted(there))
            await admin.close()
        async for attempt in stamina.retry_context(on=TimeoutError, wait_initial=0.05, wait_max=0.5):
            with attempt:
                if names & await topics.names():
                    raise TimeoutError("the broker still shows topics that were deleted")
        await topics.apply(declared())


@asynccontextmanager
async def producing(brokers: str) -> AsyncIterator[AIOKafkaProducer]:
    """A producer with the settings of the product's own, and a linger, without which `send` would be slower."""
    producer = AIOKafkaProducer(
        bootstrap_servers=brokers,
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_batch_size=256 * 1024,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def ends(brokers: str) -> Mapping[str, int]:
    """Where each partition of the entities' topic ends, as the product's consumers count it."""
    async with listening(brokers) as consumer:
        found = await consumer.end_offsets(PLACES)
    return {source_of(place): int(end) for place, end in found.items() if end}


@asynccontextmanager
async def listening(brokers: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A plain consumer of no group, before the first event of the entities' topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False, fetch_max_wait_ms=50)
    await consumer.start()
    try:
        consumer.assign(PLACES)
        for place in PLACES:
            consumer.seek(place, 0)
        yield consumer
    finally:
        await consumer.stop()

"""The bench's own dealings with the broker: empty topics, and a plain producer."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import stamina
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from shared.transport.onlooker import Onlooker
from shared.transport.topics import Topics, declared

TOPIC = "samverkan.catalog.entities"
PARTITIONS = next(topic.partitions for topic in declared() if topic.name == TOPIC)


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
    onlooker = Onlooker(brokers)
    found = await onlooker.ends([TOPIC.partition(".")[2]])
    await onlooker.close()
    return {source: end for places in found.values() for source, end in places.items() if end}

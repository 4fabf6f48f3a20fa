"""Those who hear the same topic without this product: a plain loop of aiokafka, FastStream, and a Faust agent.

None of them has a database. FastStream and Faust stop at parsed JSON, which is less than a typed event.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faststream.kafka import KafkaBroker

from bench.broker import PARTITIONS, TOPIC
from bench.measure import Sample
from bench.sides import Side
from shared import codec
from shared.transport.cloudevents import from_message

AT_ONCE, POLL_MS = 1000, 500


async def plain_loop(brokers: str, events: int, *, typed: bool = False) -> Sample:
    """getmany, as often as needed; with `typed`, each fact with its envelope as the product's codec reads it."""
    seen, began = 0, 0.0
    async with _assigned(brokers) as consumer:
        while seen < events:
            found = await consumer.getmany(timeout_ms=POLL_MS, max_records=AT_ONCE)
            began = began or time.perf_counter()
            for records in found.values():
                seen += len(records)
                for record in records if typed else ():
                    codec.read(from_message(record.topic, record.value, record.headers, record.offset + 1))
        return Sample(seen, time.perf_counter() - began)


@asynccontextmanager
async def _assigned(brokers: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False, fetch_max_wait_ms=50)
    await consumer.start()
    try:
        places = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        for place in places:
            consumer.seek(place, 0)
        yield consumer
    finally:
        await consumer.stop()


async def faststream(brokers: str, events: int, group: str, *, batch: bool) -> Sample:
    """A subscriber of its own group, handed one event or many at a time, as parsed JSON."""
    broker = KafkaBroker(brokers, logger=None)
    began, seen, done = 0.0, 0, asyncio.Event()

    def count(heard: int) -> None:
        nonlocal began, seen
        began = began or time.perf_counter()
        seen += heard
        if seen >= events:
            done.set()

    async def one(event: dict[str, Any]) -> None:
        del event
        count(1)

    async def many(found: list[dict[str, Any]]) -> None:
        count(len(found))

    more: dict[str, Any] = {"batch": True, "max_records": AT_ONCE} if batch else {}
    broker.subscriber(TOPIC, group_id=group, auto_offset_reset="earliest", **more)(many if batch else one)
    async with broker:
        await broker.start()
        await done.wait()
        seconds = time.perf_counter() - began
    return Sample(seen, seconds)


def faust(brokers: str, events: int, group: str) -> Sample:
    """The agent in `bench/faust_peer.py`."""
    with Side("bench.faust_peer", brokers, TOPIC, group, events) as side:
        heard = side.hear()
        side.kill()
    return Sample(heard["events"], heard["seconds"])

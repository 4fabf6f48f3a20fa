"""Those who hear the same topic without this product: a plain loop of aiokafka, FastStream, and a Faust agent.

None of them has a database. FastStream and Faust stop at parsed JSON, which is less than a typed event.
"""

import asyncio
import time
from typing import Any

from faststream.kafka import KafkaBroker

from bench.broker import TOPIC, listening
from bench.measure import Sample
from bench.sides import Side
from shared import codec
from shared.transport.records import fact_in

AT_ONCE, POLL_MS = 1000, 500


async def plain_loop(brokers: str, events: int, *, typed: bool = False) -> Sample:
    """getmany, as often as needed; with `typed`, each fact with its envelope as the product's codec reads it."""
    seen, began = 0, 0.0
    async with listening(brokers) as consumer:
        while seen < events:
            found = await consumer.getmany(timeout_ms=POLL_MS, max_records=AT_ONCE)
            began = began or time.perf_counter()
            for records in found.values():
                seen += len(records)
                for record in records if typed else ():
                    codec.read(fact_in(record))
        return Sample(seen, time.perf_counter() - began)


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
        side.hear()
        heard = side.hear()
        side.kill()
    return Sample(heard["events"], heard["seconds"])

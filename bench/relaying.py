"""Row 9: what is stored is told: a full store goes to the broker, and the checkpoint is on disk."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from bench.broker import ADDRESS, PARTITIONS, TOPIC, empty_topics, producing
from bench.feeding import filled
from bench.measure import SAMVERKAN, Contender, Goal, Row, Sample, Size, Target, alternate
from bench.servers import Servers
from shared.database.port import Database
from shared.database.postgres import PostgresDatabase
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.message import NewEvent, Stored
from shared.runtime.relay import relay
from shared.runtime.tables import ENGINE
from shared.store.port import EventStore
from shared.store.postgres import PostgresStore
from shared.transport.cloudevents import Message, to_message
from shared.transport.kafka import Publisher

SEND, SEND_BATCH = "send, prepared messages", "send_batch, prepared messages"
FROM_SQLITE, FROM_POSTGRES = f"{SAMVERKAN}, from SQLite", f"{SAMVERKAN}, from PostgreSQL"
CLAUSES = (
    (
        "Samverkan reads the store, makes the messages and commits a durable checkpoint for each batch within the time "
        "measured; both floors send messages that were made beforehand, and keep no checkpoint."
    ),
    "acks=all on a broker that is alone: no replica has to answer. It is on the same machine and not forced to disk.",
    "All have the same producer settings, idempotence included. The broker uses most of the second core.",
    "kafka-python is none of the development packages and is not measured.",
)


class _Backlog:
    """A store as a relay sees it, which says when all of it was told: news is asked for behind the last checkpoint."""

    def __init__(self, store: EventStore) -> None:
        self._store, self.told = store, asyncio.Event()

    async def tail(self, after: int, limit: int = 500) -> Sequence[Stored]:
        return await self._store.tail(after, limit)

    async def news(self, after: int) -> None:
        del after
        self.told.set()
        await asyncio.Event().wait()


def relaying(size: Size, folder: Path, runner: asyncio.Runner, servers: Servers) -> Row:
    """A whole backlog, told from the first fact."""
    brokers, url = servers.kafka().brokers, servers.postgres("relaying")
    runner.run(empty_topics(brokers))
    stack = AsyncExitStack()
    try:
        samples = alternate(
            runner.run(_contenders(size.backlog, folder, runner, stack, brokers, url)), size.rounds
        )
    finally:
        runner.run(stack.aclose())
    return Row(
        9,
        "relay: store, broker's acknowledgement, durable checkpoint",
        "events/s",
        samples,
        (
            Target(FROM_SQLITE, SEND, 0.8),
            Target(FROM_POSTGRES, SEND, 0.0),
            Target(FROM_SQLITE, SEND_BATCH, 0.0),
        ),
        CLAUSES,
        {"events": size.backlog, "partitions": PARTITIONS},
        (Goal(FROM_SQLITE, 120_000),),
    )


async def _contenders(
    events: int, folder: Path, runner: asyncio.Runner, stack: AsyncExitStack, brokers: str, url: str
) -> list[Contender]:
    store = filled(folder / "ours.db", events)
    stack.callback(store.close)
    facts = await store.tail(0, events)
    there = await copied(facts, url, "relay_events")
    stack.push_async_callback(there.close)
    tables = SQLiteDatabase(folder / "views.db")
    stack.callback(tables.close)
    tables_there = await PostgresDatabase.open(url, "relay_views")
    stack.push_async_callback(tables_there.close)
    publisher = Publisher(brokers, ADDRESS)
    stack.push_async_callback(publisher.close)
    for database in (tables, tables_there):
        await database.go_forward(ENGINE)
    producer = await stack.enter_async_context(producing(brokers))
    messages, turns = [to_message(fact, ADDRESS) for fact in facts], count()

    def ours(source: EventStore, database: Database) -> Sample:
        return runner.run(_told(source, database, publisher, events, f"bench.relay-{next(turns)}"))

    return [
        Contender(SEND, lambda: runner.run(_sent(producer, messages))),
        Contender(SEND_BATCH, lambda: runner.run(_sent_in_batches(producer, messages))),
        Contender(FROM_SQLITE, lambda: ours(store, tables)),
        Contender(FROM_POSTGRES, lambda: ours(there, tables_there)),
    ]


async def copied(facts: Sequence[Stored], url: str, schema: str) -> PostgresStore:
    """A store in PostgreSQL with the same facts, many streams at once."""
    streams: dict[str, list[NewEvent]] = defaultdict(list)
    for fact in facts:
        streams[fact.stream].append(
            NewEvent(fact.id, fact.type, fact.schema, fact.data, fact.meta, fact.command_id)
        )
    store = await PostgresStore.open(url, schema)
    await asyncio.gather(*(store.append(stream, -1, events) for stream, events in streams.items()))
    return store


async def _told(store: EventStore, db: Database, publisher: Publisher, events: int, name: str) -> Sample:
    backlog = _Backlog(store)
    began = time.perf_counter()
    relaying_ = asyncio.create_task(relay(backlog, db, publisher.publish, name))  # type: ignore[arg-type]
    told = asyncio.create_task(backlog.told.wait())
    await asyncio.wait({relaying_, told}, return_when=asyncio.FIRST_COMPLETED)
    seconds = time.perf_counter() - began
    relaying_.cancel()
    await asyncio.gather(relaying_, return_exceptions=True)
    if not told.done():
        raise RuntimeError(f"the relay ended: {relaying_}")
    return Sample(events, seconds)


async def _sent(producer: AIOKafkaProducer, messages: Sequence[Message]) -> Sample:
    began = time.perf_counter()
    waiting = []
    for _, key, value, headers, moment in messages:
        waiting.append(await producer.send(TOPIC, key=key, value=value, headers=headers, timestamp_ms=moment))
    await asyncio.gather(*waiting)
    return Sample(len(messages), time.perf_counter() - began)


async def _sent_in_batches(producer: AIOKafkaProducer, messages: Sequence[Message]) -> Sample:
    partitions = [(murmur2(message.key) & 0x7FFFFFFF) % PARTITIONS for message in messages]
    batches: dict[int, Any] = {}
    waiting = []
    began = time.perf_counter()
    for partition, (_, key, value, headers, moment) in zip(partitions, messages, strict=True):
        batch = batches.get(partition) or batches.setdefault(partition, producer.create_batch())
        if batch.append(key=key, value=value, headers=headers, timestamp=moment) is None:
            waiting.append(await producer.send_batch(batch, TOPIC, partition=partition))
            batches[partition] = producer.create_batch()
            batches[partition].append(key=key, value=value, headers=headers, timestamp=moment)
    for partition, batch in batches.items():
        batch.close()
        waiting.append(await producer.send_batch(batch, TOPIC, partition=partition))
    await asyncio.gather(*waiting)
    return Sample(len(messages), time.perf_counter() - began)

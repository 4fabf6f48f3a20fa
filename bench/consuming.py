"""Row 8: from the broker to rows: a live consumer with its projection, effectively once."""

import asyncio
import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from bench import material, stream_peers
from bench.broker import ADDRESS, PARTITIONS, TOPIC, empty_topics, ends
from bench.measure import SAMVERKAN, Contender, Goal, Row, Sample, Size, Target, alternate
from bench.servers import Servers
from services.catalog.projections.entity_list import ENTITY_LIST
from shared.database.port import Database
from shared.database.postgres import PostgresDatabase
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.message import NO_PARAMS, Recorded
from shared.kernel.projection import Statement
from shared.runtime.consume import Consumer
from shared.runtime.kafka_bus import Joined
from shared.runtime.relay import BATCH
from shared.runtime.tables import ENGINE
from shared.transport.faust import FaustFeed
from shared.transport.kafka import KafkaFeed, Publisher

RAW, TYPED = "getmany loop, no database", "getmany loop, typed, no database"
SINGLE, MANY, FAUST = "FastStream, one by one", "FastStream, batches", "Faust, take(1000)"
TO_SQLITE, TO_POSTGRES = f"{SAMVERKAN}, to SQLite", f"{SAMVERKAN}, to PostgreSQL"
BY_FAUST = f"{SAMVERKAN} through Faust, to SQLite"
Places = Mapping[str, int]
CLAUSES = (
    (
        "Samverkan makes typed events with their envelopes, writes the rows of catalog's entity list, the version of "
        "every stream and the checkpoint, and commits them durably together; none of the others has a database, and "
        "FastStream and Faust stop at parsed JSON."
    ),
    "The clock runs from the first event in hand to the last one done; joining the group is outside.",
    "After every turn the rows are compared with what they must be: each stream at its last version, none missing.",
    "The plain loop shows what the broker and aiokafka can do: the ratio against it is the share that is reached.",
    "Faust is a process of its own, without tables; `through Faust` is our own consumer on its other transport.",
    "Quix Streams is none of the development packages and is not measured.",
    "The broker is on the same machine, in the same two cores.",
)


def consuming(size: Size, folder: Path, runner: asyncio.Runner, servers: Servers) -> Row:
    """A topic with a backlog, heard from the first event to the last by everybody in turn."""
    brokers, url, events = servers.kafka().brokers, servers.postgres("consuming"), size.consumed
    runner.run(empty_topics(brokers))
    told, places = runner.run(fill(brokers, events)), runner.run(ends(brokers))
    turns = count()

    def faststream(*, batch: bool) -> Sample:
        return runner.run(stream_peers.faststream(brokers, told, f"faststream-{next(turns)}", batch=batch))

    contenders = (
        Contender(RAW, lambda: runner.run(stream_peers.plain_loop(brokers, told))),
        Contender(TYPED, lambda: runner.run(stream_peers.plain_loop(brokers, told, typed=True))),
        Contender(TO_SQLITE, lambda: runner.run(_to_sqlite(brokers, places, folder / f"{next(turns)}.db"))),
        Contender(
            TO_POSTGRES, lambda: runner.run(_to_postgres(brokers, places, url, f"heard_{next(turns)}"))
        ),
        Contender(
            BY_FAUST,
            lambda: runner.run(_to_sqlite(brokers, places, folder / f"{next(turns)}.db", FaustFeed)),
        ),
        Contender(MANY, lambda: faststream(batch=True)),
        Contender(SINGLE, lambda: faststream(batch=False)),
        Contender(FAUST, lambda: stream_peers.faust(brokers, told, f"faust-{next(turns)}")),
    )
    return Row(
        8,
        "live consumer: broker, typed event, projection and checkpoint in one transaction",
        "events/s",
        alternate(contenders, size.rounds),
        (
            *(Target(TO_SQLITE, *other) for other in ((RAW, 0.0), (TYPED, 0.0), (MANY, 0.0))),
            Target(TO_SQLITE, SINGLE, 3.5),
            Target(TO_SQLITE, FAUST, 5.0),
            *(Target(TO_POSTGRES, other, 0.0) for other in (RAW, SINGLE, FAUST)),
            *(Target(BY_FAUST, other, 0.0) for other in (TO_SQLITE, FAUST)),
        ),
        CLAUSES,
        {"events": told, "partitions": PARTITIONS},
        (Goal(TO_SQLITE, 80_000), Goal(TO_POSTGRES, 80_000)),
    )


async def fill(brokers: str, count_: int) -> int:
    """Tell so many facts of entities to their topic; how many there are."""
    facts, publisher = material.told(count_), Publisher(brokers, ADDRESS)
    for start in range(0, len(facts), BATCH):
        await publisher.publish(facts[start : start + BATCH])
    await publisher.close()
    return len(facts)


async def _to_sqlite(brokers: str, places: Places, path: Path, joined: Joined = KafkaFeed) -> Sample:
    db = SQLiteDatabase(path)
    try:
        return await _heard(brokers, places, db, path.stem, joined)
    finally:
        db.close()


async def _to_postgres(brokers: str, places: Places, url: str, schema: str) -> Sample:
    db = await PostgresDatabase.open(url, schema)
    try:
        return await _heard(brokers, places, db, schema, KafkaFeed)
    finally:
        await db.close()


async def _heard(brokers: str, places: Places, db: Database, group: str, joined: Joined) -> Sample:
    """The product's own consumer on its own feed, until the topic is heard to its end."""
    began, seen, done, events = 0.0, 0, asyncio.Event(), sum(places.values())

    async def effect(recorded: Recorded) -> list[Statement]:
        nonlocal began, seen
        began = began or time.perf_counter()
        seen += 1
        if seen == events:
            done.set()
        return list(ENTITY_LIST.apply(recorded))

    await db.go_forward(ENGINE)
    await db.commit([(table, NO_PARAMS) for table in ENTITY_LIST.tables])
    consumer = Consumer(ENTITY_LIST.name, ENTITY_LIST.hears, db, effect)
    feed = joined(brokers, group, ENTITY_LIST.hears, consumer, "bench", {})
    async with asyncio.TaskGroup() as group_:
        running = group_.create_task(consumer.run([feed]))
        await done.wait()
        for source, end in places.items():
            await consumer.caught_up(source, end)  # until the last commit
        seconds = time.perf_counter() - began
        running.cancel()
    await _compare(db, events, seen)
    return Sample(events, seconds)


async def _compare(db: Database, events: int, seen: int) -> None:
    """Every stream must be at its last version, and nothing must have been parked."""
    (found,) = await db.rows(
        "SELECT count(*) AS streams, sum(version + 1) AS events, (SELECT count(*) FROM parked) AS parked FROM progress"
    )
    (rows,) = await db.rows("SELECT count(*) AS streams, sum(version + 1) AS events FROM entity_list")
    if (found["events"], rows["events"], seen, found["parked"]) != (events, events, events, 0):
        raise RuntimeError(f"{TOPIC} holds {events} events, and the tables have {dict(found)}, {dict(rows)}")

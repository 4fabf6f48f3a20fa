"""Row 10: how long after an append a reader sees it, and how long after a publication there is a child campaign."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from uuid import UUID

import psycopg

from bench import material
from bench.broker import empty_topics, producing
from bench.flowing import FLOW, flows
from bench.measure import FLOOR, SAMVERKAN, Contender, Goal, Row, Sample, Size, Target, alternate
from bench.servers import Servers
from bench.sides import Side
from deploy.cluster.__main__ import environment
from deploy.cluster.processes import Processes
from shared.kernel.ids import EntityId, derive
from shared.store.port import NEW
from shared.store.postgres import PostgresStore

PER_SECOND = 1000
ACKNOWLEDGED = f"{SAMVERKAN}, until the append is acknowledged"
ALONE = f"{FLOOR}, broker and two clients"
TRIGGER = """
CREATE FUNCTION catalog.seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('bench_seen', NEW.entity_id);
    RETURN NULL;
END $$;
CREATE TRIGGER seen AFTER INSERT ON catalog.entity_list FOR EACH ROW EXECUTE FUNCTION catalog.seen()
"""
CLAUSES = (
    (
        "At a steady 1,000 events a second, counted from the moment at which the append was due until the commit of "
        "the row is announced by the database (a trigger of the bench, which costs the worker a little)."
    ),
    (
        "The bench appends, with the product's own store; relay and worker are the product's own processes, as they "
        "run in the cluster; store and tables are one PostgreSQL, each commit with its fsync: append, relay's "
        "checkpoint, rows."
    ),
    "The floor is a plain producer and a plain consumer in another process on the same broker: no store, no tables.",
    (
        "The full flow goes through every process of the cluster: publication, subscription, the end of registration, "
        "approval by silence, child campaign; four turns over the broker, with no person in between. It is measured "
        "with one flow at a time, as the facts become visible in the stores of catalog and campaigns."
    ),
    "Everything shares the same two cores, the broker, the database and the bench itself included.",
)

Told = Callable[[int], Awaitable[None]]


def lagging(size: Size, folder: Path, runner: asyncio.Runner, servers: Servers) -> Row:
    """First the lag of one view, then the whole flow through all services, each on a database of its own."""
    brokers = servers.kafka().brokers
    runner.run(empty_topics(brokers))
    stack = AsyncExitStack()
    try:
        contenders = runner.run(
            _contenders(size.lagged, folder, runner, stack, brokers, servers.postgres("lag"))
        )
        samples = alternate(contenders, size.rounds)
    finally:
        runner.run(stack.aclose())
    runner.run(empty_topics(brokers))
    environ = environment(folder, brokers, servers.postgres("flow"))
    samples |= flows(size, folder, runner, environ)
    return Row(
        10,
        "lag from append to visible row at 1,000 events/s, and the full flow from publication to child campaign",
        "events/s",
        samples,
        (Target(SAMVERKAN, ALONE, 0.0, of="p99"),),
        CLAUSES,
        {"events_per_second": PER_SECOND, "events": size.lagged, "flows": size.flows},
        (Goal(SAMVERKAN, 0.003, "p50"), Goal(SAMVERKAN, 0.015, "p99"), Goal(FLOW, 0.060, "p99")),
    )


async def _contenders(
    events: int, folder: Path, runner: asyncio.Runner, stack: AsyncExitStack, brokers: str, url: str
) -> list[Contender]:
    store = await PostgresStore.open(url, "catalog_events")
    stack.push_async_callback(store.close)
    running = Processes(folder, environment(folder, brokers, url))
    stack.push_async_callback(running.stop)
    async with asyncio.TaskGroup() as group:
        for words in (("relay", "catalog"), ("worker", "catalog")):
            group.create_task(running.part(*words).start())
    watching = await psycopg.AsyncConnection.connect(url, autocommit=True)
    stack.push_async_callback(watching.close)
    await watching.execute(TRIGGER)
    await watching.execute("LISTEN bench_seen")
    producer = await stack.enter_async_context(producing(brokers))
    echo = stack.enter_context(Side("bench.echo", brokers, "samverkan.catalog.people"))
    turns, acknowledged = count(), []

    def ours() -> Sample:
        lags, acks = runner.run(_lags(store, watching, events, next(turns)))
        acknowledged.append(acks)
        return lags

    return [
        Contender(ALONE, lambda: runner.run(_echoed(producer, echo, events))),
        Contender(SAMVERKAN, ours),
        Contender(ACKNOWLEDGED, lambda: acknowledged[-1]),
    ]


async def _paced(events: int, tell: Told) -> dict[str, float]:
    """Tell one after the other at their moments, whether those before are done or not; when each was due."""
    began, due = time.monotonic(), {}
    async with asyncio.TaskGroup() as group:
        for index in range(events):
            moment = began + index / PER_SECOND
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            due[str(index)] = moment
            group.create_task(tell(index))
    return due


async def _lags(
    store: PostgresStore, watching: "psycopg.AsyncConnection[tuple[object, ...]]", events: int, turn: int
) -> tuple[Sample, Sample]:
    """New entities, each as it is registered: until it is seen, and until its append is acknowledged."""
    ids = [EntityId(derive("bench lag", turn, index)) for index in range(events)]
    facts = [
        material.encoded(id_, 0, material.registered(id_, turn * events + index + 1), turn)
        for index, id_ in enumerate(ids)
    ]
    acknowledged: dict[str, float] = {}
    seen: dict[UUID, float] = {}

    async def append(index: int) -> None:
        await store.append(f"entity-{ids[index]}", NEW, [facts[index]])
        acknowledged[str(index)] = time.monotonic()

    async def watch() -> None:
        async for notice in watching.notifies():
            seen[UUID(notice.payload)] = time.monotonic()
            if len(seen) == events:
                return

    began = time.monotonic()
    watcher = asyncio.create_task(watch())
    due = await _paced(events, append)
    await watcher
    seconds = time.monotonic() - began
    lags = [seen[id_] - due[str(index)] for index, id_ in enumerate(ids)]
    return Sample(events, seconds, lags), Sample(events, seconds, _since(due, acknowledged))


async def _echoed(producer: object, echo: Side, events: int) -> Sample:
    """The same pace over the broker alone."""
    echo.tell(events)
    echo.hear()

    async def send(index: int) -> None:
        await producer.send_and_wait("samverkan.catalog.people", str(index).encode())  # type: ignore[attr-defined]

    began = time.monotonic()
    due = await _paced(events, send)
    moments = await asyncio.to_thread(echo.hear)
    return Sample(events, time.monotonic() - began, _since(due, moments["moments"]))


def _since(due: Mapping[str, float], done: Mapping[str, float]) -> list[float]:
    return [done[index] - moment for index, moment in due.items()]

"""Row 3: durable appends in PostgreSQL by 16 writers, and whether a reader who continues misses any."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from bench import floor, material, postgres_peers
from bench.measure import SAMVERKAN, Contender, Row, Sample, Size, Target, alternate
from bench.servers import Servers
from bench.sides import Side
from bench.writers import together
from shared.store.postgres import PostgresStore

WRITERS, PROCESSES = 16, 4
DISK, UNSAFE, SPREAD = "fdatasync of 4 KiB", "unsafe insert", f"{SAMVERKAN}, {PROCESSES} processes"
FROM_PYTHON = "unsafe insert, from Python"
PEERS = {
    UNSAFE: "unsafe_insert",
    "function lock": "function_lock",
    "table lock": "table_lock",
    "message-db's shape": "message_db",
}
CLAUSES = (
    "Depends on the disk: compare with the fdatasync floor beside it, measured in the same rounds.",
    (
        "The peers are driven by pgbench, a client in C with prepared statements and two threads; Samverkan by "
        "Python, with its hash chain. `unsafe insert, from Python` is the same statement through psycopg, 16 "
        "connections in one process: what of the distance is the language."
    ),
    (
        "`unsafe insert` is unsafe: positions are drawn before the commit, and whoever continues behind the last one "
        "seen misses events. How many of each contender's a concurrent reader missed stands in the facts."
    ),
    "message-db's shape is written anew for this bench: a function, a lock per category, the version check.",
    "eventsourcing's PostgreSQL recorder needs a pool that is none of the development packages; not measured.",
    "The server has its default settings but for the number of connections; fsync and synchronous_commit are on.",
)
INSERT = f"""
INSERT INTO {postgres_peers.SCHEMA}.unsafe_insert ({postgres_peers.COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


class _Watched:
    """A reader beside each turn. `missed` counts for each contender what it did not see, of how many."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self._url, self._stack = url, stack
        self._readers: dict[str, Side] = {}
        self.missed: dict[str, dict[str, int]] = {}

    def turn(self, name: str, table: str, work: Callable[[], Sample]) -> Sample:
        """Do the work while the reader of this table looks."""
        if table not in self._readers:
            self._readers[table] = self._stack.enter_context(Side("bench.reader", self._url, table))
        reader = self._readers[table]
        reader.tell("go")
        reader.hear()
        sample = work()
        reader.tell("stop")
        seen = reader.hear()["seen"]
        so_far = self.missed.setdefault(name, {"missed": 0, "of": 0})
        so_far["missed"] += sample.count - seen
        so_far["of"] += sample.count
        return sample


def sixteen_writers(size: Size, folder: Path, runner: asyncio.Runner, servers: Servers) -> Row:
    """16 callers at once, each waiting for its own commit before the next append."""
    url = servers.postgres("appending")
    with psycopg.connect(url, autocommit=True) as admin:
        for statement in postgres_peers.statements():
            admin.execute(statement)
    with ExitStack() as stack:
        watched = _Watched(url, stack)
        contenders = [
            Contender(DISK, lambda: floor.fdatasync(folder / "disk", size.appends)),
            *_peers(url, size.per_connection, folder, watched),
            *_ours(url, size.per_connection, runner, watched, stack),
        ]
        samples = alternate(contenders, size.rounds)
    return Row(
        3,
        "durable append in PostgreSQL, 16 writers, safe order",
        "events/s",
        samples,
        (
            Target(SAMVERKAN, UNSAFE, 0.8),
            Target(SAMVERKAN, "message-db's shape", 3.5),
            *(Target(SAMVERKAN, other, 0.0) for other in (FROM_PYTHON, "function lock", "table lock", DISK)),
            Target(SPREAD, UNSAFE, 0.0),
            Target(SPREAD, "message-db's shape", 0.0),
        ),
        CLAUSES,
        {"writers": WRITERS, "missed_by_a_reader": watched.missed},
    )


def _peers(url: str, each: int, folder: Path, watched: _Watched) -> list[Contender]:
    turns = count()

    def turn(name: str, table: str) -> Sample:
        return watched.turn(
            name,
            f"{postgres_peers.SCHEMA}.{table}",
            lambda: postgres_peers.appended(url, table, each, folder, next(turns)),
        )

    return [Contender(name, lambda n=name, t=table: turn(n, t)) for name, table in PEERS.items()]  # type: ignore[misc]


def _ours(
    url: str, each: int, runner: asyncio.Runner, watched: _Watched, stack: ExitStack
) -> list[Contender]:
    store = runner.run(PostgresStore.open(url, "one"))
    stack.callback(lambda: runner.run(store.close()))
    unsafe = runner.run(_connected(url, stack, runner))
    sides = [
        stack.enter_context(Side("bench.writers", url, "spread", WRITERS // PROCESSES))
        for _ in range(PROCESSES)
    ]
    turns = count()

    def shares() -> list[Any]:
        turn = next(turns)
        return [material.revisions(each, ("there", turn, writer), 1) for writer in range(WRITERS)]

    def in_one() -> Sample:
        prepared = shares()
        return watched.turn(SAMVERKAN, "one.events", lambda: runner.run(_timed(store, prepared)))

    def from_python() -> Sample:
        prepared = shares()
        work = lambda: runner.run(_inserted(unsafe, prepared))  # noqa: E731
        return watched.turn(FROM_PYTHON, f"{postgres_peers.SCHEMA}.unsafe_insert", work)

    def in_several() -> Sample:
        for number, side in enumerate(sides):
            side.tell(f"{next(turns)}-{number} {each}")
        for side in sides:
            side.hear()
        return watched.turn(SPREAD, "spread.events", lambda: _appended_by(sides))

    return [
        Contender(FROM_PYTHON, from_python),
        Contender(SAMVERKAN, in_one),
        Contender(SPREAD, in_several),
    ]


async def _timed(store: PostgresStore, shares: Sequence[Any]) -> Sample:
    began = time.perf_counter()
    waits = await together(store, shares)
    return Sample(len(waits), time.perf_counter() - began, waits)


def _appended_by(sides: Sequence[Side]) -> Sample:
    for side in sides:
        side.tell("go")
    heard = [side.hear() for side in sides]
    waits = [wait for one in heard for wait in one["waits"]]
    seconds = max(one["ended"] for one in heard) - min(one["began"] for one in heard)
    return Sample(len(waits), seconds, waits)


async def _connected(
    url: str, stack: ExitStack, runner: asyncio.Runner
) -> list["psycopg.AsyncConnection[Any]"]:
    found = []
    for _ in range(WRITERS):
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
        connection.prepare_threshold = 0
        stack.callback(lambda c=connection: runner.run(c.close()))  # type: ignore[misc]
        found.append(connection)
    return found


async def _inserted(connections: Sequence["psycopg.AsyncConnection[Any]"], shares: Sequence[Any]) -> Sample:
    waits: list[float] = []

    async def one(connection: "psycopg.AsyncConnection[Any]", share: Sequence[Any]) -> None:
        for stream, before, new in share:
            row = (stream, before + 1, new.id, new.type, new.schema, new.data, new.meta, new.command_id)
            start = time.perf_counter()
            await connection.execute(INSERT, row)
            waits.append(time.perf_counter() - start)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for connection, share in zip(connections, shares, strict=True):
            group.create_task(one(connection, share))
    return Sample(len(waits), time.perf_counter() - began, waits)

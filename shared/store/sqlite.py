"""The event store in one SQLite file: WAL, fsync at every commit, a hash chain in every stream."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from shared.forward import Schema
from shared.kernel.ids import of_bytes
from shared.kernel.message import NewEvent, Stored
from shared.sqlite import Writer, connect, disk_errors_as_unavailable
from shared.store.chain import GONE, Tampered, chain_hash, chain_start
from shared.store.port import NEW, CommandReused, VersionConflict

EVENTS = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, version INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE, type TEXT NOT NULL, schema INTEGER NOT NULL,
    data BLOB NOT NULL, meta BLOB NOT NULL, command_id BLOB NOT NULL, hash BLOB NOT NULL,
    UNIQUE (stream, version)
)
"""
NUMBERS = "CREATE TABLE IF NOT EXISTS numbers (category TEXT PRIMARY KEY, last INTEGER NOT NULL)"
SCHEMA = Schema("events", steps=((EVENTS, NUMBERS),))
COLUMNS = "position, stream, version, id, type, schema, data, meta, command_id"
LAST = "SELECT version, hash FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1"
INSERT = """
INSERT INTO events (stream, version, id, type, schema, data, meta, command_id, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
NUMBER = """
INSERT INTO numbers (category, last) VALUES (?, 1)
ON CONFLICT (category) DO UPDATE SET last = last + 1 RETURNING last
"""
DRAWN = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
OTHER_PROCESS_SECONDS = 1.0
"""How often to look for what another process (the command line) appended; our own appends wake at once."""


class SQLiteStore:
    """EventStore on one file. `close()` when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: set[asyncio.Future[None]] = set()
        self._writer = Writer(path, SCHEMA, self._wake)
        self._reader = connect(path, read_only=True)

    async def append(self, stream: str, expected: int, events: Sequence[NewEvent]) -> int:
        """See EventStore.append."""
        return await self._writer.run(lambda db: append(db, stream, expected, events))

    async def read(self, stream: str, after: int = NEW) -> Sequence[Stored]:
        """See EventStore.read."""
        sql = f"SELECT {COLUMNS} FROM events WHERE stream = ? AND version > ? ORDER BY version"
        with disk_errors_as_unavailable():
            return [_stored(row) for row in self._reader.execute(sql, (stream, after))]

    async def tail(self, after: int, limit: int = 500) -> Sequence[Stored]:
        """See EventStore.tail. One writer commits in order, so nothing can appear behind `after`."""
        with disk_errors_as_unavailable():
            return tail(self._reader, after, limit)

    async def newest(self, limit: int) -> Sequence[Stored]:
        """See EventStore.newest."""
        sql = f"SELECT {COLUMNS} FROM events ORDER BY position DESC LIMIT ?"
        with disk_errors_as_unavailable():
            return [_stored(row) for row in reversed(self._reader.execute(sql, (limit,)).fetchall())]

    async def news(self, after: int) -> None:
        """See EventStore.news."""
        while self._last() <= after:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
            try:
                # Not wait_for: in Python 3.11 it can swallow a cancellation that meets the news.
                await asyncio.wait({waiter}, timeout=OTHER_PROCESS_SECONDS)
            finally:
                self._waiting.discard(waiter)

    async def number(self, category: str) -> int:
        """See EventStore.number."""
        drawn: int = await self._writer.run(lambda db: db.execute(NUMBER, (category,)).fetchone()[0])
        return drawn

    async def last_position(self) -> int:
        """See EventStore.last_position."""
        return self._last()

    async def count(self, after: int) -> int:
        """See EventStore.count."""
        with disk_errors_as_unavailable():
            counted = self._reader.execute("SELECT count(*) FROM events WHERE position > ?", (after,))
            return int(counted.fetchone()[0])

    def _last(self) -> int:
        with disk_errors_as_unavailable():
            (last,) = self._reader.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
        return int(last)

    async def verify(self) -> AsyncIterator[Tampered]:
        """See EventStore.verify."""
        for found in self.tampered():
            yield found

    def tampered(self) -> Iterator[Tampered]:
        """The same for those who have a thread of their own.

        Positions have no gaps here, so what was taken away is found as well, under the name GONE.
        """
        chains: dict[str, bytes] = {}
        broken: set[str] = set()
        place = 0
        # A connection of its own: an unfinished SELECT would hold all other readers at its moment.
        with closing(connect(self.path, read_only=True)) as db:
            for row in db.execute(f"SELECT {COLUMNS}, hash FROM events ORDER BY position"):
                position, stream, version = row[:3]
                if position > place + 1:
                    yield Tampered(GONE, NEW, place + 1)
                place = position
                if stream in broken:
                    continue
                chains[stream] = _link(chains.get(stream, chain_start(stream)), row)
                if chains[stream] != row[-1]:
                    broken.add(stream)
                    yield Tampered(stream, version, position)
            (drawn,) = db.execute(DRAWN).fetchone()
        if drawn > place:
            yield Tampered(GONE, NEW, place + 1)

    def close(self) -> None:
        """Finish what is queued, then let go of the file. The writer is last, and leaves nothing beside it."""
        self._reader.close()
        self._writer.close()

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)


def append(db: sqlite3.Connection, stream: str, expected: int, events: Sequence[NewEvent]) -> int:
    """Append inside the caller's transaction; see EventStore.append for the promise."""
    actual, chain = db.execute(LAST, (stream,)).fetchone() or (NEW, chain_start(stream))
    if actual != expected:
        if _already_there(db, stream, expected, events):
            return expected + len(events)
        raise VersionConflict(stream, expected, actual)
    rows = []
    for version, event in enumerate(events, start=expected + 1):
        chain = chain_hash(chain, version, event)
        ids = (event.id.bytes, event.type, event.schema)
        rows.append((stream, version, *ids, event.data, event.meta, event.command_id.bytes, chain))
    try:
        db.executemany(INSERT, rows)
    except sqlite3.IntegrityError as error:
        raise CommandReused(f"{stream}: an event id is already in another stream") from error
    return expected + len(events)


def tail(db: sqlite3.Connection, after: int, limit: int) -> list[Stored]:
    """Committed events behind `after`, through a connection of the caller's."""
    sql = f"SELECT {COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?"
    return [_stored(row) for row in db.execute(sql, (after, limit))]


def _already_there(db: sqlite3.Connection, stream: str, expected: int, events: Sequence[NewEvent]) -> bool:
    rows = db.execute(
        "SELECT id FROM events WHERE stream = ? AND version > ? ORDER BY version LIMIT ?",
        (stream, expected, len(events)),
    )
    return bool(events) and [row[0] for row in rows] == [event.id.bytes for event in events]


def _link(before: bytes, row: tuple[Any, ...]) -> bytes:
    """The hash that belongs to this row; nothing that a row can hold where its bytes are of another kind."""
    try:
        event = _stored(row[:-1])
        return chain_hash(before, event.version, event)
    except (TypeError, ValueError, AttributeError):
        return b""


def _stored(row: tuple[Any, ...]) -> Stored:
    position, stream, version, id_, type_, schema, data, meta, command_id = row
    return Stored(position, stream, version, of_bytes(id_), type_, schema, data, meta, of_bytes(command_id))

"""The event store in PostgreSQL: safe order for every reader, one commit for all who wait together.

Whoever appends holds one advisory lock from before positions are drawn until after the commit is visible, so
positions appear in order and a reader that continues behind the last one it saw misses nothing. The price,
one appender at a time, is paid once per commit and not once per append: all appends that wait in a process
share a transaction, two round trips and one fsync.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from shared.accidents import OutcomeUnknown, Unavailable
from shared.forward import Schema
from shared.kernel.message import NewEvent, Stored
from shared.postgres import go_forward
from shared.store.chain import Tampered, chain_hash, chain_start
from shared.store.port import NEW
from shared.store.together import INSERT, Append, decide, looked_up

EVENTS = """
CREATE TABLE IF NOT EXISTS events (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream TEXT NOT NULL, version BIGINT NOT NULL,
    id UUID NOT NULL UNIQUE, type TEXT NOT NULL, schema INTEGER NOT NULL,
    data BYTEA NOT NULL, meta BYTEA NOT NULL, command_id UUID NOT NULL, hash BYTEA NOT NULL,
    UNIQUE (stream, version)
)
"""
NUMBERS = "CREATE TABLE IF NOT EXISTS numbers (category TEXT PRIMARY KEY, last BIGINT NOT NULL)"
SCHEMA = Schema("events", steps=((EVENTS, NUMBERS),))
COLUMNS = "position, stream, version, id, type, schema, data, meta, command_id"
NUMBER = """
INSERT INTO numbers (category, last) VALUES (%s, 1)
ON CONFLICT (category) DO UPDATE SET last = numbers.last + 1 RETURNING last
"""
MOST_APPENDS_IN_ONE_COMMIT = 256
VERIFIED_AT_ONCE = 2000
OTHER_HOST_SECONDS = 5.0
"""A notification may be lost with its connection; then the next look comes after so long."""


class PostgresStore:
    """EventStore in one schema of a database: `await PostgresStore.open(url, schema)`; `close()` when done."""

    def __init__(self, url: str, schema: str) -> None:
        self._url, self._schema = url, schema
        self._writing: AsyncConnection[TupleRow] | None = None
        self._reading: AsyncConnection[TupleRow] | None = None
        self._listening: AsyncConnection[TupleRow] | None = None
        self._reading_turn = asyncio.Lock()
        self._queue: asyncio.Queue[Append] = asyncio.Queue()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    @classmethod
    async def open(cls, url: str, schema: str) -> "PostgresStore":
        """Connect, bring the schema forward, and start the writer. Raises Unavailable and NewerSchema."""
        store = cls(url, schema)
        connection = await store._connect()
        try:
            await go_forward(connection, schema, SCHEMA)
        except BaseException:
            await connection.close()
            raise
        store._writing = connection
        store._tasks = [asyncio.create_task(store._write_for_ever(), name=f"writer {schema}")]
        return store

    async def append(self, stream: str, expected: int, events: Sequence[NewEvent]) -> int:
        """See EventStore.append."""
        if self._closed:
            raise Unavailable("the store is closed")
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(Append(stream, expected, events, answer))
        return await answer

    async def read(self, stream: str, after: int = NEW) -> Sequence[Stored]:
        """See EventStore.read."""
        query = f"SELECT {COLUMNS} FROM events WHERE stream = %s AND version > %s ORDER BY version"
        return [_stored(row) for row in await self._select(query, (stream, after))]

    async def tail(self, after: int, limit: int = 500) -> Sequence[Stored]:
        """See EventStore.tail."""
        query = f"SELECT {COLUMNS} FROM events WHERE position > %s ORDER BY position LIMIT %s"
        return [_stored(row) for row in await self._select(query, (after, limit))]

    async def newest(self, limit: int) -> Sequence[Stored]:
        """See EventStore.newest."""
        query = f"SELECT {COLUMNS} FROM events ORDER BY position DESC LIMIT %s"
        return [_stored(row) for row in reversed(await self._select(query, (limit,)))]

    async def news(self, after: int) -> None:
        """See EventStore.news."""
        if self._listening is None and len(self._tasks) == 1:  # a connection only for those who wait for news
            self._tasks.append(asyncio.create_task(self._listen_for_ever(), name=f"listener {self._schema}"))
        while True:
            news = self._news  # taken before the look: what comes after the look wakes this very one
            if await self._select("SELECT 1 FROM events WHERE position > %s LIMIT 1", (after,)):
                return
            try:
                async with asyncio.timeout(OTHER_HOST_SECONDS):
                    await news.wait()
            except TimeoutError:
                continue

    async def number(self, category: str) -> int:
        """See EventStore.number."""
        (row,) = await self._select(NUMBER, (category,))
        return int(row[0])

    async def last_position(self) -> int:
        """See EventStore.last_position."""
        (row,) = await self._select("SELECT coalesce(max(position), 0) FROM events", ())
        return int(row[0])

    async def count(self, after: int) -> int:
        """See EventStore.count."""
        (row,) = await self._select("SELECT count(*) FROM events WHERE position > %s", (after,))
        return int(row[0])

    async def verify(self) -> AsyncIterator[Tampered]:
        """See EventStore.verify. Positions have gaps here, so the newest events of a stream can go unseen."""
        chains: dict[str, bytes] = {}
        broken: set[str] = set()
        query = f"SELECT {COLUMNS}, hash FROM events WHERE position > %s ORDER BY position LIMIT %s"
        position = 0
        while rows := await self._select(query, (position, VERIFIED_AT_ONCE)):
            position = rows[-1][0]
            for event, kept in ((_stored(row[:-1]), bytes(row[-1])) for row in rows):
                if event.stream in broken:
                    continue
                before = chains.get(event.stream, chain_start(event.stream))
                chains[event.stream] = chain_hash(before, event.version, event)
                if chains[event.stream] != kept:
                    broken.add(event.stream)
                    yield Tampered(event.stream, event.version, event.position)

    async def close(self) -> None:
        """Finish what is queued, then let go of the connections."""
        self._closed = True
        await self._queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in (self._writing, self._reading, self._listening):
            if connection is not None:
                await connection.close()

    async def _connect(self) -> AsyncConnection[TupleRow]:
        try:
            options = f"-c search_path={self._schema} -c synchronous_commit=on"
            return await AsyncConnection.connect(
                self._url, autocommit=True, options=options, connect_timeout=5
            )
        except psycopg.OperationalError as error:
            raise Unavailable(_without_secrets(error)) from error

    async def _select(self, query: str, params: tuple[Any, ...]) -> Sequence[TupleRow]:
        async with self._reading_turn:
            for again in (True, False):  # a connection that broke while nobody used it is seen only now
                if self._reading is None or self._reading.closed:
                    self._reading = await self._connect()
                try:
                    found = await self._reading.execute(query, params, binary=True)
                    return await found.fetchall()
                except psycopg.OperationalError as error:
                    await self._reading.close()
                    if not again:
                        raise Unavailable(_without_secrets(error)) from error
        raise AssertionError("unreachable")

    async def _write_for_ever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MOST_APPENDS_IN_ONE_COMMIT and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._write(batch)
            except Exception as error:  # handed to those who asked; the writer itself goes on
                for append in batch:
                    if not append.answer.done():
                        append.answer.set_exception(error)
            for _ in batch:
                self._queue.task_done()

    async def _write(self, batch: Sequence[Append]) -> None:
        """One transaction for the batch; each append is answered after its commit."""
        try:
            answers = await self._committed(batch)
        except Unavailable:  # the connection may have broken while nobody used it: nothing was done on it
            answers = await self._committed(batch)
        for append, answer in zip(batch, answers, strict=True):
            if append.answer.done():
                continue
            if isinstance(answer, Exception):
                append.answer.set_exception(answer)
            else:
                append.answer.set_result(answer)
        self._wake()

    def _wake(self) -> None:
        """Wake all who wait now; an event that is cleared again could be missed by one of them."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _committed(self, batch: Sequence[Append]) -> list[int | Exception]:
        """The batch in one transaction of two round trips: a look under the lock, then what follows from it.

        Raises Unavailable if nothing was kept, OutcomeUnknown if that cannot be known.
        """
        committing = False
        if self._writing is None or self._writing.closed:
            self._writing = await self._connect()
        connection = self._writing
        try:
            async with connection.pipeline():
                heads, known = await looked_up(connection, batch)
                rows: list[tuple[Any, ...]] = []
                answers = [decide(append, heads, known, rows) for append in batch]
                if rows:
                    columns = [list(column) for column in zip(*rows, strict=True)]
                    await connection.execute(INSERT, [*columns, f"{self._schema}_events"])
                committing = True
                await connection.execute("COMMIT")
        except BaseException as error:
            lost = connection.closed
            await connection.close()  # the server rolls back what was not committed
            if isinstance(error, psycopg.OperationalError):
                # A server that says no, and goes on, has kept nothing.
                unknown = committing and lost
                raise (OutcomeUnknown if unknown else Unavailable)(_without_secrets(error)) from error
            raise
        return answers

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                self._listening = await self._connect()
                await self._listening.execute(
                    sql.SQL("LISTEN {}").format(sql.Identifier(f"{self._schema}_events"))
                )
                async for _ in self._listening.notifies():
                    self._wake()
            except (psycopg.OperationalError, Unavailable):
                await asyncio.sleep(OTHER_HOST_SECONDS)


def _stored(row: TupleRow) -> Stored:
    return Stored._make(row)


def _without_secrets(error: Exception) -> str:
    """What went wrong, without the connection string that may be in the driver's words."""
    return type(error).__name__

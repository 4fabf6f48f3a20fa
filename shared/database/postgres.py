"""Read models in one schema of a PostgreSQL database."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow, dict_row

from shared.accidents import OutcomeUnknown, Unavailable
from shared.database.port import StaleOwner
from shared.forward import Schema
from shared.kernel.message import NO_PARAMS, Params
from shared.kernel.projection import Row, Statement
from shared.postgres import go_forward, hold

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.views', 0))"
"""One commit at a time in a schema: statements that look at rows of others see what one writer would show them."""
NAMED = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


class PostgresDatabase:
    """Database in one schema: `await PostgresDatabase.open(url, schema)`; `close()` when done."""

    def __init__(self, url: str, schema: str) -> None:
        self._url, self.schema = url, schema
        self._writing: AsyncConnection[DictRow] | None = None
        self._reading: AsyncConnection[DictRow] | None = None
        self._looking: Connection[DictRow] | None = None
        self._writing_turn, self._reading_turn = asyncio.Lock(), asyncio.Lock()

    @classmethod
    async def open(cls, url: str, schema: str) -> "PostgresDatabase":
        """Connect and create the schema if there is none. Raises Unavailable."""
        database = cls(url, schema)
        async with database._transaction() as connection:
            await hold(connection, schema)
        return database

    async def go_forward(self, schema: Schema) -> None:
        """See Database.go_forward."""
        async with self._transaction() as connection:
            await go_forward(connection, self.schema, schema)

    async def commit(self, statements: Sequence[Statement], *, guard: Statement | None = None) -> None:
        """See Database.commit."""
        async with self._transaction() as connection:
            moved = None
            async with connection.pipeline():
                await connection.execute(LOCK)
                for text, same in groupby(statements, key=itemgetter(0)):
                    cursor = connection.cursor()
                    await cursor.executemany(translated(text), [dict(params) for _, params in same])
                if guard is not None:
                    moved = await connection.execute(translated(guard[0]), dict(guard[1]))
            if guard is not None and moved is not None and moved.rowcount != 1:
                raise StaleOwner(str(guard[1]))

    async def write(self, text: str, params: Params) -> Sequence[Row]:
        """See Database.write."""
        async with self._transaction() as connection:
            done = await connection.execute(translated(text), dict(params))
            return await done.fetchall() if done.description else []

    async def rows(self, text: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """See Database.rows."""
        async with self._reading_turn:
            for again in (True, False):  # a connection that broke while nobody used it is seen only now
                if self._reading is None or self._reading.closed:
                    self._reading = await self._connect()
                try:
                    found = await self._reading.execute(translated(text), dict(params))
                    return await found.fetchall()
                except psycopg.OperationalError as error:
                    await self._reading.close()
                    if not again:
                        raise Unavailable(type(error).__name__) from error
        raise AssertionError("unreachable")

    def recall(self, text: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """See Database.recall."""
        try:
            if self._looking is None or self._looking.closed:
                self._looking = self.connect(self.schema)
            return self._looking.execute(translated(text), dict(params)).fetchall()
        except psycopg.OperationalError as error:
            if self._looking is not None:
                self._looking.close()
            raise Unavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Let go of the connections."""
        for connection in (self._writing, self._reading):
            if connection is not None:
                await connection.close()
        if self._looking is not None:
            self._looking.close()

    def connect(self, schema: str) -> Connection[DictRow]:
        """A connection of the caller's own in this schema of the same database. Raises OperationalError."""
        options = f"-c search_path={schema}"
        return psycopg.connect(
            self._url, autocommit=True, options=options, row_factory=dict_row, connect_timeout=5
        )

    async def _connect(self) -> AsyncConnection[DictRow]:
        try:
            options = f"-c search_path={self.schema}"
            return await AsyncConnection.connect(
                self._url, autocommit=True, options=options, row_factory=dict_row, connect_timeout=5
            )
        except psycopg.OperationalError as error:
            raise Unavailable(type(error).__name__) from error

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection[DictRow]]:
        """A transaction on the one writing connection. Raises Unavailable, and OutcomeUnknown once it has begun."""
        async with self._writing_turn:
            try:
                async with AsyncExitStack() as stack:
                    yield await self._begun(stack)
            except psycopg.OperationalError as error:
                raise OutcomeUnknown(type(error).__name__) from error

    async def _begun(self, stack: AsyncExitStack) -> AsyncConnection[DictRow]:
        for again in (True, False):  # a connection that broke while nobody used it is seen only now
            if self._writing is None or self._writing.closed:
                self._writing = await self._connect()
            try:
                await stack.enter_async_context(self._writing.transaction())
            except psycopg.OperationalError as error:
                await self._writing.close()
                if not again:
                    raise Unavailable(type(error).__name__) from error
            else:
                return self._writing
        raise AssertionError("unreachable")


@lru_cache(maxsize=1024)
def translated(text: str) -> Any:
    """`:name` as the driver wants it; a literal percent sign stays one."""
    return NAMED.sub(r"%(\1)s", text.replace("%", "%%"))

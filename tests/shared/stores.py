"""Every event store behind the same face, for the contract suite."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from shared.kernel.message import NewEvent
from shared.sqlite import Writer
from shared.store.kurrent import KurrentStore
from shared.store.port import EventStore
from shared.store.postgres import PostgresStore
from shared.store.sqlite import SQLiteStore

Open = Callable[[], Awaitable[EventStore]]


class Unlucky:
    """The outermost edge: a connection whose next commit reports a failure, before or after it happened."""

    def __init__(self, writer: Writer) -> None:
        self._db, self.fail, self.also = writer._db, "", ""
        writer._db = self  # type: ignore[assignment]

    def execute(self, sql: str, *rest: Any) -> Any:
        if sql == "COMMIT" and self.fail:
            when, self.fail = self.fail, ""
            if when == "after":
                self._db.execute(sql)
            raise sqlite3.OperationalError("disk I/O error")
        if sql == self.also:
            self.also = ""
            raise sqlite3.OperationalError("disk I/O error")
        return self._db.execute(sql, *rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


def fact(data: bytes = b'{"a":1}', command_id: UUID | None = None, id_: UUID | None = None) -> NewEvent:
    """Some bytes on their way into a store."""
    return NewEvent(
        id_ or uuid4(), "PersonActivated", 1, data, b'{"at":"2026-03-02T09:00:00Z"}', command_id or uuid4()
    )


@asynccontextmanager
async def opened_sqlite(directory: Path) -> AsyncIterator[SQLiteStore]:
    """A store on a new file."""
    store = SQLiteStore(directory / "some.events.db")
    try:
        yield store
    finally:
        store.close()


@asynccontextmanager
async def opened_postgres(url: str, schema: str | None = None) -> AsyncIterator[PostgresStore]:
    """A store in a new schema, or in one that another instance uses as well."""
    store = await PostgresStore.open(url, schema or f"s{uuid4().hex}")
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def opened_kurrent(url: str, service: str | None = None) -> AsyncIterator[KurrentStore]:
    """The store of a new service, or of one that another instance serves as well."""
    store = await KurrentStore.open(url, service or f"s{uuid4().hex}")
    try:
        yield store
    finally:
        await store.close()

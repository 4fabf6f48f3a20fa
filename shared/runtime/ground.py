"""Opens what services remember with: files of their own, or servers that several processes share."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from shared.database.port import Database
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.projection import Projection
from shared.runtime.rebuild import Compared, History, Progress, rebuild
from shared.sqlite import disk_errors_as_unavailable
from shared.store.port import EventStore
from shared.store.sqlite import SQLiteStore


class Ground(Protocol):
    """Where the facts and the tables of each service are. What is opened is closed by its context."""

    def store(self, service: str) -> AbstractAsyncContextManager[EventStore]:
        """The event store of this service, made if there is none."""

    def tables(self, service: str) -> AbstractAsyncContextManager[Database]:
        """Its database for read models, made if there is none."""

    async def rebuild(
        self,
        projection: Projection,
        db: Database,
        stores: Mapping[str, EventStore],
        history: History,
        *,
        progress: Progress = lambda _done, _total: None,
        swap: bool = True,
        consumer: str | None = None,
    ) -> Sequence[Compared]:
        """A projection made anew beside the live one, which is in `db`. Raises Unfit, Unavailable and LookupError."""


class Files:
    """Ground in a directory: two files of SQLite for each service."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @asynccontextmanager
    async def store(self, service: str) -> AsyncIterator[SQLiteStore]:
        """See Ground.store."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = SQLiteStore(self.directory / f"{service}.events.db")
        try:
            yield store
        finally:
            store.close()

    @asynccontextmanager
    async def tables(self, service: str) -> AsyncIterator[SQLiteDatabase]:
        """See Ground.tables."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        db = SQLiteDatabase(self.directory / f"{service}.views.db")
        try:
            yield db
        finally:
            db.close()

    async def rebuild(
        self,
        projection: Projection,
        db: Database,
        stores: Mapping[str, EventStore],
        history: History,
        *,
        progress: Progress = lambda _done, _total: None,
        swap: bool = True,
        consumer: str | None = None,
    ) -> Sequence[Compared]:
        """See Ground.rebuild. In a thread of its own, straight from the files."""
        del history
        if not isinstance(db, SQLiteDatabase):
            raise TypeError("these tables are not in a file")
        files = {name: store for name, store in stores.items() if isinstance(store, SQLiteStore)}
        shadow = db.path.with_name(f"{projection.name}.shadow")
        how = partial(rebuild, progress=progress, swap=swap, consumer=consumer)
        with disk_errors_as_unavailable():
            return await asyncio.to_thread(how, projection, files, db, shadow)

"""What services remember with where several processes share it: PostgreSQL, or KurrentDB beside it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from shared.database.port import Database
from shared.database.postgres import PostgresDatabase
from shared.kernel.projection import Projection
from shared.runtime.rebuild import Compared, History, Progress
from shared.runtime.rebuild_there import rebuild_there
from shared.store.port import EventStore
from shared.store.postgres import PostgresStore

OpenStore = Callable[[str], AbstractAsyncContextManager[EventStore]]


class Servers:
    """Ground on servers. Tables are in PostgreSQL, a schema for each service; `open_store` says where facts are."""

    def __init__(self, open_store: OpenStore, read_db_url: str) -> None:
        self._open_store, self._read_db_url = open_store, read_db_url

    def store(self, service: str) -> AbstractAsyncContextManager[EventStore]:
        """See Ground.store."""
        return self._open_store(service)

    @asynccontextmanager
    async def tables(self, service: str) -> AsyncIterator[PostgresDatabase]:
        """See Ground.tables."""
        db = await PostgresDatabase.open(self._read_db_url, service)
        try:
            yield db
        finally:
            await db.close()

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
        """See Ground.rebuild. In a schema beside, from what the bus has told."""
        del stores
        if not isinstance(db, PostgresDatabase):
            raise TypeError("these tables are not on a server")
        return await rebuild_there(projection, history, db, progress=progress, swap=swap, consumer=consumer)


def in_postgres(url: str) -> OpenStore:
    """Facts in PostgreSQL too: a schema for each service, beside that of its tables."""

    @asynccontextmanager
    async def opened(service: str) -> AsyncIterator[EventStore]:
        store = await PostgresStore.open(url, f"{service}_events")
        try:
            yield store
        finally:
            await store.close()

    return opened


def in_kurrentdb(url: str) -> OpenStore:
    """Facts in KurrentDB, which all services share; the prefix of its streams tells each from the others."""
    from shared.store.kurrent import KurrentStore

    @asynccontextmanager
    async def opened(service: str) -> AsyncIterator[EventStore]:
        store = await KurrentStore.open(url, service)
        try:
            yield store
        finally:
            await store.close()

    return opened

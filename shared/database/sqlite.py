"""Read models in one SQLite file."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from shared.database.port import StaleOwner
from shared.forward import Schema
from shared.kernel.message import NO_PARAMS, Params
from shared.kernel.projection import Row, Statement
from shared.sqlite import Writer, connect, disk_errors_as_unavailable, go_forward


class SQLiteDatabase:
    """Database on one file. Long SELECTs run beside the event loop, short looks on it. `close()` when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = Writer(path)
        self._reader = _reader(path)
        self._lookup = _reader(path)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=f"reader {path.name}")

    async def go_forward(self, schema: Schema) -> None:
        """See Database.go_forward."""
        await self._writer.run(lambda db: go_forward(db, schema))

    async def commit(self, statements: Sequence[Statement], *, guard: Statement | None = None) -> None:
        """See Database.commit."""
        await self._writer.run(lambda db: run_all(db, statements, guard))

    async def write(self, sql: str, params: Params) -> Sequence[Row]:
        """See Database.write."""

        def work(db: sqlite3.Connection) -> Sequence[Row]:
            found = db.execute(sql, dict(params))
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found]

        return await self._writer.run(work)

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """See Database.rows."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _select, self._reader, sql, params)

    def recall(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """See Database.recall."""
        return _select(self._lookup, sql, params)

    def close(self) -> None:
        """Finish what is queued, then let go of the file. The writer is last, and leaves nothing beside it."""
        self._pool.shutdown()
        self._reader.close()
        self._lookup.close()
        self._writer.close()


def run_all(db: sqlite3.Connection, statements: Sequence[Statement], guard: Statement | None = None) -> None:
    """Statements in order inside the caller's transaction; neighbours of the same text go down together."""
    for sql, same in groupby(statements, key=itemgetter(0)):
        db.executemany(sql, [dict(params) for _, params in same])
    if guard is not None and db.execute(*guard).rowcount != 1:
        raise StaleOwner(str(guard[1]))


def _reader(path: Path) -> sqlite3.Connection:
    db = connect(path, read_only=True)
    db.row_factory = sqlite3.Row
    return db


def _select(db: sqlite3.Connection, sql: str, params: Params) -> list[dict[str, Any]]:
    with disk_errors_as_unavailable():
        return [dict(row) for row in db.execute(sql, dict(params))]

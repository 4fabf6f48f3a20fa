"""What is SQLite's own: durability as set, shared commits, a full disk, an unclear commit, a flipped byte."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from shared.accidents import OutcomeUnknown, Unavailable
from shared.sqlite import Writer
from shared.store.port import NEW
from shared.store.sqlite import SQLiteStore
from tests.shared.stores import fact, opened_sqlite


class Unlucky:
    """The outermost edge: a connection whose next commit reports a failure, before or after it happened."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.fail: str | None = None

    def execute(self, sql: str, *rest: Any) -> Any:
        if sql == "COMMIT" and self.fail:
            when, self.fail = self.fail, None
            if when == "after":
                self._db.execute(sql)
            raise sqlite3.OperationalError("disk I/O error")
        return self._db.execute(sql, *rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


async def test_every_commit_is_synced(tmp_path: Path) -> None:
    async with opened_sqlite(tmp_path) as store:
        mode = await store._writer.run(lambda db: db.execute("PRAGMA journal_mode").fetchone()[0])
        level = await store._writer.run(lambda db: db.execute("PRAGMA synchronous").fetchone()[0])
    assert (mode, level) == ("wal", 2)


async def test_those_who_wait_together_share_a_commit(tmp_path: Path) -> None:
    async with opened_sqlite(tmp_path) as store:
        commits: list[str] = []
        await store._writer.run(
            lambda db: db.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        )
        await asyncio.gather(*(store.append(f"person-{n}", NEW, [fact()]) for n in range(64)))
        assert 1 <= len(commits) < 20


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_unclear_commit_is_cleared_by_sending_the_same_again(tmp_path: Path, when: str) -> None:
    async with opened_sqlite(tmp_path) as store:
        unlucky = Unlucky(store._writer._db)
        store._writer._db = unlucky  # type: ignore[assignment]
        event = fact()
        unlucky.fail = when
        with pytest.raises(OutcomeUnknown):
            await store.append("person-1", NEW, [event])
        assert await store.append("person-1", NEW, [event]) == 0
        assert len(await store.read("person-1")) == 1


async def fill(store: SQLiteStore) -> None:
    """Append until something gives way."""
    for version in range(100):
        await store.append("person-2", version - 1, [fact(b"x" * 4000)])


async def test_a_full_disk_is_a_clean_no_and_passes(tmp_path: Path) -> None:
    async with opened_sqlite(tmp_path) as store:
        await store.append("person-1", NEW, [fact()])
        await store._writer.run(lambda db: db.execute("PRAGMA max_page_count = 12").fetchone())
        with pytest.raises(Unavailable):
            await fill(store)
        assert len(await store.read("person-1")) == 1
        await store._writer.run(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchone())
        there = len(await store.read("person-2"))
        assert await store.append("person-2", there - 1, [fact()]) == there


async def test_one_bad_job_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "x.db", ["CREATE TABLE t (n INTEGER PRIMARY KEY)"])

    def put(number: int) -> Any:
        return writer.run(lambda db: db.execute("INSERT INTO t VALUES (?)", (number,)).rowcount)

    answers = await asyncio.gather(put(1), put(1), put(2), return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, sqlite3.IntegrityError, int]
    assert await writer.run(lambda db: db.execute("SELECT count(*) FROM t").fetchone()[0]) == 2
    writer.close()


@pytest.mark.row("L10")
@pytest.mark.parametrize("column", ["data", "meta"])
async def test_one_flipped_byte_is_named(tmp_path: Path, column: str) -> None:
    async with opened_sqlite(tmp_path) as store:
        for number in range(3):
            await store.append(f"person-{number}", NEW, [fact(), fact(), fact()])
        assert list(store.verify()) == []
        path = store.path
    with sqlite3.connect(path) as db:
        (raw,) = db.execute(
            f"SELECT {column} FROM events WHERE stream = 'person-1' AND version = 1"
        ).fetchone()
        flipped = bytes([raw[0] ^ 1]) + raw[1:]
        db.execute(f"UPDATE events SET {column} = ? WHERE stream = 'person-1' AND version = 1", (flipped,))
    store = SQLiteStore(path)
    assert [(found.stream, found.version) for found in store.verify()] == [("person-1", 1)]
    store.close()

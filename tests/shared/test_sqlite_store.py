"""What is SQLite's own: durability as set, shared commits, a full disk, an unclear commit, a flipped byte."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shared.accidents import OutcomeUnknown, Unavailable
from shared.forward import Schema
from shared.sqlite import Writer
from shared.store.chain import GONE
from shared.store.port import NEW
from shared.store.sqlite import OTHER_PROCESS_SECONDS, SQLiteStore
from tests.shared.stores import Unlucky, fact, opened_sqlite

SCHEMA = Schema("t", steps=(("CREATE TABLE t (n INTEGER PRIMARY KEY)",),))


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
        unlucky = Unlucky(store._writer)
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
    writer = Writer(tmp_path / "x.db", SCHEMA)

    def put(number: int) -> Any:
        return writer.run(lambda db: db.execute("INSERT INTO t VALUES (?)", (number,)).rowcount)

    answers = await asyncio.gather(put(1), put(1), put(2), return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, sqlite3.IntegrityError, int]
    assert await writer.run(lambda db: db.execute("SELECT count(*) FROM t").fetchone()[0]) == 2
    writer.close()


async def test_when_the_engine_drops_the_whole_transaction_nobody_is_kept_behind_it(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "x.db", SCHEMA)

    def put(number: int, sql: str = "INSERT INTO t VALUES (?)") -> Any:
        return writer.run(lambda db: db.execute(sql, (number,)).rowcount)

    await put(1)
    answers = await asyncio.gather(
        *(put(n) for n in (2, 3)),
        put(1, "INSERT OR ROLLBACK INTO t VALUES (?)"),
        *(put(n) for n in (4, 5)),
        return_exceptions=True,
    )
    kept = await writer.run(lambda db: [n for (n,) in db.execute("SELECT n FROM t")])
    said = [n for n, answer in zip((2, 3, 1, 4, 5), answers, strict=True) if isinstance(answer, int)]
    assert kept == [1, *said]
    writer.close()


async def test_a_connection_that_fails_between_jobs_leaves_nobody_waiting(tmp_path: Path) -> None:
    async with opened_sqlite(tmp_path) as store:
        unlucky = Unlucky(store._writer)
        unlucky.fail, unlucky.also = "before", "ROLLBACK"
        async with asyncio.timeout(5):
            with pytest.raises(OutcomeUnknown):
                await store.append("person-1", NEW, [fact()])
            assert await store.append("person-1", NEW, [fact()]) == 0


async def test_who_asks_a_closed_store_is_told_so(tmp_path: Path) -> None:
    async with opened_sqlite(tmp_path) as store:
        pass
    async with asyncio.timeout(5):
        with pytest.raises(Unavailable):
            await store.append("person-1", NEW, [fact()])


async def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "50% #1? åäö"
    folder.mkdir()
    async with opened_sqlite(folder) as store:
        await store.append("person-1", NEW, [fact()])
        assert len(await store.read("person-1")) == 1
    assert [path.name for path in folder.iterdir()] == ["some.events.db"]


async def test_news_comes_at_once_also_when_who_appended_has_gone(tmp_path: Path) -> None:
    async with opened_sqlite(tmp_path) as store:
        waiting = asyncio.create_task(store.news(0))
        appending = asyncio.create_task(store.append("person-1", NEW, [fact()]))
        await asyncio.sleep(0)
        appending.cancel()
        async with asyncio.timeout(OTHER_PROCESS_SECONDS * 0.8):
            await waiting
        assert len(await store.read("person-1")) == 1


async def damaged(directory: Path, *statements: str) -> list[tuple[str, int]]:
    """What verify finds in three streams of three facts after these statements."""
    async with opened_sqlite(directory) as store:
        for number in range(3):
            await store.append(f"person-{number}", NEW, [fact(), fact(), fact()])
        assert list(store.tampered()) == []
        path = store.path
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            assert db.execute(statement).rowcount == 1
    async with opened_sqlite(directory) as store:
        return [(found.stream, found.version) for found in store.tampered()]


HERE = "WHERE stream = 'person-1' AND version = 1"


@pytest.mark.row("L10")
@pytest.mark.parametrize("column", ["data", "meta", "id", "command_id", "hash"])
async def test_one_flipped_byte_is_named(tmp_path: Path, column: str) -> None:
    flip = f"""
    UPDATE events SET {column} = cast(substr({column}, 1, 2) AS BLOB) ||
        CASE substr({column}, 3, 1) WHEN x'31' THEN x'32' ELSE x'31' END || substr({column}, 4) {HERE}
    """
    blob = f"UPDATE events SET {column} = cast({column} AS BLOB) {HERE}"
    assert await damaged(tmp_path, flip, blob) == [("person-1", 1)]


@pytest.mark.row("L10")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (f"UPDATE events SET type = 'PersonDeactivated' {HERE}", [("person-1", 1)]),
        (f"UPDATE events SET schema = 2 {HERE}", [("person-1", 1)]),
        (f"UPDATE events SET data = cast(data AS TEXT) {HERE}", [("person-1", 1)]),
        (f"UPDATE events SET id = x'00' {HERE}", [("person-1", 1)]),
        (f"UPDATE events SET stream = 'person-9' {HERE}", [("person-9", 1), ("person-1", 2)]),
        (f"DELETE FROM events {HERE}", [(GONE, -1), ("person-1", 2)]),
        ("DELETE FROM events WHERE stream = 'person-1' AND version = 2", [(GONE, -1)]),
        ("DELETE FROM events WHERE stream = 'person-2' AND version = 2", [(GONE, -1)]),
    ],
)
async def test_whatever_is_done_to_a_stored_fact_is_named(
    tmp_path: Path, change: str, named: list[tuple[str, int]]
) -> None:
    assert await damaged(tmp_path, change) == named


async def test_an_unfinished_look_at_the_chains_holds_nobody_at_its_moment(tmp_path: Path) -> None:
    async with opened_sqlite(tmp_path) as store:
        await store.append("person-1", NEW, [fact(b"1"), fact(b"2")])
        with closing(sqlite3.connect(store.path)) as db, db:
            db.execute("UPDATE events SET data = x'00' WHERE version = 0")
        finding = store.tampered()
        assert next(finding).version == 0
        await store.append("person-1", 1, [fact()])
        assert len(await store.tail(0)) == 3
        del finding

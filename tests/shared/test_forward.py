"""Tables that no fact can bring back: forward step by step under a lock, on both databases, and never back."""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from shared.database.port import Database
from shared.database.postgres import PostgresDatabase
from shared.database.sqlite import SQLiteDatabase
from shared.forward import NewerSchema, Schema
from shared.runtime import parking
from shared.runtime.tables import ENGINE, FIRST
from shared.store.postgres import PostgresStore
from shared.store.sqlite import SQLiteStore
from tests.shared.opener import ROWS, SLOW
from tests.shared.stores import fact

ONE = Schema("things", steps=(("CREATE TABLE IF NOT EXISTS things (id TEXT)",),))
TWO = Schema("things", steps=(*ONE.steps, ("ALTER TABLE things ADD COLUMN n BIGINT",)))
OLD_PARKED = """
INSERT INTO parked (consumer, stream, version, source, position, id, type, schema, data, meta, command_id,
                    cause, attempts)
VALUES ('test.roll', 'person-1', 3, 'catalog', 9, :id, 'PersonActivated', 1, :data, :data, :id, 'ZeroDivisionError', 1)
"""

Open = Callable[[], Awaitable[Database]]


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def schema() -> str:
    """A schema of its own on the server."""
    return f"s{uuid4().hex}"


@pytest.fixture
async def opened(
    request: pytest.FixtureRequest, kind: str, schema: str, tmp_path: Path
) -> AsyncIterator[Open]:
    """Open the same place, as often as the test starts a process in its mind."""
    files: list[SQLiteDatabase] = []
    servers: list[PostgresDatabase] = []

    async def open_one() -> Database:
        if kind == "sqlite":
            files.append(SQLiteDatabase(tmp_path / "views.db"))
            return files[-1]
        servers.append(await PostgresDatabase.open(request.getfixturevalue("postgres_url"), schema))
        return servers[-1]

    yield open_one
    for file in files:
        file.close()
    for server in servers:
        await server.close()


async def version(db: Database) -> list[int]:
    """What the place says of itself."""
    return [row["version"] for row in await db.rows("SELECT version FROM schema_versions")]


async def test_every_step_is_made_once_and_what_was_there_stays(opened: Open) -> None:
    first = await opened()
    await first.go_forward(ONE)
    await first.write("INSERT INTO things (id) VALUES ('a')", {})
    second = await opened()
    await second.go_forward(TWO)
    await second.go_forward(TWO)
    assert [dict(row) for row in await second.rows("SELECT * FROM things")] == [{"id": "a", "n": None}]
    assert await version(second) == [2]


async def test_tables_of_newer_code_are_refused_and_left_alone(opened: Open) -> None:
    newer = await opened()
    await newer.go_forward(TWO)
    older = await opened()
    sentence = "the tables of things have schema version 2, and this code knows 1; run the newer code"
    with pytest.raises(NewerSchema, match=sentence):
        await older.go_forward(ONE)
    assert await version(newer) == [2]


async def test_a_step_that_fails_leaves_everything_as_it_was(opened: Open) -> None:
    db = await opened()
    await db.go_forward(ONE)
    broken = Schema("things", steps=(*ONE.steps, (*TWO.steps[1], "INSERT INTO nowhere VALUES (1)")))
    with pytest.raises(Exception, match="nowhere"):
        await db.go_forward(broken)
    assert await version(db) == [1]
    await db.go_forward(TWO)
    assert await version(db) == [2]


async def test_the_engines_tables_from_before_versions_go_forward_with_what_is_parked_in_them(
    opened: Open,
) -> None:
    db = await opened()
    await db.commit([(table, {}) for table in FIRST])
    await db.write(OLD_PARKED, {"id": str(uuid4()), "data": b"{}"})
    await db.go_forward(ENGINE)
    (stopped,) = await parking.parked(db)
    assert (stopped["stream"], stopped["version"], stopped["since"]) == ("person-1", 3, None)
    assert await db.rows("SELECT * FROM unmirrored") == []


async def test_processes_that_open_a_place_at_the_same_moment_make_each_step_once(
    request: pytest.FixtureRequest, opened: Open, kind: str, schema: str, tmp_path: Path
) -> None:
    where = tmp_path / "views.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    command = (sys.executable, "-m", "tests.shared.opener", kind, str(where), schema)
    root = Path(__file__).parents[2]
    processes = [
        await asyncio.create_subprocess_exec(*command, cwd=root, stdin=PIPE, stdout=PIPE, stderr=PIPE)
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    ended = await asyncio.gather(*(process.communicate(b"\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], ended
    db = await opened()
    await db.go_forward(SLOW)
    assert [row["n"] for row in await db.rows("SELECT count(*) AS n FROM numbers")] == [ROWS]


async def test_an_event_store_from_before_versions_is_opened_and_a_newer_one_is_refused(
    request: pytest.FixtureRequest, kind: str, schema: str, tmp_path: Path
) -> None:
    path = tmp_path / "some.events.db"
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else ""

    async def reopened() -> int:
        if kind == "sqlite":
            store = SQLiteStore(path)
            try:
                return await store.append("person-1", len(await store.read("person-1")) - 1, [fact()])
            finally:
                store.close()
        other = await PostgresStore.open(url, schema)
        try:
            return await other.append("person-1", len(await other.read("person-1")) - 1, [fact()])
        finally:
            await other.close()

    async def by_hand(statement: str) -> None:
        if kind == "sqlite":
            with closing(sqlite3.connect(path)) as db, db:
                db.execute(statement)
        else:
            options = f"-c search_path={schema}"
            async with await psycopg.AsyncConnection.connect(url, options=options) as server:
                await server.execute(statement)

    assert await reopened() == 0
    await by_hand("DROP TABLE schema_versions")
    assert await reopened() == 1
    await by_hand("UPDATE schema_versions SET version = 9")
    with pytest.raises(NewerSchema, match="the tables of events have schema version 9"):
        await reopened()

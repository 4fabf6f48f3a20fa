"""What every database for read models must keep to."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from shared.database.port import Database, StaleOwner
from shared.database.postgres import PostgresDatabase
from shared.database.sqlite import SQLiteDatabase

TABLE = "CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT NOT NULL)"
PUT = "INSERT INTO things (id, n) VALUES (:id, :n)"
ALL = "SELECT id, n FROM things ORDER BY id"
MOVE = "UPDATE things SET n = :new WHERE id = 'place' AND n = :old"


@pytest.fixture(params=["sqlite", "postgres"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        opened = SQLiteDatabase(tmp_path / "views.db")
        await opened.commit([(TABLE, {})])
        yield opened
        opened.close()
    else:
        other = await PostgresDatabase.open(request.getfixturevalue("postgres_url"), f"s{uuid4().hex}")
        await other.commit([(TABLE, {})])
        yield other
        await other.close()


async def test_all_statements_are_kept_or_none(db: Database) -> None:
    await db.commit([(PUT, {"id": "a", "n": 1}), (PUT, {"id": "b", "n": 2})])
    with pytest.raises(Exception, match=r"(?i)unique"):
        await db.commit([(PUT, {"id": "c", "n": 3}), (PUT, {"id": "a", "n": 4})])
    assert [dict(row) for row in await db.rows(ALL)] == [{"id": "a", "n": 1}, {"id": "b", "n": 2}]
    assert [dict(row) for row in db.recall(ALL)] == [dict(row) for row in await db.rows(ALL)]


async def test_a_guard_that_finds_another_place_keeps_nothing(db: Database) -> None:
    await db.commit([(PUT, {"id": "place", "n": 0})])
    await db.commit([(PUT, {"id": "a", "n": 1})], guard=(MOVE, {"old": 0, "new": 5}))
    with pytest.raises(StaleOwner):
        await db.commit([(PUT, {"id": "b", "n": 1})], guard=(MOVE, {"old": 0, "new": 6}))
    assert [row["id"] for row in await db.rows(ALL)] == ["a", "place"]


async def test_a_write_gives_back_what_it_returns(db: Database) -> None:
    assert list(await db.write(PUT, {"id": "a", "n": 1})) == []
    found = await db.write(f"{PUT} RETURNING n", {"id": "b", "n": 7})
    assert [dict(row) for row in found] == [{"n": 7}]
    literal = await db.rows("SELECT id FROM things WHERE id LIKE '%b' AND n = :n", {"n": 7})
    assert [row["id"] for row in literal] == ["b"]

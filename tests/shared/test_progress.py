"""How far a consumer has come, for many streams in few statements: the same as for each alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from shared.database.port import Database
from shared.database.postgres import PostgresDatabase
from shared.database.sqlite import SQLiteDatabase
from shared.runtime.progress import AT_ONCE, advanced, versions_of
from shared.runtime.tables import ENGINE

MANY = 2 * sum(AT_ONCE) + 5
STREAMS = [f"person-{n}" for n in range(MANY)]
VERSIONS = {stream: n for n, stream in enumerate(STREAMS)}


@pytest.fixture(params=["sqlite", "postgres"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    opened: SQLiteDatabase | PostgresDatabase
    if request.param == "sqlite":
        opened = SQLiteDatabase(tmp_path / "views.db")
    else:
        opened = await PostgresDatabase.open(request.getfixturevalue("postgres_url"), f"s{uuid4().hex}")
    await opened.go_forward(ENGINE)
    yield opened
    if isinstance(opened, SQLiteDatabase):
        opened.close()
    else:
        await opened.close()


async def test_every_stream_of_many_is_at_the_version_that_was_said(db: Database) -> None:
    await db.commit([*advanced("some.view", VERSIONS), *advanced("other.view", {STREAMS[0]: 99})])
    assert versions_of(db, "some.view", [*STREAMS, "person-unheard"]) == VERSIONS | {"person-unheard": -1}


async def test_no_version_goes_back(db: Database) -> None:
    await db.commit(list(advanced("some.view", VERSIONS)))
    await db.commit(list(advanced("some.view", {stream: n - (n % 2) * 3 for stream, n in VERSIONS.items()})))
    assert versions_of(db, "some.view", STREAMS) == VERSIONS


async def test_many_streams_take_few_statements(db: Database) -> None:
    assert len(list(advanced("some.view", VERSIONS))) < MANY / 10

"""What only the PostgreSQL store promises: a server that refuses or dies says what it kept."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from shared.accidents import OutcomeUnknown, Unavailable
from shared.store.port import NEW
from shared.store.postgres import PostgresStore
from tests.shared.stores import fact, opened_postgres

TRIGGER = """
CREATE FUNCTION {schema}.accident() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER accident AFTER INSERT ON {schema}.events {when}
    FOR EACH ROW WHEN (NEW.stream = 'person-2') EXECUTE FUNCTION {schema}.accident();
"""
DISK_FULL = "RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'"
KILLED = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with opened_postgres(postgres_url) as opened:
        yield opened


async def accident(store: PostgresStore, does: str, when: str = "NOT DEFERRABLE") -> None:
    """What befalls whoever appends to person-2."""
    trigger = TRIGGER.format(schema=store._schema, does=does, when=when)
    async with await psycopg.AsyncConnection.connect(store._url, autocommit=True) as admin:
        await admin.execute(trigger)


async def goes_on(store: PostgresStore) -> None:
    """Nothing of person-2 is there, no lock is left, and others append."""
    assert await store.append("person-1", NEW, [fact()]) == 0
    assert list(await store.read("person-2")) == []


async def test_where_the_server_refuses_to_write_nothing_was_kept(store: PostgresStore) -> None:
    await accident(store, DISK_FULL)
    with pytest.raises(Unavailable):
        await store.append("person-2", NEW, [fact()])
    await goes_on(store)


async def test_where_the_server_refuses_to_commit_nothing_was_kept(store: PostgresStore) -> None:
    await accident(store, DISK_FULL, "DEFERRABLE INITIALLY DEFERRED")
    with pytest.raises(Unavailable):
        await store.append("person-2", NEW, [fact()])
    await goes_on(store)


async def test_where_the_server_is_gone_before_it_says_that_it_committed_nobody_can_tell(
    store: PostgresStore,
) -> None:
    await accident(store, KILLED, "DEFERRABLE INITIALLY DEFERRED")
    with pytest.raises(OutcomeUnknown):
        await store.append("person-2", NEW, [fact()])
    await goes_on(store)


async def test_what_cannot_be_written_down_at_all_holds_up_nobody_else(store: PostgresStore) -> None:
    with pytest.raises(psycopg.DataError):
        await store.append("person-\0", NEW, [fact()])
    await goes_on(store)

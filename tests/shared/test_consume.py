"""Each effect once, in order per stream, whatever is told twice, late, or cannot be read."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shared.contracts.catalog import PersonActivated, PersonDeactivated
from shared.database.port import StaleOwner
from shared.kernel.message import Recorded
from shared.kernel.projection import Statement
from shared.runtime import parking
from shared.transport.port import Batch
from tests.shared.toys import SOURCE, Bench, activated, apply, bench, person


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as opened:
        yield opened


async def expected(at: Bench) -> list[tuple[str, int, str]]:
    """What a fresh fold of the store gives."""
    found = await at.store.tail(0, 10_000)
    return sorted((event.stream.removeprefix("person-"), event.version, event.type) for event in found)


@pytest.mark.row("J08")
async def test_what_is_told_twice_counts_once(at: Bench) -> None:
    for number in range(5):
        await at.state(number, activated(number), PersonDeactivated(person_id=person(number)))
    consumer = at.consumer()
    batch = await at.batch()
    await consumer.handle(batch, at.feed)
    await consumer.handle(batch, at.feed)
    again = [event._replace(position=event.position + 100) for event in batch.events]  # a relay that repeats
    await consumer.handle(Batch(SOURCE, again, again[-1].position), at.feed)
    assert await at.rows() == await expected(at)


@pytest.mark.row("J08")
async def test_a_hole_is_filled_from_where_the_stream_is_remembered(at: Bench) -> None:
    await at.state(1, activated(1), PersonDeactivated(person_id=person(1)), activated(1))
    events = await at.store.tail(0)
    consumer = at.consumer()
    await consumer.handle(await at.batch([events[0]]), at.feed)
    await consumer.handle(await at.batch([events[2]]), at.feed)
    assert await at.rows() == await expected(at)


@pytest.mark.row("J08")
async def test_a_crash_between_batches_goes_on_at_our_own_checkpoint(at: Bench) -> None:
    await at.state(1, activated(1))
    first = at.consumer()
    await first.handle(await at.batch(), at.feed)
    await at.state(2, activated(2))
    second = at.consumer()  # a new process knows nothing but the tables
    await second.load()
    assert second.position(SOURCE) == 1
    await second.handle(await at.batch(), at.feed)
    assert await at.rows() == await expected(at)


@pytest.mark.row("J08")
async def test_a_stale_owner_is_fenced_and_keeps_nothing(at: Bench) -> None:
    await at.state(1, activated(1))
    old, new = at.consumer(), at.consumer()
    await old.handle(await at.batch(), at.feed)
    await new.load()
    await at.state(2, activated(2))
    await new.handle(await at.batch(), at.feed)
    await at.state(3, activated(3))
    with pytest.raises(StaleOwner):
        await old.handle(await at.batch(), at.feed)
    assert await at.rows() == [row for row in await expected(at) if row[0] != str(person(3))]


@pytest.mark.row("J10")
@pytest.mark.parametrize("poison", ["raises", "breaks the database", "cannot be read"])
async def test_one_poison_stops_its_own_stream_and_ends_in_order_after_the_fix(
    at: Bench, poison: str
) -> None:
    broken = True

    def act(recorded: Recorded) -> Iterator[Statement]:
        event = recorded.event
        assert isinstance(event, PersonActivated | PersonDeactivated)
        if broken and event.person_id == person(50) and recorded.version == 1:
            if poison == "raises":
                raise ZeroDivisionError
            yield "INSERT INTO nowhere VALUES (1)", {}
        yield from apply(recorded)

    for _ in range(2):
        for number in range(100):
            await at.state(number, activated(number), PersonDeactivated(person_id=person(number)))
    batch = await at.batch()
    if poison == "cannot be read":
        stream = f"person-{person(50)}"
        damaged = [
            event._replace(data=b"{") if (event.stream, event.version) == (stream, 1) else event
            for event in batch.events
        ]
        batch = Batch(SOURCE, damaged, batch.last)
    consumer = at.consumer(act)
    await consumer.handle(batch, at.feed)
    done = [row for row in await expected(at) if row[0] != str(person(50)) or row[1] == 0]
    assert await at.rows() == done
    (stopped,) = await parking.parked(at.db)
    assert (stopped["stream"], stopped["version"], stopped["behind"]) == (f"person-{person(50)}", 1, 2)
    await parking.want(at.db, "test.roll", stopped["stream"], "redrive")
    await consumer.grant_wishes()
    assert (await parking.parked(at.db))[0]["attempts"] == 2
    broken = False
    if poison == "cannot be read":
        await at.db.write("UPDATE parked SET data = :data WHERE version = 1", {"data": batch.events[1].data})
        good = next(e for e in await at.store.read(stopped["stream"]) if e.version == 1)
        await at.db.write("UPDATE parked SET data = :data WHERE version = 1", {"data": good.data})
    await parking.want(at.db, "test.roll", stopped["stream"], "redrive")
    await consumer.grant_wishes()
    assert await at.rows() == await expected(at)
    assert list(await parking.parked(at.db)) == []


async def test_a_discarded_event_is_skipped_and_the_rest_follows(at: Bench) -> None:
    def act(recorded: Recorded) -> Iterator[Statement]:
        if recorded.version == 1:
            raise ZeroDivisionError
        yield from apply(recorded)

    await at.state(1, activated(1), PersonDeactivated(person_id=person(1)), activated(1))
    consumer = at.consumer(act)
    await consumer.handle(await at.batch(), at.feed)
    assert [row[1] for row in await at.rows()] == [0]
    assert not await parking.want(at.db, "test.roll", "person-of-nobody", "discard")
    await parking.want(at.db, "test.roll", f"person-{person(1)}", "discard")
    await consumer.grant_wishes()
    assert [row[1] for row in await at.rows()] == [0, 2]
    assert list(await parking.parked(at.db)) == []


async def test_what_comes_later_queues_behind_in_another_batch_too(at: Bench) -> None:
    def act(recorded: Recorded) -> Iterator[Statement]:
        del recorded
        raise ZeroDivisionError
        yield

    await at.state(1, activated(1))
    consumer = at.consumer(act)
    await consumer.handle(await at.batch(), at.feed)
    await at.state(1, PersonDeactivated(person_id=person(1)))
    await consumer.handle(await at.batch(), at.feed)
    assert [(row["version"], row["behind"]) for row in await parking.parked(at.db)] == [(0, 1)]


async def test_a_running_consumer_is_waited_for_and_ends_when_cancelled(at: Bench) -> None:
    consumer = at.consumer()
    running = asyncio.create_task(consumer.run([at.feed]))
    for number in range(20):
        await at.state(number, activated(number))
    async with asyncio.timeout(10):
        await consumer.reached(f"person-{person(19)}", 0)
        await consumer.caught_up(SOURCE, await at.store.last_position())
    assert await at.rows() == await expected(at)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

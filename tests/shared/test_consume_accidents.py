"""What befalls a consumer from outside: unclear commits, holes, hiccups, a second owner, an order to stop."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.accidents import OutcomeUnknown, Unavailable
from shared.contracts.catalog import PersonDeactivated
from shared.kernel.message import Recorded, Stored
from shared.kernel.projection import Statement
from shared.runtime import parking
from shared.runtime.consume import Consumer
from shared.transport.port import Batch, Feed
from tests.shared.stores import Unlucky
from tests.shared.toys import SOURCE, Bench, activated, apply, bench, person

STREAM = f"person-{person(1)}"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as opened:
        yield opened


@asynccontextmanager
async def running(consumer: Consumer, feed: Feed) -> AsyncIterator[None]:
    """This consumer at work, for no longer than ten seconds."""
    job = asyncio.create_task(consumer.run([feed]))
    try:
        async with asyncio.timeout(10):
            yield
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


class NoMemory:
    """A feed as a bus is: nothing can be fetched from it again."""

    sources = (SOURCE,)
    shared = False

    def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
        raise NotImplementedError

    async def missing(self, stream: str, after: int) -> Sequence[Stored]:
        raise LookupError(stream, after)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.row("J08")
async def test_an_unclear_commit_is_cleared_and_who_waits_for_the_stream_is_told(
    at: Bench, when: str, one_by_one: bool
) -> None:
    consumer = at.consumer(one_by_one=one_by_one)
    async with running(consumer, at.feed):
        await at.state(1, activated(1))
        await consumer.reached(STREAM, 0)
        Unlucky(at.db._writer).fail = when
        await at.state(1, PersonDeactivated(person_id=person(1)))
        await consumer.reached(STREAM, 1)
        await at.state(1, activated(1))
        await consumer.reached(STREAM, 2)
    assert [row[1] for row in await at.rows()] == [0, 1, 2]
    assert list(await parking.parked(at.db)) == []


@pytest.mark.row("J08")
async def test_what_stands_behind_a_hole_that_cannot_be_filled_waits_until_it_is_told(at: Bench) -> None:
    await at.state(1, *(activated(1) for _ in range(5)))
    await at.state(2, activated(2))
    events = list(await at.store.tail(0))
    consumer, bus = at.consumer(), NoMemory()
    await consumer.handle(await at.batch([events[0], events[3], events[5]]), bus)
    assert [row[1] for row in await at.rows()] == [0, 0]  # the other stream goes on
    (stopped,) = await parking.parked(at.db)
    assert (stopped["stream"], stopped["version"], stopped["cause"]) == (STREAM, 3, parking.HOLE.sentence)

    await parking.want(at.db, "test.roll", STREAM, "redrive")
    await consumer.grant_wishes()
    assert (await parking.parked(at.db))[0]["attempts"] == 2

    again = [event._replace(position=event.position + 100) for event in events]
    await consumer.handle(await at.batch(again), bus)
    await consumer.grant_wishes()
    assert [row[1] for row in await at.rows() if row[0] == str(person(1))] == [0, 1, 2, 3, 4]
    assert list(await parking.parked(at.db)) == []
    await at.state(1, activated(1))
    (next_one,) = await at.store.read(STREAM, 4)
    await consumer.handle(await at.batch([next_one._replace(position=300)]), bus)
    assert len(await at.rows()) == 7


@pytest.mark.row("J08")
async def test_a_stream_whose_middle_is_gone_is_not_handled_as_if_it_were_whole(at: Bench) -> None:
    await at.state(1, *(activated(1) for _ in range(4)))
    events = list(await at.store.tail(0))
    await at.store._writer.run(lambda db: db.execute("DELETE FROM events WHERE version = 2"))
    await at.consumer().handle(await at.batch([events[0], events[3]]), at.feed)
    assert [row[1] for row in await at.rows()] == [0, 1]
    assert [(row["version"], row["cause"]) for row in await parking.parked(at.db)] == [
        (3, parking.HOLE.sentence)
    ]


@pytest.mark.row("J10")
async def test_a_wish_survives_what_interrupts_it_and_the_rest_follows(at: Bench) -> None:
    fails: list[Exception] = [ZeroDivisionError()]

    def act(recorded: Recorded) -> Iterator[Statement]:
        if fails:
            raise fails.pop()
        yield from apply(recorded)

    await at.state(1, *(activated(1) for _ in range(4)))
    consumer = at.consumer(act)
    await consumer.handle(await at.batch(), at.feed)
    await parking.want(at.db, "test.roll", STREAM, "discard")
    fails.append(Unavailable())
    await consumer.grant_wishes()
    assert [(row["version"], row["behind"]) for row in await parking.parked(at.db)] == [(1, 2)]
    for when in ("before", "after", ""):
        Unlucky(at.db._writer).fail = when
        await consumer.grant_wishes()
    assert [row[1] for row in await at.rows()] == [1, 2, 3]
    assert list(await parking.parked(at.db)) == []


@pytest.mark.row("J08")
async def test_two_who_grant_the_same_wish_have_one_effect(at: Bench) -> None:
    broken = [True]

    def act(recorded: Recorded) -> Iterator[Statement]:
        if broken:
            raise ZeroDivisionError
        yield "INSERT INTO roll SELECT :id, count(*), 'x' FROM roll", {"id": recorded.stream}

    await at.state(1, activated(1), activated(1))
    one, other = at.consumer(act), at.consumer(act)
    await one.handle(await at.batch(), at.feed)
    broken.clear()
    await parking.want(at.db, "test.roll", STREAM, "redrive")
    await asyncio.gather(one.grant_wishes(), other.grant_wishes())
    await asyncio.gather(one.grant_wishes(), other.grant_wishes())
    assert len(await at.rows()) == 2


@pytest.mark.row("J08")
async def test_an_accident_is_waited_out_however_often_it_happens_and_parks_nothing(at: Bench) -> None:
    fails = [Unavailable(), OutcomeUnknown(), ConnectionError(), TimeoutError()]

    def act(recorded: Recorded) -> Iterator[Statement]:
        if fails:
            raise fails.pop()
        yield from apply(recorded)

    await at.state(1, activated(1))
    consumer = at.consumer(act)
    async with running(consumer, at.feed):
        await consumer.reached(STREAM, 0)
    assert (len(await at.rows()), list(await parking.parked(at.db))) == (1, [])


@pytest.mark.row("J08")
async def test_a_feed_that_breaks_off_is_taken_up_again_from_our_own_checkpoint(at: Bench) -> None:
    class Hiccup(NoMemory):
        starts: list[int] = []  # noqa: RUF012 -- one feed, one test

        async def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
            self.starts.append(after.get(SOURCE, 0))
            async for batch in at.feed.batches(after):
                yield batch
                raise Unavailable("the disk coughed")

    await at.state(1, activated(1))
    consumer, feed = at.consumer(), Hiccup()
    async with running(consumer, feed):
        await consumer.reached(STREAM, 0)
        await at.state(1, activated(1))
        await consumer.reached(STREAM, 1)
    assert feed.starts[:2] == [0, 1]
    assert [row[1] for row in await at.rows()] == [0, 1]


@pytest.mark.parametrize("one_by_one", [False, True])
async def test_an_order_to_stop_is_obeyed_also_while_nothing_works(at: Bench, one_by_one: bool) -> None:
    begun, failing = asyncio.Event(), asyncio.Event()

    async def effect(recorded: Recorded) -> list[Statement]:
        begun.set()
        await failing.wait()
        raise Unavailable(recorded.stream)

    await at.state(1, activated(1))
    consumer = Consumer("test.roll", ["catalog.people"], at.db, effect, one_by_one=one_by_one)
    job = asyncio.create_task(consumer.run([at.feed]))
    await asyncio.wait_for(begun.wait(), 5)
    job.cancel()
    await asyncio.sleep(0)
    failing.set()
    done, _ = await asyncio.wait({job}, timeout=3)
    assert done
    assert job.cancelled()


async def test_who_was_stopped_can_be_started_again(at: Bench) -> None:
    consumer = at.consumer(one_by_one=True)
    for number in range(3):
        async with running(consumer, at.feed):
            await at.state(number, activated(number))
            await consumer.reached(f"person-{person(number)}", 0)
    assert len(await at.rows()) == 3

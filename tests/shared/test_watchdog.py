"""A client that has silently stopped is left; one that works, waits or cannot hear is not."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from shared.accidents import Unavailable
from shared.kernel.message import Recorded, Stored
from shared.kernel.projection import Statement
from shared.runtime import host
from shared.runtime.bus import LocalBus
from shared.runtime.consume import Consumer
from shared.runtime.desk import Desk
from shared.runtime.watchdog import Behind, Silent, watch
from shared.transport.port import Batch, Feed
from tests.shared.toys import SOURCE, Bench, activated, bench
from tests.world import open_world

LOOK_SECONDS, SILENT_SECONDS, LONG_SECONDS = 0.01, 0.1, 0.5
quick = partial(watch, look_seconds=LOOK_SECONDS, silent_seconds=SILENT_SECONDS)


class Deaf:
    """A client that lives, and never hears anything."""

    shared, sources = True, (SOURCE,)

    async def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
        """Nothing, for ever."""
        await asyncio.Event().wait()
        yield Batch(SOURCE, [], 0)

    async def missing(self, stream: str, after: int) -> Sequence[Stored]:
        """Nothing either."""
        raise LookupError(stream)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as opened:
        await opened.state(1, activated(1))
        yield opened


def behind_in(at: Bench) -> Behind:
    """How much the store holds behind what the consumer has."""

    async def behind(topics: Collection[str], reached: Mapping[str, int]) -> Mapping[str, int]:
        return {SOURCE: await at.store.count(reached.get(SOURCE, 0))}

    return behind


@asynccontextmanager
async def running(consumer: Consumer, feed: Feed) -> AsyncIterator[None]:
    task = asyncio.create_task(consumer.run([feed]))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def barked(watching: "asyncio.Task[None]") -> bool:
    """True if it raised Silent before long."""
    done, _ = await asyncio.wait({watching}, timeout=LONG_SECONDS)
    watching.cancel()
    outcome = (await asyncio.gather(watching, return_exceptions=True))[0]
    return bool(done) and isinstance(outcome, Silent)


@pytest.mark.parametrize("holds", [True, False], ids=["holds the source", "holds nothing"])
async def test_who_hears_nothing_while_facts_wait_is_left_with_its_name(at: Bench, holds: bool) -> None:
    consumer = at.consumer()
    async with running(consumer, Deaf()):
        if holds:
            await consumer.take_over([SOURCE])
        with pytest.raises(Silent, match=r"test\.roll has heard nothing"):
            await asyncio.wait_for(quick([consumer], behind_in(at)), LONG_SECONDS * 4)


async def test_who_has_heard_everything_is_not_left(at: Bench) -> None:
    consumer = at.consumer()
    async with running(consumer, at.feed):
        await consumer.caught_up(SOURCE, 1)
        assert not await barked(asyncio.create_task(quick([consumer], behind_in(at))))


async def test_who_works_at_one_fact_for_long_is_not_left(at: Bench) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def slow(recorded: Recorded) -> list[Statement]:
        begun.set()
        await finish.wait()
        return []

    consumer = Consumer("test.slow", ["catalog.people"], at.db, slow)
    async with running(consumer, at.feed):
        await begun.wait()
        assert not await barked(asyncio.create_task(quick([consumer], behind_in(at))))
        finish.set()


async def test_while_the_broker_is_away_nobody_is_left(at: Bench) -> None:
    async def away(topics: Collection[str], reached: Mapping[str, int]) -> Mapping[str, int]:
        raise ConnectionError("no broker answers")

    async def no_tables(topics: Collection[str], reached: Mapping[str, int]) -> Mapping[str, int]:
        raise Unavailable

    consumer = at.consumer()
    async with running(consumer, Deaf()):
        for behind in (away, no_tables):
            assert not await barked(asyncio.create_task(quick([consumer], behind)))


async def test_who_waits_for_a_partition_while_another_worker_gets_on_is_not_left(at: Bench) -> None:
    mine, other = at.consumer(), at.consumer()

    async def work_on() -> None:
        for number in range(2, 1000):
            await at.state(number, activated(number))
            await other.handle(await at.batch(await at.store.tail(number - 2, 1)), at.feed)

    async with running(mine, Deaf()):
        working = asyncio.create_task(work_on())
        assert not await barked(asyncio.create_task(quick([mine], behind_in(at))))
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


class DeafBus(LocalBus):
    """A bus whose clients have all stopped, and which still knows how much there is to hear."""

    relays = True

    def feeds(self, desk: Desk, consumer: Consumer, desks: Mapping[str, Desk]) -> Sequence[Feed]:
        """See Bus.feeds."""
        return [Deaf()]


async def test_the_jobs_of_a_process_end_with_a_silent_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "watch", quick)  # only sooner than in earnest
    async with open_world(tmp_path, bus=DeafBus()) as world:
        await world.root().post("/entities", {"label": "East"})
        jobs = world.product.house.jobs
        assert jobs is not None
        await asyncio.wait({jobs}, timeout=10)
        (silent, *_) = [error for error in leaves(jobs.exception()) if isinstance(error, Silent)]
        assert "has heard nothing" in str(silent)


def leaves(error: BaseException | None) -> list[BaseException]:
    """The errors inside groups of errors."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in leaves(inner)]
    return [error] if error else []

"""What the members of one group on real brokers promise, through either transport."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

import pytest

from shared.accidents import Unavailable
from shared.transport.port import Batch
from tests.shared.feeds import (
    LONG_SECONDS,
    Line,
    Listener,
)
from tests.shared.lines import (
    MANY,
    SOURCES,
    all_shared_by,
    at_work,
    each_once,
    reached,
    source_of_person,
    told_by,
    until,
)
from tests.shared.toys import activated, person


@pytest.mark.row("J08")
@pytest.mark.parametrize("hint", ["ahead", "behind", "gone"])
async def test_it_begins_at_our_own_place_whatever_the_offset_of_the_group(
    shared_line: Line, hint: str
) -> None:
    telling = told_by(shared_line)
    await shared_line.state(*MANY)
    ours = await telling.ends()
    await shared_line.state(*MANY)
    if hint != "gone":
        await telling.hint(shared_line.begins if hint == "behind" else await telling.ends())
    await shared_line.state(*MANY)
    listener = Slow(ours)
    await listener.hear(shared_line.join(listener, "one"), 2 * len(MANY))
    assert listener.versions() == {f"person-{person(number)}": [1, 2] for number in MANY}


class Slow(Listener):
    """One whose tables take their time to say where it is; everybody else is quicker meanwhile."""

    async def take_over(self, sources: Collection[str]) -> Mapping[str, int]:
        await asyncio.sleep(1)
        return await super().take_over(sources)


class Telltale(Listener):
    """One who lets a list know what it is told of its sources."""

    def __init__(self, name: str, places: Mapping[str, int], told: list[tuple[str, int]]) -> None:
        super().__init__(places)
        self._name, self._told = name, told

    async def take_over(self, sources: Collection[str]) -> Mapping[str, int]:
        self._told.append((self._name, len(sources)))
        return await super().take_over(sources)

    async def let_go(self) -> None:
        self._told.append((self._name, 0))
        await super().let_go()


async def test_sources_are_let_go_before_another_member_takes_them_over(shared_line: Line) -> None:
    told: list[tuple[str, int]] = []
    members = [Telltale(name, shared_line.begins, told) for name in ("one", "two")]
    async with asyncio.timeout(LONG_SECONDS), asyncio.TaskGroup() as group:
        one = group.create_task(members[0].hear(shared_line.join(members[0], "one"), 1))
        await until(lambda: members[0].held == SOURCES)
        two = group.create_task(members[1].hear(shared_line.join(members[1], "two"), 1))
        await until(lambda: bool(members[1].held))
        one.cancel()
        two.cancel()
    alone = told.index(("one", len(SOURCES)))
    both = next(place for place, (name, count) in enumerate(told) if name == "two" and count)
    assert ("one", 0) in told[alone:both]


async def test_whose_tables_do_not_answer_joins_again(shared_line: Line) -> None:
    consumer = await shared_line.consumer()
    load, failed = consumer.load, asyncio.Event()

    async def fails_at_first() -> None:
        if consumer.held and not failed.is_set():
            failed.set()
            raise Unavailable
        await load()

    consumer.load = fails_at_first  # type: ignore[method-assign]
    await shared_line.state(*MANY)
    await told_by(shared_line).hint(await told_by(shared_line).ends())
    async with at_work(consumer, shared_line.join(consumer, "one")):
        await reached(consumer, *MANY)
    assert failed.is_set()
    await each_once(shared_line)


@pytest.mark.row("J22", "J08")
async def test_a_second_member_joins_and_leaves_under_load_and_nothing_is_lost_or_doubled(
    shared_line: Line,
) -> None:
    one, two = await shared_line.consumer(), await shared_line.consumer()
    async with at_work(one, shared_line.join(one, "one")):
        async with loaded(shared_line):
            await until(lambda: all_shared_by(one))
            async with at_work(two, shared_line.join(two, "two")):
                await until(lambda: all_shared_by(one, two))
                heard = one.heard, two.heard
                await until(lambda: one.heard > heard[0] and two.heard > heard[1])
            await until(lambda: all_shared_by(one))
        await shared_line.tell()
        for event in await shared_line.at.store.tail(0, 1_000_000):
            await one.reached(event.stream, event.version)
    await each_once(shared_line)


@asynccontextmanager
async def loaded(line: Line) -> AsyncIterator[None]:
    """Facts are told all the time."""

    enough = asyncio.Event()

    async def tell_on() -> None:
        while not enough.is_set():
            await line.state(*MANY)

    telling = asyncio.create_task(tell_on())
    try:
        yield
    finally:
        enough.set()  # cancelled, it would leave a fact that is stored a moment later, and told by nobody
        await telling


@pytest.mark.row("J08")
async def test_who_was_overtaken_without_knowing_is_fenced_and_joins_again(shared_line: Line) -> None:
    one, two = await shared_line.consumer(), await shared_line.consumer()
    async with at_work(one, shared_line.join(one, "one")):
        await shared_line.state(*MANY)
        await reached(one, *MANY)
        # While it believes that it holds the sources, somebody else goes on with one of them.
        await two.load()
        await shared_line.at.state(1, activated(1), activated(1), activated(1))
        source = source_of_person(1)
        news = [
            stored._replace(position=place)
            for place, stored in enumerate(
                await shared_line.at.store.read(f"person-{person(1)}", 0), two.position(source) + 1
            )
        ]
        await two.handle(Batch(source, news, news[-1].position), shared_line.join(two, "two"))
        await shared_line.tell()
        await shared_line.state(*MANY)
        await reached(one, *MANY, version=1)
        await reached(one, 1, version=4)
    await each_once(shared_line)

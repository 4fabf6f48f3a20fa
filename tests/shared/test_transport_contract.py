"""What every transport must keep to; the same suite for each adapter."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiokafka.partitioner import DefaultPartitioner

from deploy.cluster.servers import Kafka, free_port, kafka
from shared.accidents import Unavailable
from shared.kernel.message import Recorded
from shared.kernel.projection import Statement
from shared.runtime import parking
from shared.runtime.consume import Consumer
from shared.runtime.kafka_bus import Joined
from shared.runtime.patience import patiently
from shared.transport.port import Batch, Feed
from shared.transport.topics import Topics, declared
from tests.brokers.evil import tell_evil
from tests.shared.feeds import (
    JOINED,
    LONG_SECONDS,
    NAME,
    TOPIC,
    Line,
    Listener,
    Telling,
    line_over,
    local_line,
)
from tests.shared.toys import activated, apply, person

SOURCES = frozenset(f"{NAME}/{number}" for number in range(12))
MANY = range(40)
LOOK_SECONDS = 0.02
OVER_KAFKA = ["kafka", "faust"]
"""Those whose sources several members share."""


@pytest.fixture(params=["local", *OVER_KAFKA])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    if request.param == "local":
        async with local_line(tmp_path) as opened:
            yield opened
        return
    broker: Kafka = request.getfixturevalue("broker")
    async with line_over(broker.brokers, JOINED[request.param], tmp_path) as opened:
        yield opened


@pytest.fixture(params=OVER_KAFKA)
async def shared_line(request: pytest.FixtureRequest, broker: Kafka, tmp_path: Path) -> AsyncIterator[Line]:
    async with line_over(broker.brokers, JOINED[request.param], tmp_path) as opened:
        yield opened


@pytest.fixture
def mortal(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own, which the test may kill."""
    with kafka(jars, tmp_path) as running:
        yield running


@pytest.fixture(params=OVER_KAFKA)
async def frail_line(request: pytest.FixtureRequest, mortal: Kafka, tmp_path: Path) -> AsyncIterator[Line]:
    async with line_over(mortal.brokers, JOINED[request.param], tmp_path) as opened:
        yield opened


@asynccontextmanager
async def at_work(consumer: Consumer, feed: Feed) -> AsyncIterator["asyncio.Task[None]"]:
    """This consumer at work; cancelled in the end."""
    job = asyncio.create_task(consumer.run([feed]))
    try:
        async with asyncio.timeout(LONG_SECONDS):
            yield job
    finally:
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job


async def reached(consumer: Consumer, *numbers: int, version: int = 0) -> None:
    """Return once the consumer has handled these people's streams so far."""
    for number in numbers:
        await consumer.reached(f"person-{person(number)}", version)


async def each_once(line: Line) -> None:
    """Every fact of the store has had its effect; a second effect of one would have broken the table's key."""
    facts = await line.at.store.tail(0, 1_000_000)
    stored = [(event.stream.removeprefix("person-"), event.version) for event in facts]
    assert [row[:2] for row in await line.at.rows()] == sorted(stored)


def told_by(line: Line) -> Telling:
    """The brokers of a line that has some."""
    assert line.broker
    return line.broker


def source_of_person(number: int) -> str:
    """Where this person's facts are told."""
    partitions = list(range(len(SOURCES)))
    return f"{NAME}/{DefaultPartitioner()(str(person(number)).encode(), partitions, partitions)}"


def all_shared_by(*members: Consumer) -> bool:
    """True if these hold all sources, and each holds some."""
    return (
        all(member.held for member in members)
        and frozenset.union(*(member.held for member in members)) == SOURCES
    )


async def until(true: Callable[[], bool]) -> None:
    """Return once it is true; what makes it so is told to nobody."""
    while not true():  # noqa: ASYNC110 -- a client's thread gives no sign
        await asyncio.sleep(LOOK_SECONDS)


async def told_again(line: Line, *numbers: int) -> None:
    """State a fact of each of these people, and tell it as a relay does to a broker that hiccups."""
    for number in numbers:
        await line.at.state(number, activated(number))
    async for attempt in patiently():
        with attempt:
            await line.tell()


async def test_every_fact_comes_and_each_stream_comes_in_its_order(line: Line) -> None:
    listener = line.listener()
    await line.state(*MANY)
    await line.state(*MANY, *MANY)
    await listener.hear(line.join(listener, "one"), 120)
    assert listener.versions() == {f"person-{person(number)}": [0, 1, 2] for number in MANY}
    stored = {event.id: event for event in await line.at.store.tail(0)}
    for heard in listener.heard:
        assert (heard.data, heard.type) == (stored[heard.id].data, stored[heard.id].type)


async def test_what_is_told_later_comes_as_well(line: Line) -> None:
    listener = line.listener()
    await line.state(1)
    async with (
        asyncio.timeout(LONG_SECONDS),
        aclosing(line.join(listener, "one").batches(listener.places)) as batches,
    ):
        for count in range(1, 4):
            while len(listener.heard) < count:
                listener.take(await anext(batches))
            await line.state(1)
    assert listener.versions() == {f"person-{person(1)}": [0, 1, 2]}


async def test_whoever_joins_again_goes_on_behind_the_last_batch(line: Line) -> None:
    listener = line.listener()
    await line.state(*MANY)
    for count in (1, len(MANY)):
        await listener.hear(line.join(listener, "one"), count)
    assert listener.versions() == {f"person-{person(number)}": [0] for number in MANY}


async def test_what_was_taken_up_and_not_kept_is_told_again(line: Line) -> None:
    await line.state(*MANY)
    for _ in range(2):
        listener = line.listener()
        await listener.hear(line.join(listener, "one"), len(MANY))
        assert len(listener.versions()) == len(MANY)


async def test_whoever_waits_for_news_can_leave_and_nothing_of_it_stays(line: Line) -> None:
    listener = line.listener()
    await line.state(1)
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    waiting = asyncio.create_task(listener.hear(line.join(listener, "one"), 2))
    await until(lambda: bool(listener.heard))
    waiting.cancel()
    done, _ = await asyncio.wait({waiting}, timeout=10)
    assert done
    assert asyncio.all_tasks() == tasks
    assert set(threading.enumerate()) == threads


async def test_a_fact_that_cannot_be_handled_is_parked_and_the_next_is_handled(line: Line) -> None:
    def act(recorded: Recorded) -> Iterator[Statement]:
        if recorded.stream == f"person-{person(1)}":
            raise ZeroDivisionError
        yield from apply(recorded)

    consumer = await line.consumer(act)
    async with at_work(consumer, line.join(consumer, "one")):
        await line.state(1, 1, 2)
        await reached(consumer, 2)
        await reached(consumer, 1, version=1)
    assert [row[0] for row in await line.at.rows()] == [str(person(2))]
    assert [row["version"] for row in await parking.parked(line.at.db)] == [0]


@pytest.mark.parametrize("joined", JOINED.values(), ids=JOINED)
async def test_where_no_broker_answers_it_says_so_once_and_leaves_nothing_behind(
    joined: Joined, capfd: pytest.CaptureFixture[str]
) -> None:
    listener = Listener({})
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    feed = joined(f"127.0.0.1:{free_port()}", "samverkan.test", [TOPIC], listener, "one", {})
    with pytest.raises(ConnectionError, match=r"samverkan\.test: KafkaConnectionError"):
        await listener.hear(feed, 1)
    assert asyncio.all_tasks() == tasks
    assert set(threading.enumerate()) == threads
    assert capfd.readouterr().err == ""


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


async def test_bytes_that_nobody_can_read_are_parked_and_the_rest_flows(shared_line: Line) -> None:
    consumer, telling = await shared_line.consumer(), told_by(shared_line)
    async with at_work(consumer, shared_line.join(consumer, "one")):
        await telling.put(str(person(1)).encode(), b"\xff\x00 no fact")
        await telling.put(str(person(2)).encode(), None)
        await telling.put(b"\xff", b"{}")
        await telling.put(None, b"{}")
        await asyncio.to_thread(tell_evil, telling.brokers, NAME, str(person(20)))
        await shared_line.state(*range(3, 21))
        ends = await telling.ends()
        await until(lambda: consumer.positions() == ends)
    parked = await parking.parked(shared_line.at.db)
    streams = {row["stream"] for row in parked}
    assert {f"person-{person(1)}", f"person-{person(2)}", "person-\\xff", "person-"} < streams
    assert ["unreadable" in stream for stream in streams].count(True) == 1
    assert len(streams) == 5
    await each_once(shared_line)


async def test_it_goes_on_when_a_broker_that_was_killed_is_back(frail_line: Line, mortal: Kafka) -> None:
    consumer = await frail_line.consumer()
    async with at_work(consumer, frail_line.join(consumer, "one")):
        await frail_line.state(*MANY)
        await reached(consumer, *MANY)
        mortal.kill()
        await asyncio.to_thread(mortal.start)
        await told_again(frail_line, *MANY)
        await reached(consumer, *MANY, version=1)
    await each_once(frail_line)


async def test_whoever_leaves_while_the_broker_is_gone_leaves_at_once_and_whole(
    frail_line: Line, mortal: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    listener = frail_line.listener()
    await frail_line.state(1)
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    waiting = asyncio.create_task(listener.hear(frail_line.join(listener, "one"), 2))
    await until(lambda: bool(listener.heard))
    mortal.kill()
    await until(lambda: "Failed fetch" in caplog.text)
    waiting.cancel()
    done, _ = await asyncio.wait({waiting}, timeout=10)
    assert done
    assert asyncio.all_tasks() - tasks == set()
    assert set(threading.enumerate()) == threads


async def test_it_begins_anew_where_the_broker_has_lost_what_was_heard(
    frail_line: Line, mortal: Kafka
) -> None:
    consumer = await frail_line.consumer()
    async with at_work(consumer, frail_line.join(consumer, "one")):
        await frail_line.state(*MANY, *MANY)
        await reached(consumer, *MANY, version=1)
        mortal.kill()
        mortal.lose_everything()
        await asyncio.to_thread(mortal.start)
        async with Topics(mortal.brokers) as there:
            await there.apply(declared())
        await told_again(frail_line, *MANY)
        await reached(consumer, *MANY, version=2)
    await each_once(frail_line)

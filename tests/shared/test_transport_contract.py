"""What every transport must keep to; the same suite for each adapter."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from deploy.cluster.servers import Kafka, free_port
from shared.kernel.message import Recorded
from shared.kernel.projection import Statement
from shared.runtime import parking
from shared.runtime.kafka_bus import Joined
from shared.transport.topics import Topics, declared
from tests.brokers.evil import tell_evil
from tests.shared.feeds import (
    JOINED,
    LONG_SECONDS,
    NAME,
    TOPIC,
    Line,
    Listener,
)
from tests.shared.lines import MANY, at_work, each_once, reached, told_again, told_by, until
from tests.shared.toys import apply, person


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

"""The lines on which transports are tried, and the members who hear from them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from aiokafka.partitioner import DefaultPartitioner

from shared.runtime.consume import Consumer
from shared.runtime.patience import patiently
from shared.transport.port import Feed
from tests.shared.feeds import (
    LONG_SECONDS,
    NAME,
    Line,
    Telling,
)
from tests.shared.toys import activated, person

SOURCES = frozenset(f"{NAME}/{number}" for number in range(12))
MANY = range(40)
LOOK_SECONDS = 0.02
OVER_KAFKA = ["kafka", "faust"]
"""Those whose sources several members share."""


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

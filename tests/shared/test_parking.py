"""What is parked, what is passed over, and what goes on by itself, whatever the bus."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from shared.contracts.catalog import PersonDeactivated
from shared.kernel.message import Recorded, Stored
from shared.kernel.projection import Statement
from shared.runtime import parking
from shared.runtime.rebuild import rebuild
from shared.transport.port import Batch
from shared.transport.records import fact_in
from tests.shared.records import record
from tests.shared.toys import ROLL, SOURCE, Bench, activated, apply, bench, person

STREAM = f"person-{person(1)}"
BUS = "samverkan.catalog.people/7"
PLACE = {"consumer": "test.roll", "stream": STREAM}


class Bus:
    """A feed as a bus is: nothing can be fetched from it again."""

    sources = (BUS,)
    shared = False

    def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
        raise NotImplementedError

    async def missing(self, stream: str, after: int) -> Sequence[Stored]:
        raise LookupError(stream, after)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as opened:
        yield opened


async def versions(at: Bench, number: int = 1) -> list[int]:
    """What the table has of this person."""
    return [row[1] for row in await at.rows() if row[0] == str(person(number))]


async def unmirrored(at: Bench) -> list[tuple[str, int, str]]:
    """What still needs a copy: stream, version, reason."""
    rows = await at.db.rows("SELECT stream, version, reason FROM unmirrored ORDER BY stream, version")
    return [(row["stream"], row["version"], row["reason"]) for row in rows]


def over_the_bus(events: Sequence[Stored], start: int = 1) -> Batch:
    """These events in this order, as a partition tells them from this position on."""
    moved = [event._replace(position=start + place) for place, event in enumerate(events)]
    return Batch(BUS, moved, moved[-1].position)


async def five(at: Bench) -> list[Stored]:
    """Five facts of one person."""
    await at.state(1, *(activated(1) for _ in range(5)))
    return list(await at.store.tail(0))


@pytest.mark.row("J08")
@pytest.mark.parametrize("order", [(0, 2, 1, 3, 4), (4, 3, 2, 1, 0), (0, 3, 4, 1, 2), (1, 0, 3, 2, 4)])
async def test_facts_of_one_stream_told_in_any_order_are_handled_in_theirs(
    at: Bench, order: Sequence[int]
) -> None:
    events, consumer = await five(at), at.consumer()
    for position, version in enumerate(order, start=1):
        await consumer.handle(over_the_bus([events[version]], position), Bus())
    while await consumer.grant_wishes():
        pass
    assert await versions(at) == [0, 1, 2, 3, 4]
    assert list(await parking.parked(at.db)) == []


async def test_a_hole_that_is_told_later_frees_what_waits_behind_it_without_anybodys_hand(at: Bench) -> None:
    events, consumer = await five(at), at.consumer()
    await consumer.handle(over_the_bus([events[0], events[3]]), Bus())
    assert await consumer.grant_wishes() == 0
    await consumer.handle(over_the_bus(events, start=100), Bus())  # its owner tells the whole topic again
    assert await consumer.grant_wishes() == 1
    assert await versions(at) == [0, 1, 2, 3, 4]
    assert list(await parking.parked(at.db)) == []


async def test_what_closes_a_hole_and_cannot_be_handled_itself_stops_the_stream_there(at: Bench) -> None:
    broken = [True]

    def act(recorded: Recorded) -> Iterator[Statement]:
        if broken and recorded.version == 1:
            raise ZeroDivisionError
        yield from apply(recorded)

    events, consumer = await five(at), at.consumer(act)
    await consumer.handle(over_the_bus([events[0], events[2]]), Bus())
    await consumer.handle(over_the_bus([events[1], events[3]], start=10), Bus())
    assert await consumer.grant_wishes() == 0
    (stopped,) = await parking.parked(at.db)
    assert (stopped["version"], stopped["cause"], stopped["behind"]) == (1, "ZeroDivisionError", 2)
    broken.clear()
    await parking.want(at.db, "test.roll", STREAM, "redrive")
    await consumer.grant_wishes()
    assert await versions(at) == [0, 1, 2, 3]


@pytest.mark.parametrize("one_by_one", [False, True])
async def test_an_event_of_a_name_that_nobody_here_knows_is_passed_over_and_its_version_counts(
    at: Bench, one_by_one: bool, tmp_path: Path
) -> None:
    events = await five(at)
    events[1] = events[1]._replace(type="PersonKnighted", data=b'{"by": "the king"}')
    consumer = at.consumer(one_by_one=one_by_one)
    await consumer.handle(Batch(SOURCE, events[:2], 2), at.feed)
    await asyncio.wait_for(consumer.reached(STREAM, 1), 1)
    await consumer.handle(Batch(SOURCE, events[2:], 5), at.feed)
    assert await versions(at) == [0, 2, 3, 4]
    assert list(await parking.parked(at.db)) == []
    await at.store._writer.run(
        lambda db: db.execute("UPDATE events SET type = 'PersonKnighted' WHERE version = 1")
    )
    (table,) = await asyncio.to_thread(rebuild, ROLL, {"catalog": at.store}, at.db, tmp_path / "shadow.db")
    assert (table.live, table.rebuilt, table.different) == (4, 4, 0)
    assert list(await parking.parked(at.db)) == []


@pytest.mark.row("J10")
async def test_a_newer_version_of_a_known_event_waits_for_the_code_that_knows_it(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at.state(1, activated(1), PersonDeactivated(person_id=person(1)), activated(1))
    await at.state(2, activated(2), activated(2))
    events = [
        event._replace(schema=2) if event.type == "PersonDeactivated" else event
        for event in await at.store.tail(0)
    ]
    consumer = at.consumer()
    await consumer.handle(over_the_bus(events), Bus())
    (stopped,) = await parking.parked(at.db)
    assert stopped["cause"] == "Unreadable: PersonDeactivated v2 is newer than v1, which this code knows"
    assert (stopped["version"], stopped["behind"], stopped["attempts"]) == (1, 1, 1)
    assert await versions(at, 2) == [0, 1]
    monkeypatch.setattr(PersonDeactivated, "schema_version", 2)
    await parking.want(at.db, "test.roll", STREAM, "redrive")
    await consumer.grant_wishes()
    assert await versions(at) == [0, 1, 2]
    assert list(await parking.parked(at.db)) == []


@pytest.mark.parametrize("one_by_one", [False, True])
async def test_what_is_no_fact_stops_its_key_and_takes_the_place_of_no_fact(
    at: Bench, one_by_one: bool
) -> None:
    events, consumer = await five(at), at.consumer(one_by_one=one_by_one)
    await at.state(2, activated(2))
    other = list(await at.store.tail(5))
    key = str(person(1)).encode()
    poison = [fact_in(record(key, offset=place)) for place in (1, 3)]
    heard = [events[0], poison[0], events[1], poison[1], events[2], *other, events[3]]
    await consumer.handle(over_the_bus(heard), Bus())
    assert await versions(at) == [0]
    assert await versions(at, 2) == [0]
    (stopped,) = await parking.parked(at.db)
    assert (stopped["stream"], stopped["version"], stopped["behind"]) == (STREAM, None, 4)
    assert stopped["cause"] == "Unreadable: no event of ours: ce_type is missing"
    reasons = [reason for _, _, reason in await unmirrored(at)]
    assert reasons == ["unreadable", "unreadable", "behind", "behind", "behind"]
    await parking.want(at.db, "test.roll", STREAM, "redrive")  # nothing can be made of it
    await consumer.grant_wishes()
    assert await versions(at) == [0]
    for _ in poison:
        await parking.want(at.db, "test.roll", STREAM, "discard")
        await consumer.grant_wishes()
    assert list(await parking.parked(at.db)) == []
    await consumer.handle(over_the_bus([events[4]], start=20), Bus())
    assert await versions(at) == [0, 1, 2, 3, 4]


async def test_what_is_no_fact_of_a_stream_that_was_never_heard_leaves_room_for_its_first_fact(
    at: Bench,
) -> None:
    events, consumer = await five(at), at.consumer()
    poison = fact_in(record(str(person(1)).encode(), offset=0))
    await consumer.handle(over_the_bus([poison]), Bus())
    await parking.want(at.db, "test.roll", STREAM, "discard")
    await consumer.grant_wishes()
    await consumer.handle(over_the_bus(events, start=2), Bus())
    assert await versions(at) == [0, 1, 2, 3, 4]


async def test_stopped_streams_are_counted_from_the_tables_with_no_consumer_there(at: Bench) -> None:
    def act(recorded: Recorded) -> Iterator[Statement]:
        if recorded.stream != f"person-{person(9)}":
            raise ZeroDivisionError
        yield from ()

    for number in (1, 1, 2, 3, 9):
        await at.state(number, activated(number))
    assert await parking.stopped(at.db) == {}
    await at.consumer(act).handle(await at.batch(), at.feed)
    await at.consumer(act, "test.other").handle(await at.batch(), at.feed)
    assert await parking.stopped(at.db) == {"test.roll": 3, "test.other": 3}


async def test_what_was_parked_from_a_bus_waits_for_its_copy_whatever_becomes_of_it_meanwhile(
    at: Bench,
) -> None:
    def act(recorded: Recorded) -> Iterator[Statement]:
        if recorded.version == 1:
            raise ZeroDivisionError
        yield from apply(recorded)

    events, consumer = await five(at), at.consumer(act)
    await consumer.handle(over_the_bus(events[:3]), Bus())
    expected = [(STREAM, 1, "failed"), (STREAM, 2, "behind")]
    assert await unmirrored(at) == expected
    await parking.want(at.db, "test.roll", STREAM, "discard")
    await consumer.grant_wishes()
    assert list(await parking.parked(at.db)) == []
    assert await unmirrored(at) == expected


async def test_what_is_parked_already_needs_no_second_copy_when_it_is_told_again(at: Bench) -> None:
    events, consumer = await five(at), at.consumer()
    await consumer.handle(over_the_bus([events[0], events[3]]), Bus())
    await at.db.write("DELETE FROM unmirrored", {})
    await consumer.handle(over_the_bus([events[3]], start=10), Bus())
    assert (await parking.parked(at.db))[0]["version"] == 3
    assert await unmirrored(at) == []


async def test_what_was_parked_from_a_stores_own_tail_needs_no_copy(at: Bench, tmp_path: Path) -> None:
    await five(at)
    broken = replace(ROLL, apply=lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    await at.consumer().handle(await at.batch(), at.feed)
    await asyncio.to_thread(rebuild, broken, {"catalog": at.store}, at.db, tmp_path / "shadow.db")
    assert (await parking.parked(at.db))[0]["behind"] == 4
    assert await unmirrored(at) == []

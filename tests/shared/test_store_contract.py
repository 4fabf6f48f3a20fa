"""What every event store must keep to; the same suite for each adapter."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from shared.store.port import NEW, CommandReused, EventStore, VersionConflict
from tests.shared.stores import fact, opened_kurrent, opened_postgres, opened_sqlite

pytestmark = pytest.mark.row("J14", "J13")
OPENED = {"postgres": opened_postgres, "kurrentdb": opened_kurrent}
SHARED = ["postgres", pytest.param("kurrentdb", marks=pytest.mark.row("J12"))]
"""Those that several processes can use at once."""


@pytest.fixture(params=["sqlite", *SHARED])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EventStore]:
    if request.param == "sqlite":
        async with opened_sqlite(tmp_path) as opened:
            yield opened
        return
    url: str = request.getfixturevalue(f"{request.param}_url")
    async with OPENED[request.param](url) as other:
        yield other


async def test_what_was_appended_is_read_back_byte_for_byte_and_in_order(store: EventStore) -> None:
    events = [fact(b'{"n":%d}' % n) for n in range(3)]
    assert await store.append("person-1", NEW, events) == 2
    found = await store.read("person-1")
    assert [(event.version, event.id, event.data, event.meta) for event in found] == [
        (n, event.id, event.data, event.meta) for n, event in enumerate(events)
    ]
    assert [event.version for event in await store.read("person-1", after=1)] == [2]
    assert list(await store.read("person-2")) == []


async def test_a_wrong_expected_version_stores_nothing(store: EventStore) -> None:
    await store.append("person-1", NEW, [fact()])
    for expected in (NEW, 1, 7):
        with pytest.raises(VersionConflict) as conflict:
            await store.append("person-1", expected, [fact()])
        assert conflict.value.actual == 0
    assert len(await store.read("person-1")) == 1


async def test_the_same_event_ids_again_get_their_first_answer(store: EventStore) -> None:
    await store.append("person-1", NEW, [fact()])
    events = [fact(), fact()]
    assert await store.append("person-1", 0, events) == 2
    await store.append("person-1", 2, [fact()])
    assert await store.append("person-1", 0, events) == 2
    assert len(await store.read("person-1")) == 4


async def test_the_same_append_sent_ten_times_at_once_has_one_effect(store: EventStore) -> None:
    events = [fact(), fact()]
    answers = await asyncio.gather(*(store.append("person-1", NEW, events) for _ in range(10)))
    assert set(answers) == {1}
    assert len(await store.read("person-1")) == 2


async def test_an_id_that_stands_in_another_stream_is_refused_whole(store: EventStore) -> None:
    first = fact()
    await store.append("person-1", NEW, [first])
    with pytest.raises(CommandReused):
        await store.append("person-2", NEW, [fact(), first])
    assert list(await store.read("person-2")) == []


async def test_an_id_that_stands_in_the_very_stream_is_refused_behind_its_place(store: EventStore) -> None:
    first = fact()
    await store.append("person-1", NEW, [first])
    with pytest.raises(CommandReused):
        await store.append("person-1", 0, [first])
    assert len(await store.read("person-1")) == 1


async def test_who_lost_a_race_appends_the_same_events_behind_the_winner(store: EventStore) -> None:
    wishes = [[fact()], [fact()]]
    answers = await asyncio.gather(
        *(store.append("person-1", NEW, wish) for wish in wishes), return_exceptions=True
    )
    (lost,) = [wish for wish, answer in zip(wishes, answers, strict=True) if answer != 0]
    assert await store.append("person-1", 0, lost) == 1
    assert [event.id for event in await store.read("person-1")][1] == lost[0].id


async def test_of_64_who_race_for_one_version_one_wins(store: EventStore) -> None:
    answers = await asyncio.gather(
        *(store.append("person-1", NEW, [fact()]) for _ in range(64)), return_exceptions=True
    )
    assert sorted(map(str, map(type, answers))).count(str(int)) == 1
    assert sum(isinstance(answer, VersionConflict) for answer in answers) == 63
    assert len(await store.read("person-1")) == 1


async def test_the_tail_is_complete_and_in_order_while_64_write(store: EventStore) -> None:
    seen: list[tuple[str, int]] = []

    async def write(number: int) -> None:
        for version in range(10):
            await store.append(f"person-{number}", version - 1, [fact()])

    async def follow() -> None:
        position = 0
        while len(seen) < 640:
            for event in await store.tail(position, limit=37):
                assert event.position > position
                position = event.position
                seen.append((event.stream, event.version))
            if len(seen) < 640:
                await store.news(position)

    await asyncio.wait_for(asyncio.gather(follow(), *(write(number) for number in range(64))), 60)
    for number in range(64):
        assert [version for stream, version in seen if stream == f"person-{number}"] == list(range(10))


async def test_news_wakes_who_waits(store: EventStore) -> None:
    waiting = asyncio.create_task(store.news(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    await store.append("person-1", NEW, [fact()])
    await asyncio.wait_for(waiting, 5)


async def test_news_wakes_all_who_wait_whenever_they_came(store: EventStore) -> None:
    """Well before anybody would have looked again anyway."""
    for version in range(3):
        waiting = [asyncio.create_task(store.news(version)) for _ in range(10)]
        appending = asyncio.create_task(store.append("person-1", version - 1, [fact()]))
        while not appending.done():
            waiting.append(asyncio.create_task(store.news(version)))
            await asyncio.sleep(0.001)
        await appending
        await asyncio.wait_for(asyncio.gather(*waiting), 3)


async def test_no_number_is_drawn_twice(store: EventStore) -> None:
    drawn = await asyncio.gather(*(store.number("order") for _ in range(50)))
    assert sorted(drawn) == list(range(1, 51))
    assert await store.number("package") == 1


async def test_what_was_stored_is_counted_and_verified_and_the_newest_is_last(
    store: EventStore,
) -> None:
    assert await store.last_position() == 0
    for version in range(3):
        for stream in ("person-1", "person-2"):
            await store.append(stream, version - 1, [fact(b'{"v":%d}' % version)])
            assert await store.last_position() == (await store.tail(0))[-1].position
    found = await store.tail(0)
    assert [await store.count(place) for place in (0, found[0].position, found[5].position)] == [6, 5, 0]
    assert [await store.newest(limit) for limit in (1, 4, 9)] == [found[-1:], found[-4:], found]
    assert [finding async for finding in store.verify()] == []


async def test_a_long_stream_and_a_large_event_are_no_matter(store: EventStore) -> None:
    large = fact(b'"' + b"x" * 2_000_000 + b'"')
    await store.append("person-1", NEW, [large])
    assert (await store.read("person-1"))[0].data == large.data
    for start in range(-1, 9_999, 1000):
        await store.append("person-2", start, [fact() for _ in range(1000)])
    assert [event.version for event in await store.read("person-2")] == list(range(10_000))


@pytest.mark.row("J13")
@pytest.mark.parametrize("kind", SHARED)
async def test_two_processes_worth_of_writers_and_a_reader_that_misses_nothing(
    request: pytest.FixtureRequest, kind: str
) -> None:
    url, name, opened = request.getfixturevalue(f"{kind}_url"), f"s{uuid4().hex}", OPENED[kind]
    async with opened(url, name) as one, opened(url, name) as other:
        seen: list[int] = []

        async def write(number: int) -> None:
            store = one if number % 2 else other
            for version in range(100):
                await store.append(f"person-{number}", version - 1, [fact()])

        async def follow() -> None:
            position = 0
            async with opened(url, name) as reader:
                while len(seen) < 800:
                    found = await reader.tail(position)
                    seen.extend(event.position for event in found)
                    if found:
                        position = found[-1].position
                    else:
                        await reader.news(position)

        await asyncio.wait_for(asyncio.gather(follow(), *(write(number) for number in range(8))), 60)
        assert len(set(seen)) == 800
        assert seen == sorted(seen)


@pytest.mark.parametrize("kind", SHARED)
async def test_services_on_one_server_see_only_their_own(request: pytest.FixtureRequest, kind: str) -> None:
    url, name, opened = request.getfixturevalue(f"{kind}_url"), f"s{uuid4().hex}", OPENED[kind]
    async with opened(url, name) as one, opened(url, f"{name}x") as other:
        waiting = asyncio.create_task(other.news(0))
        await one.append("person-1", NEW, [fact()])
        assert await other.append("person-1", NEW, [fact(), fact()]) == 1
        await asyncio.wait_for(waiting, 5)
        assert len(await one.tail(0)) == 1
        assert len(await other.tail(0)) == len(await other.read("person-1")) == 2
        assert await one.number("person") == await other.number("person") == 1

"""A projection made anew beside the live one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.contracts.catalog import PersonDeactivated
from shared.kernel.projection import Projection
from shared.runtime.host import House
from shared.runtime.rebuild import Compared, rebuild
from tests.shared.toys import ALL, ROLL, TABLE, Bench, activated, apply, bench, person, service
from tests.world import MONDAY


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as opened:
        for number in range(50):
            await opened.state(number, activated(number), PersonDeactivated(person_id=person(number)))
        yield opened


@pytest.mark.row("J09")
async def test_the_new_tables_are_the_old_ones_to_the_byte(at: Bench, tmp_path: Path) -> None:
    consumer = at.consumer()
    await consumer.handle(await at.batch(), at.feed)
    before, events = await at.rows(), at.store.last_position()
    told: list[tuple[int, int]] = []
    found = rebuild(
        ROLL, {"catalog": at.store}, at.db, tmp_path / "shadow.db", progress=lambda *n: told.append(n)
    )
    assert found == [Compared("roll", 100, 100, 0)]
    assert await at.rows() == before
    assert at.store.last_position() == events  # no command was given
    assert told[-1] == (100, 100)
    assert not (tmp_path / "shadow.db").exists()


@pytest.mark.row("J09")
async def test_what_was_changed_behind_the_back_is_found_and_mended(at: Bench, tmp_path: Path) -> None:
    consumer = at.consumer()
    await consumer.handle(await at.batch(), at.feed)
    good = await at.rows()
    await at.db.write("UPDATE roll SET what = 'Nothing' WHERE person_id = :id", {"id": str(person(7))})
    await at.db.write("DELETE FROM roll WHERE person_id = :id", {"id": str(person(8))})
    (looked,) = rebuild(ROLL, {"catalog": at.store}, at.db, tmp_path / "shadow.db", swap=False)
    assert (looked.live, looked.rebuilt, looked.different) == (98, 100, 6)
    assert await at.rows() != good
    rebuild(ROLL, {"catalog": at.store}, at.db, tmp_path / "shadow.db")
    assert await at.rows() == good


@pytest.mark.row("J09")
async def test_the_live_tables_serve_and_grow_meanwhile(at: Bench, tmp_path: Path) -> None:
    consumer = at.consumer()
    running = asyncio.create_task(consumer.run([at.feed]))
    rebuilding = asyncio.create_task(
        asyncio.to_thread(rebuild, ROLL, {"catalog": at.store}, at.db, tmp_path / "shadow.db")
    )
    number = 100
    while not rebuilding.done():
        await at.state(number, activated(number))
        assert await at.rows() is not None
        number += 1
    await rebuilding
    async with asyncio.timeout(10):
        await consumer.caught_up("catalog", at.store.last_position())
    assert len(await at.rows()) == at.store.last_position()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_changed_shape_is_built_anew_at_the_start(tmp_path: Path) -> None:
    async with House([service(projections=(ROLL,))], tmp_path, lambda: MONDAY) as house:
        desk = house.desks["catalog"]
        at = Bench.__new__(Bench)
        at.store, at.db = desk.store, desk.db
        await at.state(1, activated(1))
        await house.start()
        await house.settled()
    wider = Projection(
        "test.roll",
        2,
        (TABLE.replace("what TEXT NOT NULL", "what TEXT NOT NULL, more TEXT"),),
        apply,
        ROLL.hears,
    )
    async with House([service(projections=(wider,))], tmp_path, lambda: MONDAY) as house:
        await house.start()
        await house.settled()
        rows = await house.desks["catalog"].rows(ALL.replace("what", "what, more"))
        assert [(row["person_id"], row["more"]) for row in rows] == [(str(person(1)), None)]

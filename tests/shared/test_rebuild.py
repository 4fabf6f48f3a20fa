"""A projection made anew beside the live one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from services.catalog.deciders.person import ActivatePerson
from shared.contracts.catalog import PersonDeactivated
from shared.kernel.ids import derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Projection, Reaction, Recall, Statement
from shared.runtime import parking
from shared.runtime.host import Files, House
from shared.runtime.rebuild import Compared, Unfit, rebuild
from shared.runtime.service import Service
from tests.shared.toys import ALL, PUT, ROLL, TABLE, Bench, activated, apply, bench, person, service
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
    before, events = await at.rows(), await at.store.last_position()
    told: list[tuple[int, int]] = []
    found = rebuild(
        ROLL, {"catalog": at.store}, at.db, tmp_path / "shadow.db", progress=lambda *n: told.append(n)
    )
    assert found == [Compared("roll", 100, 100, 0)]
    assert await at.rows() == before
    assert await at.store.last_position() == events  # no command was given
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
        await consumer.caught_up("catalog", await at.store.last_position())
    assert len(await at.rows()) == await at.store.last_position()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("poison", ["raises", "breaks the database"])
async def test_one_that_cannot_be_applied_parks_its_stream_and_the_rest_is_built(
    at: Bench, tmp_path: Path, poison: str
) -> None:
    def broken(recorded: Recorded) -> Iterator[Statement]:
        if recorded.stream == f"person-{person(7)}":
            if poison == "raises":
                raise ZeroDivisionError
            yield PUT, {"person_id": None, "version": 0, "what": None}
        yield from apply(recorded)

    await at.consumer().handle(await at.batch(), at.feed)
    good = await at.rows()
    (table,) = rebuild(replace(ROLL, apply=broken), {"catalog": at.store}, at.db, tmp_path / "shadow.db")
    assert (table.live, table.rebuilt, table.different) == (100, 98, 2)
    (stopped,) = await parking.parked(at.db)
    assert (stopped["stream"], stopped["version"], stopped["behind"]) == (f"person-{person(7)}", 0, 1)
    rebuild(ROLL, {"catalog": at.store}, at.db, tmp_path / "shadow.db")
    assert await at.rows() == good
    assert list(await parking.parked(at.db)) == []


async def test_a_projection_that_needs_anothers_table_is_a_mistake_and_parks_nothing(
    at: Bench, tmp_path: Path
) -> None:
    await at.consumer().handle(await at.batch(), at.feed)
    good = await at.rows()
    nowhere = replace(ROLL, apply=lambda _: [("INSERT INTO nowhere VALUES (1)", {})])
    with pytest.raises(Unfit, match="nowhere"):
        rebuild(nowhere, {"catalog": at.store}, at.db, tmp_path / "shadow.db")
    assert rebuild(replace(nowhere, tables=()), {"catalog": at.store}, at.db, tmp_path / "shadow.db") == []
    assert await at.rows() == good
    assert list(await parking.parked(at.db)) == []


async def test_a_view_of_a_store_that_is_not_here_is_not_half_built(at: Bench, tmp_path: Path) -> None:
    await at.consumer().handle(await at.batch(), at.feed)
    good = await at.rows()
    with pytest.raises(LookupError, match="catalog"):
        rebuild(ROLL, {}, at.db, tmp_path / "shadow.db")
    assert await at.rows() == good
    assert not (tmp_path / "shadow.db").exists()


def remembering(asked: list[UUID], *memory: Projection) -> Service:
    """Whoever is deactivated is made active again; `asked` gets the id of every fact that is reacted to."""

    def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
        assert recall("SELECT count(*) AS n FROM roll", {})[0]["n"] > 0
        asked.append(recorded.id)
        if isinstance(recorded.event, PersonDeactivated):
            yield ActivatePerson(
                id=derive(recorded.id, "again"),
                at=recorded.recorded_at,
                by=Actor(id="catalog"),
                person_id=recorded.event.person_id,
                roles=("central",),
            )

    return service(reaction=Reaction(react, hears=("catalog.people",), memory=memory))


@pytest.mark.row("J09")
@pytest.mark.parametrize("change", ["another shape", "one more table"])
async def test_a_memory_of_a_new_shape_is_told_the_past_and_no_command_is_issued(
    tmp_path: Path, change: str
) -> None:
    asked: list[UUID] = []
    async with House([remembering(asked, ROLL)], Files(tmp_path), lambda: MONDAY) as house:
        at = Bench(house.desks["catalog"].store, house.desks["catalog"].db)
        await at.state(1, activated(1), PersonDeactivated(person_id=person(1)))
        await house.start()
        await house.settled()
        before, facts = await at.rows(), await at.store.last_position()
        assert facts == 3
    wider = replace(ROLL, version=2, tables=(TABLE.replace("what TEXT", "more TEXT, what TEXT"),))
    second = replace(
        ROLL,
        name="test.second",
        tables=(TABLE.replace("roll", "second"),),
        apply=lambda recorded: ((sql.replace("roll", "second"), params) for sql, params in apply(recorded)),
    )
    memory = (wider,) if change == "another shape" else (ROLL, second)
    async with House([remembering(asked, *memory)], Files(tmp_path), lambda: MONDAY) as house:
        at = Bench(house.desks["catalog"].store, house.desks["catalog"].db)
        await house.start()
        await house.settled()
        assert await at.store.last_position() == facts
        assert await at.rows() == before
        if change == "one more table":
            rows = await at.db.rows(ALL.replace("roll", "second"))
            assert [tuple(row.values()) for row in rows] == before
        await at.state(2, activated(2), PersonDeactivated(person_id=person(2)))
        await house.settled()
        assert await at.store.last_position() == facts + 3
        assert asked == [stored.id for stored in await at.store.tail(0)]


async def test_a_changed_shape_is_built_anew_at_the_start(tmp_path: Path) -> None:
    async with House([service(projections=(ROLL,))], Files(tmp_path), lambda: MONDAY) as house:
        desk = house.desks["catalog"]
        at = Bench(desk.store, desk.db)
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
    async with House([service(projections=(wider,))], Files(tmp_path), lambda: MONDAY) as house:
        await house.start()
        await house.settled()
        rows = await house.desks["catalog"].rows(ALL.replace("what", "what, more"))
        assert [(row["person_id"], row["more"]) for row in rows] == [(str(person(1)), None)]

"""Commands dated in the future: in order, with their own dates, once; whatever the clock does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.catalog.deciders.person import ActivatePerson
from shared.accidents import OutcomeUnknown, Unavailable
from shared.kernel.ids import derive
from shared.kernel.message import Actor, Command
from shared.runtime.execute import Asked
from shared.runtime.moved import Clock
from shared.runtime.timers import Timers, set_timer
from shared.store.port import VersionConflict
from tests.shared.toys import Bench, bench, person
from tests.world import MONDAY


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as opened:
        yield opened


class Alarm:
    """Timers that note what they fire."""

    def __init__(self, at: Bench, clock: Clock, fails: dict[UUID, Exception] | None = None) -> None:
        self.fails = fails or {}
        self.fired: list[tuple[UUID, datetime]] = []
        self.timers = Timers(at.db, clock, lambda _: ActivatePerson, self.run)

    async def run(self, command: Command, asked: Asked) -> None:
        del asked
        if command.id in self.fails:
            raise self.fails.pop(command.id)
        self.fired.append((command.id, command.at))


def timer(number: int, days: float) -> ActivatePerson:
    return ActivatePerson(
        id=derive("timer", number),
        at=MONDAY + timedelta(days=days),
        by=Actor(id="test"),
        person_id=person(number),
        roles=("central",),
    )


async def set_all(at: Bench, *commands: Command) -> None:
    await at.db.commit([set_timer(command, Asked()) for command in commands])


async def test_what_was_due_while_the_service_was_down_fires_in_order_with_its_own_dates(at: Bench) -> None:
    clock = Clock(MONDAY + timedelta(days=10))
    await set_all(at, timer(3, 3), timer(1, 1), timer(2, 2), timer(20, 20))
    alarm = Alarm(at, clock)
    assert await alarm.timers.fire_due() == 3
    assert alarm.fired == [(timer(n, n).id, timer(n, n).at) for n in (1, 2, 3)]
    assert await alarm.timers.next_due() == timer(20, 20).at


async def test_a_timer_fires_once_also_after_a_restart_and_when_set_again(at: Bench) -> None:
    clock = Clock(MONDAY + timedelta(days=2))
    await set_all(at, timer(1, 1))
    await set_all(at, timer(1, 1))
    first = Alarm(at, clock)
    assert await first.timers.fire_due() == 1
    second = Alarm(at, clock)
    assert await second.timers.fire_due() == 0


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_moved_makes_no_timer_fire_twice_or_never(at: Bench, hours: int) -> None:
    clock = Clock(MONDAY)
    await set_all(at, timer(1, 0), timer(2, 0.02), timer(3, 1))
    alarm = Alarm(at, clock)
    await alarm.timers.fire_due()
    clock.set(MONDAY + timedelta(hours=hours))
    await alarm.timers.fire_due()
    clock.set(MONDAY + timedelta(days=2))
    await alarm.timers.fire_due()
    assert [id_ for id_, _ in alarm.fired] == [timer(n, 0).id for n in (1, 2, 3)]


async def test_one_that_cannot_be_executed_holds_up_no_other_and_is_there_after_a_restart(at: Bench) -> None:
    clock = Clock(MONDAY + timedelta(days=10))
    await set_all(at, timer(1, 1), timer(2, 2), timer(3, 3), timer(20, 20))
    await at.db.write("UPDATE timers SET body = 'no command' WHERE id = :id", {"id": str(timer(1, 1).id)})
    alarm = Alarm(at, clock, fails={timer(2, 2).id: ZeroDivisionError()})
    assert await alarm.timers.fire_due() == 1
    assert [id_ for id_, _ in alarm.fired] == [timer(3, 3).id]
    assert await alarm.timers.next_due() == timer(20, 20).at
    assert len(await alarm.timers.list()) == 3
    again = Alarm(at, clock)
    await again.timers.fire_due()
    assert again.fired == [(timer(2, 2).id, timer(2, 2).at)]


@pytest.mark.parametrize("accident", [Unavailable(), OutcomeUnknown(), VersionConflict("person-1", 0, 1)])
async def test_what_passes_by_itself_is_waited_for(at: Bench, accident: Exception) -> None:
    await set_all(at, timer(1, 1))
    alarm = Alarm(at, Clock(MONDAY + timedelta(days=10)), fails={timer(1, 1).id: accident})
    running = asyncio.create_task(alarm.timers.run())
    async with asyncio.timeout(5):
        while await alarm.timers.list():
            alarm.timers.wake()
            await asyncio.sleep(0.01)
    assert alarm.fired == [(timer(1, 1).id, timer(1, 1).at)]
    assert not alarm.fails
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_zones_do_not_change_the_order(at: Bench) -> None:
    stockholm = timer(1, 0).model_copy(update={"at": datetime.fromisoformat("2026-03-02T10:30:00+01:00")})
    utc = timer(2, 0).model_copy(update={"at": datetime.fromisoformat("2026-03-02T09:15:00+00:00")})
    await set_all(at, stockholm, utc)
    alarm = Alarm(at, Clock(MONDAY + timedelta(days=1)))
    await alarm.timers.fire_due()
    assert [id_ for id_, _ in alarm.fired] == [utc.id, stockholm.id]

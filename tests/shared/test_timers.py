"""Commands dated in the future: in order, with their own dates, once; whatever the clock does."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.catalog.deciders.person import ActivatePerson
from shared.kernel.ids import derive
from shared.kernel.message import Actor, Command
from shared.runtime.execute import Asked
from shared.runtime.host import Clock
from shared.runtime.timers import Timers, set_timer
from tests.shared.toys import Bench, bench, person
from tests.world import MONDAY


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as opened:
        yield opened


class Alarm:
    """Timers that note what they fire."""

    def __init__(self, at: Bench, clock: Clock) -> None:
        self.fired: list[tuple[UUID, datetime]] = []
        self.timers = Timers(at.db, clock, lambda _: ActivatePerson, self.run)

    async def run(self, command: Command, asked: Asked) -> None:
        del asked
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


async def test_zones_do_not_change_the_order(at: Bench) -> None:
    stockholm = timer(1, 0).model_copy(update={"at": datetime.fromisoformat("2026-03-02T10:30:00+01:00")})
    utc = timer(2, 0).model_copy(update={"at": datetime.fromisoformat("2026-03-02T09:15:00+00:00")})
    await set_all(at, stockholm, utc)
    alarm = Alarm(at, Clock(MONDAY + timedelta(days=1)))
    await alarm.timers.fire_due()
    assert [id_ for id_, _ in alarm.fired] == [utc.id, stockholm.id]

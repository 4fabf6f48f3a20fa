"""Opens the adapters and turns services, which are data, into jobs that run."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from shared import codec
from shared.contracts.registry import TOPICS, owner_of
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.decider import Refused
from shared.kernel.message import NO_PARAMS, Command, Params, Recorded
from shared.kernel.projection import Projection, Row, Statement
from shared.runtime.consume import Consumer
from shared.runtime.execute import Asked, Done, execute
from shared.runtime.patience import TRANSIENT
from shared.runtime.prepare import prepare_memory, prepare_view
from shared.runtime.react import note, performing, reacting
from shared.runtime.service import Effect, Service
from shared.runtime.tables import ENGINE_TABLES
from shared.runtime.timers import Timers
from shared.store.sqlite import SQLiteStore
from shared.transport.local import LocalFeed
from shared.transport.port import Feed

WISHES_LOOK_SECONDS = 0.5
SETTLED_AT_ONCE = 500


@dataclass(slots=True)
class Desk:
    """All that the rooms of one service work with: its store, its tables, its clock. Nobody else's."""

    service: Service
    store: SQLiteStore
    db: SQLiteDatabase
    now: Callable[[], datetime]
    views: dict[str, Consumer] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    timers: Timers = field(init=False)

    def __post_init__(self) -> None:
        self.timers = Timers(self.db, self.now, self.service.command_named, self.obey)

    async def execute(self, command: Command, asked: Asked = Asked()) -> Done | Refused:
        """Obey a command of this service."""
        return await execute(self.store, self.service.decider_for(type(command)), command, asked)

    async def obey(self, command: Command, asked: Asked) -> Done | Refused:
        """Obey the service's own reaction or timer; a refusal is noted."""
        outcome = await self.execute(command, asked)
        note(command, outcome)
        return outcome

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """What a SELECT of a projection finds."""
        return await self.db.rows(sql, params)

    async def one(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        """The first row, if there is one."""
        rows = await self.db.rows(sql, params)
        return rows[0] if rows else None

    async def wait(self, stream: str, version: int, seconds: float) -> bool:
        """Wait until every view that hears this stream shows it at `version`. False if time ran out."""
        topic = TOPICS.get(stream.split("-", 1)[0])
        waiting = [view.reached(stream, version) for view in self.views.values() if topic in view.topics]
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*waiting)
        except TimeoutError:
            return False
        return True


class Bus(Protocol):
    """How the services of a house hear each other."""

    def feeds(self, desk: Desk, consumer: Consumer, desks: Mapping[str, Desk]) -> Sequence[Feed]:
        """Where this consumer of this desk hears its topics."""

    def jobs(self, desk: Desk) -> Mapping[str, Coroutine[Any, Any, None]]:
        """What has to run so that others hear this desk's service, by name."""


class LocalBus:
    """The stores' own tails: nothing is sent, so nothing has to run."""

    def feeds(self, desk: Desk, consumer: Consumer, desks: Mapping[str, Desk]) -> Sequence[Feed]:
        """See Bus.feeds."""
        del desk
        owners = sorted({owner_of(topic) for topic in consumer.topics} & set(desks))
        return [LocalFeed(owner, desks[owner].store) for owner in owners]

    def jobs(self, desk: Desk) -> Mapping[str, Coroutine[Any, Any, None]]:
        """See Bus.jobs."""
        del desk
        return {}


class House:
    """Some services in one process on SQLite, hearing each other through a bus: the stores' own tails, or Kafka.

    `async with House(...)` opens the files; `run()` runs every job until cancelled; a job that dies takes
    the others with it, and the caller hears of it.
    """

    def __init__(
        self,
        services: Sequence[Service],
        directory: Path,
        now: Callable[[], datetime],
        effects: Callable[["House"], Mapping[str, Sequence[Effect]]] = lambda _: {},
        bus: "Bus | None" = None,
    ) -> None:
        self.directory, self.now = directory, now
        self._services, self._effects, self._bus = services, effects, bus or LocalBus()
        self.desks: dict[str, Desk] = {}
        self._open = AsyncExitStack()
        self._jobs: asyncio.Task[None] | None = None
        self._settled: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            await self._fill()
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def _fill(self) -> None:
        for service in self._services:
            self.desks[service.name] = await self._desk(service)
        stores = {name: desk.store for name, desk in self.desks.items()}
        for desk in self.desks.values():
            for projection in desk.service.reaction.memory if desk.service.reaction else ():
                consumer = f"{desk.service.name}.reactions"
                await prepare_memory(desk.db, projection, consumer, stores, self.directory)
        for name, effects in self._effects(self).items():
            desk = self.desks[name]
            for effect in effects:
                perform = performing(effect, desk.obey)
                desk.consumers[effect.name] = Consumer(
                    effect.name, effect.hears, desk.db, perform, one_by_one=True
                )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._open.aclose()

    async def start(self) -> None:
        """Run every job in the background; `stop()` ends them, `jobs` is where a failure shows."""
        for desk in self.desks.values():
            for consumer in desk.consumers.values():
                await consumer.load()
        self._jobs = asyncio.create_task(self.run(), name="house")

    @property
    def jobs(self) -> "asyncio.Task[None] | None":
        """The running jobs, once started."""
        return self._jobs

    async def stop(self) -> None:
        """Let every job finish the step it is in, and end it."""
        if self._jobs is not None:
            self._jobs.cancel()
            await asyncio.gather(self._jobs, return_exceptions=True)
            self._jobs = None

    async def run(self) -> None:
        """Every consumer and every timer table, until cancelled or until one of them dies."""
        async with asyncio.TaskGroup() as group:
            for desk in self.desks.values():
                for name, job in self._bus.jobs(desk).items():
                    group.create_task(job, name=name)
                for consumer in desk.consumers.values():
                    feeds = self._bus.feeds(desk, consumer, self.desks)
                    group.create_task(consumer.run(feeds), name=consumer.name)
                group.create_task(desk.timers.run(), name=f"{desk.service.name} timers")
                group.create_task(_grant_wishes(desk), name=f"{desk.service.name} wishes")

    async def settled(self) -> None:
        """Return once nothing is left to do: every fact heard by all, every due timer fired, and again.

        For demonstrations and tests, where the clock stands still while the services work.
        """
        before: dict[str, int] | None = None
        while before != self._settled:
            before = dict(self._settled)
            for desk in self.desks.values():
                desk.timers.wake()
                await desk.timers.fire_due()
            for desk in self.desks.values():
                await self._heard_by_all(desk)

    async def _heard_by_all(self, desk: Desk) -> None:
        """Wait until every consumer has handled what this desk's service stated since the last look."""
        while news := await desk.store.tail(self._settled.get(desk.service.name, 0), SETTLED_AT_ONCE):
            newest = {stored.stream: stored for stored in news}
            for consumer in [each for other in self.desks.values() for each in other.consumers.values()]:
                for stored in newest.values():
                    if codec.topic_of(stored) in consumer.topics:
                        await self._unless_dead(consumer.reached(stored.stream, stored.version))
            self._settled[desk.service.name] = news[-1].position

    async def next_due(self) -> datetime | None:
        """The moment of the earliest timer of any service."""
        moments = [moment for desk in self.desks.values() if (moment := await desk.timers.next_due())]
        return min(moments, default=None)

    async def _unless_dead(self, waiting: Awaitable[None]) -> None:
        if self._jobs is None:
            raise RuntimeError("the house is not running; call start() first")
        waiter = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait({waiter, self._jobs}, return_when=asyncio.FIRST_COMPLETED)
            await (waiter if waiter.done() else self._jobs)
        finally:
            waiter.cancel()

    async def _desk(self, service: Service) -> Desk:
        store = SQLiteStore(self.directory / f"{service.name}.events.db")
        self._open.callback(store.close)
        db = SQLiteDatabase(self.directory / f"{service.name}.views.db")
        self._open.callback(db.close)
        await db.commit([(table, NO_PARAMS) for table in (*ENGINE_TABLES, *service.tables)])
        memory = service.reaction.memory if service.reaction else ()
        for projection in service.projections:
            await prepare_view(db, projection)
        desk = Desk(service, store, db, self.now)
        for projection in service.projections:
            consumer = Consumer(projection.name, projection.hears, db, partial(_applied, projection))
            desk.views[projection.name] = desk.consumers[projection.name] = consumer
        if service.reaction:
            name = f"{service.name}.reactions"
            topics = {*service.reaction.hears, *(topic for part in memory for topic in part.hears)}
            effect = reacting(service.reaction, db, desk.obey)
            desk.consumers[name] = Consumer(name, sorted(topics), db, effect, one_by_one=True)
        return desk


async def _applied(projection: Projection, recorded: Recorded) -> list[Statement]:
    return list(projection.apply(recorded))


async def _grant_wishes(desk: Desk) -> None:
    while True:
        await asyncio.sleep(WISHES_LOOK_SECONDS)
        for consumer in desk.consumers.values():
            with suppress(*TRANSIENT):  # the wishes stand, and are looked at again
                await consumer.grant_wishes()


async def advance(house: House, clock: "Clock", by: timedelta) -> None:
    """Move a demonstration's clock, stopping at every timer on the way, so that a week passes in order."""
    target = clock() + by
    await house.settled()
    while (due := await house.next_due()) is not None and due <= target:
        clock.set(max(due, clock()))
        await house.settled()
    clock.set(target)
    await house.settled()


class Clock:
    """A clock that stands still until it is moved. `clock()` is the moment it shows."""

    def __init__(self, start: datetime) -> None:
        self._moment = start

    def __call__(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        """Show this moment from now on."""
        self._moment = moment


__all__ = ["Clock", "Desk", "House", "advance"]

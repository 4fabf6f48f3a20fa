"""Opens the adapters and turns services, which are data, into jobs that run."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from shared import codec
from shared.accidents import Unavailable
from shared.kernel.message import NO_PARAMS, Recorded
from shared.kernel.projection import Projection, Statement
from shared.runtime.bus import ALL_PARTS, AT_ONCE, Bus, LocalBus, Part
from shared.runtime.consume import Consumer
from shared.runtime.consume import Effect as Does
from shared.runtime.desk import Desk, Elsewhere, Follower
from shared.runtime.ground import Files, Ground
from shared.runtime.patience import TRANSIENT
from shared.runtime.prepare import prepare_memory, prepare_to_read, prepare_view
from shared.runtime.react import performing, reacting
from shared.runtime.rebuild import Compared, Progress
from shared.runtime.service import Effect, Service
from shared.runtime.tables import ENGINE
from shared.runtime.watchdog import watch

WISHES_LOOK_SECONDS = 0.5
CHECK_SECONDS = 3.0


class House:
    """Some services in one process, hearing each other through a bus: the stores' own tails, or Kafka.

    `async with House(...)` opens what they remember with; `run()` runs every job of the chosen parts until
    cancelled; a job that dies takes the others with it, and the caller hears of it. Where this process is no
    worker, its services' consumers are those of another one.
    """

    def __init__(
        self,
        services: Sequence[Service],
        ground: Ground,
        now: Callable[[], datetime],
        effects: Callable[["House"], Mapping[str, Sequence[Effect]]] = lambda _: {},
        bus: "Bus | None" = None,
        parts: frozenset[Part] = ALL_PARTS,
    ) -> None:
        self.ground, self.now, self.parts = ground, now, parts
        self._services, self._effects, self.bus = services, effects, bus or LocalBus()
        self.desks: dict[str, Desk] = {}
        self._consumers: list[tuple[Desk, Consumer]] = []
        self._open = AsyncExitStack()
        self._jobs: asyncio.Task[None] | None = None
        self._settled: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._fill()
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def _fill(self) -> None:
        self._open.push_async_callback(self.bus.close)
        for service in self._services:
            self.desks[service.name] = await self._desk(service)
        for desk in self.desks.values():
            for projection in desk.service.reaction.memory if desk.service.reaction else ():
                rebuild = partial(self._anew, desk, projection, consumer=f"{desk.service.name}.reactions")
                if "worker" in self.parts:
                    await prepare_memory(desk.db, projection, f"{desk.service.name}.reactions", rebuild)
                else:
                    await prepare_to_read(desk.db, projection)
        for name, effects in self._effects(self).items():
            desk = self.desks[name]
            for effect in effects:
                self._consumer(
                    desk, effect.name, effect.hears, performing(effect, desk.obey), one_by_one=True
                )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._open.aclose()

    async def start(self) -> None:
        """Run every job in the background; `stop()` ends them, `jobs` is where a failure shows."""
        for _, consumer in self._consumers:
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
        """Every job of the chosen parts, until cancelled or until one of them dies."""
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.Event().wait(), name="until told to stop")
            for desk, consumer in self._consumers:
                feeds = self.bus.feeds(desk, consumer, self.desks)
                group.create_task(consumer.run(feeds), name=consumer.name)
            for desk in self.desks.values():
                for name, job in self.bus.jobs(desk, self.parts).items():
                    group.create_task(job, name=name)
                if "worker" in self.parts:
                    group.create_task(desk.timers.run(), name=f"{desk.service.name} timers")
            group.create_task(self._grant_wishes(), name="wishes")
            if self.bus.relays:
                behind = partial(self.bus.behind, desks=self.desks)
                watched = [consumer for _, consumer in self._consumers]
                group.create_task(watch(watched, behind), name="watchdog")

    async def _grant_wishes(self) -> None:
        while True:
            await asyncio.sleep(WISHES_LOOK_SECONDS)
            for _, consumer in self._consumers:
                with suppress(*TRANSIENT):  # the wishes stand, and are looked at again
                    await consumer.grant_wishes()

    async def check(self) -> None:
        """Raises what is TRANSIENT where something this process stands on does not answer, or its jobs ended."""
        if self._jobs is None or self._jobs.done():
            raise Unavailable("the jobs of this process do not run")
        async with asyncio.timeout(CHECK_SECONDS):
            for desk in self.desks.values():
                await desk.rows("SELECT 1")
                await desk.store.last_position()
            if self.parts:  # who only serves can do so while the bus is away
                await self.bus.check()

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
        while news := await desk.store.tail(self._settled.get(desk.service.name, 0), AT_ONCE):
            newest = {stored.stream: stored for stored in news}
            for consumer in [each for other in self.desks.values() for each in other.consumers.values()]:
                for stored in newest.values():
                    if codec.topic_of(stored) in consumer.topics:
                        await self._unless_dead(consumer.reached(stored.stream, stored.version))
            self._settled[desk.service.name] = news[-1].position

    async def rebuild(
        self, view: str, progress: Progress = lambda _done, _total: None, *, swap: bool = True
    ) -> Sequence[Compared]:
        """Make the tables of a view anew beside the live ones, compare, and swap if wanted; see rebuild().

        Raises LookupError if no service here has this view.
        """
        for desk in self.desks.values():
            for projection in desk.service.projections:
                if projection.name == view:
                    return await self._anew(desk, projection, progress=progress, swap=swap)
        raise LookupError(view)

    async def _anew(self, desk: Desk, projection: Projection, **how: Any) -> Sequence[Compared]:
        stores = {name: other.store for name, other in self.desks.items()}
        history = partial(self.bus.history, desks=self.desks)
        return await self.ground.rebuild(projection, desk.db, stores, history, **how)

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
        store = await self._open.enter_async_context(self.ground.store(service.name))
        db = await self._open.enter_async_context(self.ground.tables(service.name))
        await db.go_forward(ENGINE)
        await db.commit([(table, NO_PARAMS) for table in service.tables])
        desk = Desk(service, store, db, self.now)
        for projection in service.projections:
            await prepare_view(db, projection)
            applied = partial(_applied, projection)
            desk.views[projection.name] = self._consumer(desk, projection.name, projection.hears, applied)
        if service.reaction:
            heard = (topic for part in service.reaction.memory for topic in part.hears)
            topics = sorted({*service.reaction.hears, *heard})
            effect = reacting(service.reaction, db, desk.obey)
            self._consumer(desk, f"{service.name}.reactions", topics, effect, one_by_one=True)
        return desk

    def _consumer(
        self, desk: Desk, name: str, topics: Sequence[str], does: Does, *, one_by_one: bool = False
    ) -> Follower:
        follower: Follower = Elsewhere(name, frozenset(topics), desk.db)
        if "worker" in self.parts:
            follower = consumer = Consumer(name, topics, desk.db, does, one_by_one=one_by_one)
            self._consumers.append((desk, consumer))
        desk.consumers[name] = follower
        return follower


async def _applied(projection: Projection, recorded: Recorded) -> list[Statement]:
    return list(projection.apply(recorded))


__all__ = ["Desk", "Files", "House"]

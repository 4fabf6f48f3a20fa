"""Opens the adapters and turns services, which are data, into jobs that run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from shared import codec
from shared.accidents import Unavailable
from shared.contracts.registry import owner_of
from shared.kernel.message import NO_PARAMS, Recorded, Stored
from shared.kernel.projection import Projection, Statement
from shared.runtime.consume import Consumer
from shared.runtime.consume import Effect as Does
from shared.runtime.desk import Desk, Elsewhere, Follower
from shared.runtime.ground import Files, Ground
from shared.runtime.patience import TRANSIENT
from shared.runtime.prepare import prepare_memory, prepare_view
from shared.runtime.react import performing, reacting
from shared.runtime.rebuild import Compared, Progress
from shared.runtime.service import Effect, Service
from shared.runtime.tables import ENGINE
from shared.runtime.watchdog import watch
from shared.transport.local import LocalFeed
from shared.transport.port import Feed

Part = Literal["worker", "relay"]
ALL_PARTS: frozenset[Part] = frozenset(("worker", "relay"))
"""A worker hears facts and fires timers; a relay tells them. What is neither serves, and looks."""
WISHES_LOOK_SECONDS = 0.5
CHECK_SECONDS = 3.0
AT_ONCE = 1000


class Bus(Protocol):
    """How the services of a house hear each other."""

    @property
    def relays(self) -> bool:
        """True if what is stored has to be told, by the jobs of this bus."""

    def feeds(self, desk: Desk, consumer: Consumer, desks: Mapping[str, Desk]) -> Sequence[Feed]:
        """Where this consumer of this desk hears its topics."""

    def jobs(self, desk: Desk, parts: frozenset[Part]) -> Mapping[str, Coroutine[Any, Any, None]]:
        """What these parts have to run so that others hear this desk's service, by name."""

    def history(
        self, source: str, after: int, until: int, desks: Mapping[str, Desk]
    ) -> AsyncIterator[Sequence[Stored]]:
        """What a source of these feeds has told behind one position and up to another."""

    async def behind(
        self, topics: Collection[str], reached: Mapping[str, int], desks: Mapping[str, Desk]
    ) -> Mapping[str, int]:
        """How many facts each source of these topics holds behind the position reached; 0 where none is given.

        Raises what is TRANSIENT.
        """

    async def moment_behind(self, places: Mapping[str, int], desks: Mapping[str, Desk]) -> datetime | None:
        """When the earliest fact behind these positions of sources was stated. Raises what is TRANSIENT."""

    async def check(self) -> None:
        """Return if it can be used now. Raises what is TRANSIENT."""

    async def close(self) -> None:
        """Let go of what it looks with."""


class LocalBus:
    """The stores' own tails: nothing is sent, so nothing has to run."""

    relays = False

    def feeds(self, desk: Desk, consumer: Consumer, desks: Mapping[str, Desk]) -> Sequence[Feed]:
        """See Bus.feeds."""
        del desk
        owners = sorted({owner_of(topic) for topic in consumer.topics} & set(desks))
        return [LocalFeed(owner, desks[owner].store) for owner in owners]

    def jobs(self, desk: Desk, parts: frozenset[Part]) -> Mapping[str, Coroutine[Any, Any, None]]:
        """See Bus.jobs."""
        del desk, parts
        return {}

    async def history(
        self, source: str, after: int, until: int, desks: Mapping[str, Desk]
    ) -> AsyncIterator[Sequence[Stored]]:
        """See Bus.history."""
        while after < until and (events := await desks[source].store.tail(after, AT_ONCE)):
            after = events[-1].position
            if wanted := [stored for stored in events if stored.position <= until]:
                yield wanted

    async def behind(
        self, topics: Collection[str], reached: Mapping[str, int], desks: Mapping[str, Desk]
    ) -> Mapping[str, int]:
        """See Bus.behind. What a store holds, its other topics included."""
        owners = sorted({owner_of(topic) for topic in topics} & set(desks))
        return {owner: await desks[owner].store.count(reached.get(owner, 0)) for owner in owners}

    async def moment_behind(self, places: Mapping[str, int], desks: Mapping[str, Desk]) -> datetime | None:
        """See Bus.moment_behind."""
        found = [await desks[owner].store.tail(position, 1) for owner, position in places.items()]
        return min((codec.moment_of(stored) for events in found for stored in events), default=None)

    async def check(self) -> None:
        """See Bus.check."""

    async def close(self) -> None:
        """See Bus.close."""


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
        for desk in self.desks.values() if "worker" in self.parts else ():
            for projection in desk.service.reaction.memory if desk.service.reaction else ():
                rebuild = partial(self._anew, desk, projection, consumer=f"{desk.service.name}.reactions")
                await prepare_memory(desk.db, projection, f"{desk.service.name}.reactions", rebuild)
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


async def advance(house: House, clock: "Moved", by: timedelta) -> None:
    """Move a demonstration's clock, stopping at every timer on the way, so that a week passes in order."""
    target = clock() + by
    await house.settled()
    while (due := await house.next_due()) is not None and due <= target:
        clock.set(max(due, clock()))
        await house.settled()
    clock.set(target)
    await house.settled()


class Moved(Protocol):
    """A clock that can be moved."""

    def __call__(self) -> datetime:
        """The moment it shows."""

    def set(self, moment: datetime) -> None:
        """Show this moment now."""


class Clock:
    """A clock that stands still until it is moved. `clock()` is the moment it shows."""

    def __init__(self, start: datetime) -> None:
        self._moment = start

    def __call__(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        """Show this moment from now on."""
        self._moment = moment


__all__ = ["Clock", "Desk", "Files", "House", "Moved", "advance"]

"""Facts in, effects out: each effect once, in order per stream, whatever happens in between.

Two watermarks commit with the effect: the position per source says where to go on, and by
`WHERE position = :old` fences off a second owner; the version per stream drops what was told twice and
shows a hole, which is filled from where the stream is remembered. What stands behind a hole that cannot be
filled is parked, and the version stays before the hole, so that what is told later still finds its place:
it is handled, and once it has closed the hole, what was parked behind it follows by itself.

An event of a name that this code does not know concerns nothing here: it is passed over, and its version counts.
A newer version of an event that it knows may concern us, and parks its stream.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

from shared import codec
from shared.accidents import OutcomeUnknown
from shared.database.port import Database, StaleOwner
from shared.kernel.message import Recorded, Stored
from shared.kernel.projection import Statement
from shared.runtime import parking, redrive
from shared.runtime.patience import TRANSIENT, patiently
from shared.runtime.watermarks import Place, Versions, Watermarks
from shared.telemetry.traces import handling
from shared.transport.port import Batch, Feed

log = logging.getLogger(__name__)
Effect = Callable[[Recorded], Awaitable[list[Statement] | None]]
"""What a consumer does with a fact: statements for its own transaction; None if the fact did nothing at all."""


class Consumer(Watermarks):
    """One purpose of one service, such as `ordering.order_list`.

    With `one_by_one` the place is saved after every fact that did anything, because the effect itself is
    outside the transaction (commands, mails) and is made harmless by ids that follow from the fact.
    """

    def __init__(
        self, name: str, topics: Sequence[str], db: Database, effect: Effect, *, one_by_one: bool = False
    ) -> None:
        super().__init__(name, db)
        self.topics, self._effect, self._one_by_one = frozenset(topics), effect, one_by_one
        self._held: frozenset[str] | None = None
        """Which sources of a shared feed are ours; None where nothing is shared."""
        self.heard, self.busy = 0, False
        """How many batches have come, and whether one is in hand; for the watchdog."""
        self._turn = asyncio.Lock()
        self._leaving = False

    async def run(self, feeds: Sequence[Feed]) -> None:
        """Run until cancelled, from our own checkpoint; a bus's own offsets are only a hint."""
        self._leaving = False
        self._held = frozenset() if any(feed.shared for feed in feeds) else None
        await self.load()
        async with asyncio.TaskGroup() as group:
            for feed in feeds:
                group.create_task(self._follow(feed), name=f"{self.name} < {','.join(feed.sources)}")

    @property
    def held(self) -> frozenset[str]:
        """The sources of a shared feed that are ours now."""
        return self._held or frozenset()

    async def take_over(self, sources: Collection[str]) -> Mapping[str, int]:
        """These sources of a shared feed are ours from now on, and no others of it; from where to go on.

        Whoever had them before has moved our checkpoints, so all that we believed is read anew.
        """
        async with self._turn:
            self._held = frozenset(sources)
            await self.load()
        return dict(self._seen)

    async def let_go(self) -> None:
        """The sources of a shared feed are going to others: finish the fact in hand, and touch them no more."""
        self._held = frozenset()
        self._leaving = True
        try:
            async with self._turn:
                pass
        finally:
            self._leaving = False

    async def _follow(self, feed: Feed) -> None:
        async for attempt in patiently():  # what the feed itself stumbles over
            with attempt:
                try:
                    await self._follow_once(feed)
                except StaleOwner as error:
                    if not feed.shared:
                        raise
                    # Somebody took the source over while we held its batch. Nothing of it was kept; join anew.
                    log.warning("another worker went on", extra={"consumer": self.name})
                    self._unsure = True
                    raise ConnectionError(f"{self.name} was overtaken") from error

    async def _follow_once(self, feed: Feed) -> None:
        async with aclosing(feed.batches(dict(self._seen))) as batches:
            async for batch in batches:
                self.heard += 1
                self.busy = True
                try:
                    async for attempt in patiently():
                        with attempt:
                            await self._finished(self._handle_or_reload(batch, feed))
                finally:
                    self.busy = False

    async def _finished(self, step: Coroutine[Any, Any, None]) -> None:
        """Run a step; if we are cancelled meanwhile, finish what was begun (a mail, its mark) and then go."""
        running = asyncio.create_task(step)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            self._leaving = True
            with suppress(*TRANSIENT):  # or it would be tried again, and we would never go
                await running
            raise

    async def _handle_or_reload(self, batch: Batch, feed: Feed) -> None:
        async with self._turn:
            if self._unsure:
                await self.load()
            if not self.holds(batch.source):
                return
            try:
                await self.handle(batch, feed)
            except OutcomeUnknown:
                # It may have been our own move; read where we are, or we would fence ourselves off.
                self._unsure = True
                raise

    async def handle(self, batch: Batch, feed: Feed) -> None:
        """One batch: effects, watermarks and checkpoint. Raises only what is worth trying again, and StaleOwner."""
        try:
            await self._handle(batch, feed, singly=self._one_by_one)
        except (*TRANSIENT, StaleOwner):
            raise
        except Exception:
            # A statement failed in the database, and the whole batch was rolled back with it. Going
            # through it again one event at a time finds the culprit, which is then parked.
            await self._handle(batch, feed, singly=True)

    async def _handle(self, batch: Batch, feed: Feed, *, singly: bool) -> None:
        if batch.events and batch.last <= self.position(batch.source):
            return  # told again; the checkpoint must not go back
        rows = self._db.recall(parking.STREAMS, {"consumer": self.name})
        stopped: Versions = {row["stream"]: row["version"] for row in rows}
        pending: list[Statement] = []
        reached: Versions = {}
        place = self.position(batch.source)
        heard = [one for one in batch.events if one.position > place and codec.topic_of(one) in self.topics]
        self._look_up({stored.stream for stored in heard})
        for stored in heard:
            if singly and self._leaving:
                return
            for due in await self._in_order(stored, reached, feed):
                statements = await self._statements(batch.source, due, reached, stopped)
                if singly and statements is not None:
                    # What was fetched to fill a hole came by no position of this source.
                    position = due.position if due is stored else self.position(batch.source)
                    await self._save_or_park(Place(batch.source, position), due, statements, reached, stopped)
                    reached = {}
                elif statements:
                    pending += statements
        await self._save(Place(batch.source, batch.last), pending, reached)

    async def _save_or_park(
        self, place: Place, stored: Stored, pending: list[Statement], reached: Versions, stopped: Versions
    ) -> None:
        try:
            await self._save(place, pending, reached)
        except (*TRANSIENT, StaleOwner):
            raise
        except Exception as error:
            cause = parking.cause_of(self.name, stored, error)
            await self._save(place, self._parked(place.source, stored, cause, stopped), reached)

    def holds(self, source: str) -> bool:
        """True while this source is ours to work on; a shared one may have gone to another worker."""
        return self._held is None or source in self._held

    async def _in_order(self, stored: Stored, reached: Versions, feed: Feed) -> Sequence[Stored]:
        """This event with what is missing before it; nothing if it was handled before."""
        last = await self._last(stored.stream, reached)
        if stored.version < 0 or stored.version == last + 1:
            return (stored,)
        if stored.version <= last:
            return ()
        log.warning("hole in a stream", extra={"consumer": self.name, "stream": stored.stream, "after": last})
        try:
            missing = await feed.missing(stored.stream, last)
        except LookupError:
            return (stored,)
        return [*(event for event in missing if event.version < stored.version), stored]

    async def _statements(
        self, source: str, stored: Stored, reached: Versions, stopped: Versions
    ) -> list[Statement] | None:
        """What this event does to the tables; None if it does nothing to anything."""
        if stored.version > await self._last(stored.stream, reached) + 1:
            return self._parked(source, stored, parking.HOLE, stopped)
        if stored.version >= 0:  # what is no fact stands in no order, and moves no watermark
            reached[stored.stream] = stored.version
        oldest = stopped.get(stored.stream)
        if oldest is not None and stored.version >= max(oldest, 0):
            return parking.park(self.name, source, stored, parking.BEHIND, 0)
        try:
            statements = await self._does(stored)
        except TRANSIENT:
            raise
        except Exception as error:
            return self._parked(source, stored, parking.cause_of(self.name, stored, error), stopped)
        if stored.version + 1 == oldest:  # the hole is closed
            place = {"consumer": self.name, "stream": stored.stream, "wanted": "redrive"}
            return [*(statements or ()), (parking.WANT, place)]
        return statements

    def _parked(
        self, source: str, stored: Stored, cause: parking.Cause, stopped: Versions
    ) -> list[Statement]:
        stopped[stored.stream] = min(stored.version, stopped.get(stored.stream, stored.version))
        return parking.park(self.name, source, stored, cause, 1)

    async def _does(self, stored: Stored, *, again: bool = False) -> list[Statement] | None:
        if codec.is_unknown(stored):
            return None
        recorded = codec.read(stored)
        if not self._one_by_one:  # a row of a view is worth no span
            return await self._effect(recorded)
        with handling(self.name, codec.topic_of(stored) or "", recorded.trace, again=again):
            return await self._effect(recorded)

    async def grant_wishes(self) -> int:
        """Re-drive or discard what somebody asked for. How many streams were asked for."""
        wanted = self._db.recall(parking.WANTED, {"consumer": self.name})
        wishes = [row for row in wanted if self.holds(row["source"])]
        for wish in wishes:
            async with self._turn:
                await redrive.grant(self._db, self.name, wish, partial(self._does, again=True))
                await self._forget_versions()
        return len(wishes)

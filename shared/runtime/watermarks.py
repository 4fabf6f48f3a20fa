"""How far a consumer has come: a position per source and a version per stream, committed with the effects."""

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from shared.database.port import Database
from shared.kernel.projection import Statement
from shared.runtime.progress import advanced, versions_of
from shared.runtime.tables import BEGIN, CHECKPOINTS, MOVE

STREAMS_REMEMBERED = 100_000
Versions = dict[str, int]
"""Stream → one of its versions: the last that was handled, or the oldest that is parked."""


class Place(NamedTuple):
    """A position of a source."""

    source: str
    position: int


class Watermarks:
    """What the tables of one consumer are true of, as its process knows it; `load` reads it anew."""

    def __init__(self, name: str, db: Database) -> None:
        self.name, self._db = name, db
        self._seen: dict[str, int] = {}
        self._versions: Versions = {}
        self._unsure = False
        """True if somebody, perhaps we, may have moved them unknown to us."""
        self._moved = asyncio.Condition()

    async def load(self) -> None:
        """Take up our own checkpoints, and forget what we believed of the streams."""
        self._seen = await self.checkpoints()
        self._unsure = False
        await self._forget_versions()  # others may have done what somebody here waits for

    async def checkpoints(self) -> dict[str, int]:
        """How far this consumer has come in each source, whichever worker it was."""
        rows = await self._db.rows(CHECKPOINTS, {"consumer": self.name})
        return {row["source"]: row["position"] for row in rows}

    async def reached(self, stream: str, version: int) -> None:
        """Return once this consumer has handled `stream` up to `version`. Wrap it in a timeout."""
        async with self._moved:
            while await self._version(stream) < version:
                await self._moved.wait()

    def position(self, source: str) -> int:
        """Up to where this consumer's tables are true, as a position of that source."""
        return self._seen.get(source, 0)

    def positions(self) -> dict[str, int]:
        """The same for every source that was ever heard."""
        return dict(self._seen)

    async def caught_up(self, source: str, position: int) -> None:
        """Return once this source has been handled up to `position`."""
        async with self._moved:
            while self.position(source) < position:
                await self._moved.wait()

    async def _save(self, place: Place, pending: Sequence[Statement], reached: Versions) -> None:
        """Effects and both watermarks in one transaction. Raises StaleOwner where another worker moved them."""
        old = self._seen.get(place.source)
        if old is None:
            await self._db.write(BEGIN, {"consumer": self.name, "source": place.source})
            old = 0
        moved = {"consumer": self.name, "source": place.source, "new": place.position, "old": old}
        await self._db.commit([*pending, *advanced(self.name, reached)], guard=(MOVE, moved))
        if len(self._versions) > STREAMS_REMEMBERED:
            self._versions.clear()
        self._versions |= reached
        self._seen[place.source] = place.position
        async with self._moved:
            self._moved.notify_all()

    async def _version(self, stream: str) -> int:
        self._look_up({stream})
        return self._versions[stream]

    def _look_up(self, streams: Collection[str]) -> None:
        """Know of all these streams up to which version they are handled."""
        if unknown := [stream for stream in streams if stream not in self._versions]:
            self._versions |= versions_of(self._db, self.name, unknown)

    async def _last(self, stream: str, reached: Versions) -> int:
        """Up to which version this stream is handled, what this batch has done so far included."""
        return reached[stream] if stream in reached else await self._version(stream)

    async def _forget_versions(self) -> None:
        self._versions.clear()
        async with self._moved:
            self._moved.notify_all()

"""How services hear each other: the face of a bus, and the one that needs nothing but their stores."""

from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from shared import codec
from shared.contracts.registry import owner_of
from shared.kernel.message import Stored
from shared.runtime.consume import Consumer
from shared.runtime.desk import Desk
from shared.transport.local import LocalFeed
from shared.transport.port import Feed

Part = Literal["worker", "relay"]
ALL_PARTS: frozenset[Part] = frozenset(("worker", "relay"))
"""A worker hears facts and fires timers; a relay tells them. What is neither serves, and looks."""
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

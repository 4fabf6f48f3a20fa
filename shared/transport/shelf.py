"""Between Faust's agent and the engine: events wait here until they are taken up as batches."""

import asyncio
from collections.abc import Iterator, Sequence

import faust
from faust.types import TP

from shared.transport.fetching import MOST_RECORDS
from shared.transport.kafka import source_of
from shared.transport.port import Batch
from shared.transport.records import fact_in

_Event = faust.EventT[bytes]


class Shelf:
    """Where the agent puts down events, and the engine takes them up; cleared when partitions change hands."""

    def __init__(self) -> None:
        self._events: dict[TP, list[_Event]] = {}
        self._count = self._turn = 0
        self._anew: list[Batch] = []
        self._error: Exception | None = None
        self._room = asyncio.Event()
        self.laid = asyncio.Event()
        self.clear()

    def clear(self, anew: Sequence[Batch] = ()) -> None:
        """Forget what is here, whoever holds a part of it included; `anew` comes before whatever is put down next."""
        self._turn += 1
        self._anew = list(anew)
        self._swept()
        if anew:
            self.laid.set()

    def fail(self, error: Exception) -> None:
        """Nothing will be put down any more, because of this."""
        self._error = error
        self.laid.set()

    async def put(self, event: _Event) -> None:
        """Put an event down as soon as there is room; not if the table was cleared meanwhile."""
        turn = self._turn
        await self._room.wait()
        if turn != self._turn:
            return
        self._events.setdefault(event.message.tp, []).append(event)
        self._count += 1
        self.laid.set()
        if self._count >= MOST_RECORDS:
            self._room.clear()

    def taken_up(self) -> Iterator[Batch]:
        """What is here, as batches. Each is acknowledged when the next is asked for."""
        if self._error:
            raise self._error
        turn, first = self._turn, self._anew
        found, self._anew = self._swept(), []
        yield from first
        for tp, events in found.items():
            if turn != self._turn:
                return
            stored = [fact_in(event.message) for event in events]
            yield Batch(source_of(tp), stored, stored[-1].position)
            for event in events:
                event.ack()

    def _swept(self) -> dict[TP, list[_Event]]:
        found, self._events, self._count = self._events, {}, 0
        self.laid.clear()
        self._room.set()
        return found

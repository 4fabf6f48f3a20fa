"""What is stored is told: the tail of a service's store goes to the bus, in order, from a checkpoint of its own.

The promise: every stored event reaches its topic at least once, in the order of its stream, however often relay
or broker die. Events may be told again after a crash, with the same id; never skipped. A second relay started
by mistake is fenced when it moves the checkpoint, and what it told meanwhile is such a repeat.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from shared.database.port import Database
from shared.kernel.message import Stored
from shared.runtime.patience import patiently
from shared.runtime.tables import BEGIN, CHECKPOINTS, MOVE
from shared.store.port import EventStore

log = logging.getLogger(__name__)
SOURCE = "store"
BATCH = 2000

Publish = Callable[[Sequence[Stored]], Awaitable[None]]
"""Returns once the broker has acknowledged all of them; raises ConnectionError if it is unknown or did not."""


async def relay(store: EventStore, db: Database, publish: Publish, name: str) -> None:
    """Run until cancelled. Raises StaleOwner if another relay of this name has moved on."""
    async for attempt in patiently():
        with attempt:  # store or tables failed us: go on from where the checkpoint truly is
            await _tell(store, db, publish, name)


async def _tell(store: EventStore, db: Database, publish: Publish, name: str) -> None:
    position = await start_of(db, name)
    while True:
        events = await store.tail(position, BATCH)
        if not events:
            await store.news(position)
            continue
        async for attempt in patiently():
            with attempt:
                await publish(events)
        last = events[-1].position
        moved = {"consumer": name, "source": SOURCE, "new": last, "old": position}
        await db.commit([], guard=(MOVE, moved))
        position = last


async def tell_again(
    store: EventStore, publish: Publish, category: str, told: Callable[[int], None] = lambda _: None
) -> int:
    """Publish every fact of one kind of stream from the first; how many. The relay's checkpoint is left alone.

    Each is the same message with the same id and version as the first time, so whoever keeps to these drops it.
    `told` hears the number so far after every batch. Raises ConnectionError; then start again from the first.
    """
    position = count = 0
    while events := await store.tail(position, BATCH):
        mine = [stored for stored in events if stored.category == category]
        if mine:
            await publish(mine)
        count += len(mine)
        position = events[-1].position
        told(count)
    return count


async def start_of(db: Database, name: str) -> int:
    """The position behind which this relay goes on; 0 at its first start."""
    await db.write(BEGIN, {"consumer": name, "source": SOURCE})
    (row,) = await db.rows(CHECKPOINTS, {"consumer": name})
    return int(row["position"])

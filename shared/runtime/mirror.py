"""What a service parked is copied to its parked topic: the tables are the outbox, and nothing is written twice.

The promise: whatever was parked from a bus has a copy there at least once, in the order of its stream, also where
it was tried again or dropped meanwhile, and however often worker or broker die. A row goes once the broker has
acknowledged its copy. Whoever holds the source that it came by copies it; so of several workers one does, and
only a crash or a change of hands makes a second copy, which is the same to the byte.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from shared.database.port import Database
from shared.kernel.projection import Row
from shared.runtime.parking import stored_of
from shared.runtime.patience import patiently
from shared.transport.dead_letters import Letter

LOOK_SECONDS = 0.5
AT_ONCE = 200
PLACES = "SELECT DISTINCT consumer, source FROM unmirrored"
NEXT = f"""
SELECT * FROM unmirrored WHERE consumer = :consumer AND source = :source ORDER BY stream, version LIMIT {AT_ONCE}
"""
KEY = ("consumer", "stream", "version")
COPIED = "DELETE FROM unmirrored WHERE consumer = :consumer AND stream = :stream AND version = :version"

Tell = Callable[[Sequence[Letter]], Awaitable[None]]
"""Returns once the broker has acknowledged all of them; raises ConnectionError if it is unknown or did not."""
Holds = Callable[[str, str], bool]
"""True while this source of this consumer is ours to work on."""


async def mirror(db: Database, holds: Holds, tell: Tell) -> None:
    """Run until cancelled."""
    while True:
        async for attempt in patiently():
            with attempt:  # tables or broker failed us: what is not marked is told again
                await _copy(db, holds, tell)
        await asyncio.sleep(LOOK_SECONDS)


async def _copy(db: Database, holds: Holds, tell: Tell) -> None:
    for row in await db.rows(PLACES):
        place = {"consumer": row["consumer"], "source": row["source"]}
        while holds(row["consumer"], row["source"]) and (rows := await db.rows(NEXT, place)):
            await tell([_letter(parked) for parked in rows])
            await db.commit([(COPIED, {name: parked[name] for name in KEY}) for parked in rows])


def _letter(row: Row) -> Letter:
    plain = {name: row[name] for name in Letter._fields if name != "stored"}
    return Letter(stored=stored_of(row), **plain)

"""What somebody asked for of a parked stream, done in the order of the stream by the consumer that parked it."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from shared.database.port import Database, StaleOwner
from shared.kernel.message import Params, Stored
from shared.kernel.projection import Row, Statement
from shared.runtime import parking
from shared.runtime.patience import TRANSIENT
from shared.runtime.tables import ADVANCE, PROGRESS

log = logging.getLogger(__name__)
Handle = Callable[[Stored], Awaitable[list[Statement] | None]]
"""What the consumer does with a fact that it reads for the first time."""


async def grant(db: Database, consumer: str, wish: Row, handle: Handle) -> None:
    """The oldest event as it is wanted, then those behind it; each takes the wish on to the next."""
    place = {"consumer": consumer, "stream": wish["stream"]}
    try:
        if wish["wanted"] == "discard":
            await _discard(db, place, wish["version"])
        while (rows := db.recall(parking.OLDEST, place)) and await _redriven(db, place, rows[0], handle):
            pass
    except (*TRANSIENT, StaleOwner) as error:  # the wish stands, or somebody else has just granted it
        log.warning("wish not granted yet", extra=place | {"cause": type(error).__name__})


async def _discard(db: Database, place: Params, version: int) -> None:
    where = {**place, "version": version}
    log.warning("parked event discarded", extra=where)
    # What is behind a hole leaves the hole where it is, and what is no fact was never in the order.
    in_order = 0 <= version <= _reached(db, place) + 1
    await _free(db, where, [(ADVANCE, where)] if in_order else [])


async def _redriven(db: Database, place: Params, row: Row, handle: Handle) -> bool:
    stored = parking.stored_of(row)
    where = {**place, "version": stored.version}
    if stored.version > _reached(db, place) + 1:
        await db.commit([(parking.TRIED, where | {"cause": parking.HOLE.sentence})])
        return False
    try:
        statements = await handle(stored)
        await _free(db, where, [*(statements or ()), (ADVANCE, where)])
    except (*TRANSIENT, StaleOwner):
        raise
    except Exception as error:  # still poison: it stays parked with its newest cause
        cause = parking.cause_of(str(place["consumer"]), stored, error)
        await db.commit([(parking.TRIED, where | {"cause": cause.sentence})])
        return False
    log.info("parked event handled", extra=where)
    return True


def _reached(db: Database, place: Params) -> int:
    rows = db.recall(PROGRESS, place)
    return int(rows[0]["version"]) if rows else -1


async def _free(db: Database, where: Params, statements: Sequence[Statement]) -> None:
    """Effect and release together; only who releases the row may have the effect."""
    await db.commit([*statements, (parking.WANT_NEXT, where)], guard=(parking.FREE, where))

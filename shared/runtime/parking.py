"""A fact that cannot be handled stops its own stream and no other.

It is kept with its cause; what comes later in that stream queues behind it. Re-driving keeps the order:
it is asked for by writing `wanted`, and done by the consumer itself, so that nobody else ever handles a
stream at the same time.
"""

import logging
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from shared.codec import Unreadable
from shared.database.port import Database
from shared.kernel.message import Stored
from shared.kernel.projection import Row, Statement

log = logging.getLogger(__name__)
Wanted = Literal["redrive", "discard"]

PARK = """
INSERT INTO parked (consumer, stream, version, source, position, id, type, schema, data, meta, command_id,
                    cause, attempts, wanted)
VALUES (:consumer, :stream, :version, :source, :position, :id, :type, :schema, :data, :meta, :command_id,
        :cause, :attempts, NULL)
ON CONFLICT (consumer, stream, version) DO NOTHING
"""
TRIED = """
UPDATE parked SET cause = :cause, attempts = attempts + 1, wanted = NULL
WHERE consumer = :consumer AND stream = :stream AND version = :version
"""
FREE = "DELETE FROM parked WHERE consumer = :consumer AND stream = :stream AND version = :version"
WANT = """
UPDATE parked SET wanted = :wanted WHERE consumer = :consumer AND stream = :stream
    AND version = (SELECT min(version) FROM parked WHERE consumer = :consumer AND stream = :stream)
"""
WANT_NEXT = """
UPDATE parked SET wanted = 'redrive' WHERE consumer = :consumer AND stream = :stream
    AND version = (SELECT min(version) FROM parked
                   WHERE consumer = :consumer AND stream = :stream AND version > :version)
"""
STREAMS = "SELECT DISTINCT stream FROM parked WHERE consumer = :consumer"
WANTED = """
SELECT stream, version, wanted, source FROM parked WHERE consumer = :consumer AND wanted IS NOT NULL ORDER BY stream
"""
OLDEST = """
SELECT * FROM parked WHERE consumer = :consumer AND stream = :stream ORDER BY version LIMIT 1
"""
LIST = """
SELECT consumer, stream, min(version) AS version, count(*) - 1 AS behind, max(attempts) AS attempts,
       (SELECT cause FROM parked AS first WHERE first.consumer = parked.consumer
            AND first.stream = parked.stream ORDER BY first.version LIMIT 1) AS cause,
       (SELECT type FROM parked AS first WHERE first.consumer = parked.consumer
            AND first.stream = parked.stream ORDER BY first.version LIMIT 1) AS type
FROM parked GROUP BY consumer, stream ORDER BY consumer, stream
"""
COUNTS = "SELECT consumer, count(DISTINCT stream) AS n FROM parked GROUP BY consumer"
BEHIND = "waiting behind an earlier event of this stream"
HOLE = "events before this one are missing, and cannot be fetched"


def park(consumer: str, source: str, stored: Stored, cause: str, attempts: int) -> Statement:
    """The statement that keeps this event aside. The cause names an error class, never a payload."""
    row = stored._asdict() | {"id": str(stored.id), "command_id": str(stored.command_id)}
    return PARK, row | {"consumer": consumer, "source": source, "cause": cause, "attempts": attempts}


def cause_of(consumer: str, stored: Stored, error: Exception) -> str:
    """Why this event is parked, for the list; the whole story goes to the log."""
    where = {"consumer": consumer, "stream": stored.stream, "version": stored.version}
    log.error("stream parked", extra=where, exc_info=error)
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, Unreadable) else name


def stored_of(row: Row) -> Stored:
    """The event in a parked row, byte for byte as it came."""
    plain = {name: row[name] for name in ("position", "stream", "version", "type", "schema")}
    return Stored(
        **plain,
        id=UUID(row["id"]),
        data=bytes(row["data"]),
        meta=bytes(row["meta"]),
        command_id=UUID(row["command_id"]),
    )


async def parked(db: Database) -> Sequence[Row]:
    """One row per stopped stream and consumer: since which version, why, and how many wait behind."""
    return await db.rows(LIST)


async def want(db: Database, consumer: str, stream: str, wanted: Wanted) -> bool:
    """Ask the consumer to try the oldest event of this stream again, or to drop it. False if none is parked."""
    place = {"consumer": consumer, "stream": stream}
    if not await db.rows(OLDEST, place):
        return False
    await db.write(WANT, place | {"wanted": wanted})
    return True

"""A fact that cannot be handled stops its own stream and no other.

It is kept with its cause; what comes later in that stream queues behind it. Re-driving keeps the order:
it is asked for by writing `wanted`, and done by the consumer itself, so that nobody else ever handles a
stream at the same time. What came over a bus is also kept in `unmirrored`, by the same transaction, until a
copy of it stands among the dead letters.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from shared.codec import Unreadable
from shared.database.port import Database
from shared.kernel.message import Stored
from shared.kernel.projection import Row, Statement

log = logging.getLogger(__name__)
Wanted = Literal["redrive", "discard"]
Reason = Literal["unreadable", "failed", "hole", "behind"]

PARK = """
INSERT INTO parked (consumer, stream, version, source, position, id, type, schema, data, meta, command_id,
                    cause, attempts, since, wanted)
VALUES (:consumer, :stream, :version, :source, :position, :id, :type, :schema, :data, :meta, :command_id,
        :cause, :attempts, :since, NULL)
ON CONFLICT (consumer, stream, version) DO NOTHING
"""
TO_MIRROR = """
INSERT INTO unmirrored (consumer, stream, version, source, position, id, type, schema, data, meta, command_id,
                        reason, cause, error, attempts, since)
SELECT :consumer, :stream, :version, :source, :position, :id, :type, :schema, :data, :meta, :command_id,
       :reason, :cause, :error, :attempts, :since
WHERE NOT EXISTS (
    SELECT 1 FROM parked WHERE consumer = :consumer AND stream = :stream AND version = :version
)
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
STREAMS = "SELECT stream, min(version) AS version FROM parked WHERE consumer = :consumer GROUP BY stream"
WANTED = """
SELECT stream, version, wanted, source FROM parked WHERE consumer = :consumer AND wanted IS NOT NULL ORDER BY stream
"""
OLDEST = """
SELECT * FROM parked WHERE consumer = :consumer AND stream = :stream ORDER BY version LIMIT 1
"""
LIST = """
SELECT consumer, stream, CASE WHEN version < 0 THEN NULL ELSE version END AS version, type, since, attempts, cause,
       (SELECT count(*) - 1 FROM parked AS mine WHERE mine.consumer = first.consumer AND mine.stream = first.stream)
           AS behind
FROM parked AS first WHERE version = (
    SELECT min(version) FROM parked AS mine WHERE mine.consumer = first.consumer AND mine.stream = first.stream
) ORDER BY consumer, stream
"""
STOPPED = "SELECT consumer, count(DISTINCT stream) AS streams FROM parked GROUP BY consumer"


class Cause(NamedTuple):
    """Why something is parked: a word to sort by, a sentence for people, the error's full name if one was raised.

    It names an error class and never a payload.
    """

    reason: Reason
    sentence: str
    error: str | None = None


BEHIND = Cause("behind", "waiting behind an earlier event of this stream")
HOLE = Cause("hole", "events before this one are missing, and cannot be fetched")


def park(consumer: str, source: str, stored: Stored, cause: Cause, attempts: int) -> list[Statement]:
    """The statements that keep this event aside; they change nothing where it is parked already."""
    row = stored._asdict() | {"id": str(stored.id), "command_id": str(stored.command_id)}
    # The clock on the wall, as in the log: when a machine stumbled is nothing that the product decides by.
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    why = {"reason": cause.reason, "cause": cause.sentence, "error": cause.error}
    params = row | why | {"consumer": consumer, "source": source, "attempts": attempts, "since": moment}
    over_a_bus = "/" in source  # `topic/partition`; a store's own tail is named after its service
    return [(TO_MIRROR, params), (PARK, params)] if over_a_bus else [(PARK, params)]


def cause_of(consumer: str, stored: Stored, error: Exception) -> Cause:
    """Why this event is parked, for the list; the whole story goes to the log."""
    where = {"consumer": consumer, "stream": stored.stream, "version": stored.version}
    kind = type(error)
    full_name = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, Unreadable):
        sentence = f"{kind.__name__}: {error}"
        log.error("stream parked: %s", sentence, extra=where)  # its trace would show the payload
        return Cause("unreadable", sentence, full_name)
    log.error("stream parked", extra=where, exc_info=error)
    return Cause("failed", kind.__name__, full_name)


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
    """One row per stopped stream and consumer: since which version and when, why, and how many wait behind.

    The version is NULL where it is no fact that stopped the stream.
    """
    return await db.rows(LIST)


async def stopped(db: Database) -> Mapping[str, int]:
    """How many streams stand still, by consumer. It asks the tables alone, so no consumer has to run."""
    return {row["consumer"]: row["streams"] for row in await db.rows(STOPPED)}


async def want(db: Database, consumer: str, stream: str, wanted: Wanted) -> bool:
    """Ask the consumer to try the oldest event of this stream again, or to drop it. False if none is parked."""
    place = {"consumer": consumer, "stream": stream}
    if not await db.rows(OLDEST, place):
        return False
    await db.write(WANT, place | {"wanted": wanted})
    return True

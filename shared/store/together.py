"""What becomes of appends to PostgreSQL that are committed together: where their streams are, and who is refused."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from shared.kernel.message import NewEvent
from shared.store.chain import chain_hash, chain_start
from shared.store.port import NEW, CommandReused, VersionConflict

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.events', 0))"
LOOK = """
SELECT asked.stream, last.version, last.hash, NULL::uuid FROM unnest(%b::text[]) AS asked (stream) CROSS JOIN LATERAL
    (SELECT version, hash FROM events WHERE stream = asked.stream ORDER BY version DESC LIMIT 1) AS last
UNION ALL
SELECT stream, version, NULL, id FROM events WHERE id = ANY(%b::uuid[])
"""
"""The head of each stream, by one look into the index however long it is; then those of the ids that are there."""
INSERT = """
WITH kept AS (
    INSERT INTO events (stream, version, id, type, schema, data, meta, command_id, hash)
    SELECT * FROM unnest(%b::text[], %b::bigint[], %b::uuid[], %b::text[], %b::integer[], %b::bytea[], %b::bytea[],
                         %b::uuid[], %b::bytea[])
) SELECT pg_notify(%s, '')
"""
"""In binary: as text, the driver takes ten times as long to write the bytes down."""


class Append(NamedTuple):
    """One that waits for its commit. `answer` is the new last version, or why there is none."""

    stream: str
    expected: int
    events: Sequence[NewEvent]
    answer: "asyncio.Future[int]"


class Head(NamedTuple):
    """Where a stream is: its last version, and the last link of its chain."""

    version: int
    hash: bytes


async def looked_up(
    connection: AsyncConnection[TupleRow], batch: Sequence[Append]
) -> tuple[dict[str, Head], dict[UUID, tuple[str, int]]]:
    """Begin, take the lock, and see where the streams of the batch are and which of its events are there."""
    await connection.execute("BEGIN")
    await connection.execute(LOCK)
    streams = list({append.stream for append in batch})
    ids = [event.id for append in batch for event in append.events]
    found = await connection.execute(LOOK, (streams, ids), binary=True)
    heads: dict[str, Head] = {}
    known: dict[UUID, tuple[str, int]] = {}
    for stream, version, hash_, id_ in await found.fetchall():
        if id_ is None:
            heads[stream] = Head(version, hash_)
        else:
            known[id_] = (stream, version)
    return heads, known


def decide(
    append: Append, heads: dict[str, Head], known: dict[UUID, tuple[str, int]], rows: list[tuple[Any, ...]]
) -> int | Exception:
    """One append against the heads of the streams as the batch has left them so far."""
    head = heads.get(append.stream, Head(NEW, chain_start(append.stream)))
    last = append.expected + len(append.events)
    if head.version != append.expected:
        places = [(append.stream, append.expected + step) for step in range(1, len(append.events) + 1)]
        if append.events and [known.get(event.id) for event in append.events] == places:
            return last
        return VersionConflict(append.stream, append.expected, head.version)
    if any(event.id in known for event in append.events):
        return CommandReused(f"{append.stream}: an event id is already in another stream")
    chain = head.hash
    for version, event in enumerate(append.events, start=append.expected + 1):
        chain = chain_hash(chain, version, event)
        rows.append((append.stream, version, event.id, event.type, event.schema, event.data, event.meta,
                     event.command_id, chain))  # fmt: skip
        known[event.id] = (append.stream, version)
    heads[append.stream] = Head(last, chain)
    return last

"""Rows 6 and 7: the whole feed as typed facts, and a projection made anew from it."""

import asyncio
import hashlib
import re
import sqlite3
import time
from collections.abc import Sequence
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from bench import floor, material, peer
from bench.measure import EVENTSOURCING, FLOOR, SAMVERKAN, Contender, Row, Sample, Size, Target, alternate
from services.catalog.projections.entity_list import ENTITY_LIST
from shared import codec
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.message import NewEvent, Recorded, Stored
from shared.kernel.projection import Statement
from shared.runtime.consume import Consumer
from shared.runtime.rebuild import rebuild
from shared.runtime.tables import ENGINE
from shared.sqlite import connect
from shared.store.sqlite import COLUMNS, SQLiteStore, append, tail
from shared.transport.port import Batch

ROWS_ONLY = f"SELECT {COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?"
NAMED = re.compile(r":([a-z_]+)")
FOLD = "samverkan, fold only"
SOURCE = "catalog"


def filled(path: Path, count_: int) -> SQLiteStore:
    """A store with that many facts, by the product's own append, a thousand to a commit."""
    store = SQLiteStore(path)
    db = connect(path)
    turns = groupby(enumerate(material.lives(count_)), key=lambda numbered: numbered[0] // 1000)
    for _, facts in turns:
        db.execute("BEGIN IMMEDIATE")
        for _, (entity_id, version, event) in facts:
            fact: NewEvent = material.encoded(entity_id, version, event)
            append(db, f"entity-{entity_id}", version - 1, [fact])
        db.execute("COMMIT")
    db.close()
    return store


def filled_peer(path: Path, count_: int) -> peer.Shops:
    """The same lives in the library's store, one save per entity."""
    shops = peer.opened(path)
    for index in range(max(1, count_ // material.EVENTS_PER_ENTITY)):
        shops.save(peer.shop(material.entity(index), material.EVENTS_PER_ENTITY, index + 1))
    return shops


def catch_up(size: Size, folder: Path, runner: asyncio.Runner) -> Row:
    """The feed from the start, decoded to typed events with their envelopes."""
    store, shops = filled(folder / "ours.db", size.feed), filled_peer(folder / "peer.db", size.peer_feed)
    raw = connect(store.path, read_only=True)

    async def ours() -> Sample:
        began, position, total = time.perf_counter(), 0, 0
        while page := await store.tail(position, size.chunk):
            for stored in page:  # one by one, as a consumer handles them
                position = codec.read(stored).position
            total += len(page)
        return Sample(total, time.perf_counter() - began)

    def theirs() -> Sample:
        began = time.perf_counter()
        total = sum(1 for _ in peer.feed(shops, size.chunk))
        return Sample(total, time.perf_counter() - began)

    contenders = (
        Contender(FLOOR, lambda: _rows_only(raw, size.chunk)),
        Contender(SAMVERKAN, lambda: runner.run(ours())),
        Contender(EVENTSOURCING, theirs),
    )
    samples = alternate(contenders, size.rounds)
    raw.close()
    store.close()
    return Row(
        6,
        "catch-up read of the global feed, decoded to typed events",
        "events/s",
        samples,
        (Target(SAMVERKAN, FLOOR, 0.0), Target(SAMVERKAN, EVENTSOURCING, 2.5)),
        (
            "The floor only fetches the rows, with all their columns, and decodes nothing.",
            (
                "Samverkan decodes the event and the whole envelope (moment, actor, causation, correlation); "
                "eventsourcing decodes its event, which has an originator and a moment."
            ),
            "An in-process store; UmaDB's raw read goes through gRPC and decodes nothing.",
        ),
        {"events": size.feed, "events_peer": size.peer_feed, "page": size.chunk},
    )


def _rows_only(db: sqlite3.Connection, chunk: int) -> Sample:
    began, position, total = time.perf_counter(), 0, 0
    while page := db.execute(ROWS_ONLY, (position, chunk)).fetchall():
        total += len(page)
        position = page[-1][0]
    return Sample(total, time.perf_counter() - began)


def rebuilding(size: Size, folder: Path, runner: asyncio.Runner) -> Row:
    """The entity list made anew beside the live one, compared and swapped; the rows must come out the same."""
    store, shops = filled(folder / "ours.db", size.feed), filled_peer(folder / "peer.db", size.peer_feed)
    live = runner.run(_live(store, folder / "live.db", size.chunk))
    before = dump(live.path)
    prepared = _prepared(store)
    turns, folded = count(), []

    def ours() -> Sample:
        done_at: list[float] = []
        began = time.perf_counter()
        compared = rebuild(
            ENTITY_LIST,
            {SOURCE: store},
            live,
            folder / "shadow.db",
            progress=lambda _done, _total: done_at.append(time.perf_counter()),
        )
        seconds = time.perf_counter() - began
        folded.append(Sample(size.feed, done_at[-1] - began))
        if any(table.different for table in compared) or dump(live.path) != before:
            raise RuntimeError(f"the rebuilt rows are not the live ones: {compared}")
        return Sample(size.feed, seconds)

    def theirs() -> Sample:
        began = time.perf_counter()
        handled = peer.project(shops, folder / f"view-{next(turns)}.db", size.chunk, size.peer_projected)
        return Sample(handled, time.perf_counter() - began)

    contenders = (
        Contender(FLOOR, lambda: _by_hand(prepared, folder / f"by-hand-{next(turns)}.db", size.feed)),
        Contender(SAMVERKAN, ours),
        Contender(FOLD, lambda: folded[-1]),
        Contender(EVENTSOURCING, theirs),
    )
    samples = alternate(contenders, size.rounds)
    live.close()
    store.close()
    return Row(
        7,
        "projection rebuild with checkpoint, compared with the live rows and swapped",
        "events/s",
        samples,
        (
            Target(SAMVERKAN, FLOOR, 0.0),
            Target(FOLD, FLOOR, 0.0),
            Target(SAMVERKAN, EVENTSOURCING, 100.0),
        ),
        (
            (
                "Samverkan commits batches, without fsync, into a file beside, and then swaps in one durable "
                "transaction; eventsourcing commits every event durably, as its projections do."
            ),
            (
                "eventsourcing's SQLite adapter has no subscriptions, so its ProjectionRunner cannot run on it: its "
                "Projection and SQLiteTrackingRecorder are driven from its notification log. Its ratio must not be "
                "compared with one against its PostgreSQL runner."
            ),
            (
                "The floor is the same SQL with prepared tuples in one transaction without fsync: it reads nothing, "
                "decodes nothing, compares nothing and swaps nothing."
            ),
            "The rows after each rebuild were dumped and are byte-identical to the live ones.",
        ),
        {"events": size.feed, "events_peer": size.peer_projected, "dump_sha256": before, "identical": True},
    )


class _NoFeed:
    """A feed for a consumer that is handed its batches: nothing is ever missing."""

    sources = (SOURCE,)

    async def missing(self, stream: str, after: int) -> Sequence[Stored]:
        raise RuntimeError(f"{stream} has a hole after {after}")


async def _live(store: SQLiteStore, path: Path, chunk: int) -> SQLiteDatabase:
    """The live tables, brought up by the product's own consumer."""
    db = SQLiteDatabase(path)
    await db.go_forward(ENGINE)
    for table in ENTITY_LIST.tables:
        await db.write(table, {})

    async def effect(recorded: Recorded) -> list[Statement]:
        return list(ENTITY_LIST.apply(recorded))

    consumer = Consumer(ENTITY_LIST.name, ENTITY_LIST.hears, db, effect)
    await consumer.load()
    position = 0
    while page := await store.tail(position, chunk):
        position = page[-1].position
        await consumer.handle(Batch(SOURCE, page, position), _NoFeed())  # type: ignore[arg-type]
    return db


def dump(path: Path) -> str:
    """One fingerprint of all rows of the projection, in the order of their values."""
    digest = hashlib.sha256()
    db = connect(path, read_only=True)
    for table in ("entity_list", "entity_group"):
        rows = db.execute(f"SELECT * FROM {table}").fetchall()
        digest.update(repr(sorted(rows, key=repr)).encode())
    db.close()
    return digest.hexdigest()


def _prepared(store: SQLiteStore) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The projection's own statements with tuples instead of names, neighbours of one text together."""
    statements: list[Statement] = []
    db = connect(store.path, read_only=True)
    for stored in tail(db, 0, -1):
        statements += ENTITY_LIST.apply(codec.read(stored))
    db.close()
    orders: dict[str, tuple[str, list[str]]] = {}
    prepared = []
    for sql, same in groupby(statements, key=itemgetter(0)):
        text, names = orders.setdefault(sql, (NAMED.sub("?", sql), NAMED.findall(sql)))
        prepared.append((text, [tuple(params[name] for name in names) for _, params in same]))
    return prepared


def _by_hand(prepared: Sequence[tuple[str, list[tuple[Any, ...]]]], path: Path, events: int) -> Sample:
    db = floor.connect(path, synchronous="OFF")
    for table in ENTITY_LIST.tables:
        db.execute(table)
    began = time.perf_counter()
    db.execute("BEGIN")
    for text, rows in prepared:
        db.executemany(text, rows)
    db.execute("COMMIT")
    seconds = time.perf_counter() - began
    db.close()
    return Sample(events, seconds)

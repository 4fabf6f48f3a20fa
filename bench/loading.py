"""Rows 4 and 5: an old aggregate brought back, and a whole command."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from bench import floor, material, peer
from bench.appending import DISK_CLAUSE
from bench.measure import EVENTSOURCING, FLOOR, SAMVERKAN, Contender, Row, Sample, Size, Target, alternate
from services.catalog.deciders.entity import ENTITY, Entity, ReviseEntityDetails
from shared import codec
from shared.kernel.ids import EntityId, derive
from shared.kernel.message import Event
from shared.runtime.execute import Asked, Done, execute
from shared.sqlite import connect
from shared.store.port import NEW
from shared.store.sqlite import SQLiteStore

HISTORY = 100
DIGEST = "5f2c" * 16


def rehydrate(size: Size, folder: Path, runner: asyncio.Runner) -> Row:
    """One entity of 100 facts, read and folded again and again."""
    entity_id = material.entity(1)
    stream = f"entity-{entity_id}"
    store, shops = SQLiteStore(folder / "ours.db"), peer.opened(folder / "peer.db")
    events = list(material.life(entity_id, HISTORY))
    facts = [material.encoded(entity_id, step, event) for step, event in enumerate(events)]
    runner.run(store.append(stream, NEW, facts))
    shops.save(peer.shop(entity_id, HISTORY))
    raw = connect(store.path, read_only=True)

    async def ours() -> Sample:
        state = Entity()
        began = time.perf_counter()
        for _ in range(size.loads):
            history = await store.read(stream)
            state = ENTITY.fold(_typed(history))  # type: ignore[arg-type]
        seconds = time.perf_counter() - began
        if state != ENTITY.fold(events):
            raise RuntimeError("the state read back is not the state stored")
        return Sample(size.loads, seconds)

    contenders = (
        Contender(FLOOR, lambda: _folded(raw, stream, size.loads)),
        Contender(SAMVERKAN, lambda: runner.run(ours())),
        Contender(EVENTSOURCING, lambda: _rehydrated(shops, entity_id, size.loads)),
    )
    samples = alternate(contenders, size.rounds)
    raw.close()
    store.close()
    return Row(
        4,
        "rehydrate an aggregate of 100 events",
        "aggregates/s",
        samples,
        (Target(SAMVERKAN, FLOOR, 0.45), Target(SAMVERKAN, EVENTSOURCING, 10.0)),
        (
            "The floor reads two columns and merges parsed JSON into one dict: no types, no validation.",
            "Nobody uses snapshots or caches.",
        ),
        {"events": HISTORY},
    )


def _typed(history: Sequence[Any]) -> "map[Event]":
    return map(lambda stored: codec.decode(stored.type, stored.schema, stored.data), history)  # noqa: C417


def _folded(db: sqlite3.Connection, stream: str, loads: int) -> Sample:
    began = time.perf_counter()
    for _ in range(loads):
        state: dict[str, Any] = {}
        for _, data in db.execute(floor.READ, (stream,)):
            state.update(orjson.loads(data))
    return Sample(loads, time.perf_counter() - began)


def _rehydrated(shops: peer.Shops, entity_id: EntityId, loads: int) -> Sample:
    began = time.perf_counter()
    for _ in range(loads):
        shops.repository.get(entity_id)
    return Sample(loads, time.perf_counter() - began)


def round_trip(size: Size, folder: Path, runner: asyncio.Runner) -> Row:
    """Commands one after the other to many entities, whose streams are about ten facts long."""
    store, raw, shops = (
        SQLiteStore(folder / "ours.db"),
        floor.opened(folder / "floor.db"),
        peer.opened(folder / "peer.db"),
    )
    turns = count()

    def fresh() -> list[ReviseEntityDetails]:
        """Commands for new entities, which exist but have no history yet; everybody gets the same."""
        turn = next(turns)
        entities = [
            EntityId(derive("bench shop", turn, index)) for index in range(max(1, size.commands // 10))
        ]
        return [material.revise(entity_id, step, turn) for step in range(1, 11) for entity_id in entities]

    def ours() -> Sample:
        commands = fresh()
        for entity_id in {command.entity_id for command in commands}:
            fact = material.encoded(entity_id, 0, material.registered(entity_id, 1))
            runner.run(store.append(f"entity-{entity_id}", NEW, [fact]))
        return runner.run(_executed(store, commands))

    def floor_turn() -> Sample:
        commands = fresh()
        for entity_id in {command.entity_id for command in commands}:
            fact = material.encoded(entity_id, 0, material.registered(entity_id, 1))
            floor.one_writer(raw, [material.as_row(f"entity-{entity_id}", 0, fact)])
        return _by_hand(raw, commands)

    def theirs() -> Sample:
        commands = fresh()
        for entity_id in {command.entity_id for command in commands}:
            shops.save(peer.shop(entity_id, 1))
        return _saved(shops, commands)

    contenders = (
        Contender(FLOOR, floor_turn),
        Contender(SAMVERKAN, ours),
        Contender(EVENTSOURCING, theirs),
    )
    samples = alternate(contenders, size.rounds)
    store.close()
    raw.close()
    return Row(
        5,
        "command round trip: load, decide, append",
        "commands/s",
        samples,
        (Target(SAMVERKAN, FLOOR, 0.8), Target(SAMVERKAN, EVENTSOURCING, 2.0)),
        (
            DISK_CLAUSE,
            (
                "The floor reads, merges parsed JSON and inserts what was encoded before, all in one thread and with "
                "no rule, no types and no hash chain; Samverkan encodes within the time measured."
            ),
        ),
        {"events_per_stream": "1 to 10"},
    )


async def _executed(store: SQLiteStore, commands: Sequence[ReviseEntityDetails]) -> Sample:
    waits = []
    asked = Asked(digest=DIGEST)
    began = time.perf_counter()
    for command in commands:
        start = time.perf_counter()
        outcome = await execute(store, ENTITY, command, asked)
        waits.append(time.perf_counter() - start)
        if not isinstance(outcome, Done) or len(outcome.events) != 1:
            raise RuntimeError(f"not obeyed: {outcome}")
    return Sample(len(commands), time.perf_counter() - began, waits)


def _by_hand(db: sqlite3.Connection, commands: Sequence[ReviseEntityDetails]) -> Sample:
    rows = []
    for command in commands:
        step = int(command.label.rsplit(" ", 1)[1])
        # The event's fields are the command's own, so its bytes can be made before the clock starts.
        new = material.encoded(command.entity_id, step, material.revised(command.entity_id, step), command.id)
        rows.append(material.as_row(f"entity-{command.entity_id}", step, new))
    waits = []
    began = time.perf_counter()
    for row in rows:
        start = time.perf_counter()
        state: dict[str, Any] = {}
        for _, data in db.execute(floor.READ, (row[0],)):
            state.update(orjson.loads(data))
        db.execute("BEGIN IMMEDIATE")
        floor.insert(db, row)
        db.execute("COMMIT")
        waits.append(time.perf_counter() - start)
    return Sample(len(rows), time.perf_counter() - began, waits)


def _saved(shops: peer.Shops, commands: Sequence[ReviseEntityDetails]) -> Sample:
    waits = []
    began = time.perf_counter()
    for command in commands:
        start = time.perf_counter()
        shop: peer.Shop = shops.repository.get(command.entity_id)
        shop.revise(command.label, command.origin, command.phone, command.fax)
        shops.save(shop)
        waits.append(time.perf_counter() - start)
    return Sample(len(commands), time.perf_counter() - began, waits)

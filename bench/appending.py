"""Rows 1 and 2: durable appends, by one writer and by 64."""

import asyncio
import threading
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from eventsourcing.persistence import StoredEvent

from bench import floor, material, peer
from bench.measure import (
    EVENTSOURCING,
    FLOOR,
    SAMVERKAN,
    WRITERS,
    Contender,
    Row,
    Sample,
    Size,
    Target,
    alternate,
)
from shared.kernel.message import NewEvent
from shared.store.sqlite import SQLiteStore

DISK = "fdatasync of 4 KiB"
CEILING = "batch ceiling"
Prepared = Sequence[tuple[str, int, NewEvent]]
DISK_CLAUSE = "Depends on the disk: compare with the fdatasync floor beside it, measured in the same rounds."
IN_PROCESS = "An in-process store; a store behind a network protocol (UmaDB over gRPC) also pays for that."
SAME_BYTES = (
    "The floor keeps the same bytes under the same two unique indexes and checks the version; "
    "it keeps no hash chain. Encoding is outside of all of these measurements (see row 14)."
)


def _rows(prepared: Prepared) -> list[floor.Prepared]:
    return [material.as_row(stream, before + 1, new) for stream, before, new in prepared]


def one_writer(size: Size, folder: Path, runner: asyncio.Runner) -> Row:
    """One caller, one event per commit, the version checked."""
    store, raw, shops = (
        SQLiteStore(folder / "ours.db"),
        floor.opened(folder / "floor.db"),
        peer.opened(folder / "peer.db"),
    )
    turns = count()

    def fresh() -> Prepared:
        return material.revisions(size.appends, ("one", next(turns)))

    def ours() -> Sample:
        prepared = fresh()
        return runner.run(_append_all(store, prepared))

    def theirs() -> Sample:
        return _insert_all(shops, peer.stored_revisions(shops, fresh()))

    contenders = (
        Contender(DISK, lambda: floor.fdatasync(folder / "disk", size.appends)),
        Contender(FLOOR, lambda: floor.one_writer(raw, _rows(fresh()))),
        Contender(SAMVERKAN, ours),
        Contender(EVENTSOURCING, theirs),
    )
    samples = alternate(contenders, size.rounds)
    store.close()
    raw.close()
    return Row(
        1,
        "durable append, 1 writer, 1 event per commit, with version check",
        "events/s",
        samples,
        (
            Target(SAMVERKAN, FLOOR, 0.85),
            Target(SAMVERKAN, FLOOR, 2.0, of="p99"),
            Target(SAMVERKAN, EVENTSOURCING, 1.25),
            Target(SAMVERKAN, DISK, 0.0),
        ),
        (
            DISK_CLAUSE,
            SAME_BYTES,
            IN_PROCESS,
            (
                "The floor and eventsourcing write in the calling thread and so block it; "
                "Samverkan hands over to its writer thread, so that the event loop goes on."
            ),
            "eventsourcing keeps one index and neither event ids nor a hash chain.",
        ),
        material.sizes([new for _, _, new in fresh()]),
    )


async def _append_all(store: SQLiteStore, prepared: Prepared) -> Sample:
    waits = []
    began = time.perf_counter()
    for stream, before, new in prepared:
        start = time.perf_counter()
        await store.append(stream, before, [new])
        waits.append(time.perf_counter() - start)
    return Sample(len(prepared), time.perf_counter() - began, waits)


def _insert_all(shops: peer.Shops, stored: Sequence[StoredEvent]) -> Sample:
    waits = []
    began = time.perf_counter()
    for event in stored:
        start = time.perf_counter()
        shops.recorder.insert_events([event])
        waits.append(time.perf_counter() - start)
    return Sample(len(stored), time.perf_counter() - began, waits)


def many_writers(size: Size, folder: Path, runner: asyncio.Runner) -> Row:
    """64 callers at once, each waiting for its own commit before the next append."""
    store, raw, shops = (
        SQLiteStore(folder / "ours.db"),
        floor.opened(folder / "floor.db"),
        peer.opened(folder / "peer.db"),
    )
    turns = count()

    def fresh() -> list[Prepared]:
        turn = next(turns)
        return [material.revisions(size.per_writer, ("many", turn, writer), 1) for writer in range(WRITERS)]

    def ours() -> Sample:
        shares = fresh()
        return runner.run(_together(store, shares))

    def batch_ceiling() -> Sample:
        shares = [_rows(share) for share in fresh()]
        return floor.batches(raw, [row for step in zip(*shares, strict=True) for row in step])

    def theirs() -> Sample:
        shares = [peer.stored_revisions(shops, share) for share in fresh()]
        return _in_threads(shops, shares)

    contenders = (
        Contender(DISK, lambda: floor.fdatasync(folder / "disk", size.appends)),
        Contender(FLOOR, lambda: floor.group_commit(raw, [_rows(share) for share in fresh()])),
        Contender(CEILING, batch_ceiling),
        Contender(SAMVERKAN, ours),
        Contender(EVENTSOURCING, theirs),
    )
    samples = alternate(contenders, size.rounds)
    store.close()
    raw.close()
    return Row(
        2,
        "durable append, 64 concurrent writers",
        "events/s",
        samples,
        (
            Target(SAMVERKAN, FLOOR, 1.25),
            Target(SAMVERKAN, CEILING, 0.0),
            Target(SAMVERKAN, EVENTSOURCING, 0.0),
            Target(SAMVERKAN, DISK, 0.0),
        ),
        (
            DISK_CLAUSE,
            SAME_BYTES,
            IN_PROCESS,
            (
                "The floor is 64 threads that hand over to one writer thread with group commit; the batch ceiling "
                "is one thread that commits 64 prepared events at a time, with nobody waiting for each."
            ),
            "Every append of Samverkan is answered after the fsync of its commit.",
            "eventsourcing has no group commit on SQLite: 64 threads take turns at its one writing connection.",
        ),
        {"writers": WRITERS},
    )


async def _together(store: SQLiteStore, shares: Sequence[Prepared]) -> Sample:
    waits: list[float] = []

    async def one(share: Prepared) -> None:
        for stream, before, new in share:
            start = time.perf_counter()
            await store.append(stream, before, [new])
            waits.append(time.perf_counter() - start)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for share in shares:
            group.create_task(one(share))
    return Sample(sum(map(len, shares)), time.perf_counter() - began, waits)


def _in_threads(shops: peer.Shops, shares: Sequence[Sequence[StoredEvent]]) -> Sample:
    waits: list[float] = []

    def one(share: Sequence[StoredEvent]) -> None:
        for event in share:
            start = time.perf_counter()
            shops.recorder.insert_events([event])
            waits.append(time.perf_counter() - start)

    threads = [threading.Thread(target=one, args=(share,)) for share in shares]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count_ = sum(map(len, shares))
    if len(waits) != count_:
        raise RuntimeError("a thread of eventsourcing failed")
    return Sample(count_, time.perf_counter() - began, waits)

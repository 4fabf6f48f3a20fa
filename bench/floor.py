"""The physical limit with the same durability: sqlite3 by hand, without any of the product's own code.

The floor keeps the same bytes in the same columns under the same two unique indexes and asks for the version
before each insert. It has no hash chain, no AUTOINCREMENT and, where it says so, no second thread.
"""

import os
import queue
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.measure import WRITERS, Sample

TABLE = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, id BLOB NOT NULL UNIQUE,
    type TEXT NOT NULL, schema INTEGER NOT NULL, data BLOB NOT NULL, meta BLOB NOT NULL,
    command_id BLOB NOT NULL, UNIQUE (stream, version)
)
"""
LAST = "SELECT version FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1"
INSERT = """
INSERT INTO events (stream, version, id, type, schema, data, meta, command_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
READ = "SELECT type, data FROM events WHERE stream = ? ORDER BY version"
BLOCK = b"x" * 4096

Prepared = tuple[Any, ...]


def connect(path: Path, synchronous: str = "FULL") -> sqlite3.Connection:
    """WAL and, unless told otherwise, an fsync at every commit."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA synchronous = {synchronous}")
    return db


def opened(path: Path) -> sqlite3.Connection:
    """A store of the floor, made if there is none."""
    db = connect(path)
    db.execute(TABLE)
    return db


def insert(db: sqlite3.Connection, row: Prepared) -> None:
    """The version check and the insert, inside the caller's transaction."""
    last = db.execute(LAST, (row[0],)).fetchone()
    if (last[0] if last else -1) != row[1] - 1:
        raise RuntimeError(f"{row[0]} is not at {row[1] - 1}")
    db.execute(INSERT, row)


def fdatasync(path: Path, count: int) -> Sample:
    """4 KiB appended and forced to disk, again and again: what the disk itself can do."""
    waits = []
    with path.open("ab", buffering=0) as file:
        began = time.perf_counter()
        for _ in range(count):
            start = time.perf_counter()
            file.write(BLOCK)
            os.fdatasync(file.fileno())
            waits.append(time.perf_counter() - start)
        return Sample(count, time.perf_counter() - began, waits)


def one_writer(db: sqlite3.Connection, rows: Sequence[Prepared]) -> Sample:
    """One event per commit in the calling thread."""
    waits = []
    began = time.perf_counter()
    for row in rows:
        start = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        insert(db, row)
        db.execute("COMMIT")
        waits.append(time.perf_counter() - start)
    return Sample(len(rows), time.perf_counter() - began, waits)


def batches(db: sqlite3.Connection, rows: Sequence[Prepared]) -> Sample:
    """64 events per commit in the calling thread: the ceiling of any group commit of that width."""
    began = time.perf_counter()
    for start in range(0, len(rows), WRITERS):
        db.execute("BEGIN IMMEDIATE")
        for row in rows[start : start + WRITERS]:
            insert(db, row)
        db.execute("COMMIT")
    return Sample(len(rows), time.perf_counter() - began)


def group_commit(db: sqlite3.Connection, shares: Sequence[Sequence[Prepared]]) -> Sample:
    """One thread per share, each waiting for its commit, and one more that writes what waits together."""
    jobs: queue.SimpleQueue[tuple[Prepared, threading.Lock] | None] = queue.SimpleQueue()
    waits: list[float] = []

    def ask(rows: Sequence[Prepared]) -> None:
        done = threading.Lock()
        done.acquire()
        for row in rows:
            start = time.perf_counter()
            jobs.put((row, done))
            done.acquire()  # released by the writer, after its commit
            waits.append(time.perf_counter() - start)

    writer = threading.Thread(target=_write, args=(db, jobs))
    askers = [threading.Thread(target=ask, args=(rows,)) for rows in shares]
    began = time.perf_counter()
    for thread in (writer, *askers):
        thread.start()
    for thread in askers:
        thread.join()
    seconds = time.perf_counter() - began
    jobs.put(None)
    writer.join()
    return Sample(sum(map(len, shares)), seconds, waits)


def _write(db: sqlite3.Connection, jobs: "queue.SimpleQueue[tuple[Prepared, threading.Lock] | None]") -> None:
    while (first := jobs.get()) is not None:
        batch = [first]
        while len(batch) < 512:
            try:
                job = jobs.get_nowait()
            except queue.Empty:
                break
            if job is not None:
                batch.append(job)
        db.execute("BEGIN IMMEDIATE")
        for row, _ in batch:
            insert(db, row)
        db.execute("COMMIT")
        for _, done in batch:
            done.release()

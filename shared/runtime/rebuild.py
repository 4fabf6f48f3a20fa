"""A projection made anew beside the live one, compared with it, and put in its place in one transaction."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared import codec
from shared.database.sqlite import SQLiteDatabase, run_all
from shared.kernel.message import Stored
from shared.kernel.projection import Projection, Statement
from shared.runtime.consume import ADVANCE, CHECKPOINTS
from shared.sqlite import connect
from shared.store.sqlite import SQLiteStore, tail

CHUNK = 2000
TABLE_NAMES = (
    "SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """How one table came out: rows live before, rows made anew, and how many differ either way."""

    table: str
    live: int
    rebuilt: int
    different: int


def rebuild(
    projection: Projection,
    stores: dict[str, SQLiteStore],
    db: SQLiteDatabase,
    shadow_path: Path,
    *,
    progress: Progress = lambda _done, _total: None,
    swap: bool = True,
) -> Sequence[Compared]:
    """Fold the whole history into tables of a file beside, compare with the live ones, swap.

    Only `apply` runs: no mail is sent and no command given. The live tables serve meanwhile, and the
    consumer may go on; the fold catches up with its checkpoint until both stand at the same place. Blocks
    the calling thread, so call it from a thread or a command line.
    """
    shadow_path.unlink(missing_ok=True)
    shadow = connect(shadow_path, synchronous="OFF")
    live = connect(db.path)
    try:
        for table in projection.tables:
            shadow.execute(table)
        live.execute("ATTACH :path AS shadow", {"path": str(shadow_path)})
        reached: dict[str, int] = {}
        versions: dict[str, int] = {}
        while True:
            target = _checkpoints(live, projection.name)
            for source, position in target.items():
                _fold(
                    projection, stores[source], reached.get(source, 0), position, shadow, versions, progress
                )
                reached[source] = position
            live.execute("BEGIN IMMEDIATE")  # from here on the consumer waits
            if _checkpoints(live, projection.name) == target:
                return _swap(projection, live, versions, swap=swap)
            live.execute("ROLLBACK")
    finally:
        if live.in_transaction:
            live.execute("ROLLBACK")
        live.close()
        shadow.close()
        shadow_path.unlink(missing_ok=True)


def _checkpoints(live: sqlite3.Connection, consumer: str) -> dict[str, int]:
    return dict(live.execute(CHECKPOINTS, {"consumer": consumer}).fetchall())


def _fold(
    projection: Projection,
    store: SQLiteStore,
    after: int,
    until: int,
    shadow: sqlite3.Connection,
    versions: dict[str, int],
    progress: Progress,
) -> None:
    reader = connect(store.path, read_only=True)
    position = after
    try:
        while position < until:
            events = [stored for stored in tail(reader, position, CHUNK) if stored.position <= until]
            if not events:
                break
            position = events[-1].position
            _apply(projection, events, shadow, versions)
            progress(position, until)
    finally:
        reader.close()


def _apply(
    projection: Projection, events: Sequence[Stored], shadow: sqlite3.Connection, versions: dict[str, int]
) -> None:
    statements: list[Statement] = []
    for stored in events:
        if codec.topic_of(stored) in projection.hears:
            statements += projection.apply(codec.read(stored))
            versions[stored.stream] = stored.version
    shadow.execute("BEGIN")
    run_all(shadow, statements)
    shadow.execute("COMMIT")


def _swap(
    projection: Projection, live: sqlite3.Connection, versions: dict[str, int], *, swap: bool
) -> list[Compared]:
    compared = []
    for (table,) in live.execute(TABLE_NAMES.format(schema="shadow")).fetchall():
        compared.append(_compare(live, table))
        if swap:
            live.execute(f"DELETE FROM main.{table}")
            live.execute(f"INSERT INTO main.{table} SELECT * FROM shadow.{table}")
    if swap:
        marks = [{"consumer": projection.name, "stream": s, "version": v} for s, v in versions.items()]
        live.executemany(ADVANCE, marks)
        live.execute("DELETE FROM parked WHERE consumer = :consumer", {"consumer": projection.name})
    live.execute("COMMIT")
    return compared


def _compare(live: sqlite3.Connection, table: str) -> Compared:
    def count(sql: str) -> int:
        (found,) = live.execute(f"SELECT count(*) FROM ({sql})").fetchone()
        return int(found)

    old, new = f"SELECT * FROM main.{table}", f"SELECT * FROM shadow.{table}"
    different = count(f"{old} EXCEPT {new}") + count(f"{new} EXCEPT {old}")
    return Compared(table, count(old), count(new), different)

"""A projection made anew beside the live one, compared with it, and put in its place in one transaction."""

import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from shared import codec
from shared.database.sqlite import SQLiteDatabase, run_all
from shared.kernel.message import Stored
from shared.kernel.projection import Projection, Statement
from shared.runtime import parking
from shared.runtime.patience import TRANSIENT
from shared.runtime.tables import ADVANCE, CHECKPOINTS
from shared.sqlite import connect, disk_errors_as_unavailable
from shared.store.sqlite import SQLiteStore, tail

log = logging.getLogger(__name__)
CHUNK = 2000
TABLE_NAMES = (
    "SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
)

Progress = Callable[[int, int], None]
History = Callable[[str, int, int], AsyncIterator[Sequence[Stored]]]
"""What a source has stated behind one position and up to another, in batches."""
Write = Callable[[Sequence[Statement]], None]


class Unfit(Exception):
    """`apply` needs a table that is not its projection's own."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How one table came out: rows live before, rows made anew, and how many differ either way."""

    table: str
    live: int
    rebuilt: int
    different: int


def rebuild(
    projection: Projection,
    stores: Mapping[str, SQLiteStore],
    db: SQLiteDatabase,
    shadow_path: Path,
    *,
    progress: Progress = lambda _done, _total: None,
    swap: bool = True,
    consumer: str | None = None,
) -> Sequence[Compared]:
    """Fold the whole history into tables of a file beside, compare with the live ones, swap.

    Only `apply` runs: no mail is sent and no command given. The live tables serve meanwhile, and the
    consumer may go on; the fold catches up with its checkpoint until both stand at the same place. A fact
    that cannot be applied parks its stream, as it does live. Blocks the calling thread, so call it from a
    thread or a command line.

    `consumer` names the reaction whose memory this is; the facts parked for it stay, because they wait for
    more than their rows. Raises LookupError for what is heard from a store that is not among `stores`, and Unfit.
    """
    if not projection.tables:
        return []
    shadow_path.unlink(missing_ok=True)
    shadow = connect(shadow_path, synchronous="OFF")
    live = connect(db.path)
    try:
        for table in projection.tables:
            shadow.execute(table)
        live.execute("ATTACH :path AS shadow", {"path": str(shadow_path)})
        fold = Fold(projection, consumer or projection.name, partial(_write, shadow), progress)
        while True:
            target = _checkpoints(live, fold.consumer)
            for source, position in target.items():
                if source not in stores:
                    raise LookupError(f"{projection.name} hears {source}, whose store is not here")
                _follow(fold, source, stores[source], position)
            live.execute("BEGIN IMMEDIATE")  # from here on the consumer waits
            if _checkpoints(live, fold.consumer) == target:
                return _swap(fold, live, swap=swap, keep_parked=consumer is not None)
            live.execute("ROLLBACK")
    finally:
        if live.in_transaction:
            live.execute("ROLLBACK")
        live.close()
        shadow.close()
        for suffix in ("", "-wal", "-shm"):
            shadow_path.with_name(shadow_path.name + suffix).unlink(missing_ok=True)


class Fold:
    """The shadow tables as far as they have come, and the streams that went no further.

    `write` runs statements in a transaction on the shadow; it raises `Unfit` where they cannot fit in there at all.
    """

    def __init__(self, projection: Projection, consumer: str, write: Write, progress: Progress) -> None:
        self.projection, self.consumer = projection, consumer
        self.versions: dict[str, int] = {}
        self.parked: list[Statement] = []
        self.reached: dict[str, int] = {}
        self._write, self._progress = write, progress
        self._stopped: set[str] = set()

    def take(self, source: str, events: Sequence[Stored], until: int) -> None:
        """Apply what this source has stated next; it is wanted up to `until`."""
        self._apply(source, [e for e in events if codec.topic_of(e) in self.projection.hears])
        self.reached[source] = events[-1].position
        self._progress(events[-1].position, until)

    def _apply(self, source: str, heard: Sequence[Stored]) -> None:
        self.versions.update((stored.stream, stored.version) for stored in heard if stored.version >= 0)
        if not self._stopped.intersection(stored.stream for stored in heard):
            try:
                self._write([statement for stored in heard for statement in self._statements(stored)])
            except (*TRANSIENT, Unfit):
                raise
            except Exception:
                log.info("one by one, to find what cannot be applied", extra={"consumer": self.consumer})
            else:
                return
        for stored in heard:
            self._apply_one(source, stored)

    def _apply_one(self, source: str, stored: Stored) -> None:
        if stored.stream in self._stopped:
            self.parked += parking.park(self.consumer, source, stored, parking.BEHIND, 0)
            return
        try:
            self._write(list(self._statements(stored)))
        except (*TRANSIENT, Unfit):
            raise
        except Exception as error:
            self._stopped.add(stored.stream)
            cause = parking.cause_of(self.consumer, stored, error)
            self.parked += parking.park(self.consumer, source, stored, cause, 1)

    def _statements(self, stored: Stored) -> Iterable[Statement]:
        return () if codec.is_unknown(stored) else self.projection.apply(codec.read(stored))

    def marks(self, *, keep_parked: bool) -> list[Statement]:
        """What the live side is to know of this fold: versions reached, and what is parked now."""
        consumer = {"consumer": self.consumer}
        marks = [(ADVANCE, {**consumer, "stream": s, "version": v}) for s, v in self.versions.items()]
        released = [] if keep_parked else [("DELETE FROM parked WHERE consumer = :consumer", consumer)]
        return [*marks, *released, *self.parked]


def _checkpoints(live: sqlite3.Connection, consumer: str) -> dict[str, int]:
    return dict(live.execute(CHECKPOINTS, {"consumer": consumer}).fetchall())


def _follow(fold: Fold, source: str, store: SQLiteStore, until: int) -> None:
    """Apply what this source has stated up to a position."""
    with closing(connect(store.path, read_only=True)) as reader:
        while (position := fold.reached.get(source, 0)) < until:
            events = [stored for stored in tail(reader, position, CHUNK) if stored.position <= until]
            if not events:
                break
            fold.take(source, events, until)


def _write(shadow: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    try:
        with disk_errors_as_unavailable():
            shadow.execute("BEGIN")
            run_all(shadow, statements)
            shadow.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise Unfit(str(error)) from error
    finally:
        if shadow.in_transaction:
            shadow.execute("ROLLBACK")


def _swap(fold: Fold, live: sqlite3.Connection, *, swap: bool, keep_parked: bool) -> list[Compared]:
    compared = []
    for (table,) in live.execute(TABLE_NAMES.format(schema="shadow")).fetchall():
        compared.append(_compare(live, table))
        if swap:
            live.execute(f"DELETE FROM main.{table}")
            live.execute(f"INSERT INTO main.{table} SELECT * FROM shadow.{table}")
    if swap:
        run_all(live, fold.marks(keep_parked=keep_parked))
    live.execute("COMMIT")
    return compared


def _compare(live: sqlite3.Connection, table: str) -> Compared:
    def count(sql: str) -> int:
        (found,) = live.execute(f"SELECT count(*) FROM ({sql})").fetchone()
        return int(found)

    old, new = f"SELECT * FROM main.{table}", f"SELECT * FROM shadow.{table}"
    different = count(f"{old} EXCEPT {new}") + count(f"{new} EXCEPT {old}")
    return Compared(table, count(old), count(new), different)

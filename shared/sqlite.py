"""One SQLite file: one thread that writes, and readers that never wait for it.

Both the event store and the read models stand on this. Jobs that are waiting together are committed
together (group commit): each runs in a savepoint of its own and is answered after the one fsync.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import stamina

from shared.accidents import OutcomeUnknown, Unavailable
from shared.forward import VERSIONS, Schema

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST_JOBS_IN_ONE_COMMIT = 512
ENVIRONMENT = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class _Job(NamedTuple):
    work: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Any]"


class _Answer(NamedTuple):
    done: Any
    error: BaseException | None = None


def connect(path: Path, *, read_only: bool = False, synchronous: str = "FULL") -> sqlite3.Connection:
    """A connection as this product wants it: WAL, fsync at every commit, transactions only where we say."""
    where = f"file:{quote(str(path))}{'?mode=ro' if read_only else ''}"
    db = sqlite3.connect(
        where, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    db.execute("PRAGMA busy_timeout = 10000")
    if not read_only:
        # While the kind of journal changes SQLite waits for nobody, and several may open a new file at once.
        for attempt in stamina.retry_context(
            on=_busy, attempts=None, timeout=10, wait_initial=0.02, wait_max=0.5
        ):
            with attempt:
                db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {synchronous}")
    return db


@contextmanager
def disk_errors_as_unavailable() -> Iterator[None]:
    """What the disk or another process does to us is Unavailable, and no fault of the statement."""
    try:
        yield
    except sqlite3.Error as error:
        if _environment(error):
            raise Unavailable(str(error)) from error
        raise


def go_forward(db: sqlite3.Connection, schema: Schema) -> None:
    """Bring tables forward inside the caller's transaction, which no other writer shares. Raises NewerSchema."""
    db.execute(VERSIONS)
    (version,) = db.execute(schema.reached).fetchone() or (0,)
    for statement in schema.ahead_of(version):
        db.execute(statement)


class Writer:
    """The thread that owns the writing connection of one file, brought forward to `schema` if it has one.

    `committed` is called after every commit, on the loop of those who asked for it, before they are answered
    and also where one of them no longer waits.
    """

    def __init__(
        self, path: Path, schema: Schema | None = None, committed: Callable[[], None] = lambda: None
    ) -> None:
        self.path = path
        self._db = _opened(path, schema)
        self._committed = committed
        self._closed = False
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"writer {path.name}", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` inside a transaction and answer once it is on disk.

        Raises what `work` raises (then nothing of it is kept), Unavailable, or OutcomeUnknown.
        """
        if self._closed:
            raise Unavailable(f"{self.path.name} is closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, loop, answer))
        return await answer

    def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        self._closed = True
        self._jobs.put(None)
        self._thread.join()
        self._db.close()

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs, last = self._drain(first)
            self._deliver(jobs, self._answers(jobs))
            if last:
                return

    def _drain(self, first: _Job) -> tuple[list[_Job], bool]:
        jobs = [first]
        while len(jobs) < MOST_JOBS_IN_ONE_COMMIT:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs, False
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False

    def _answers(self, jobs: Sequence[_Job]) -> list[_Answer]:
        """One answer for each, whatever happens: somebody waits for it, and the thread must live."""
        try:
            return self._commit(jobs)
        except sqlite3.Error as error:  # the connection failed us between the jobs
            log.exception("a transaction broke off", extra={"file": self.path.name})
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            return [_Answer(None, OutcomeUnknown(str(error))) for _ in jobs]

    def _commit(self, jobs: Sequence[_Job]) -> list[_Answer]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return [_Answer(None, Unavailable(str(error))) for _ in jobs]
        answers = []
        for job in jobs:
            answers.append(self._run(job, alone=len(jobs) == 1))
            if not self._db.in_transaction:
                # The engine rolled everything back (disk full). What comes after would stand in a transaction
                # of its own, and be kept although its caller hears that nothing was done.
                return [_Answer(None, Unavailable("the transaction was rolled back")) for _ in jobs]
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            return [
                answer if answer.error else _Answer(None, OutcomeUnknown(str(error))) for answer in answers
            ]
        return answers

    def _run(self, job: _Job, *, alone: bool) -> _Answer:
        savepoint = not alone
        try:
            if savepoint:
                self._db.execute("SAVEPOINT job")
            done = job.work(self._db)
            if savepoint:
                self._db.execute("RELEASE job")
        except BaseException as error:  # handed to the caller, who asked for the work
            if self._db.in_transaction:
                self._db.execute("ROLLBACK TO job" if savepoint else "ROLLBACK")
                self._db.execute("RELEASE job" if savepoint else "BEGIN IMMEDIATE")
            return _Answer(None, Unavailable(str(error)) if _environment(error) else error)
        return _Answer(done)

    def _deliver(self, jobs: Sequence[_Job], answers: Sequence[_Answer]) -> None:
        both = sorted(zip(jobs, answers, strict=True), key=lambda pair: id(pair[0].loop))
        for _, group in groupby(both, key=lambda pair: id(pair[0].loop)):
            pairs = list(group)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                pairs[0][0].loop.call_soon_threadsafe(self._resolve, pairs)

    def _resolve(self, pairs: Sequence[tuple[_Job, _Answer]]) -> None:
        self._committed()
        for job, (done, error) in pairs:
            if job.answer.done():
                continue
            if error is None:
                job.answer.set_result(done)
            else:
                job.answer.set_exception(error)


def _opened(path: Path, schema: Schema | None) -> sqlite3.Connection:
    db = connect(path)
    try:
        if schema is not None:
            db.execute("BEGIN IMMEDIATE")
            go_forward(db, schema)
            db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _environment(error: BaseException) -> bool:
    """True for what the disk or another process did to us, false for what the statement itself got wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF) in ENVIRONMENT

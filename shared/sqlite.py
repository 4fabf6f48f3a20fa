"""One SQLite file: one thread that writes, and readers that never wait for it.

Both the event store and the read models stand on this. Jobs that are waiting together are committed
together (group commit): each runs in a savepoint of its own and is answered after the one fsync.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from shared.accidents import OutcomeUnknown, Unavailable

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


Answer = tuple["asyncio.Future[Any]", Any, BaseException | None]


def connect(path: Path, *, read_only: bool = False, synchronous: str = "FULL") -> sqlite3.Connection:
    """A connection as this product wants it: WAL, fsync at every commit, transactions only where we say."""
    where = f"file:{path}?mode=ro" if read_only else f"file:{path}"
    db = sqlite3.connect(
        where, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    db.execute("PRAGMA busy_timeout = 10000")
    if not read_only:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {synchronous}")
    return db


class Writer:
    """The thread that owns the writing connection of one file."""

    def __init__(self, path: Path, schema: Iterable[str] = ()) -> None:
        self.path = path
        self._db = connect(path)
        for statement in schema:
            self._db.execute(statement)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"writer {path.name}", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` inside a transaction and answer once it is on disk.

        Raises what `work` raises (then nothing of it is kept), Unavailable, or OutcomeUnknown.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, loop, answer))
        return await answer

    def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        self._jobs.put(None)
        self._thread.join()
        self._db.close()

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs, last = self._drain(first)
            _deliver(jobs[0].loop, self._commit(jobs))
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

    def _commit(self, jobs: list[_Job]) -> list[Answer]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return [(job.answer, None, Unavailable(str(error))) for job in jobs]
        answers = [self._run(job, alone=len(jobs) == 1) for job in jobs]
        if not self._db.in_transaction:  # the engine rolled the whole transaction back (disk full)
            return [(job.answer, None, Unavailable("the transaction was rolled back")) for job in jobs]
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            unknown = OutcomeUnknown(str(error))
            return [
                (job.answer, None, failure or unknown)
                for job, (_, _, failure) in zip(jobs, answers, strict=True)
            ]
        return answers

    def _run(self, job: _Job, *, alone: bool) -> Answer:
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
            return job.answer, None, Unavailable(str(error)) if _environment(error) else error
        return job.answer, done, None


def _environment(error: BaseException) -> bool:
    """True for what the disk or another process did to us, false for what the statement itself got wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF) in ENVIRONMENT


def _deliver(loop: asyncio.AbstractEventLoop, answers: list[Answer]) -> None:
    def resolve() -> None:
        for future, done, error in answers:
            if future.done():
                continue
            if error is None:
                future.set_result(done)
            else:
                future.set_exception(error)

    if not loop.is_closed():
        loop.call_soon_threadsafe(resolve)

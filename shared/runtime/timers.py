"""A command dated in the future is a row until its moment; then it is executed with that moment as its time.

It is never cancelled: if it no longer matters, the decider answers with nothing. While a service was down its
timers waited; they run in order, with their own dates. One that cannot be executed is left where it is until
the next start, when its code may have been mended, and holds up no other.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from shared.database.port import Database
from shared.kernel.message import Command
from shared.kernel.moment import stamp
from shared.kernel.projection import Row, Statement
from shared.runtime.execute import Asked
from shared.runtime.patience import TRANSIENT

log = logging.getLogger(__name__)
SET = """
INSERT INTO timers (id, due, command, body, causation, correlation)
VALUES (:id, :due, :command, :body, :causation, :correlation) ON CONFLICT (id) DO NOTHING
"""
NEXT = "SELECT * FROM timers ORDER BY due, id LIMIT :limit"
FIRED = "DELETE FROM timers WHERE id = :id"
BEFORE = "SELECT count(*) AS n FROM timers WHERE due < :moment"
LIST = "SELECT id, due, command FROM timers ORDER BY due, id"
CLOCK_LOOK_SECONDS = 0.5
"""A wall clock may be moved under us, so no sleep is longer than this."""

Run = Callable[[Command, Asked], Awaitable[object]]


def set_timer(command: Command, asked: Asked) -> Statement:
    """The statement that keeps a command until its moment."""
    return SET, {
        "id": str(command.id),
        "due": stamp(command.at),
        "command": type(command).__name__,
        "body": command.model_dump_json(),
        "causation": str(asked.causation_id) if asked.causation_id else None,
        "correlation": str(asked.correlation_id) if asked.correlation_id else None,
    }


class Timers:
    """The timers of one service. `wake()` when one was set or the clock was moved."""

    def __init__(
        self,
        db: Database,
        now: Callable[[], datetime],
        command_named: Callable[[str], type[Command]],
        run: Run,
    ) -> None:
        self._db, self._now, self._command_named, self._run = db, now, command_named, run
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._left_out: set[str] = set()

    async def next_due(self) -> datetime | None:
        """The moment of the earliest timer."""
        row = await self._next()
        return datetime.fromisoformat(row["due"]) if row else None

    async def list(self) -> Sequence[Row]:
        """Every timer that is set, earliest first."""
        return await self._db.rows(LIST)

    async def due_before(self, moment: datetime) -> int:
        """How many timers were due before this moment and have not been fired."""
        (row,) = await self._db.rows(BEFORE, {"moment": stamp(moment)})
        return int(row["n"])

    def wake(self) -> None:
        """Look at the clock and the table again, now."""
        self._woken.set()

    async def fire_due(self) -> int:
        """Execute everything that is due, in order. How many there were. Raises only what is TRANSIENT."""
        async with self._turn:
            fired = 0
            while (row := await self._next()) and row["due"] <= stamp(self._now()):
                fired += await self._fired_or_left_out(row)
            return fired

    async def _next(self) -> Row | None:
        rows = await self._db.rows(NEXT, {"limit": len(self._left_out) + 1})
        return next((row for row in rows if row["id"] not in self._left_out), None)

    async def _fired_or_left_out(self, row: Row) -> bool:
        try:
            await self._fire(row)
        except TRANSIENT:
            raise
        except Exception:
            self._left_out.add(row["id"])
            log.exception("timer left out", extra={"timer": row["id"], "command": row["command"]})
            return False
        return True

    async def _fire(self, row: Row) -> None:
        command = self._command_named(row["command"]).model_validate_json(row["body"])
        asked = Asked(causation_id=_id(row["causation"]), correlation_id=_id(row["correlation"]))
        await self._run(command, asked)
        await self._db.write(FIRED, {"id": row["id"]})

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.fire_due()
            except TRANSIENT as error:
                log.warning("timers wait", extra={"cause": type(error).__name__})
            try:
                async with asyncio.timeout(CLOCK_LOOK_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None

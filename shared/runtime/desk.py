"""All that one service works with in this process."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared.contracts.registry import TOPICS
from shared.database.port import Database
from shared.kernel.decider import Refused
from shared.kernel.message import NO_PARAMS, Command, Params, category_of
from shared.kernel.projection import Row
from shared.runtime.execute import Asked, Done, execute
from shared.runtime.react import note
from shared.runtime.service import Service
from shared.runtime.tables import PROGRESS
from shared.runtime.timers import Timers
from shared.store.port import EventStore
from shared.telemetry import metrics

LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.005, 0.1


class Follower(Protocol):
    """What hears facts for one purpose, here or in another process."""

    @property
    def name(self) -> str:
        """Such as `ordering.order_list`."""

    @property
    def topics(self) -> frozenset[str]:
        """What it hears."""

    async def reached(self, stream: str, version: int) -> None:
        """Return once it has handled `stream` up to `version`. Wrap it in a timeout."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A consumer that runs in another process: its tables say how far it has come, and are looked at until they do."""

    name: str
    topics: frozenset[str]
    db: Database

    async def reached(self, stream: str, version: int) -> None:
        """See Follower.reached."""
        pause, place = LOOK_SECONDS, {"consumer": self.name, "stream": stream}
        while not (rows := await self.db.rows(PROGRESS, place)) or rows[0]["version"] < version:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_LOOK_SECONDS)


@dataclass(slots=True)
class Desk:
    """All that the rooms of one service work with: its store, its tables, its clock. Nobody else's."""

    service: Service
    store: EventStore
    db: Database
    now: Callable[[], datetime]
    views: dict[str, Follower] = field(default_factory=dict)
    consumers: dict[str, Follower] = field(default_factory=dict)
    timers: Timers = field(init=False)

    def __post_init__(self) -> None:
        self.timers = Timers(self.db, self.now, self.service.command_named, self.obey)

    async def execute(self, command: Command, asked: Asked = Asked()) -> Done | Refused:
        """Obey a command of this service."""
        decider, counted = (
            self.service.decider_for(type(command)),
            (self.service.name, type(command).__name__),
        )
        try:
            outcome = await execute(self.store, decider, command, asked)
        except Exception:
            metrics.COMMANDS.labels(*counted, "failed").inc()
            raise
        if isinstance(outcome, Refused):
            metrics.REFUSALS.labels(outcome.code).inc()
            metrics.COMMANDS.labels(*counted, "refused").inc()
        else:
            metrics.COMMANDS.labels(*counted, "replayed" if outcome.replayed else "done").inc()
        return outcome

    async def obey(self, command: Command, asked: Asked) -> Done | Refused:
        """Obey the service's own reaction or timer; a refusal is noted."""
        outcome = await self.execute(command, asked)
        note(command, outcome)
        return outcome

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """What a SELECT of a projection finds."""
        return await self.db.rows(sql, params)

    async def one(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        """The first row, if there is one."""
        rows = await self.db.rows(sql, params)
        return rows[0] if rows else None

    async def wait(self, stream: str, version: int, seconds: float) -> bool:
        """Wait until every view that hears this stream shows it at `version`. False if time ran out."""
        topic = TOPICS.get(category_of(stream))
        waiting = [view.reached(stream, version) for view in self.views.values() if topic in view.topics]
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*waiting)
        except TimeoutError:
            return False
        return True

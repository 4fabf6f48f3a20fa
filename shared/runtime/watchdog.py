"""Leaves a process whose client has silently stopped: it lives, and hears nothing although there is something to hear.

Clients do that after outages and rebalances and give no sign of it (aiokafka's issues 703, 847 and 1154; Faust's
175, 323 and 640). So we look at our own progress. A new process begins at its own checkpoint and loses nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from shared.runtime.consume import Consumer
from shared.runtime.patience import TRANSIENT

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0
SILENT_SECONDS = 60.0
"""Longer than any rebalance that goes well; an outage of broker or tables does not count."""

Behind = Callable[[Collection[str], Mapping[str, int]], Awaitable[Mapping[str, int]]]
"""How many facts each source of these topics holds behind the position reached."""


class Silent(Exception):
    """A consumer heard nothing for so long while facts were waiting for it."""


@dataclass(slots=True)
class _Watched:
    consumer: Consumer
    since: float
    progress: object = None

    async def looks_silent(self, behind: Behind) -> bool:
        """True if there was something to hear, and nothing has been heard or worked at since the last look."""
        consumer, before = self.consumer, self.progress
        mine = consumer.held
        reached = consumer.positions() if mine else await consumer.checkpoints()
        self.progress = (consumer.heard, reached)
        if consumer.busy or self.progress != before:
            return False
        waiting = await behind(consumer.topics, reached)
        return any(count for source, count in waiting.items() if not mine or source in mine)


async def watch(
    consumers: Sequence[Consumer],
    behind: Behind,
    *,
    look_seconds: float = LOOK_SECONDS,
    silent_seconds: float = SILENT_SECONDS,
) -> None:
    """Run until cancelled. Raises Silent.

    Who holds no partition at all is watched too: either others get on with all of them, or nobody does.
    """
    watched = [_Watched(consumer, monotonic()) for consumer in consumers]
    while True:
        await asyncio.sleep(look_seconds)
        for one in watched:
            try:
                silent = await one.looks_silent(behind)
            except TRANSIENT:  # with broker or tables away nobody can hear anything
                silent = False
            if not silent:
                one.since = monotonic()
            elif monotonic() - one.since > silent_seconds:
                raise Silent(
                    f"{one.consumer.name} has heard nothing for {silent_seconds:.0f} s; start it again"
                )
            else:
                log.warning("facts wait and nothing is heard", extra={"consumer": one.consumer.name})

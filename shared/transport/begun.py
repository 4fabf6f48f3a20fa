"""The beginning of a client of Kafka, whole or not at all.

aiokafka keeps the first connection of a client nowhere until it has been told of the cluster over it: where it is
cancelled meanwhile, nobody can close that connection any more (its issue 715).
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

LONGEST_SECONDS = 5.0
"""How long whoever is cancelled waits for a beginning; only a broker that does not answer at all takes longer."""


async def begun(start: Coroutine[Any, Any, None]) -> None:
    """Return once it has started; where we are cancelled, let it come to its end first. Whoever called closes it."""
    starting = asyncio.ensure_future(start)
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait({starting}, timeout=LONGEST_SECONDS)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        raise

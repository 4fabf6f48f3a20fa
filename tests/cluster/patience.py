"""Waiting for what another process will do."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.1


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Return once it is true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 -- it happens in another process
            await asyncio.sleep(LOOK_SECONDS)

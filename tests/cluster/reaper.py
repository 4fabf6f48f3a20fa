"""Kills processes at random, as nobody would, and starts each again, as a supervisor would."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Sequence

from deploy.cluster.processes import Part, Processes

PAUSE_SECONDS = (0.5, 4.0)
"""Shortest and longest: each that is started again needs a core for some seconds."""


async def reap(
    running: Processes, kills: int, dice: random.Random, parts: Sequence[str] = ()
) -> Counter[str]:
    """Kill so many of these parts, of all if none are named, one after the other; how often each."""
    killed: Counter[str] = Counter()
    rising: dict[str, asyncio.Task[None]] = {}
    for _ in range(kills):
        alive = [name for name in parts or running.parts if name not in rising or rising[name].done()]
        while not alive:
            await asyncio.wait(rising.values(), return_when=asyncio.FIRST_COMPLETED)
            alive = [name for name, task in rising.items() if task.done()]
        name = dice.choice(alive)
        running.parts[name].tell(signal.SIGKILL)
        killed[name] += 1
        rising[name] = asyncio.create_task(_again(running.parts[name]))
        await asyncio.sleep(dice.uniform(*PAUSE_SECONDS))
    for task in rising.values():
        await task
    return killed


async def _again(part: Part) -> None:
    await part.again()

"""`python -m bench.writers URL SCHEMA TASKS`: one of several processes that append to one store of this product.

Hears `salt count` and prepares; hears `go` and appends, `count` events in each of its tasks; says when it began and
ended on the machine's own clock, and how long each append took.
"""

import asyncio
import sys
import time
from collections.abc import Sequence

import uvloop

from bench import material
from bench.sides import say
from shared.kernel.message import NewEvent
from shared.store.postgres import PostgresStore

Share = Sequence[tuple[str, int, NewEvent]]


async def main(url: str, schema: str, tasks: int) -> None:
    """Append whenever told to, until there are no more words."""
    store = await PostgresStore.open(url, schema)
    say(ready=True)
    while words := sys.stdin.readline().split():
        salt, each = words[0], int(words[1])
        shares = [material.revisions(each, (salt, task), 1) for task in range(tasks)]
        say(prepared=tasks * each)
        sys.stdin.readline()
        began = time.monotonic()
        waits = await together(store, shares)
        say(began=began, ended=time.monotonic(), waits=waits)
    await store.close()


async def together(store: PostgresStore, shares: Sequence[Share]) -> list[float]:
    """One task for each share, each waiting for its append before the next; how long each append took."""
    waits: list[float] = []

    async def one(share: Share) -> None:
        for stream, before, new in share:
            start = time.perf_counter()
            await store.append(stream, before, [new])
            waits.append(time.perf_counter() - start)

    async with asyncio.TaskGroup() as group:
        for share in shares:
            group.create_task(one(share))
    return waits


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))

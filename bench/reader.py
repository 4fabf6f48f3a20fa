"""`python -m bench.reader URL TABLE`: somebody who continues behind the last position seen, while others append.

With `schema.events` of the product's own it looks through `PostgresStore.tail`, at other tables by the same SELECT.
After each `go` it looks until it hears `stop`, and says how many events it has seen since.
"""

import asyncio
import select
import sys
from collections.abc import Awaitable, Callable

import psycopg

from bench.sides import say
from shared.store.postgres import PostgresStore

PAUSE, PAGE = 0.001, 500
Look = Callable[[int], Awaitable[list[int]]]


async def main(url: str, table: str) -> None:
    """Wait for words until there are no more."""
    if table.endswith(".events"):
        store = await PostgresStore.open(url, table.partition(".")[0])

        async def look(after: int) -> list[int]:
            return [stored.position for stored in await store.tail(after, PAGE)]

        await _obey(look, await store.last_position())
        await store.close()
        return
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        found = await connection.execute(f"SELECT coalesce(max(position), 0) FROM {table}")
        (last,) = await found.fetchone() or (0,)
        query = f"SELECT * FROM {table} WHERE position > %s ORDER BY position LIMIT {PAGE}"

        async def select_behind(after: int) -> list[int]:
            rows = await connection.execute(query, (after,))
            return [row[0] for row in await rows.fetchall()]

        await _obey(select_behind, last)


async def _obey(look: Look, position: int) -> None:
    say(ready=True)
    while sys.stdin.readline().strip() == "go":
        seen, told = 0, False
        say(going=True)
        while True:
            told = told or bool(select.select([sys.stdin], [], [], 0)[0])
            positions = await look(position)
            seen += len(positions)
            position = positions[-1] if positions else position
            if told and not positions:
                break
            await asyncio.sleep(PAUSE)
        sys.stdin.readline()
        say(seen=seen)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

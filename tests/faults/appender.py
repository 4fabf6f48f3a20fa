"""A process that appends from 64 tasks until it is killed, and says what was acknowledged: python -m … FILE."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4

from shared.kernel.message import NewEvent
from shared.store.sqlite import SQLiteStore

TASKS = 64


async def append(store: SQLiteStore, number: int) -> None:
    """One stream, one event after another; a line only after the store has answered."""
    stream = f"person-{number}-{uuid4()}"
    version = -1
    while True:
        event = NewEvent(uuid4(), "PersonActivated", 1, b'{"n":1}' * 20, b"{}", uuid4())
        version = await store.append(stream, version, [event])
        sys.stdout.write(f"{stream} {version} {event.id}\n")
        sys.stdout.flush()


async def main() -> None:
    """Until killed."""
    store = SQLiteStore(Path(sys.argv[1]))
    await asyncio.gather(*(append(store, number) for number in range(TASKS)))


if __name__ == "__main__":
    asyncio.run(main())

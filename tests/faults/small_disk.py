"""Appends until its files may grow no further, then is given room again; says what happened, as JSON."""

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Any

from shared.accidents import OutcomeUnknown, Unavailable
from shared.store.port import NEW
from tests.shared.stores import fact, opened_sqlite

LIMIT = 600_000
ROOM = resource.getrlimit(resource.RLIMIT_FSIZE)[1]


async def life(directory: Path) -> dict[str, Any]:
    """Fill up, look, get room, send again what was refused, go on."""
    async with opened_sqlite(directory) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, ROOM))
        acknowledged, refused = NEW, ""
        while not refused:
            event = fact(b"x" * 4000)
            try:
                acknowledged = await store.append("person-1", acknowledged, [event])
            except (Unavailable, OutcomeUnknown) as error:
                refused = type(error).__name__
        again = await asyncio.gather(
            *(store.append("person-1", acknowledged, [event]) for _ in range(5)), return_exceptions=True
        )
        read = len(await store.read("person-1"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))
        after = await store.append("person-1", acknowledged, [event])
        return {
            "acknowledged": acknowledged,
            "refused": refused,
            "again": sorted({type(answer).__name__ for answer in again}),
            "read": read,
            "after": after,
            "number": await store.number("order"),
            "there": len(await store.read("person-1")),
            "broken": list(store.tampered()),
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(life(Path(sys.argv[1])))))  # noqa: T201 -- its answer

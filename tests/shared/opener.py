"""A process that says it is ready, waits for a line, and brings tables forward. For several at the same moment."""

import asyncio
import sys
from pathlib import Path

from shared.database.postgres import PostgresDatabase
from shared.database.sqlite import SQLiteDatabase
from shared.forward import Schema

ROWS = 200_000
COUNTED = f"SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS}"
SLOW = Schema(
    "slow",
    steps=(
        ("CREATE TABLE numbers (n BIGINT NOT NULL)",),
        (
            f"INSERT INTO numbers WITH RECURSIVE c(n) AS ({COUNTED}) SELECT n FROM c",
            "ALTER TABLE numbers ADD COLUMN more TEXT",
        ),
    ),
)


async def main(kind: str, where: str, schema: str) -> None:
    """Open the place and bring it forward once told to."""
    print("ready", flush=True)  # noqa: T201 -- the test waits for it
    sys.stdin.readline()
    if kind == "sqlite":
        db = SQLiteDatabase(Path(where))
        await db.go_forward(SLOW)
        db.close()
    else:
        other = await PostgresDatabase.open(where, schema)
        await other.go_forward(SLOW)
        await other.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

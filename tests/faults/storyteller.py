"""A process that runs the whole product and orders and approves until it is killed: python -m … DIRECTORY SEED.

Every wish has an id of its own that does not change between lives, so that a process started again sends the
same wishes and finds those obeyed that were.
"""

import asyncio
import sys
from pathlib import Path

from tests.faults.wishes import ORDERS, answer_all, place_all, prepare
from tests.world import open_world


async def main() -> None:
    """The whole story once; what was done in an earlier life is found done."""
    async with open_world(Path(sys.argv[1])) as world:
        package_id = await prepare(world)
        sys.stdout.write("prepared\n")
        sys.stdout.flush()
        await place_all(world, package_id)
        await answer_all(world, package_id)
        await world.settle()
        sys.stdout.write(f"told {ORDERS}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())

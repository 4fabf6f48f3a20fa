"""`python -m bench.projector BROKERS GROUND VIEW`: a worker of the product with one view, which counts.

GROUND is the URL of a database or a folder. The view adds one for every fact, so that a fact applied twice shows.
Says the moment of its first commit after the start and the moment when it has handled what the topic held, on the
machine's own clock, and works on until it is killed.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import uvloop

from bench.broker import ADDRESS, ends
from bench.sides import say
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement
from shared.runtime.consume import Consumer
from shared.runtime.ground import Files, Ground
from shared.runtime.host import House
from shared.runtime.kafka_bus import KafkaBus
from shared.runtime.moved import utc_now
from shared.runtime.servers import Servers, in_postgres
from shared.runtime.service import Service

TABLE = "CREATE TABLE IF NOT EXISTS counted (stream TEXT PRIMARY KEY, n BIGINT NOT NULL)"
COUNT = """
INSERT INTO counted (stream, n) VALUES (:stream, 1) ON CONFLICT (stream) DO UPDATE SET n = counted.n + 1
"""
SERVICE = "catalog"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One more fact of this stream."""
    yield COUNT, {"stream": recorded.stream}


def ground_of(where: str) -> Ground:
    """Servers for a URL, files for a folder."""
    return Servers(in_postgres(where), where) if "://" in where else Files(Path(where))


async def main(brokers: str, where: str, view: str) -> None:
    """Work until killed."""
    counting = Projection(f"{SERVICE}.{view}", 1, (TABLE,), apply, hears=("catalog.entities",))
    service = Service(SERVICE, Path(), projections=(counting,))
    bus = KafkaBus(brokers, "one", ADDRESS)
    say(ready=True)
    async with House([service], ground_of(where), utc_now, bus=bus, parts=frozenset(("worker",))) as house:
        consumer = house.desks[SERVICE].consumers[counting.name]
        assert isinstance(consumer, Consumer)
        before, places = await consumer.checkpoints(), await ends(brokers)
        await house.start()
        moved = [
            asyncio.create_task(consumer.caught_up(source, before.get(source, 0) + 1)) for source in places
        ]
        await asyncio.wait(moved, return_when=asyncio.FIRST_COMPLETED)
        say(first=time.monotonic())
        for source, end in places.items():
            await consumer.caught_up(source, end)
        say(caught_up=time.monotonic())
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))

"""Lives that end at random: a relay or a consumer, forked again and again and killed, until a last one may finish.

`python -m tests.faults.mortal relay|worker DIRECTORY BROKERS DATABASE MEMBER KILLS SEED`. A fork of a process that
has loaded everything begins to work at once, so that hundreds of deaths take minutes. Prints how the lives ended.
"""

import asyncio
import json
import os
import random
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from shared import codec
from shared.contracts.catalog import PersonActivated, PersonDeactivated
from shared.database.postgres import PostgresDatabase
from shared.kernel.ids import PersonId
from shared.kernel.message import NO_PARAMS, Actor, Command, Recorded, Stored
from shared.kernel.projection import Statement
from shared.runtime.consume import Consumer
from shared.runtime.relay import relay
from shared.runtime.tables import ENGINE
from shared.sqlite import connect
from shared.store.port import NEW
from shared.store.sqlite import SQLiteStore, append
from shared.transport.kafka import KafkaFeed, Publisher
from tests.shared.toys import TABLE, apply
from tests.world import ADDRESS, MONDAY

STATED_IN_A_LIFE = 30
DONE_TABLE = "CREATE TABLE IF NOT EXISTS done (id TEXT PRIMARY KEY)"
"""What the consumer did outside of its own transaction, under ids that follow from the fact."""
Life = Callable[["Shop"], Coroutine[Any, Any, None]]


class Shop:
    """The store of catalog and its tables, opened within a life."""

    def __init__(
        self, directory: Path, brokers: str, db: PostgresDatabase, member: str, begun: int | None = None
    ) -> None:
        self.brokers, self.db, self.member, self.begun = brokers, db, member, begun
        self.store = SQLiteStore(directory / "catalog.events.db")

    async def tell(self) -> None:
        """The life of a relay."""
        publisher = Publisher(self.brokers, ADDRESS)

        async def publish(events: Sequence[Stored]) -> None:
            if self.begun is not None:
                os.write(self.begun, b".")
            await publisher.publish(events)

        await relay(self.store, self.db, publish, "catalog.relay")

    async def hear(self) -> None:
        """The life of a worker with a view, and with a consumer whose effect is outside its transaction."""

        async def view(recorded: Recorded) -> list[Statement]:
            return list(apply(recorded))

        async def act(recorded: Recorded) -> list[Statement]:
            await self.db.write(
                "INSERT INTO done (id) VALUES (:id) ON CONFLICT DO NOTHING", {"id": str(recorded.id)}
            )
            return []

        topics = ["catalog.people"]
        consumers = (
            Consumer("test.roll", topics, self.db, view),
            Consumer("test.act", topics, self.db, act, one_by_one=True),
        )
        async with asyncio.TaskGroup() as group:
            for consumer in consumers:
                feed = KafkaFeed(
                    self.brokers, f"samverkan.{consumer.name}", topics, consumer, self.member, {}
                )
                group.create_task(consumer.run([feed]))

    async def told(self) -> bool:
        """True once the relay has told everything."""
        rows = await self.db.rows("SELECT position FROM checkpoints WHERE consumer = 'catalog.relay'")
        return bool(rows) and rows[0]["position"] == await self.store.last_position()

    async def heard(self) -> bool:
        """True once both consumers have done everything."""
        wanted = await self.store.count(0)
        (roll,) = await self.db.rows("SELECT count(*) AS n FROM roll")
        (done,) = await self.db.rows("SELECT count(*) AS n FROM done")
        return bool(roll["n"] == done["n"] == wanted)


LIVES: dict[str, tuple[Life, Callable[[Shop], Coroutine[Any, Any, bool]]]] = {
    "relay": (Shop.tell, Shop.told),
    "worker": (Shop.hear, Shop.heard),
}
LIVES_LAST = {"relay": (0.05, 0.35), "worker": (0.3, 2.5)}
"""Shortest and longest in seconds: long enough to begin, too short to finish; a worker has to join its group first."""
TELLING_LASTS, LONGEST_WAIT = (0.0, 0.03), 2.0
"""For every other life of a relay, from the moment at which it tells: so the pace of the machine does not matter."""


def main() -> None:
    """Kill so many lives, let one finish, and print how they ended."""
    kind, directory, *where, kills, seed = sys.argv[1:]
    dice = random.Random(int(seed))
    ended: Counter[str] = Counter()
    for nth in range(int(kills)):
        if kind == "relay":
            state(Path(directory), dice)
        telling = kind == "relay" and nth % 2 == 0
        seconds = dice.uniform(*TELLING_LASTS if telling else LIVES_LAST[kind])
        ended[_lived(kind, directory, *where, seconds=seconds, telling=telling)] += 1
    last = _lived(kind, directory, *where, seconds=None)
    sys.stdout.write(json.dumps({"ended": ended, "last": last}))


async def begin(directory: Path, database: str) -> None:
    """An empty store and tables, before the first life."""
    SQLiteStore(directory / "catalog.events.db").close()
    db = await PostgresDatabase.open(database, "catalog")
    await db.go_forward(ENGINE)
    await db.commit([(table, NO_PARAMS) for table in (TABLE, DONE_TABLE)])
    await db.close()


def state(directory: Path, dice: random.Random, most: int = STATED_IN_A_LIFE) -> None:
    """Facts of at most so many new people, two of each, which the next life finds."""
    db = connect(directory / "catalog.events.db")
    db.execute("BEGIN IMMEDIATE")
    for _ in range(dice.randrange(most)):
        person_id = PersonId(UUID(int=dice.getrandbits(128), version=4))
        facts = (
            PersonActivated(person_id=person_id, roles=("central",)),
            PersonDeactivated(person_id=person_id),
        )
        command = Command(id=uuid4(), at=MONDAY, by=Actor(id="test"))
        append(
            db, f"person-{person_id}", NEW, [codec.encode(fact, command, n) for n, fact in enumerate(facts)]
        )
    db.execute("COMMIT")
    db.close()


def _lived(
    kind: str,
    directory: str,
    brokers: str,
    database: str,
    member: str,
    *,
    seconds: float | None,
    telling: bool = False,
) -> str:
    """How a life ended: by a signal, by itself, or finished where nobody killed it. `telling`: counted from then."""
    begun, begins = os.pipe()
    child = os.fork()
    if child == 0:
        where = (Path(directory), brokers, database, member, begins)
        asyncio.run(_life(kind, *where, may_finish=seconds is None))
        os._exit(0)
    if telling:
        select.select([begun], [], [], LONGEST_WAIT)
    os.close(begun)
    os.close(begins)
    if seconds is not None:
        time.sleep(seconds)  # how long a life lasts is what this is about
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return (
        signal.Signals(os.WTERMSIG(status)).name
        if os.WIFSIGNALED(status)
        else f"exit {os.WEXITSTATUS(status)}"
    )


async def _life(
    kind: str, directory: Path, brokers: str, database: str, member: str, begins: int, *, may_finish: bool
) -> None:
    shop = Shop(directory, brokers, await PostgresDatabase.open(database, "catalog"), member, begins)
    life, finished = LIVES[kind]
    living = asyncio.create_task(life(shop))
    while not may_finish or not await finished(shop):
        await asyncio.wait({living}, timeout=0.05)
        if living.done():
            living.result()
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)


def streams_of(directory: Path) -> Iterator[tuple[str, int, str]]:
    """Every stored fact: stream, version, id."""
    db = connect(directory / "catalog.events.db", read_only=True)
    for stream, version, id_ in db.execute("SELECT stream, version, id FROM events ORDER BY position"):
        yield stream, version, str(UUID(bytes=id_))
    db.close()


if __name__ == "__main__":
    main()

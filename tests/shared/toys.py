"""A small service over real contract events: people are counted, and deactivated people react."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

from services.catalog.deciders.person import PERSON
from shared import codec
from shared.contracts.catalog import PersonActivated, PersonDeactivated
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.ids import PersonId, derive
from shared.kernel.message import Actor, Command, Event, Recorded, Stored
from shared.kernel.projection import Projection, Statement
from shared.runtime.consume import Consumer
from shared.runtime.service import Service
from shared.runtime.tables import ENGINE
from shared.store.port import NEW
from shared.store.sqlite import SQLiteStore
from shared.transport.local import LocalFeed
from shared.transport.port import Batch
from tests.world import MONDAY

TABLE = """
CREATE TABLE IF NOT EXISTS roll (person_id TEXT NOT NULL, version BIGINT NOT NULL, what TEXT NOT NULL,
    PRIMARY KEY (person_id, version))
"""
PUT = "INSERT INTO roll (person_id, version, what) VALUES (:person_id, :version, :what)"
ALL = "SELECT person_id, version, what FROM roll ORDER BY person_id, version"
SOURCE = "catalog"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per fact; a fact applied twice would break the primary key, so that nothing hides."""
    event = recorded.event
    assert isinstance(event, PersonActivated | PersonDeactivated)
    yield PUT, {"person_id": str(event.person_id), "version": recorded.version, "what": type(event).__name__}


ROLL = Projection("test.roll", 1, (TABLE,), apply, hears=("catalog.people",))


def person(number: int) -> PersonId:
    """The same id for the same number."""
    return PersonId(derive("person", number))


def activated(number: int) -> PersonActivated:
    """This person may sign in."""
    return PersonActivated(person_id=person(number), roles=("central",))


class Bench:
    """A store, a database and one consumer over them, driven batch by batch by the test."""

    def __init__(self, store: SQLiteStore, db: SQLiteDatabase) -> None:
        self.store, self.db = store, db
        self.feed = LocalFeed(SOURCE, store)

    async def state(self, number: int, *events: Event, command_id: UUID | None = None) -> None:
        """Append facts to this person's stream."""
        stream = f"person-{person(number)}"
        history = await self.store.read(stream)
        command = Command(id=command_id or uuid4(), at=MONDAY, by=Actor(id="test"))
        new = [codec.encode(event, command, index) for index, event in enumerate(events)]
        await self.store.append(stream, history[-1].version if history else NEW, new)

    def consumer(
        self,
        act: Callable[[Recorded], Iterator[Statement]] = apply,
        name: str = "test.roll",
        *,
        one_by_one: bool = False,
    ) -> Consumer:
        """A consumer that does this with every fact."""

        async def effect(recorded: Recorded) -> list[Statement]:
            return list(act(recorded))

        return Consumer(name, ["catalog.people"], self.db, effect, one_by_one=one_by_one)

    async def batch(self, events: Sequence[Stored] | None = None) -> Batch:
        """Everything in the store as one batch, or just these events."""
        found = list(await self.store.tail(0, 10_000)) if events is None else list(events)
        return Batch(SOURCE, found, max(event.position for event in found))

    async def rows(self) -> list[tuple[str, int, str]]:
        """The table as it is."""
        return [(row["person_id"], row["version"], row["what"]) for row in await self.db.rows(ALL)]


@asynccontextmanager
async def bench(directory: Path) -> AsyncIterator[Bench]:
    """A bench with its tables."""
    store, db = SQLiteStore(directory / "catalog.events.db"), SQLiteDatabase(directory / "catalog.views.db")
    opened = Bench(store, db)
    await opened.db.go_forward(ENGINE)
    await opened.db.write(TABLE, {})
    try:
        yield opened
    finally:
        opened.store.close()
        opened.db.close()


def service(**parts: object) -> Service:
    """A service named catalog with the real decider of people."""
    problems = Path(__file__).parent.parent.parent / "services" / "catalog" / "problems.toml"
    return Service(name="catalog", problems=problems, deciders=(PERSON,), **parts)  # type: ignore[arg-type]

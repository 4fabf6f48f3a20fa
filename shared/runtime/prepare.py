"""Tables before the first fact: made where there are none, made anew where their shape has changed."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from shared.database.port import Database, StaleOwner
from shared.kernel.message import NO_PARAMS
from shared.kernel.projection import Projection, Statement


async def prepare_view(db: Database, projection: Projection) -> None:
    """Tables of the shape that the code knows; if that is new, their consumer starts from the first fact."""
    if await _is_new(db, projection):
        await _begun(db, projection, [*_made_anew(projection), *_forgotten(projection.name)])


async def prepare_memory(
    db: Database, projection: Projection, consumer: str, rebuild: Callable[[], Awaitable[object]]
) -> None:
    """The same for what a reaction remembers; if that is new, it is told all that the reaction has heard.

    The reaction itself hears nothing twice. But what cannot be told again from here it does hear again from
    the first fact, and the ids of its commands make that harmless.
    """
    if not await _is_new(db, projection):
        return
    await db.commit(_made_anew(projection))
    try:
        await rebuild()
    except LookupError:
        await db.commit(_forgotten(consumer))
    await _begun(db, projection, [])  # last: whoever dies before starts over


async def prepare_to_read(db: Database, projection: Projection) -> None:
    """Empty tables where a worker has never been, for who only looks into what its reaction remembers."""
    if not await db.rows("SELECT 1 FROM projections WHERE name = :name", {"name": projection.name}):
        await db.commit([(table, NO_PARAMS) for table in projection.tables])


async def _begun(db: Database, projection: Projection, first: Sequence[Statement]) -> None:
    """These statements, and the shape that is here now; nothing if another process has done it meanwhile."""
    with suppress(StaleOwner):
        await db.commit(first, guard=_known_as_it_is(projection))


async def _is_new(db: Database, projection: Projection) -> bool:
    """True if these tables were not here last time, or had another shape."""
    known = await db.rows("SELECT version FROM projections WHERE name = :name", {"name": projection.name})
    return not known or bool(known[0]["version"] != projection.version)


def _made_anew(projection: Projection) -> list[Statement]:
    dropped = [(f"DROP TABLE IF EXISTS {name}", NO_PARAMS) for name in table_names(projection)]
    return [*dropped, *((table, NO_PARAMS) for table in projection.tables)]


def _forgotten(consumer: str) -> list[Statement]:
    """As if this consumer had never heard anything: it starts from the first fact."""
    tables = ("checkpoints", "progress", "parked")
    return [(f"DELETE FROM {table} WHERE consumer = :consumer", {"consumer": consumer}) for table in tables]


def _known_as_it_is(projection: Projection) -> Statement:
    save = (
        "INSERT INTO projections (name, version) VALUES (:name, :version) "
        "ON CONFLICT (name) DO UPDATE SET version = :version WHERE projections.version <> :version"
    )
    return save, {"name": projection.name, "version": projection.version}


def table_names(projection: Projection) -> list[str]:
    """The names of a projection's tables, as its own CREATE statements give them."""
    words = [statement.split("(", 1)[0].split() for statement in projection.tables]
    return [word[-1] for word in words if "TABLE" in word]

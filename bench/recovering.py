"""Row 11: a projector dies amid a backlog, is started again, and is caught up with every fact counted once."""

import asyncio
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from bench import material
from bench.broker import TOPIC, empty_topics
from bench.consuming import fill
from bench.measure import SAMVERKAN, Contender, Goal, Row, Sample, Size, alternate
from bench.projector import SERVICE, ground_of
from bench.servers import Servers
from bench.sides import Side

FIRST, CAUGHT_UP = "first event", "caught up"
GROUNDS = ("PostgreSQL", "SQLite")
FAUST = f"Faust with its defaults, {FIRST}"
COUNTED = "SELECT n, count(*) AS streams FROM counted GROUP BY n"
CLAUSES = (
    (
        "SIGKILL after the first commit of a backlog; the next process is started at once, under the same name in the "
        "group and with the settings as shipped. The clock runs from that start, so loading Python is part of it."
    ),
    (
        "The view adds one for every fact. After every turn each stream has exactly its facts, none parked, none "
        "missing, none twice; or the bench stops."
    ),
    "Deaths by the hundred are another test (tests/faults); this one is about the time.",
    (
        "Faust waits until the broker gives up the dead member, by default after 60 seconds; it is measured less "
        "often, as it always is that."
    ),
)


def recovering(size: Size, folder: Path, runner: asyncio.Runner, servers: Servers) -> Row:
    """A worker of the product's own engine with one view, on PostgreSQL and on SQLite."""
    brokers = servers.kafka().brokers
    runner.run(empty_topics(brokers))
    told, turns = runner.run(fill(brokers, size.backlog)), count()
    places: dict[str, Callable[[int], str]] = {
        "PostgreSQL": lambda turn: servers.postgres(f"recovering_{turn}"),
        "SQLite": lambda turn: str(folder / f"{turn}"),
    }
    caught: dict[str, Sample] = {}

    def first_of(ground: str) -> Sample:
        turn = next(turns)
        first, caught[ground] = _recovered(brokers, places[ground](turn), turn, told, runner)
        return first

    contenders = []
    for ground in GROUNDS:
        contenders += [
            Contender(_name(ground, FIRST), lambda g=ground: first_of(g)),  # type: ignore[misc]
            Contender(_name(ground, CAUGHT_UP), lambda g=ground: caught[g]),  # type: ignore[misc]
        ]
    samples = alternate(contenders, range(size.repeats))
    if size.faust_kills:
        faust = Contender(FAUST, lambda: _faust(brokers, f"faust-{next(turns)}"))
        samples |= alternate((faust,), range(size.faust_kills))
    wanted = ((FIRST, 2.0), (CAUGHT_UP, 5.0))
    return Row(
        11,
        "recovery: SIGKILL of a projector with a backlog, first event and caught up",
        "events/s",
        samples,
        (),
        CLAUSES,
        {"backlog": told, "lost": 0, "double": 0},
        [Goal(_name(ground, what), seconds, "p50") for ground in GROUNDS for what, seconds in wanted],
    )


def _name(ground: str, what: str) -> str:
    return f"{SAMVERKAN} on {ground}, {what}"


def _recovered(
    brokers: str, where: str, turn: int, told: int, runner: asyncio.Runner
) -> tuple[Sample, Sample]:
    view = f"counted_{turn}"
    with Side("bench.projector", brokers, where, view) as doomed:
        doomed.hear()
        doomed.kill()
    began = time.monotonic()
    with Side("bench.projector", brokers, where, view) as again:
        first = again.hear()["first"] - began
        caught_up = again.hear()["caught_up"] - began
        again.kill()
    runner.run(_count(where, told))
    return Sample(1, first, [first]), Sample(told, caught_up, [caught_up])


async def _count(where: str, told: int) -> None:
    """Every stream has exactly its facts. Raises RuntimeError."""
    async with ground_of(where).tables(SERVICE) as tables:
        counted = {row["n"]: row["streams"] for row in await tables.rows(COUNTED)}
        (parked,) = await tables.rows("SELECT count(*) AS n FROM parked")
    wanted = {material.EVENTS_PER_ENTITY: told // material.EVENTS_PER_ENTITY}
    if counted != wanted or parked["n"]:
        raise RuntimeError(f"facts by stream: {counted}, wanted {wanted}; {parked['n']} parked")


def _faust(brokers: str, group: str) -> Sample:
    """The same death of an agent, and how long until another process of its group hears anything."""
    never = 1_000_000_000
    with Side("bench.faust_peer", brokers, TOPIC, group, never) as doomed:
        doomed.hear()
        doomed.kill()
    began = time.monotonic()
    with Side("bench.faust_peer", brokers, TOPIC, group, never) as again:
        first = again.hear()["first"] - began
        again.kill()
    return Sample(1, first, [first])

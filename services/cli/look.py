"""Commands that only look: facts, streams, consumers, timers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Annotated, Any

import typer

from services.cli.ground import WRONG, AsJson, Leave, chosen, local, opened, show
from shared import codec
from shared.contracts.registry import TOPICS, owner_of
from shared.kernel.message import Stored, category_of
from shared.runtime import parking
from shared.runtime.host import House
from shared.runtime.lag import lags
from shared.settings import Settings

LOOK_SECONDS = 0.5
AT_ONCE = 500
FACT = ("at", "event", "stream", "version", "by")
events = typer.Typer(no_args_is_help=True, help="Facts as readable lines.")
stream = typer.Typer(no_args_is_help=True, help="One stream version by version.")
timers = typer.Typer(no_args_is_help=True, help="What is due, and when.")


@events.command("tail")
def tail_events(
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest.")] = 50,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what is stated from now on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The newest facts of all services, oldest first."""
    settings = chosen()

    async def run() -> None:
        async with opened(settings) as house:
            newest = {name: await desk.store.newest(limit) for name, desk in house.desks.items()}
            reached = {name: last[-1].position if last else 0 for name, last in newest.items()}
            found = sorted(chain.from_iterable(newest.values()), key=lambda one: codec.read(one).recorded_at)
            show([_fact(one, settings) for one in found[-limit:]], FACT, as_json=as_json)
            while follow:
                for one in await _since(house, reached):
                    reached[owner_of(TOPICS[one.category])] = one.position
                    show([_fact(one, settings)], FACT, as_json=as_json)
                await asyncio.sleep(LOOK_SECONDS)

    asyncio.run(run())


@stream.command("show")
def show_stream(name: Annotated[str, typer.Argument(help="order-0197…")], *, as_json: AsJson = False) -> None:
    """One stream version by version: what, when, who, and because of which command."""
    settings = chosen()
    topic = TOPICS.get(category_of(name))
    if topic is None:
        raise Leave(WRONG, f"{name} is no stream; streams begin with {', '.join(sorted(TOPICS))}")

    async def run() -> None:
        async with opened(settings) as house:
            found = await house.desks[owner_of(topic)].store.read(name)
        if not found:
            raise Leave(WRONG, f"there is no stream {name}")
        rows = [_fact(one, settings) | {"fact": one.data.decode()} for one in found]
        show(rows, ("version", "at", "event", "by", "because_of", "fact"), as_json=as_json)

    asyncio.run(run())


def consumers(
    *,
    partitions: Annotated[
        bool, typer.Option("--partitions", help="Each partition of a topic alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Every consumer with how far it is behind each source it hears: by our own checkpoints, which decide."""
    settings = chosen()

    async def run() -> None:
        async with opened(settings) as house:
            rows = await _consumers(house)
        rows = rows if partitions else _of_whole_topics(rows)
        show(rows, ("consumer", "source", "position", "behind", "parked"), as_json=as_json)

    asyncio.run(run())


@timers.command("list")
def list_timers(*, as_json: AsJson = False) -> None:
    """Every timer, earliest first."""
    settings = chosen()

    async def run() -> None:
        async with opened(settings) as house:
            found = [
                {"service": name, **row}
                for name, desk in house.desks.items()
                for row in await desk.timers.list()
            ]
        show(sorted(found, key=lambda row: str(row["due"])), ("due", "service", "command"), as_json=as_json)

    asyncio.run(run())


async def _consumers(house: House) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for desk in house.desks.values():
        parked = await parking.stopped(desk.db)
        rows += [asdict(lag) | {"parked": parked.get(lag.consumer, 0)} for lag in await lags(house, desk)]
    return rows


def _of_whole_topics(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One row for each topic of a consumer: facts handled, and facts behind, over its partitions."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        topic = row["source"].partition("/")[0]
        whole = found.setdefault(
            (row["consumer"], topic), {**row, "source": topic, "position": 0, "behind": 0}
        )
        whole["position"] += row["position"]
        whole["behind"] += row["behind"]
    return list(found.values())


async def _since(house: House, after: Mapping[str, int]) -> list[Stored]:
    found: list[Stored] = []
    for name, desk in house.desks.items():
        found += await desk.store.tail(after[name], AT_ONCE)
    return found


def _fact(one: Stored, settings: Settings) -> dict[str, Any]:
    recorded = codec.read(one)
    return {
        "at": local(recorded.recorded_at, settings),
        "event": one.type,
        "stream": one.stream,
        "version": one.version,
        "by": recorded.actor,
        "because_of": str(recorded.causation_id or "-"),
        "id": str(one.id),
    }

"""`samverkan parked`: what could not be handled, and what to do with it."""

import asyncio
from typing import Annotated

import orjson
import typer
from pydantic import SecretStr

from services.cli.bus import checked_bus_of
from services.cli.ground import (
    FAILED,
    UNREACHABLE,
    WRONG,
    AsJson,
    Leave,
    chosen,
    clock_of,
    held,
    is_held,
    opened,
    say,
    show,
)
from services.cli.up import secret_key
from services.embedded import open_product
from shared.kernel.message import Stored
from shared.runtime import parking
from shared.runtime.host import Desk, House
from shared.runtime.parking import Wanted

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 15
app = typer.Typer(no_args_is_help=True, help="What stopped, and why.")
Consumer = Annotated[str, typer.Argument(help="As `samverkan parked list` names it.")]
Stream = Annotated[str, typer.Argument(help="order-0197…")]


@app.command("list")
def list_parked(*, as_json: AsJson = False) -> None:
    """Every stopped stream with its cause and how many facts wait behind."""

    async def run() -> None:
        async with opened(chosen()) as house:
            rows = [dict(row) for desk in house.desks.values() for row in await parking.parked(desk.db)]
        columns = ("consumer", "stream", "version", "type", "since", "behind", "attempts", "cause")
        show(rows, columns, as_json=as_json)

    asyncio.run(run())


@app.command("show")
def show_parked(consumer: Consumer, stream: Stream, *, as_json: AsJson = False) -> None:
    """What stopped this stream: where it stands, why it is parked, and the fact itself with its ids."""

    async def run() -> None:
        async with opened(chosen()) as house:
            rows = await _desk(house, consumer).rows(parking.OLDEST, {"consumer": consumer, "stream": stream})
        if not rows:
            raise Leave(WRONG, f"nothing of {stream} is parked for {consumer}")
        named = ("type", "version", "source", "position", "since", "attempts", "cause", "id")
        shown = {name: rows[0][name] for name in named} | _content(parking.stored_of(rows[0]))
        show([shown], tuple(shown), as_json=as_json)

    asyncio.run(run())


@app.command("redrive")
def redrive(consumer: Consumer, stream: Stream, *, as_json: AsJson = False) -> None:
    """Try the stopped fact again, then those behind it, in order. Exit 1 if it stops once more."""
    asyncio.run(_ask(consumer, stream, "redrive", as_json=as_json))


@app.command("discard")
def discard(consumer: Consumer, stream: Stream, *, as_json: AsJson = False) -> None:
    """Go on without the stopped fact; it stays in its stream and has no effect here."""
    asyncio.run(_ask(consumer, stream, "discard", as_json=as_json))


async def _ask(consumer: str, stream: str, wanted: Wanted, *, as_json: bool) -> None:
    """The consumer itself does it: the running one, or one run here until it has."""
    settings = chosen()
    async with opened(settings) as house:
        db = _desk(house, consumer).db
        if not await parking.want(db, consumer, stream, wanted):
            raise Leave(WRONG, f"nothing of {stream} is parked for {consumer}")
        if settings.store != "sqlite" or is_held(settings.data_dir):
            await _granted(_desk(house, consumer), consumer, stream)
        else:
            with held(settings.data_dir):
                key = {"secret_key": SecretStr(secret_key(settings))}
                bus = await checked_bus_of(settings)
                async with open_product(settings.model_copy(update=key), clock_of(settings), bus):
                    await _granted(_desk(house, consumer), consumer, stream)
        left = await db.rows(parking.OLDEST, {"consumer": consumer, "stream": stream})
    if left:
        version, cause = left[0]["version"], left[0]["cause"]
        at = f" at version {version}" if version >= 0 else ""
        raise Leave(FAILED, f"{stream} stopped again{at}: {cause}")
    say(f"{stream} goes on", as_json=as_json, consumer=consumer, stream=stream, done=wanted)


async def _granted(desk: Desk, consumer: str, stream: str) -> None:
    place = {"consumer": consumer, "stream": stream}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(row["wanted"] for row in await desk.rows(parking.OLDEST, place)):  # noqa: ASYNC110 -- another process
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError as error:
        why = f"no worker of {desk.service.name} has taken it up; it will once one runs"
        raise Leave(UNREACHABLE, why) from error


def _content(stored: Stored) -> dict[str, str]:
    """A fact as it is, since facts hold ids only; of anything else no more than its size, for it may hold anything."""
    try:
        is_fact = stored.version >= 0 and isinstance(orjson.loads(stored.data), dict)
    except ValueError:
        is_fact = False
    fact = stored.data.decode() if is_fact else f"no fact: {len(stored.data)} bytes"
    return {"fact": fact, "envelope": stored.meta.decode()}


def _desk(house: House, consumer: str) -> Desk:
    for desk in house.desks.values():
        if consumer in desk.consumers:
            return desk
    names = sorted(name for desk in house.desks.values() for name in desk.consumers)
    raise Leave(WRONG, f"{consumer} is no consumer; there are {', '.join(names)}")

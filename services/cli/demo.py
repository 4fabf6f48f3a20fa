"""`samverkan demo`: the main job told in the terminal, at scale, and the clock of a running demonstration."""

import asyncio
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.progress import Progress

from services.cli import first
from services.cli.ground import FAILED, WRONG, AsJson, Leave, chosen, console, is_held, local, say
from services.demo import clock as moving
from services.demo import data, story, world
from services.demo.api import Unexpected, door_of
from services.demo.teller import Teller
from services.embedded import open_product
from shared.runtime.moved import Clock, utc_now
from shared.settings import Settings

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday morning; the story's days are counted from here."""
UNLIMITED = 1_000_000
PATIENCE_SECONDS, LOOK_SECONDS = 60, 0.1
app = typer.Typer(invoke_without_command=True, help="The main job told step by step, then it ends.")


@app.callback()
def demo(
    context: typer.Context,
    *,
    whole_world: Annotated[
        bool, typer.Option("--world", help="Load every city of the world instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The main job told step by step over HTTP in a directory of its own. Exit 1 if anything is not as told."""
    if context.invoked_subcommand is not None:
        return
    settings = chosen()
    try:
        if whole_world:
            asyncio.run(_world(settings, as_json=as_json))
        else:
            with tempfile.TemporaryDirectory(prefix="samverkan-demo-") as directory:
                asyncio.run(_story(_own(settings, Path(directory)), as_json=as_json))
    except Unexpected as error:
        raise Leave(FAILED, f"the story went wrong: {error}") from error


@app.command("clock")
def move_clock(
    by: Annotated[str, typer.Argument(help="How far: +3d, +2h, +1w2d.")], *, as_json: AsJson = False
) -> None:
    """Move the clock of a demonstration forward; everything due on the way happens in its order."""
    settings = chosen()
    if first.remembered(settings.data_dir) is None:
        raise Leave(WRONG, f"{settings.data_dir} has no demonstration data; only its clock can be moved")
    try:
        offset = moving.wanted_offset(settings.data_dir) + moving.parse(by)
    except (moving.NotATime, OverflowError) as error:
        raise Leave(WRONG, str(error)) from error
    moving.want_offset(settings.data_dir, offset)
    if is_held(settings.data_dir):
        _wait_until_there(settings.data_dir, offset)
    shows = utc_now() + offset
    sentence = f"the demonstration's clock shows {local(shows, settings)}"
    say(sentence, as_json=as_json, clock=shows.isoformat(), offset_seconds=offset.total_seconds())


def _wait_until_there(directory: Path, offset: timedelta) -> None:
    """Return once the running product has moved its clock and done what was due on the way."""
    given_up = perf_counter() + PATIENCE_SECONDS
    while moving.reached_offset(directory) < offset:
        if perf_counter() > given_up or not is_held(directory):
            raise Leave(FAILED, "`samverkan up` does not move its clock; it will when it is started again")
        sleep(LOOK_SECONDS)


def _own(settings: Settings, directory: Path) -> Settings:
    """The settings with a directory and a key of the demonstration's own; no mail leaves it."""
    return settings.model_copy(
        update={
            "data_dir": directory,
            "secret_key": SecretStr(secrets.token_urlsafe(48)),
            "smtp_url": SecretStr(""),
            "store": "sqlite",
            "transport": "local",
            "requests_per_minute": UNLIMITED,
        }
    )


async def _story(settings: Settings, *, as_json: bool) -> None:
    began, clock = perf_counter(), Clock(BEGIN)
    async with open_product(settings, clock) as product, door_of(product) as door:
        teller = Teller(console(), product.house, as_json=as_json)
        teller.chapter("Sweden: head office, its counties and their shops")
        cast = await data.load(door)
        await teller.knows(cast)
        counts = f"{len(cast.entities)} counties, {cast.shops} shops, {len(cast.users)} people"
        teller.step(f"{counts}, {cast.recipients} recipients")
        await story.tell(story.Story(cast, teller, product.house, clock, clock()))
        days, seconds = (clock() - BEGIN).days, perf_counter() - began
        teller.chapter(
            f"{teller.events} facts told, {teller.checks} expectations held; "
            f"{days} days passed in {seconds:.1f} seconds."
        )


async def _world(settings: Settings, *, as_json: bool) -> None:
    directory = settings.data_dir / "world"
    own = _own(settings, directory)
    with Progress(console=console(), disable=as_json, transient=True) as bar:
        task = bar.add_task("entities", total=None)
        async with open_product(own) as product:
            loaded = await world.load(
                product, lambda done, total: bar.update(task, completed=done, total=total)
            )
    rate = (loaded.countries + loaded.cities) / loaded.stored_seconds
    sentence = (
        f"{loaded.countries} countries and {loaded.cities} cities are entities in {directory}: stored in "
        f"{loaded.stored_seconds:.1f} s ({rate:.0f} a second), shown by every view after {loaded.shown_seconds:.1f} s"
    )
    facts = {"countries": loaded.countries, "cities": loaded.cities, "directory": str(directory)}
    seconds = {"stored_seconds": loaded.stored_seconds, "shown_seconds": loaded.shown_seconds}
    say(sentence, as_json=as_json, **facts, **seconds)

"""The demonstration through processes of their own: loaded over HTTP, told, and checked as in `samverkan demo`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from httpx2 import AsyncClient
from rich.console import Console

from services.cli import first
from services.demo import data, story
from services.demo.api import Door
from services.demo.clock import FollowedClock
from services.demo.teller import Teller
from services.embedded import SERVICES, effects_of
from services.gateway.accounts import add_account
from shared.runtime.host import House
from shared.runtime.kafka_bus import KafkaBus
from shared.runtime.moved import utc_now
from shared.runtime.servers import Servers, in_postgres
from shared.settings import PREFIX, Settings
from shared.web.tokens import Tokens

RECIPIENTS = 2000
SHOWN = ("admin", "bo", "rut", "skane")


def begun(directory: Path) -> first.Begun:
    """Say, before any process starts, that this is a demonstration, whose clock can be moved."""
    began = first.begin(directory, empty=False, recipients=RECIPIENTS)
    if began is None:
        raise RuntimeError(f"{directory} is in use")
    return began


@asynccontextmanager
async def looking_on(environ: Mapping[str, str], gateway: str) -> AsyncIterator[Door]:
    """Everybody's client, and a house without jobs that sees what the processes do."""
    ours = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if PREFIX in name}
    settings = Settings(**ours)  # type: ignore[arg-type]
    url, clock = settings.store_url.get_secret_value(), FollowedClock(utc_now, settings.data_dir)
    ground, bus = Servers(in_postgres(url), url), KafkaBus(settings.kafka_brokers, "onlooker", gateway)
    async with (
        House(SERVICES, ground, clock, partial(effects_of, settings), bus, frozenset()) as house,
        AsyncClient(base_url=gateway, timeout=60) as client,
    ):
        await house.start()
        yield Door(house, Tokens(settings.secret_key.get_secret_value()), client)


async def tell_the_story(door: Door, directory: Path, began: first.Begun) -> tuple[int, int]:
    """Load, tell and check; how many facts were told and how many expectations held. Raises Unexpected."""
    clock = FollowedClock(utc_now, directory)
    teller = Teller(Console(), door.house, as_json=False)
    cast = await data.load(door, began.recipients)
    gateway = door.house.desks["gateway"]
    users = ((login, word, cast.users[login].actor.id) for login, word in began.accounts.items())
    await asyncio.gather(*(add_account(gateway, *user) for user in users))
    await teller.knows(cast)
    await story.tell(story.Story(cast, teller, door.house, clock, clock()))
    return teller.events, teller.checks

"""`samverkan up`: every service in one process, served until it is told to stop."""

import asyncio
import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from pydantic import SecretStr

from services.cli import first
from services.cli.bus import checked_bus_of
from services.cli.ground import SHORTEST_KEY, WRONG, Leave, chosen, clock_of, ground_of, held, write_private
from services.cli.mail import check_mail
from services.cli.serving import first_of, listening, serve, told_as_chosen, told_to_stop
from services.demo.api import door_of
from services.demo.clock import MovedClock, has_reached, let_pass, wanted_offset
from services.demo.people import RECIPIENTS
from services.embedded import Product, open_product
from shared.runtime.host import House
from shared.settings import Settings

KEY_FILE = "secret-key"
CLOCK_LOOK_SECONDS = 0.5


def up(
    *,
    empty: Annotated[bool, typer.Option("--empty", help="Begin without demonstration data.")] = False,
    recipients: Annotated[
        int, typer.Option(min=0, help="How many recipients a new demonstration has.")
    ] = RECIPIENTS,
) -> None:
    """All services in one process on SQLite, with documentation, mailbox and demonstration data."""
    settings = chosen()
    host = settings.http_host
    with (
        held(settings.data_dir),
        told_as_chosen(settings, "up"),
        listening(host, settings.http_port, "SAMVERKAN_HTTP_PORT") as (sock, address),
        listening(host, settings.admin_port, "SAMVERKAN_ADMIN_PORT") as (admin_sock, admin_address),
    ):
        uvloop.run(check_mail(settings.smtp_url.get_secret_value()))
        ready = settings.model_copy(
            update={
                "secret_key": SecretStr(secret_key(settings)),
                "public_url": settings.public_url or address,
            }
        )
        begun = first.begin(settings.data_dir, empty=empty, recipients=recipients)
        uvloop.run(_run(ready, (sock, admin_sock), (address, admin_address), begun))


def secret_key(settings: Settings) -> str:
    """The key that signs tokens: the chosen one, or one made at the first start and kept."""
    key = settings.secret_key.get_secret_value()
    if key and len(key) < SHORTEST_KEY:
        raise Leave(
            WRONG, f"SAMVERKAN_SECRET_KEY: {len(key)} characters are too few; use {SHORTEST_KEY} or more"
        )
    path: Path = settings.data_dir / KEY_FILE
    if not key and not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return key or path.read_text()


async def _run(
    settings: Settings,
    socks: tuple[socket.socket, socket.socket],
    addresses: tuple[str, str],
    begun: first.Begun | None,
) -> None:
    clock, stop = clock_of(settings), told_to_stop()
    async with open_product(settings, clock, await checked_bus_of(settings), ground_of(settings)) as product:
        house = product.house
        if begun is not None and not begun.loaded:
            loading = asyncio.create_task(_loaded(product, settings.data_dir, begun), name="loading")
            await first_of(house, stop, loading)
            if not loading.done():
                loading.cancel()
                await asyncio.gather(loading, return_exceptions=True)
            begun = begun if loading.cancelled() else loading.result()
        if not stop.done():
            first.greet(*addresses, begun, mailbox=not settings.smtp_url.get_secret_value())
            moving = _follow_clock(house, settings.data_dir, clock if begun else None)
            apps = dict(zip(socks, (product.app, product.admin), strict=True))
            await serve(apps, house, stop, asyncio.create_task(moving, name="clock"))
    stop.cancel()


async def _loaded(product: Product, directory: Path, begun: first.Begun) -> first.Begun:
    async with door_of(product) as door:
        return await first.load(door, directory, begun)


async def _follow_clock(house: House, directory: Path, clock: MovedClock | None) -> None:
    """Move the clock whenever `samverkan demo clock` asks for it. Never returns."""
    while True:
        await asyncio.sleep(CLOCK_LOOK_SECONDS)
        if clock is not None and (wanted := wanted_offset(directory)) > clock.offset:
            await let_pass(house, clock, wanted)
            has_reached(directory, wanted)

"""`samverkan up`: every service in one process, served until it is told to stop."""

import asyncio
import logging
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
import uvloop
from pydantic import SecretStr

from services.cli import first
from services.cli.bus import bus_of
from services.cli.ground import FAILED, UNREACHABLE, WRONG, Leave, chosen, clock_of, held, write_private
from services.cli.mail import check_mail
from services.demo.clock import MovedClock, has_reached, let_pass, wanted_offset
from services.demo.people import RECIPIENTS
from services.embedded import Product, open_product
from shared.settings import Settings

CHATTY = ("httpx2", "httpcore2", "uvicorn.error", "asyncio")
KEY_FILE = "secret-key"
SHORTEST_KEY = 32
DRAIN_SECONDS = 20
CLOCK_LOOK_SECONDS = 0.5
WAITING_CONNECTIONS = 2048


class Server(uvicorn.Server):
    """uvicorn, leaving the signals to us."""

    def capture_signals(self) -> Any:
        """Nothing to capture."""
        return nullcontext()


def up(
    *,
    empty: Annotated[bool, typer.Option("--empty", help="Begin without demonstration data.")] = False,
    recipients: Annotated[
        int, typer.Option(min=0, help="How many recipients a new demonstration has.")
    ] = RECIPIENTS,
) -> None:
    """All services in one process on SQLite, with documentation, mailbox and demonstration data."""
    settings = chosen()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with held(settings.data_dir), listening(settings) as (sock, address):
        uvloop.run(check_mail(settings.smtp_url.get_secret_value()))
        ready = settings.model_copy(
            update={
                "secret_key": SecretStr(secret_key(settings)),
                "public_url": settings.public_url or address,
            }
        )
        begun = first.begin(settings.data_dir, empty=empty, recipients=recipients)
        uvloop.run(_run(ready, sock, address, begun))


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


@contextmanager
def listening(settings: Settings) -> Iterator[tuple[socket.socket, str]]:
    """A socket on the chosen port and its address, or Leave with why it cannot be had."""
    host, port = settings.http_host, settings.http_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            sock.listen(WAITING_CONNECTIONS)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            ways = "set SAMVERKAN_HTTP_PORT to another, or to 0 for any"
            raise Leave(UNREACHABLE, f"cannot listen on {host} port {port} ({why}); {ways}") from error
        yield sock, f"http://{f'[{host}]' if ':' in host else host}:{sock.getsockname()[1]}"


async def _run(settings: Settings, sock: socket.socket, address: str, begun: first.Begun | None) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    clock = clock_of(settings)
    stop = asyncio.create_task(told.wait(), name="stop")
    async with open_product(settings, clock, await bus_of(settings)) as product:
        if begun is not None and not begun.loaded:
            loading = asyncio.create_task(first.load(product, settings.data_dir, begun), name="loading")
            await _first_of(product, stop, loading)
            begun = begun if loading.cancelled() or not loading.done() else loading.result()
        if not stop.done():
            first.greet(address, begun, mailbox=not settings.smtp_url.get_secret_value())
            await _serve(product, sock, stop, clock if begun else None)
    stop.cancel()


async def _serve(
    product: Product, sock: socket.socket, stop: "asyncio.Task[bool]", clock: MovedClock | None
) -> None:
    """Serve until told to stop; then answer what is being asked, and return."""
    config = uvicorn.Config(
        product.app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[sock]), name="server")
    moving = asyncio.create_task(_follow_clock(product, clock), name="demonstration clock")
    try:
        await _first_of(product, stop, serving, moving)
    finally:
        server.should_exit = True
        moving.cancel()
        await serving


async def _first_of(product: Product, stop: "asyncio.Task[bool]", *work: "asyncio.Task[Any]") -> None:
    """Return when one of these has ended; raise what it died of. A dead job of the house ends all."""
    jobs = product.house.jobs
    if jobs is None:
        raise RuntimeError("the house is not running")
    await asyncio.wait({jobs, stop, *work}, return_when=asyncio.FIRST_COMPLETED)
    if jobs.done():
        raise Leave(FAILED, f"a job of the house died and the server with it: {cause_of(jobs.exception())}")
    for task in work:
        if task.done():
            task.result()
        elif stop.done() and task.get_name() == "loading":
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _follow_clock(product: Product, clock: MovedClock | None) -> None:
    """Move the clock whenever `samverkan demo clock` asks for it. Never returns."""
    directory = product.house.directory
    while True:
        await asyncio.sleep(CLOCK_LOOK_SECONDS)
        if clock is not None and (wanted := wanted_offset(directory)) > clock.offset:
            await let_pass(product.house, clock, wanted)
            has_reached(directory, wanted)


def cause_of(error: BaseException | None) -> str:
    """The first real cause inside groups of causes, as one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}" if error else "it ended"

"""One application on one socket until it is told to stop, and the jobs behind it."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from typing import Any

import uvicorn
from fastapi import FastAPI

from services.cli.ground import FAILED, UNREACHABLE, WRONG, Leave
from shared.runtime.host import House
from shared.settings import Settings
from shared.telemetry.logs import log_as_chosen
from shared.telemetry.traces import trace_as_chosen

DRAIN_SECONDS = 20
WAITING_CONNECTIONS = 2048


Listening = tuple[socket.socket, str]
"""A socket that listens, and its address."""


class Server(uvicorn.Server):
    """uvicorn, leaving the signals to us."""

    def capture_signals(self) -> Any:
        """Nothing to capture."""
        return nullcontext()


@contextmanager
def told_as_chosen(settings: Settings, service: str) -> Iterator[None]:
    """Logs and traces of this process, as long as this lasts; what is recorded by then is sent."""
    log_as_chosen(settings, service)
    try:
        finish = trace_as_chosen(service)
    except LookupError as error:
        raise Leave(WRONG, str(error)) from error
    try:
        yield
    finally:
        finish()


def told_to_stop() -> "asyncio.Task[bool]":
    """Done once the process is asked to end."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return asyncio.create_task(told.wait(), name="stop")


@contextmanager
def listening(host: str, port: int, setting: str) -> Iterator[Listening]:
    """A socket on the chosen port and its address, or Leave with why it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            sock.listen(WAITING_CONNECTIONS)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            ways = f"set {setting} to another, or to 0 for any"
            raise Leave(UNREACHABLE, f"cannot listen on {host} port {port} ({why}); {ways}") from error
        yield sock, f"http://{f'[{host}]' if ':' in host else host}:{sock.getsockname()[1]}"


async def serve(
    apps: Mapping[socket.socket, FastAPI],
    house: House,
    stop: "asyncio.Task[bool]",
    *work: "asyncio.Task[Any]",
) -> None:
    """Serve these applications until told to stop; then answer what is being asked, and return."""
    async with AsyncExitStack() as stack:
        serving = [await stack.enter_async_context(_served(app, sock)) for sock, app in apps.items()]
        try:
            await first_of(house, stop, *serving, *work)
        finally:
            for task in work:
                task.cancel()


@asynccontextmanager
async def _served(app: FastAPI, sock: socket.socket) -> AsyncIterator["asyncio.Task[None]"]:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[sock]), name="server")
    try:
        yield serving
    finally:
        server.should_exit = True
        await serving


async def first_of(house: House, stop: "asyncio.Task[bool]", *work: "asyncio.Task[Any]") -> None:
    """Return when one of these has ended; raise what it died of. A dead job of the house ends all."""
    jobs = house.jobs
    if jobs is None:
        raise RuntimeError("the house is not running")
    await asyncio.wait({jobs, stop, *work}, return_when=asyncio.FIRST_COMPLETED)
    if jobs.done():
        raise Leave(FAILED, f"a job of the house died and the server with it: {cause_of(jobs.exception())}")
    for task in work:
        if task.done():
            task.result()


def cause_of(error: BaseException | None) -> str:
    """The first real cause inside groups of causes, as one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}" if error else "it ended"

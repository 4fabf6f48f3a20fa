"""One application on one socket until it is told to stop, and the jobs behind it."""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import uvicorn
from fastapi import FastAPI

from services.cli.ground import FAILED, UNREACHABLE, Leave
from shared.runtime.host import House
from shared.settings import Settings

CHATTY = ("httpx2", "httpcore2", "uvicorn.error", "asyncio", "aiokafka")
DRAIN_SECONDS = 20
WAITING_CONNECTIONS = 2048


class Server(uvicorn.Server):
    """uvicorn, leaving the signals to us."""

    def capture_signals(self) -> Any:
        """Nothing to capture."""
        return nullcontext()


def log_as_chosen(settings: Settings) -> None:
    """Lines to standard error; libraries that talk much say only what matters."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def told_to_stop() -> "asyncio.Task[bool]":
    """Done once the process is asked to end."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return asyncio.create_task(told.wait(), name="stop")


@contextmanager
def listening(host: str, port: int, setting: str) -> Iterator[tuple[socket.socket, str]]:
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
    app: FastAPI, house: House, sock: socket.socket, stop: "asyncio.Task[bool]", *work: "asyncio.Task[Any]"
) -> None:
    """Serve until told to stop; then answer what is being asked, and return."""
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
        await first_of(house, stop, serving, *work)
    finally:
        server.should_exit = True
        for task in work:
            task.cancel()
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

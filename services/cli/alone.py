"""`samverkan serve`, `worker` and `relay`: the parts of one service as processes of their own."""

from contextlib import ExitStack
from typing import Annotated

import typer
import uvloop

from services.alone import ADDRESSES_OF, MAILED_BY, NAMES, addresses, open_service, service_of
from services.cli.bus import checked_bus_of
from services.cli.ground import SHORTEST_KEY, STATE_FILE, WRONG, Leave, chosen, ground_of, say
from services.cli.mail import check_mail
from services.cli.serving import Listening, listening, serve, told_as_chosen, told_to_stop
from services.demo.clock import FollowedClock
from shared.runtime.bus import Part
from shared.runtime.moved import utc_now
from shared.settings import Settings

Name = Annotated[str, typer.Argument(help="Which service, such as ordering.")]


def serve_one(service: Name) -> None:
    """Answer over HTTP for one service; `gateway` for all of them, from their addresses in SERVICE_URLS."""
    _run(service, frozenset())


def worker(service: Name) -> None:
    """Hear facts for one service and fire its timers. More workers share the work; each needs a WORKER_NAME."""
    _run(service, frozenset(("worker",)))


def relay(service: Name) -> None:
    """Tell what one service has stored. One is enough: a second one is put out by the first."""
    _run(service, frozenset(("relay",)))


def _run(service: str, parts: frozenset[Part]) -> None:
    settings = chosen()
    _fits(settings, service, parts)
    host = settings.http_host
    with ExitStack() as stack:
        stack.enter_context(told_as_chosen(settings, service))
        admin = stack.enter_context(listening(host, settings.admin_port, "SAMVERKAN_ADMIN_PORT"))
        face = (
            None if parts else stack.enter_context(listening(host, settings.http_port, "SAMVERKAN_HTTP_PORT"))
        )
        uvloop.run(_serve(settings, service, parts, face, admin))


async def _serve(
    settings: Settings, service: str, parts: frozenset[Part], face: Listening | None, admin: Listening
) -> None:
    if service == MAILED_BY and parts:
        await check_mail(settings.smtp_url.get_secret_value())
    clock = (
        FollowedClock(utc_now, settings.data_dir) if (settings.data_dir / STATE_FILE).exists() else utc_now
    )
    ground = ground_of(settings)
    bus, stop = await checked_bus_of(settings), told_to_stop()
    async with open_service(service, settings, clock, bus, ground, parts) as alone:
        apps = {admin[0]: alone.admin} | ({face[0]: alone.app} if face and alone.app else {})
        role, told = "/".join(sorted(parts)) or "serve", f", for operators {admin[1]}" if face else ""
        say(f"samverkan {role} {service} is ready at {(face or admin)[1]}{told}")
        await serve(apps, alone.house, stop)
    stop.cancel()


def _fits(settings: Settings, service: str, parts: frozenset[Part]) -> None:
    """Leave unless these settings let one service run apart from the others."""
    if service not in NAMES:
        raise Leave(WRONG, f"{service} is no service; there are {', '.join(sorted(NAMES))}")
    if "relay" in parts and not service_of(service).deciders:
        raise Leave(WRONG, f"{service} states no facts, so it has no relay")
    if settings.transport == "local":
        raise Leave(WRONG, "SAMVERKAN_TRANSPORT is local; services apart hear each other over kafka")
    if settings.store == "sqlite":
        raise Leave(WRONG, "SAMVERKAN_STORE is sqlite, which one process has alone; choose postgres")
    if len(settings.secret_key.get_secret_value()) < SHORTEST_KEY:
        raise Leave(
            WRONG, f"SAMVERKAN_SECRET_KEY: all processes share one, of {SHORTEST_KEY} characters or more"
        )
    try:
        known = addresses(settings)
    except ValueError as error:
        raise Leave(WRONG, f"SAMVERKAN_SERVICE_URLS: {error}") from error
    asked = NAMES - {"gateway"} if service == "gateway" and not parts else frozenset()
    asked |= {ADDRESSES_OF} if service == MAILED_BY and "worker" in parts else set()
    if missing := sorted(asked - set(known)):
        raise Leave(
            WRONG, f"SAMVERKAN_SERVICE_URLS names no {', '.join(missing)}; write service=http://host:port"
        )

"""Root: one service as processes of its own, over Kafka, on servers that its processes share.

Its parts are HTTP (`serve`), one or more workers, and one relay. The gateway stands before all services and
asks them over HTTP, by the addresses that its settings name.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import FastAPI
from httpx2 import AsyncClient, HTTPError, Response
from starlette.middleware import Middleware

from services.gateway.ways import OWN, Forward, Ways
from shared.kernel.ids import PackageId, PersonId, derive
from shared.kernel.message import Actor
from shared.runtime.bus import Bus, Part
from shared.runtime.ground import Ground
from shared.runtime.host import House
from shared.runtime.service import Effect, Service
from shared.settings import Settings
from shared.telemetry.traces import carry
from shared.web.app import PREFIX, build, for_operators, refusal_of, watched
from shared.web.tokens import Tokens

if TYPE_CHECKING:
    from services.notifier.enclosures import ContentOf
    from services.notifier.post import AddressOf

NAMES = frozenset(table.parent.name for table in Path(__file__).parent.glob("*/service.py"))
MAILED_BY, ADDRESSES_OF = "notifier", "catalog"
POSTMAN = Actor(id=str(derive("service", MAILED_BY)), roles=frozenset({"admin"}))
"""Whom catalog sees when the notifier asks it for an address or a document."""
TOKEN_LIFE = timedelta(minutes=5)
Given = Callable[[str], Awaitable[Response | None]]
"""Asks catalog for what is at this path."""


@dataclass(frozen=True, slots=True)
class Alone:
    """One service, or one part of it, running."""

    house: House
    app: FastAPI | None
    """What it answers over HTTP; None for a worker or relay."""
    admin: FastAPI


@asynccontextmanager
async def open_service(
    name: str,
    settings: Settings,
    now: Callable[[], datetime],
    bus: Bus | None,
    ground: Ground,
    parts: frozenset[Part],
) -> AsyncIterator[Alone]:
    """Open what this service remembers with, run these parts, and close in order. Without parts it serves.

    Raises KeyError for a service that the settings name no address of, where one is needed.
    """
    service, tokens = service_of(name), Tokens(settings.secret_key.get_secret_value())
    hooks, ways = {"request": [carry]}, _ways(settings, _asked_by(name, parts))
    async with AsyncClient(
        transport=ways, base_url="http://services", timeout=30, event_hooks=hooks
    ) as services:
        given = partial(_given, services, tokens, now)
        effects = partial(_effects, settings, partial(_address_of, given), partial(_content_of, given))
        async with House([service], ground, now, effects, bus, parts) as house:
            app = None if parts else watched(_face(service, house, settings, tokens, services), house)
            await house.start()
            yield Alone(house, app, for_operators(house, settings, tokens))


def service_of(name: str) -> Service:
    """The service of this name. Its code is loaded and no other's, whose routes would be built for nobody."""
    service: Service = import_module(f"services.{name}.service").SERVICE
    return service


def addresses(settings: Settings) -> dict[str, str]:
    """Address by service, as the settings name them. Raises ValueError with what is wrong with them."""
    found: dict[str, str] = {}
    for part in filter(None, settings.service_urls.split(",")):
        name, _, url = part.strip().partition("=")
        if name not in NAMES or name == OWN or not url.startswith(("http://", "https://")):
            services = ", ".join(sorted(NAMES - {OWN}))
            raise ValueError(f"{part!r} is not service=http://host:port; the services are {services}")
        found[name] = url
    return found


def _asked_by(name: str, parts: frozenset[Part]) -> Sequence[Service]:
    """Whom this part asks over HTTP. The gateway stands among its own: what it answers, it asks nobody."""
    if name == OWN and not parts:
        from services.embedded import SERVICES

        return SERVICES
    return (service_of(ADDRESSES_OF),) if name == MAILED_BY and "worker" in parts else ()


def _ways(settings: Settings, asked: Sequence[Service]) -> Ways:
    routers = [(one.name, one.router) for one in asked if one.router is not None]
    pages = [(one.name, one.pages) for one in asked if one.pages is not None]
    return Ways(routers, pages, addresses(settings))


def _face(
    service: Service, house: House, settings: Settings, tokens: Tokens, services: AsyncClient
) -> FastAPI:
    """What this service answers over HTTP; the gateway answers for all, from their addresses."""
    if service.name != OWN:
        app = build((service,), house.desks, settings, tokens, house.now, prefix="", public=False, pages=True)
    else:
        from services.gateway.opening import open_door

        everybody = _asked_by(OWN, frozenset())
        app = build(everybody, house.desks, settings, tokens, house.now)
        forward = Middleware(
            Forward, ways=_ways(settings, everybody), upstream=services, prefix=PREFIX, refuse=refusal_of(app)
        )
        app.user_middleware.append(forward)  # innermost: what is forwarded has been counted and measured
        open_door(app, services, settings)
    app.state.mailbox_zone = None if settings.smtp_url.get_secret_value() else settings.time_zone
    return app


def _effects(
    settings: Settings, address_of: "AddressOf", content_of: "ContentOf", house: House
) -> Mapping[str, Sequence[Effect]]:
    desk = house.desks.get(MAILED_BY)
    if desk is None:
        return {}
    from services.notifier.effects import post_of

    return {MAILED_BY: post_of(settings, desk, address_of, content_of)}


async def _address_of(given: Given, person_id: PersonId) -> tuple[str, str] | None:
    """Name and address as catalog knows them now."""
    found = await given(f"/people/{person_id}")
    person = found.json() if found else {"email": ""}
    return (person["name"], person["email"]) if person["email"] else None


async def _content_of(given: Given, package_id: PackageId, document_id: UUID) -> bytes | None:
    """The bytes of a document that the package has now."""
    found = await given(f"/packages/{package_id}/documents/{document_id}")
    return found.content if found else None


async def _given(
    services: AsyncClient, tokens: Tokens, now: Callable[[], datetime], path: str
) -> Response | None:
    """What catalog answers now; None for what it does not have. Raises ConnectionError while it cannot be asked."""
    token = tokens.issue(POSTMAN, now(), TOKEN_LIFE)
    try:
        found = await services.get(path, headers={"Authorization": f"Bearer {token}"})
    except HTTPError as error:
        raise ConnectionError(f"catalog: {type(error).__name__}") from error
    if found.status_code == HTTPStatus.NOT_FOUND:
        return None
    if found.status_code != HTTPStatus.OK:
        raise ConnectionError(f"catalog answered {found.status_code}")
    return found

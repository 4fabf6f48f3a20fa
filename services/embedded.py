"""Root: all services in one process, SQLite, local transport. The only module that knows more than one service."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from services.approval.service import SERVICE as APPROVAL
from services.campaigns.service import SERVICE as CAMPAIGNS
from services.catalog.projections import package_documents, people
from services.catalog.service import SERVICE as CATALOG
from services.forum.service import SERVICE as FORUM
from services.gateway.opening import open_door
from services.gateway.service import SERVICE as GATEWAY
from services.notifier.effects import post_of
from services.notifier.service import SERVICE as NOTIFIER
from services.ordering.service import SERVICE as ORDERING
from shared.kernel.ids import PackageId, PersonId
from shared.runtime.bus import Bus
from shared.runtime.ground import Files, Ground
from shared.runtime.host import Desk, House
from shared.runtime.moved import utc_now
from shared.runtime.service import Effect
from shared.settings import Settings
from shared.telemetry.traces import carry
from shared.web.app import build, for_operators, watched
from shared.web.tokens import Tokens

BEHIND = (CATALOG, ORDERING, APPROVAL, CAMPAIGNS, FORUM, NOTIFIER)
SERVICES = (GATEWAY, *BEHIND)
"""The gateway stands first: where it and a service answer the same address, it does, and asks the service."""


@dataclass(frozen=True, slots=True)
class Product:
    """The running product: its services, its web face, and the key that signs its tokens."""

    house: House
    app: FastAPI
    admin: FastAPI
    tokens: Tokens


@asynccontextmanager
async def open_product(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    bus: Bus | None = None,
    ground: Ground | None = None,
) -> AsyncIterator[Product]:
    """Open the files, start every job, and close in order at the end."""
    tokens = Tokens(settings.secret_key.get_secret_value())
    ground = ground or Files(settings.data_dir)
    async with House(SERVICES, ground, now, partial(effects_of, settings), bus) as house:
        behind = build(BEHIND, house.desks, settings, tokens, now, prefix="", public=False)
        transport = ASGITransport(app=behind, raise_app_exceptions=False)
        hooks = {"request": [carry]}
        async with AsyncClient(
            transport=transport, base_url="http://services", event_hooks=hooks
        ) as upstream:
            app = watched(build(SERVICES, house.desks, settings, tokens, now), house)
            app.state.mailbox_zone = None if settings.smtp_url.get_secret_value() else settings.time_zone
            open_door(app, upstream, settings)
            await house.start()
            yield Product(house, app, for_operators(house, settings, tokens), tokens)


def effects_of(settings: Settings, house: House) -> Mapping[str, Sequence[Effect]]:
    """What is done to the world outside, where all services are in this house."""
    catalog = house.desks["catalog"]
    lookups = (partial(_address_of, catalog), partial(_content_of, catalog))
    return {"notifier": post_of(settings, house.desks["notifier"], *lookups)}


async def _address_of(catalog: Desk, person_id: PersonId) -> tuple[str, str] | None:
    """Name and address as they are now, from the one table that knows them."""
    found = await catalog.one(people.ADDRESS_OF, {"person_id": str(person_id)})
    return (found["name"], found["email"]) if found else None


async def _content_of(catalog: Desk, package_id: PackageId, document_id: UUID) -> bytes | None:
    """The bytes of a document that the package has now."""
    place = {"package_id": str(package_id), "document_id": str(document_id)}
    found = await catalog.one(package_documents.STANDING, place)
    return bytes(found["content"]) if found else None

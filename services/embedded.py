"""Root: all services in one process, SQLite, local transport. The only module that knows more than one service."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from services.approval.service import SERVICE as APPROVAL
from services.campaigns.service import SERVICE as CAMPAIGNS
from services.catalog.service import SERVICE as CATALOG
from services.gateway.door import open_door
from services.gateway.service import SERVICE as GATEWAY
from services.notifier.service import SERVICE as NOTIFIER
from services.ordering.service import SERVICE as ORDERING
from shared.runtime.host import House
from shared.settings import Settings
from shared.web.app import build
from shared.web.tokens import Tokens

BEHIND = (CATALOG, ORDERING, APPROVAL, CAMPAIGNS, NOTIFIER)
SERVICES = (GATEWAY, *BEHIND)
"""The gateway stands first: where it and a service answer the same address, it does, and asks the service."""


@dataclass(frozen=True, slots=True)
class Product:
    """The running product: its services, its web face, and the key that signs its tokens."""

    house: House
    app: FastAPI
    tokens: Tokens


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_product(settings: Settings, now: Callable[[], datetime] = utc_now) -> AsyncIterator[Product]:
    """Open the files, start every job, and close in order at the end."""
    tokens = Tokens(settings.secret_key.get_secret_value())
    async with House(SERVICES, settings.data_dir, now) as house:
        behind = build(BEHIND, house.desks, settings, tokens, now, prefix="", public=False)
        transport = ASGITransport(app=behind, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://services") as upstream:
            app = build(SERVICES, house.desks, settings, tokens, now)
            app.state.jobs_alive = lambda: house.jobs is not None and not house.jobs.done()
            open_door(app, upstream, settings.token_minutes)
            await house.start()
            yield Product(house, app, tokens)

"""Root: all services in one process, SQLite, local transport. The only module that knows more than one service."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import FastAPI

from services.approval.service import SERVICE as APPROVAL
from services.campaigns.service import SERVICE as CAMPAIGNS
from services.catalog.service import SERVICE as CATALOG
from services.gateway.service import SERVICE as GATEWAY
from services.notifier.service import SERVICE as NOTIFIER
from services.ordering.service import SERVICE as ORDERING
from shared.runtime.host import House
from shared.settings import Settings
from shared.web.app import build
from shared.web.tokens import Tokens

SERVICES = (CATALOG, ORDERING, APPROVAL, CAMPAIGNS, NOTIFIER, GATEWAY)


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
        await house.start()
        yield Product(house, build(SERVICES, house.desks, settings, tokens, now), tokens)

"""Row 16: a page of every list of a large organisation, in each of the ways to ask for it."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr

from bench import material
from bench.measure import FLOOR, SAMVERKAN, Contender, Goal, Row, Sample, Size, Target, alternate
from bench.organisation import NOW, Organisation, fill, package
from bench.servers import Servers
from services.embedded import Product, open_product
from shared.kernel.ids import PersonId, derive
from shared.kernel.message import Actor
from shared.runtime.ground import Ground
from shared.runtime.servers import Servers as Shared
from shared.runtime.servers import in_postgres
from shared.settings import Settings

PAGE = 50
WANTED = 0.050
SECRET = "only-for-the-bench-and-32-bytes-long!"  # noqa: S105
ANNA = Actor(
    id=str(PersonId(derive("bench person", material.entity(1), 1))),
    roles=frozenset({"local"}),
    entity_id=material.entity(1),
)
FLOORS = {
    "orders": "SELECT * FROM order_list WHERE number < 1000000 ORDER BY number DESC LIMIT 51",
    "orders, one status": "SELECT * FROM order_list WHERE status = 'placed' ORDER BY number DESC LIMIT 51",
}
CLAUSES = (
    (
        "A whole GET of the product in this process, without a socket: token, route, SELECT, JSON. "
        "Every page is asked for in the same words again and again, so that its rows lie in memory."
    ),
    (
        "The views were told by their own `apply`, many facts at a time; stores of facts are empty. "
        "What the lists do not read is empty as well."
    ),
    "PostgreSQL was told to ANALYZE once, as it does by itself in time; SQLite is never told to.",
    (
        "The floor is the bare rows in SQLite, by a statement written for that one page: no rights, no labels of "
        "packages and entities beside an order, no JSON."
    ),
    "The peers of the other rows have no lists.",
)


class Asked(NamedTuple):
    """One page: what it is called, its address, and whether Anna of the second entity asks or head office."""

    name: str
    path: str
    by_anna: bool = False


def pages() -> tuple[Asked, ...]:
    """Every list, by every filter."""
    east, spring = material.entity(1), package(1)
    return (
        Asked("orders", "/orders"),
        Asked("orders, by label", "/orders?sort=label"),
        Asked("orders, by what happened last", "/orders?sort=-status_since"),
        Asked("orders, one status", "/orders?status=placed"),
        Asked("orders, two rare statuses", "/orders?status=rejected&status=withdrawn"),
        Asked("orders, a status of none", "/orders?status=revising&status=cancelled"),
        Asked("orders, a status of none, by label", "/orders?status=revising&status=cancelled&sort=label"),
        Asked("orders, one entity", f"/orders?entity={east}"),
        Asked("orders, one package", f"/orders?package={spring}"),
        Asked("orders, one package and status", f"/orders?package={spring}&status=approved"),
        Asked("orders, words of a package", "/orders?q=erbjudande 17"),
        Asked("orders, words of one", "/orders?q=order 123456"),
        Asked("orders, words of none", "/orders?q=nowhere"),
        Asked("orders, words of none, by label", "/orders?q=nowhere&sort=label"),
        Asked("orders, words of none, by what happened last", "/orders?q=nowhere&sort=-status_since"),
        Asked("orders, of Anna", "/orders", by_anna=True),
        Asked("packages", "/packages"),
        Asked("packages, one status", "/packages?status=published"),
        Asked("packages, late", "/packages?status=late"),
        Asked("packages, one folder", "/packages?folder=Mapp 7"),
        Asked("packages, one entity", f"/packages?entity={east}"),
        Asked("packages, words", "/packages?q=erbjudande 17"),
        Asked("packages, for Anna", "/packages", by_anna=True),
        Asked("entities", "/entities"),
        Asked("entities, words", "/entities?q=torget"),
        Asked("campaigns", "/campaigns"),
        Asked("campaigns, one status", "/campaigns?status=prepared"),
        Asked("campaigns, words of none", "/campaigns?q=nowhere"),
        Asked("campaigns, of Anna", "/campaigns", by_anna=True),
        Asked("approvals", "/approvals"),
        Asked("approvals, open", "/approvals?status=open"),
        Asked("approvals, open, of Anna", "/approvals?status=open&mine=true", by_anna=True),
        Asked("approvals, that Anna sees", "/approvals", by_anna=True),
        Asked("decisions", "/approvals/decisions"),
        Asked("decisions, that Anna sees", "/approvals/decisions", by_anna=True),
        Asked("notices", "/notices"),
        Asked("notices, one package", f"/notices?about={spring}"),
        Asked("notices, of Anna", "/notices", by_anna=True),
    )


def listing(size: Size, folder: Path, runner: asyncio.Runner, servers: Servers) -> Row:
    """The embedded product on SQLite and on PostgreSQL, each filled once, then asked by turns."""
    org, stack, contenders = Organisation(*size.organisation), AsyncExitStack(), list[Contender]()
    grounds = {"SQLite": None, "PostgreSQL": _shared(servers.postgres("listing"))}
    try:
        for name, ground in grounds.items():
            opened = _filled(folder / name, ground, org)
            asks = runner.run(stack.enter_async_context(opened))
            for asked in pages():
                turn = partial(_asked, runner, asks, asked, size.pages)
                contenders.append(Contender(_name(name, asked.name), turn))
        views = sqlite3.connect(folder / "SQLite" / "ordering.views.db")
        stack.callback(views.close)
        for name, sql in FLOORS.items():
            contenders.append(Contender(f"{FLOOR}, {name}", partial(_read, views, sql, size.pages)))
        samples = alternate(contenders, size.rounds)
    finally:
        runner.run(stack.aclose())
    return Row(
        16,
        "a page of 50 of every list of a large organisation",
        "pages/s",
        samples,
        [Target(_name("SQLite", name), f"{FLOOR}, {name}", 0.0) for name in FLOORS],
        CLAUSES,
        org._asdict(),
        [Goal(_name(ground, asked.name), WANTED, "p50") for ground in grounds for asked in pages()],
    )


def _name(ground: str, page: str) -> str:
    return f"{SAMVERKAN} on {ground}: {page}"


def _shared(url: str) -> Ground:
    return Shared(in_postgres(url), url)


@asynccontextmanager
async def _filled(folder: Path, ground: Ground | None, org: Organisation) -> AsyncIterator["Asks"]:
    """The running product with all of the organisation in its views."""
    settings = Settings(data_dir=folder, secret_key=SecretStr(SECRET), requests_per_minute=10**9)
    async with open_product(settings, lambda: NOW, ground=ground) as product:
        await fill(product.house.desks, org)
        if ground is not None:
            for desk in product.house.desks.values():
                await desk.db.commit([("ANALYZE", {})])
        transport = ASGITransport(app=product.app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://bench") as client:
            yield Asks(client, product)


@dataclass(frozen=True, slots=True)
class Asks:
    """Somebody who asks the product for pages."""

    client: AsyncClient
    product: Product

    async def page(self, asked: Asked) -> None:
        """One page. Raises RuntimeError where the answer is none."""
        actor = ANNA if asked.by_anna else material.BY
        token = self.product.tokens.issue(actor, NOW, timedelta(hours=1))
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.client.get(f"/api/v1{asked.path}", headers=headers)
        if answer.status_code != 200 or len(answer.json()["items"]) > PAGE:
            raise RuntimeError(f"{asked.path}: {answer.status_code} {answer.text[:200]}")


def _asked(runner: asyncio.Runner, asks: Asks, asked: Asked, count: int) -> Sample:
    async def turn() -> list[float]:
        waits = []
        for _ in range(count):
            began = time.perf_counter()
            await asks.page(asked)
            waits.append(time.perf_counter() - began)
        return waits

    waits = runner.run(turn())
    return Sample(count, sum(waits), waits)


def _read(db: sqlite3.Connection, sql: str, count: int) -> Sample:
    waits = []
    for _ in range(count):
        began = time.perf_counter()
        db.execute(sql).fetchall()
        waits.append(time.perf_counter() - began)
    return Sample(count, sum(waits), waits)

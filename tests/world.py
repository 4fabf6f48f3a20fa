"""The product over HTTP for tests: real stores, real routes, a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from httpx2 import ASGITransport, AsyncClient, Response

from services.embedded import Product, open_product
from shared import codec
from shared.kernel.ids import EntityId, PersonId
from shared.kernel.message import Actor, Command, Event, Role
from shared.runtime.bus import Bus
from shared.runtime.ground import Ground
from shared.runtime.moved import Clock, Moved, advance
from shared.settings import Settings
from shared.store.port import NEW
from tests.described import as_described

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADDRESS = "http://samverkan.test"
SECRET = "only-for-tests-and-32-bytes-long!"


@dataclass
class Person:
    """Somebody signed in: calls the API with its own token. Keys are made where a test gives none."""

    world: "World"
    actor: Actor
    name: str

    @property
    def id(self) -> str:
        return self.actor.id

    async def get(self, path: str, **params: Any) -> Response:
        """GET, waiting for what this world last wrote."""
        return await self.world.client.get(f"/api/v1{path}", params=params, headers=self._headers({}))

    async def post(self, path: str, body: Any = None, **headers: str) -> Response:
        """POST with an Idempotency-Key, a new one unless given as key=…"""
        key = headers.pop("key", None) or str(uuid4())
        return await self._send("POST", path, body, {"Idempotency-Key": key, **headers})

    async def patch(self, path: str, body: Any, version: int | None = None) -> Response:
        """PATCH with the version that was seen; the current one is read where none is given."""
        return await self._send("PATCH", path, body, {"If-Match": await self._tag(path, version)})

    async def put(self, path: str, body: Any, version: int | None = None) -> Response:
        """PUT; If-Match only where a version is given."""
        return await self._send("PUT", path, body, {} if version is None else {"If-Match": f'"{version}"'})

    async def delete(self, path: str) -> Response:
        return await self._send("DELETE", path, None, {})

    async def made(self, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """POST that must succeed; the resource, asked for again with the same key where its view takes longer."""
        asked = {"key": str(uuid4()), **headers}
        answer = await self.post(path, body, **asked)
        if answer.status_code == 202:
            await self.world.settle()
            answer = await self.post(path, body, **asked)
        assert answer.status_code in {200, 201}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def read(self, path: str, **params: Any) -> dict[str, Any]:
        """GET that must succeed."""
        answer = await self.get(path, **params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def _tag(self, path: str, version: int | None) -> str:
        if version is not None:
            return f'"{version}"'
        return str((await self.get(path)).headers.get("etag", '"0"'))

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Response:
        answer = await self.world.client.request(
            method, f"/api/v1{path}", json=body, headers=self._headers(headers)
        )
        self.world.position = answer.headers.get("samverkan-position", self.world.position)
        return answer

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        token = self.world.product.tokens.issue(self.actor, self.world.clock(), timedelta(hours=1))
        seen = {"Samverkan-Position": self.world.position} if self.world.position else {}
        return {"Authorization": f"Bearer {token}", "Accept-Language": "en", **seen, **more}


@dataclass
class World:
    """One product with its clock. `settle()` waits until every consequence has happened."""

    product: Product
    clock: Moved
    client: AsyncClient
    people: dict[str, Person] = field(default_factory=dict)
    position: str | None = None

    async def settle(self) -> None:
        await self.product.house.settled()

    async def advance(self, **by: float) -> None:
        """Let time pass: advance(days=3, seconds=1). Every timer on the way fires at its moment."""
        await advance(self.product.house, self.clock, timedelta(**by))

    async def until(self, moment: datetime) -> None:
        """Let time pass until this moment."""
        await advance(self.product.house, self.clock, moment - self.clock())

    async def tell(self, service: str, stream: str, *events: Event) -> None:
        """Put facts into another service's store, as if it had stated them, and let everybody hear."""
        store = self.product.house.desks[service].store
        history = await store.read(stream)
        command = Command(id=uuid4(), at=self.clock(), by=Actor(id=service))
        new = [codec.encode(event, command, index) for index, event in enumerate(events)]
        await store.append(stream, history[-1].version if history else NEW, new)
        await self.settle()

    def root(self) -> Person:
        """An administrator whom nobody had to create."""
        return Person(self, Actor(id=str(PersonId(uuid4())), roles=frozenset({"admin"})), "root")

    async def person(
        self, name: str, *roles: Role, entity: str | None = None, language: str = "en"
    ) -> Person:
        """Create a person over HTTP and sign it in. The address is <name>@example.test."""
        body = {"name": name, "email": f"{name}@example.test", "roles": roles, "language": language}
        made = await self.root().made("/people", body | ({"entity_id": entity} if entity else {}))
        actor = Actor(
            id=made["person_id"],
            roles=frozenset(roles),
            entity_id=EntityId(made["entity_id"]) if entity else None,
        )
        self.people[name] = Person(self, actor, name)
        return self.people[name]

    async def entity(self, label: str, **more: Any) -> str:
        """Register an entity over HTTP; its id."""
        made = await self.root().made("/entities", {"label": label, **more})
        return str(made["entity_id"])

    async def group(self, entity: str, name: str, *members: Person) -> None:
        """Say who is in one of an entity's groups."""
        answer = await self.root().put(
            f"/entities/{entity}/groups/{name}", {"members": [m.id for m in members]}
        )
        assert answer.status_code == 200, answer.text


@asynccontextmanager
async def open_world(
    directory: Path,
    clock: Clock | None = None,
    bus: Bus | None = None,
    ground: Ground | None = None,
    **settings: Any,
) -> AsyncIterator[World]:
    """The product on real files in `directory`, at nine on a Monday unless a clock is given."""
    clock = clock or Clock(MONDAY)
    chosen = Settings(data_dir=directory, secret_key=SECRET, **{"requests_per_minute": 100_000, **settings})
    async with open_product(chosen, clock, bus, ground) as product:
        transport = ASGITransport(app=product.app, raise_app_exceptions=False)
        hooks = {"response": [as_described]}
        async with AsyncClient(transport=transport, base_url=ADDRESS, event_hooks=hooks) as client:
            yield World(product, clock, client)

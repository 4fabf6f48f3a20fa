"""The product as its users have it: HTTP, signed in as somebody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from httpx2 import ASGITransport, AsyncClient, Response

from services.embedded import Product
from shared.kernel.ids import EntityId, derive, fresh
from shared.kernel.message import Actor
from shared.runtime.host import House
from shared.web.app import PREFIX
from shared.web.tokens import Tokens

ADDRESS = "http://samverkan.test"
TOKEN_LIFE = timedelta(hours=1)
MOST_LOOKS = 15
INSTALLER = Actor(id=str(derive("demonstration", "installer")), roles=frozenset({"admin"}))
"""Signs in before there is anybody who could."""


class Unexpected(Exception):
    """The product did not do what the demonstration says it does; the message is the line to print."""


@dataclass(slots=True)
class Door:
    """One client for everybody. `position` is the last write, so that the next read shows it."""

    house: House
    tokens: Tokens
    client: AsyncClient
    position: str = ""


@dataclass(slots=True)
class User:
    """Somebody at the door. Bodies in, bodies out; what is not as it should be raises Unexpected."""

    door: Door
    actor: Actor
    login: str
    language: str = "sv"
    entity: str = field(init=False)

    def __post_init__(self) -> None:
        self.entity = str(self.actor.entity_id or "")

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """A resource or a page of them, as it is after the last write."""
        headers = (
            {"Samverkan-Position": self.door.position, "Prefer": "wait=10"} if self.door.position else {}
        )
        return _good(await self._sent("GET", path, headers, params=params))

    async def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(path, limit=200, **params, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next"]
        return found

    async def post(self, path: str, body: Any = None, key: str = "", **more: Any) -> dict[str, Any]:
        """Do something; once, however often it is said with the same key."""
        headers = {"Idempotency-Key": key or str(fresh())}
        sent = more or {"json": {} if body is None else body}
        answer = await self._sent("POST", path, headers, **sent)
        for _ in range(MOST_LOOKS):
            if answer.status_code != HTTPStatus.ACCEPTED:
                break
            # It is done, and not shown yet: the same key again is the same wish, and waits for the view once more.
            answer = await self._sent("POST", path, headers, **sent)
        return _good(answer)

    async def put(self, path: str, body: Any) -> dict[str, Any]:
        """Say what something is from now on."""
        return _good(await self._sent("PUT", path, {}, json=body))

    async def patch(self, path: str, body: Any) -> dict[str, Any]:
        """Change what was just read."""
        return _good(await self._patched(path, body))

    async def patch_refused(self, path: str, body: Any) -> dict[str, Any]:
        """Try to change something that must not be changed; the problem."""
        return _problem(await self._patched(path, body))

    async def post_refused(self, path: str, body: Any) -> dict[str, Any]:
        """Try to do something that must not be done; the problem."""
        return _problem(await self._sent("POST", path, {"Idempotency-Key": str(fresh())}, json=body))

    async def get_refused(self, path: str) -> dict[str, Any]:
        """Try to see something that must not be seen; the problem."""
        return _problem(await self._sent("GET", path, {}))

    async def _patched(self, path: str, body: Any) -> Response:
        seen = await self._sent("GET", path, {"Samverkan-Position": self.door.position, "Prefer": "wait=10"})
        return await self._sent("PATCH", path, {"If-Match": seen.headers.get("etag", '"0"')}, json=body)

    async def _sent(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Response:
        token = self.door.tokens.issue(self.actor, self.door.house.now(), TOKEN_LIFE)
        signed = {"Authorization": f"Bearer {token}", "Accept-Language": self.language, **headers}
        answer = await self.door.client.request(method, PREFIX + path, headers=signed, **more)
        self.door.position = answer.headers.get("samverkan-position", self.door.position)
        return answer


@asynccontextmanager
async def door_of(product: Product) -> AsyncIterator[Door]:
    """The door of a product in the same process."""
    transport = ASGITransport(app=product.app)
    async with AsyncClient(transport=transport, base_url=ADDRESS, timeout=60) as client:
        yield Door(product.house, product.tokens, client)


def installer(door: Door) -> User:
    """The user who sets everything up."""
    return User(door, INSTALLER, "installer")


def user_of(door: Door, login: str, person: dict[str, Any]) -> User:
    """The user whom `GET /people/{id}` describes."""
    entity = EntityId(person["entity_id"]) if person["entity_id"] else None
    return User(
        door, Actor(id=person["person_id"], roles=frozenset(person["roles"]), entity_id=entity), login
    )


def _good(answer: Response) -> dict[str, Any]:
    if not answer.is_success:
        raise Unexpected(f"{_said(answer)}; that should have worked")
    found: dict[str, Any] = answer.json()
    return found


def _problem(answer: Response) -> dict[str, Any]:
    if answer.is_success:
        raise Unexpected(f"{_said(answer)}; that should have been refused")
    found: dict[str, Any] = answer.json()
    return {**found, "status": answer.status_code}


def _said(answer: Response) -> str:
    what = f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}"
    if answer.is_success:
        return what
    problem = answer.json()
    parts = problem.get("errors") or problem.get("problems") or []
    return " ".join(map(str, (what, problem.get("code", ""), problem.get("detail", ""), *parts[:3])))

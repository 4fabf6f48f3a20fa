"""The way to services that are processes of their own: each request goes to the one that answers its address."""

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter
from fastapi.routing import RouteContext, iter_route_contexts
from httpx2 import (
    URL,
    AsyncBaseTransport,
    AsyncClient,
    AsyncHTTPTransport,
    ConnectError,
    Request,
    Response,
    TransportError,
)
from starlette.requests import Request as Asked
from starlette.responses import Response as Answer
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.kernel.decider import Refused

HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host", "content-length")
)
"""Between two neighbours only (RFC 9110, 7.6.1); the length is counted anew."""
OWN = "gateway"
Refuse = Callable[[Asked, Refused, int, Mapping[str, str]], Answer]


class Ways(AsyncBaseTransport):
    """An HTTP transport to several services. `routers` in the order of who answers first; `urls` by service.

    `pages` for people have addresses of their own, some of them the same as those under the API.
    """

    def __init__(
        self,
        routers: Sequence[tuple[str, APIRouter]],
        pages: Sequence[tuple[str, APIRouter]],
        urls: Mapping[str, str],
    ) -> None:
        self._routes, self._pages = _routes_of(routers), _routes_of(pages)
        self._urls = {name: URL(url) for name, url in urls.items()}
        self._network = AsyncHTTPTransport(retries=0)

    def way(self, method: str, path: str) -> tuple[str, RouteContext] | None:
        """Who answers this, by which route; where one only knows the address by other methods it says so itself."""
        return _way(self._routes, method, path)

    def page(self, method: str, path: str) -> tuple[str, RouteContext] | None:
        """The same for a page."""
        return _way(self._pages, method, path)

    async def handle_async_request(self, request: Request) -> Response:
        """Send it there. Raises ConnectError where nobody is named who could answer."""
        method, path = request.method, request.url.path
        way = self.way(method, path) or self.page(method, path)
        if way is None or way[0] not in self._urls:
            raise ConnectError(f"no address for {request.url.path}", request=request)
        there = self._urls[way[0]]
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        request.headers["host"] = there.netloc.decode()
        return await self._network.handle_async_request(request)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._network.aclose()


class Forward:
    """Hands on what another service answers, whole: its refusals are problems already."""

    def __init__(self, app: ASGIApp, ways: Ways, upstream: AsyncClient, prefix: str, refuse: Refuse) -> None:
        self._app, self._ways, self._upstream = app, ways, upstream
        self._prefix, self._refuse = prefix, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the gateway's own routes, or ask the service."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(f"{self._prefix}/"):
            path = path.removeprefix(self._prefix)
            way = self._ways.way(scope["method"], path)
        else:
            way = self._ways.page(scope["method"], path)
        if way is None or way[0] == OWN:
            await self._app(scope, receive, send)
            return
        scope["route"] = way[1]  # as a router does, for whoever counts requests by their routes
        answer = await self._asked(Asked(scope, receive), path)
        await answer(scope, receive, send)

    async def _asked(self, request: Asked, path: str) -> Answer:
        url = self._upstream.base_url.copy_with(path=path, query=request.url.query.encode() or None)
        headers = [(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP]
        try:
            got = await self._upstream.request(
                request.method, url, headers=headers, content=await request.body()
            )
        except TransportError:
            refused = Refused("request.unavailable", "conflict")
            return self._refuse(request, refused, 503, {"Retry-After": "5"})
        return _passed_on(got)


def _routes_of(routers: Sequence[tuple[str, APIRouter]]) -> list[tuple[str, RouteContext]]:
    return [(name, route) for name, router in routers for route in iter_route_contexts(router.routes)]


def _way(
    routes: Sequence[tuple[str, RouteContext]], method: str, path: str
) -> tuple[str, RouteContext] | None:
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    partly = None
    for name, route in routes:
        found, _ = route.matches(scope)
        if found is Match.FULL:
            return name, route
        partly = partly or ((name, route) if found is Match.PARTIAL else None)
    return partly


def _passed_on(got: Response) -> Answer:
    answer = Answer(got.content, got.status_code)
    kept = [
        (name, value)
        for name, value in got.headers.multi_items()
        if name not in {*HOP_BY_HOP, "content-encoding"}
    ]
    answer.raw_headers = [
        *(pair for pair in answer.raw_headers if pair[0] == b"content-length"),
        *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in kept),
    ]
    return answer

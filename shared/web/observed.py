"""Every request timed by the route that answered it, and in the trace that it came with. Plain ASGI, outermost."""

from time import perf_counter

from opentelemetry.trace import SpanKind, get_current_span
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry.metrics import HTTP_SECONDS
from shared.telemetry.traces import continued

QUIET = {"/livez", "/readyz", "/metrics"}
"""Asked by machines, all day: counted, and never traced."""
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
UNANSWERED = 499
"""The caller hung up before anything was said."""


class Observed:
    """Histogram and span of each request. Labels are templates of routes, so nobody's ids get into them.

    The `prefix` of the public API is left out: a route has one name at the gateway and at its service.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and see how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), UNANSWERED

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if scope["path"] in QUIET:
                await self._app(scope, receive, seen)
            else:
                await self._traced(scope, receive, seen)
        except Exception:  # answered further out, and raised on
            status = 500
            raise
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            labels = (method, self._route_of(scope), str(status))
            HTTP_SECONDS.labels(*labels).observe(perf_counter() - began)

    async def _traced(self, scope: Scope, receive: Receive, send: Send) -> None:
        parent = Headers(scope=scope).get("traceparent")
        with continued(parent, scope["method"], SpanKind.SERVER):
            span = get_current_span()

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, told)
            finally:
                span.update_name(f"{scope['method']} {self._route_of(scope)}")
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.route", self._route_of(scope))

    def _route_of(self, scope: Scope) -> str:
        """`/orders/{order_id}` for an address of that shape; one word for all that nothing answers to."""
        route = scope.get("route")
        path = getattr(route, "path_format", None) or getattr(route, "path", None) or "unmatched"
        return str(path).removeprefix(self._prefix)

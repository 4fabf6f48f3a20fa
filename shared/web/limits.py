"""How much one caller may send, and headers that every answer carries. Plain ASGI, before anything is read."""

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel.decider import Refused

Refuse = Callable[[Request, Refused, int, Mapping[str, str]], Response]
UPLOADS = 25_000_000
"""Multipart bodies (documents, imports) may be larger than JSON."""


class _TooLarge(Exception):
    pass


class BodyLimit:
    """Refuses a body above the limit, by its declared length at once, or while it comes in."""

    def __init__(self, app: ASGIApp, limit: int, refuse: Refuse) -> None:
        self._app, self._limit, self._refuse = app, limit, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_for(scope)
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await self._answer(scope, receive, send, limit)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise _TooLarge
            return message

        async def unless_too_large(message: Message) -> None:
            # Whoever reads the body may make something else of the failure, and answer it.
            if arrived <= limit:
                await send(message)

        with suppress(_TooLarge):
            await self._app(scope, counted, unless_too_large)
        if arrived > limit:
            await self._answer(scope, receive, send, limit)

    def _limit_for(self, scope: Scope) -> int:
        multipart = Headers(scope=scope).get("content-type", "").startswith("multipart/")
        return UPLOADS if multipart else self._limit

    async def _answer(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        refused = Refused("request.too-large", "invalid", facts={"limit": limit})
        answer = self._refuse(Request(scope), refused, 413, {"Connection": "close"})
        await answer(scope, receive, send)


class RateLimit:
    """So many requests a minute for one token or session, or one address where there is neither."""

    def __init__(self, app: ASGIApp, per_minute: int, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 429 with Retry-After."""
        if scope["type"] != "http" or self._limiter.hit(self._item, _principal(scope)):
            await self._app(scope, receive, send)
            return
        window = self._limiter.get_window_stats(self._item, _principal(scope))
        seconds = max(1, round(window.reset_time - time.time()))
        refused = Refused("request.too-many", "invalid", facts={"limit": self._item.amount})
        answer = self._refuse(Request(scope), refused, 429, {"Retry-After": str(seconds)})
        await answer(scope, receive, send)


class SafeHeaders:
    """Headers that keep a browser from guessing, framing, or telling where it came from."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them to every answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("X-Frame-Options", "DENY")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


def _principal(scope: Scope) -> str:
    headers = Headers(scope=scope)
    token = headers.get("authorization") or headers.get("cookie")
    if token:
        return hashlib.sha256(token.encode()).hexdigest()
    client = scope.get("client")
    return str(client[0]) if client else "nobody"

"""Who asks, when, with which key and in which language; and whether that role may ask at all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from babel import negotiate_locale
from fastapi import Request
from fastapi.security import OAuth2PasswordBearer

from shared.kernel.decider import Refused
from shared.kernel.ids import derive, fresh
from shared.kernel.message import Actor, Role
from shared.runtime.execute import Asked
from shared.web.problems import LANGUAGES, STATUS
from shared.web.tokens import BadToken, Tokens

LONGEST_KEY = 255
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/token", auto_error=False)


class Stop(Exception):
    """A request that gets no further: carries the refusal, its status and headers to the one handler.

    The status is that of the refusal's kind unless another is given.
    """

    def __init__(
        self, refused: Refused, status: int | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(refused.code)
        self.refused, self.status, self.headers = refused, status or STATUS[refused.kind], headers or {}


@dataclass(frozen=True, slots=True)
class Caller:
    """One request's asker. `asks()` are the fields that every command wants."""

    actor: Actor
    at: datetime
    command_id: UUID
    asked: Asked
    language: str

    def asks(self) -> dict[str, Any]:
        """id, at and by of a command made for this request."""
        return {"id": self.command_id, "at": self.at, "by": self.actor}


class allow:  # noqa: N801 -- reads as a word in a route: Depends(allow("central"))
    """A dependency: these roles may use this route, and nobody else. `allow()` with none: any known person."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> Caller:
        """The caller, or Stop with 401 or 403."""
        caller = await caller_of(request)
        if self.roles and not self.roles & caller.actor.roles:
            raise Stop(
                Refused("request.role", "forbidden", facts={"roles": ", ".join(sorted(self.roles))}), 403
            )
        return caller


class edits(allow):  # noqa: N801 -- as above
    """The same for routes that edit: they must say which version they saw (If-Match)."""

    async def __call__(self, request: Request) -> Caller:
        """The caller, or Stop with 401, 403 or 428."""
        caller = await super().__call__(request)
        if caller.asked.if_version is None:
            raise Stop(Refused("request.if-match-missing", "stale", field="If-Match"), 428)
        return caller


class acts(allow):  # noqa: N801 -- as above
    """The same for POST routes that change state: they must carry an Idempotency-Key."""

    async def __call__(self, request: Request) -> Caller:
        """The caller, or Stop with 400, 401 or 403."""
        caller = await super().__call__(request)
        if not _key_of(request):
            raise Stop(Refused("request.key-missing", "invalid", field="Idempotency-Key"), 400)
        return caller


async def caller_of(request: Request) -> Caller:
    """The caller of this request from its bearer token, or Stop with 401."""
    token = await bearer(request)
    now: datetime = request.app.state.now()
    if not token:
        raise Stop(Refused("request.not-signed-in", "forbidden"), 401, {"WWW-Authenticate": "Bearer"})
    tokens: Tokens = request.app.state.tokens
    try:
        actor = tokens.check(token, now)
    except BadToken as error:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Stop(Refused("request.bad-token", "forbidden"), 401, challenge) from error
    key = _key_of(request)
    asked = Asked(digest=await _digest(request, actor), if_version=_if_match(request))
    command_id = derive("request", actor.id, key) if key else fresh()
    return Caller(actor, now, command_id, asked, language_of(request))


def language_of(request: Request) -> str:
    """`sv` or `en`, by Accept-Language; the installation's own where neither is wanted."""
    wanted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    found = negotiate_locale([tag.split("-")[0].lower() for tag in wanted if tag], LANGUAGES)
    return found or str(request.app.state.language)


def _key_of(request: Request) -> str:
    key = request.headers.get("idempotency-key", "").strip().strip('"')
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Stop(Refused("request.key-wrong", "invalid", field="Idempotency-Key"), 400)
    return key


def _if_match(request: Request) -> int | None:
    tag = request.headers.get("if-match")
    if tag is None:
        return None
    bare = tag.strip().removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit():
        raise Stop(Refused("request.if-match-wrong", "invalid", field="If-Match"), 400)
    return int(bare)


async def _digest(request: Request, actor: Actor) -> str | None:
    """What the person asked for, as a fingerprint: the same key must always come with the same one."""
    if request.method in {"GET", "HEAD"}:
        return None
    body = await request.body()
    boundary = request.headers.get("content-type", "").partition("boundary=")[2].strip('"')
    if boundary:  # a client draws a new one for the same form
        body = body.replace(boundary.encode(), b"")
    parts = (actor.id, request.method, request.url.path, request.url.query)
    print_ = hashlib.sha256("\x1f".join(parts).encode() + b"\x1f" + body)
    return print_.hexdigest()

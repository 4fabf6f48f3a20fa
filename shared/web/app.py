"""The web face of some services: one FastAPI application, with every refusal a problem."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from shared.accidents import OutcomeUnknown, Unavailable
from shared.kernel.decider import Refused
from shared.runtime.gauges import look
from shared.runtime.host import Desk, House
from shared.runtime.service import Service
from shared.settings import Settings
from shared.store.port import VersionConflict
from shared.web import health, openapi, problems
from shared.web.caller import Stop, language_of
from shared.web.limits import BodyLimit, RateLimit, SafeHeaders
from shared.web.observed import Observed
from shared.web.problems import FieldProblem, Texts, documented, response
from shared.web.tokens import Tokens

log = logging.getLogger(__name__)
PREFIX = "/api/v1"
LARGEST_BODY = 1_000_000
RefusalPage = Callable[[Request, Refused, int], Response]
"""Shows a refusal to somebody who reads it in a browser."""


def build(
    services: Sequence[Service],
    desks: Mapping[str, Desk],
    settings: Settings,
    tokens: Tokens,
    now: Callable[[], datetime],
    *,
    prefix: str = PREFIX,
    public: bool = True,
    pages: bool | None = None,
) -> FastAPI:
    """The application. Its state carries what dependencies need; tests give their own clock and files.

    Where two services answer the same address the earlier one does. What is not `public` is reached only
    through a gateway, which has counted its caller's requests already. `pages` for people are public, unless
    it is said that this one behind a gateway has them.
    """
    texts = Texts([problems.OWN, *(service.problems for service in services)], settings.time_zone)
    app = FastAPI(
        title="Samverkan",
        version="1",
        description="Collaborative marketing campaigns for a head office and its many local entities.\n\n"
        "Answers may gain fields, and enumerations values: ignore what you do not know.",
        docs_url=None,
        redoc_url=None,
        routes=_routes_of(tuple(services), prefix, pages=public if pages is None else pages),
    )
    app.state.desks, app.state.texts, app.state.tokens, app.state.now = desks, texts, tokens, now
    app.state.language, app.state.currency = settings.language, settings.currency
    app.state.zone = ZoneInfo(settings.time_zone)
    app.state.check, app.state.refusal_page = _nothing, None
    _handle_refusals(app)
    _handle_accidents(app)
    if public:
        app.add_middleware(RateLimit, per_minute=settings.requests_per_minute, refuse=refusal_of(app))
    app.add_middleware(BodyLimit, limit=LARGEST_BODY, refuse=refusal_of(app))
    app.add_middleware(SafeHeaders)
    app.add_middleware(Observed, prefix=PREFIX)
    openapi.document(app)
    return app


async def _nothing() -> None:
    """What an application without a house asks of it."""


def watched(app: FastAPI, house: House) -> FastAPI:
    """The same application, whose health is that of this house."""
    app.state.check = house.check
    return app


def for_operators(house: House, settings: Settings, tokens: Tokens) -> FastAPI:
    """What a process answers on its admin port: health and metrics."""
    app = build((), house.desks, settings, tokens, house.now, prefix="", public=False)
    app.include_router(health.inside)
    app.state.look = partial(look, house)
    return watched(app, house)


@lru_cache(maxsize=8)
def _routes_of(services: Sequence[Service], prefix: str, *, pages: bool) -> list[BaseRoute]:
    """What they answer. Applications of the same services share it: what FastAPI works out of each route is slow."""
    whole = APIRouter(responses=documented(400, 401, 403, 404, 413, 422, 429, 503))
    whole.include_router(health.router)
    for service in services:
        if service.router is not None:
            whole.include_router(service.router, prefix=prefix)
        if service.pages is not None and pages:
            whole.include_router(service.pages, include_in_schema=False)
    return whole.routes


def refusal_of(app: FastAPI) -> Callable[[Request, Refused, int, Mapping[str, str]], Response]:
    """Makes the answer to a request that gets no further, in its caller's language: a page for who reads pages."""

    def refuse(request: Request, refused: Refused, status: int, headers: Mapping[str, str] = {}) -> Response:
        page: RefusalPage | None = app.state.refusal_page
        if page and _reads_pages(request):
            shown = page(request, refused, status)
            shown.headers.update(headers)
            return shown
        texts: Texts = app.state.texts
        return response(texts.problem(refused, language_of(request), status), headers)

    return refuse


def _reads_pages(request: Request) -> bool:
    """A browser, at an address outside the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(PREFIX)


def _handle_refusals(app: FastAPI) -> None:
    refuse = refusal_of(app)

    @app.exception_handler(Stop)
    async def stop(request: Request, error: Stop) -> Response:
        return refuse(request, error.refused, error.status, error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        texts: Texts = app.state.texts
        found = error.errors()
        language = language_of(request)
        problem = texts.problem(Refused("request.invalid", "invalid", facts={"count": len(found)}), language)
        return response(problem.model_copy(update={"errors": [_field(one) for one in found]}))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = {404: "request.no-such-page", 405: "request.method"}.get(error.status_code, "request.invalid")
        facts = {"count": 1}
        return refuse(request, Refused(code, "invalid", facts=facts), error.status_code, error.headers or {})


def _handle_accidents(app: FastAPI) -> None:
    refuse = refusal_of(app)

    @app.exception_handler(VersionConflict)
    async def busy(request: Request, error: VersionConflict) -> Response:
        del error
        return refuse(request, Refused("request.busy", "conflict"), 409, {"Retry-After": "1"})

    @app.exception_handler(Unavailable)
    @app.exception_handler(OutcomeUnknown)
    async def unavailable(request: Request, error: Exception) -> Response:
        log.error("store unavailable", exc_info=error)
        return refuse(request, Refused("request.unavailable", "conflict"), 503, {"Retry-After": "5"})

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        log.error("request failed", extra={"path": request.url.path}, exc_info=error)
        return refuse(request, Refused("request.failed", "conflict"), 500, {})


def _field(error: Mapping[str, Any]) -> FieldProblem:
    place = [str(part) for part in error["loc"]]
    where = place[1:] if place[:1] == ["body"] and len(place) > 1 else place
    cause = f": {error['ctx']['error']}" if error["type"] == "json_invalid" else ""
    return FieldProblem(field=".".join(where), pointer="/" + "/".join(where), detail=f"{error['msg']}{cause}")

"""What routes share: their service's desk, strict bodies, and answers that read their own writes."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from json import JSONDecodeError
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict

from shared.kernel.decider import Refused
from shared.kernel.projection import Row
from shared.runtime.execute import Done
from shared.runtime.host import Desk
from shared.web.caller import Stop

OWN_WRITE_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 10.0


class Body(BaseModel):
    """A request's body: knows its fields and refuses all others."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=20_000, allow_inf_nan=False)


class Nothing(Body):
    """No more is needed than the address."""


class StrictRequest(Request):
    """JSON as RFC 8259 means it: no NaN, no lone surrogates; and no NUL, which no database of ours keeps."""

    async def json(self) -> Any:
        """The body. Raises JSONDecodeError, the only failure here that FastAPI answers with 422."""
        raw = await self.body()
        try:
            found = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise JSONDecodeError(str(error).split(":")[0], "", error.pos) from error
        if b"\\u0000" in raw and _has_nul(found):
            raise JSONDecodeError("a NUL character", "", raw.index(b"\\u0000"))
        return found


class StrictRoute(APIRoute):
    """A route that refuses query parameters it does not know, and bodies that are not JSON.

    It answers with a Response, which nobody validates: its `response_model` is for the OpenAPI document alone, and
    nothing is made of it before that is asked for.
    """

    def __init__(self, *given: Any, response_model: Any = None, **named: Any) -> None:
        by_annotation = isinstance(response_model, DefaultPlaceholder)
        self.described = None if by_annotation else response_model
        super().__init__(*given, response_model=response_model if by_annotation else None, **named)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler behind the two checks."""
        handle = super().get_route_handler()
        known = {
            name for dependant in _all(self.dependant) for p in dependant.query_params for name in (p.alias,)
        }

        async def strict(request: Request) -> Response:
            for name in request.query_params:
                if name not in known:
                    facts = {"name": name, "known": ", ".join(sorted(known)) or "-"}
                    raise Stop(Refused("request.unknown-parameter", "invalid", field=name, facts=facts), 400)
                if "\0" in request.query_params[name]:
                    nul = {"type": "value_error", "loc": ("query", name), "msg": "a NUL character"}
                    raise RequestValidationError([nul])
            whole = StrictRequest(request.scope, request.receive)
            await whole.body()  # kept by the request, so that form and fingerprint can both read it
            return await handle(whole)

        return strict


def desk_of(name: str) -> Callable[[Request], Desk]:
    """A dependency: the desk of this service."""

    def desk(request: Request) -> Desk:
        found: Desk = request.app.state.desks[name]
        return found

    return desk


async def fresh_enough(request: Request, desk: Desk) -> None:
    """Wait for the write that the reader quotes in Samverkan-Position, at most `Prefer: wait=N` seconds.

    Stop with 503 and Retry-After if the view does not get there.
    """
    quoted = request.headers.get("samverkan-position")
    if not quoted:
        return
    stream, _, version = quoted.partition("@")
    if not version.isascii() or not version.isdigit():
        raise Stop(Refused("request.position-wrong", "invalid", field="Samverkan-Position"), 400)
    if not await desk.wait(stream, int(version), _wait_seconds(request)):
        raise Stop(Refused("request.not-yet", "conflict"), 503, {"Retry-After": "1"})


Read = Callable[[], Awaitable[Row | Mapping[str, Any] | None]]


async def answer(desk: Desk, outcome: Done | Refused, read: Read, *, status: int = 200) -> Response:
    """A command's answer: the resource as it is now, its ETag, and the position to quote when reading on.

    202 with the position alone if the view needs longer than the bound.
    """
    if isinstance(outcome, Refused):
        raise Stop(outcome)
    if outcome.version < 0:  # nothing to do in a stream that never began
        return shown(await read())
    position = f"{outcome.stream}@{outcome.version}"
    headers = {"Samverkan-Position": position}
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    if not await desk.wait(outcome.stream, outcome.version, OWN_WRITE_SECONDS):
        return JSONResponse({"position": position}, 202, headers)
    found = await read()
    return shown(found, status=status, headers=headers)


def shown(
    found: Row | Mapping[str, Any] | None, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """One resource with its ETag; Stop with 404 if there is none that the caller may see."""
    if found is None:
        raise Stop(Refused("request.no-such-thing", "missing"), 404)
    tag = {"ETag": f'"{found["version"]}"'} if "version" in found else {}
    return JSONResponse(dict(found), status, {**(headers or {}), **tag})


def _wait_seconds(request: Request) -> float:
    for part in request.headers.get("prefer", "").split(","):
        name, _, seconds = part.strip().partition("=")
        if name == "wait" and seconds.isascii() and seconds.isdigit():
            return min(float(seconds), LONGEST_WAIT_SECONDS)
    return OWN_WRITE_SECONDS


def _has_nul(found: Any) -> bool:
    """Without recursion: what is nested deeply enough would exhaust the stack."""
    parts = [found]
    while parts:
        part = parts.pop()
        if isinstance(part, str) and "\0" in part:
            return True
        if isinstance(part, dict):
            parts += [*part, *part.values()]
        elif isinstance(part, list):
            parts += part
    return False


def _all(dependant: Any) -> list[Any]:
    return [dependant, *(inner for child in dependant.dependencies for inner in _all(child))]

"""Approve or reject a package or an order where people see it: the answer goes to its open request."""

import asyncio
from collections.abc import Mapping
from copy import copy
from operator import itemgetter
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from httpx2 import AsyncClient, TransportError
from httpx2 import Response as Answered
from pydantic import ConfigDict

from services.gateway.door import Door, door_of
from services.gateway.routes.resources import passed
from shared.kernel.decider import Refused
from shared.kernel.ids import OrderId, PackageId
from shared.web.caller import Caller, Stop, acts
from shared.web.desk import Body, StrictRoute
from shared.web.problems import documented

router = APIRouter(route_class=StrictRoute, responses=documented(400, 401, 403, 404, 409, 412, 422, 503))
Deciding = Annotated[Caller, Depends(acts("central", "local", "admin"))]
Through = Annotated[Door, Depends(door_of)]
Subject = Literal["packages", "orders"]
Word = Literal["accept", "refuse"]

PACKAGE: dict[int | str, dict[str, Any]] = {
    200: passed("Package", "Approval") | {"description": "The package; the answer where it may not be seen."},
    202: passed("Approval", "Position") | {"description": "Answered; it has not come to the package yet."},
}
ORDER: dict[int | str, dict[str, Any]] = {
    200: passed("Order", "Approval") | {"description": "The order; the answer where it may not be seen."},
    202: passed("Approval", "Position") | {"description": "Answered; it has not come to the order yet."},
}
PLACES = {"package": "packages", "order": "orders", "content": "campaigns"}
"""Where that is to be seen which a question is about."""
CARRIED = ("authorization", "accept-language", "idempotency-key")
RETURNED = ("etag", "samverkan-position", "idempotent-replayed", "retry-after", "www-authenticate")
OF_THE_ANSWER = ("samverkan-position", "idempotent-replayed")
WAITING = {"pending", "placed"}
LOOKS_SECONDS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.6)
"""When to look whether the owner has heard the answer: at most two seconds in all."""


class Decision(Body):
    """An answer. `version` is the submission or revision that was seen; the newest where it is left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"comment": "Welcome"}]})

    comment: str = ""
    version: int | None = None


@router.post("/packages/{package_id}/approve", tags=["packages"], responses=PACKAGE)
async def approve_package(
    request: Request, package_id: PackageId, body: Decision, door: Through, caller: Deciding
) -> Response:
    """Yes to a package under review; directly where it was not submitted and names no reviewer."""
    del caller
    return await decided(Upstream(request, door), "packages", package_id, "accept", body)


@router.post("/packages/{package_id}/reject", tags=["packages"], responses=PACKAGE)
async def reject_package(
    request: Request, package_id: PackageId, body: Decision, door: Through, caller: Deciding
) -> Response:
    """No to a package under review, and why."""
    del caller
    return await decided(Upstream(request, door), "packages", package_id, "refuse", body)


@router.post("/orders/{order_id}/approve", tags=["orders"], responses=ORDER)
async def approve_order(
    request: Request, order_id: OrderId, body: Decision, door: Through, caller: Deciding
) -> Response:
    """Yes to an order."""
    del caller
    return await decided(Upstream(request, door), "orders", order_id, "accept", body)


@router.post("/orders/{order_id}/reject", tags=["orders"], responses=ORDER)
async def reject_order(
    request: Request, order_id: OrderId, body: Decision, door: Through, caller: Deciding
) -> Response:
    """No to an order, and why; the entity reads the comment and may hand it in again."""
    del caller
    return await decided(Upstream(request, door), "orders", order_id, "refuse", body)


class Upstream:
    """The services, asked in the caller's own name, language and with the caller's own key, or others `instead`."""

    def __init__(self, request: Request, door: Door, instead: Mapping[str, str] = {}) -> None:
        self._client: AsyncClient = door.upstream
        carried = {name: request.headers[name] for name in CARRIED if name in request.headers}
        self._headers = {**carried, **instead}

    def keyed(self, key: str) -> "Upstream":
        """The same, whose next wish is known by this key."""
        found = copy(self)
        found._headers = {**self._headers, "idempotency-key": key}
        return found

    async def get(self, path: str, **params: Any) -> Answered:
        """Read what the caller may see."""
        return await self.send("GET", path, params=params)

    async def post(self, path: str, body: Mapping[str, Any]) -> Answered:
        """Do what the caller may do."""
        return await self.send("POST", path, json=body)

    async def send(self, method: str, path: str, headers: Mapping[str, str] = {}, **more: Any) -> Answered:
        """Any call, with these headers beside the caller's own. Stop with 503 where the service cannot be reached."""
        try:
            return await self._client.request(method, path, headers={**self._headers, **headers}, **more)
        except TransportError as error:
            raise Stop(Refused("request.unavailable", "conflict"), 503, {"Retry-After": "5"}) from error


async def decided(
    upstream: Upstream, subject: Subject, subject_id: UUID, word: Word, body: Decision
) -> Response:
    """What came of an answer about this package or order: the thing as it is then, or a problem."""
    asked = await upstream.get("/approvals", subject=str(subject_id), limit=200)
    if asked.is_error:
        return passed_on(asked)
    requests = sorted(asked.json()["items"], key=itemgetter("requested_at", "subject_version"))
    put = next((one for one in requests if one["status"] == "open"), None)
    put = put or await _answered_one(upstream, subject, subject_id, requests)
    if put is None:
        return await _unasked(upstream, subject, subject_id, word, body)
    seen = put["subject_version"] if body.version is None else body.version
    answer = {"answer": word, "comment": body.comment, "version": seen}
    answered = await upstream.post(f"/approvals/{put['request_id']}/answer", answer)
    if answered.is_error:
        return passed_on(answered)
    return await _once_heard(upstream, f"/{subject}/{subject_id}", answered)


async def _answered_one(
    upstream: Upstream, subject: Subject, subject_id: UUID, requests: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The newest request that was answered, so that who comes late is told who was first.

    None for a package that is being edited again: that answer was about another edition.
    """
    answered = [one for one in requests if one["status"] in {"accepted", "refused"}]
    if not answered or subject == "orders":
        return answered[-1] if answered else None
    found = await upstream.get(f"/packages/{subject_id}")
    editing = found.is_success and found.json().get("status") == "draft"
    return None if editing else answered[-1]


async def _unasked(
    upstream: Upstream, subject: Subject, subject_id: UUID, word: Word, body: Decision
) -> Response:
    """Only a package can be approved without having been asked about, and catalog says when."""
    found = await upstream.get(f"/{subject}/{subject_id}")
    if found.is_error:
        return passed_on(found)
    if (subject, word) == ("packages", "accept"):
        return passed_on(await upstream.post(f"/packages/{subject_id}/approve", {"comment": body.comment}))
    raise Stop(Refused("decision.nothing-asked", "conflict"), 409)


async def _once_heard(upstream: Upstream, path: str, answered: Answered) -> Response:
    """The package or order once its owner has heard the answer; the answer itself, with 202, if not yet.

    Where the reviewer may not see the package or order, the answer is all there is to show.
    """
    for seconds in LOOKS_SECONDS:
        await asyncio.sleep(seconds)
        found = await upstream.get(path)
        if found.is_error:
            return passed_on(answered)
        if found.json().get("status") not in WAITING:
            told = {name: answered.headers[name] for name in OF_THE_ANSWER if name in answered.headers}
            return passed_on(found, told)
    return passed_on(answered, status=202)


def passed_on(answered: Answered, more: Mapping[str, str] = {}, *, status: int | None = None) -> Response:
    """What a service answered, with the headers that are meant for the caller."""
    headers = {name: answered.headers[name] for name in RETURNED if name in answered.headers}
    kind = answered.headers.get("content-type")
    return Response(answered.content, status or answered.status_code, {**headers, **more}, kind)

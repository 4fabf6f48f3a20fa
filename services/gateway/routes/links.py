"""The decision links of mails. Looking at one changes nothing, however often; only a POST answers, and only once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from services.gateway.accounts import actor_of
from services.gateway.door import Door, door_of
from services.gateway.routes.decisions import PLACES, Upstream, passed_on
from services.gateway.routes.pages.shell import problem_page, show_page
from services.gateway.routes.resources import passed
from shared.kernel.decider import Refused
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.decision_tokens import DecisionLink, DecisionTokens
from shared.web.desk import StrictRoute, desk_of
from shared.web.problems import documented
from shared.web.tokens import BadToken, ExpiredToken, Tokens

router = APIRouter(prefix="/decisions", tags=["approvals"], route_class=StrictRoute)
pages = APIRouter(route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("gateway"))]
Through = Annotated[Door, Depends(door_of)]
GONE = 410
SHOWN: dict[int | str, dict[str, Any]] = {200: passed("Approval")}
ANSWERED = SHOWN | {202: passed("Position") | {"description": "Answered; its view is not there yet."}}
ONE_ANSWER = timedelta(minutes=1)
"""How long the bearer token lives with which the link's person is spoken for."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that can still be used: the question as its person sees it, and the way to answer it."""

    link: DecisionLink
    asked: Mapping[str, Any]
    upstream: Upstream


@router.get("/{token}", responses=SHOWN | documented(400, 403, 404, 410, 503))
async def show_decision(request: Request, token: str, here: Here, door: Through) -> Response:
    """The question that a link is about. Nothing is decided by looking."""
    return JSONResponse((await _opened(request, token, here, door)).asked)


@router.post("/{token}", responses=ANSWERED | documented(400, 403, 404, 409, 410, 412, 422, 503))
async def answer_decision(
    request: Request,
    token: str,
    here: Here,
    door: Through,
    answer: Annotated[Literal["accept", "refuse"], Form()],
    comment: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Yes or no in the name of whom the mail was for. A no says why. Browsers are led back to the page."""
    opened = await _opened(request, token, here, door)
    body = {"answer": answer, "comment": comment, "version": opened.link.version}
    answered = await opened.upstream.post(f"/approvals/{opened.link.request_id}/answer", body)
    if answered.is_success and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/decide/{token}", 303)
    return passed_on(answered)


@pages.get("/decide/{token}")
async def decide(request: Request, token: str, here: Here, door: Through) -> Response:
    """The question with a form for each answer; or what has become of the link."""
    try:
        opened = await _opened(request, token, here, door)
    except Stop as stop:
        return problem_page(request, stop.refused, stop.status)
    known: dict[str, Any] = {"asked": opened.asked, "token": token, "label": await _label(opened)}
    return show_page(request, "decide.html", **known)


async def _opened(request: Request, token: str, here: Desk, door: Door) -> Opened:
    """The link of this token. Stop with 404 if it is none of ours, 410 if used or too old, 403 where none decides."""
    link, now = _link(request, token), request.app.state.now()
    actor = await actor_of(here, str(link.person_id))
    if actor is None:
        raise Stop(Refused("decision.link-unknown", "missing"), 404)
    tokens: Tokens = request.app.state.tokens
    bearer = f"Bearer {tokens.issue(actor, now, ONE_ANSWER)}"
    in_the_name = {"authorization": bearer, "idempotency-key": str(link.notice_id)}
    upstream = Upstream(request, door, in_the_name)
    found = await upstream.get(f"/approvals/{link.request_id}")
    if found.is_error:
        raise Stop(Refused("decision.link-unknown", "missing"), 404)
    asked = found.json()
    if asked["status"] != "open":
        raise Stop(Refused("decision.link-used", "conflict"), GONE)
    if asked["subject_version"] != link.version:
        raise Stop(Refused("decision.link-expired", "conflict"), GONE)
    return Opened(link, asked, upstream)


def _link(request: Request, token: str) -> DecisionLink:
    tokens: DecisionTokens | None = request.app.state.door.decisions
    if tokens is None:
        raise Stop(Refused("decision.sign-in-wanted", "forbidden"))
    try:
        return tokens.check(token, request.app.state.now())
    except ExpiredToken as error:
        raise Stop(Refused("decision.link-expired", "conflict"), GONE) from error
    except BadToken as error:
        raise Stop(Refused("decision.link-unknown", "missing"), 404) from error


async def _label(opened: Opened) -> str:
    """What people call the package, order or campaign; its id where the reviewer may not see it."""
    asked = opened.asked
    found = await opened.upstream.get(f"/{PLACES[asked['subject']]}/{asked['subject_id']}")
    label = found.json().get("label") if found.is_success else ""
    return str(label or asked["subject_id"])

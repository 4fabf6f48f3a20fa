"""Signing in and out with a browser, and the language of its pages."""

import secrets
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.gateway.door import Door, door_of
from services.gateway.routes.pages.shell import (
    LANGUAGE_COOKIE,
    SEE_OTHER,
    PageRoute,
    problem_of,
    reader_language,
    show_page,
)
from services.gateway.routes.pages.visit import Sent, session_cookie
from services.gateway.routes.signin import signed_in
from services.gateway.sessions import LIFE, Session
from shared.kernel.ids import PersonId
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.desk import desk_of

router = APIRouter(route_class=PageRoute)
Here = Annotated[Desk, Depends(desk_of("gateway"))]
A_YEAR = 365 * 24 * 3600
Path = Annotated[str, Form(max_length=2000)]


@router.get("/sign-in")
async def show_sign_in(
    request: Request, next_: Annotated[str, Query(alias="next", max_length=2000)] = ""
) -> Response:
    """Where one signs in; `next` is where one was going."""
    return show_page(request, "sign-in.html", next=_inside(next_), login="")


@router.post("/sign-in")
async def sign_in(
    request: Request,
    here: Here,
    door: Annotated[Door, Depends(door_of)],
    login: Annotated[str, Form(max_length=400)] = "",
    password: Annotated[str, Form(max_length=4000)] = "",
    next_: Annotated[str, Form(alias="next", max_length=2000)] = "",
) -> Response:
    """Login and password for a session, and on to where one was going."""
    there = _inside(next_)
    try:
        actor = await signed_in(here, door, login, password)
    except Stop as stop:
        problem = problem_of(request, stop.refused, reader_language(request)).model_dump()
        return show_page(
            request, "sign-in.html", status=stop.status, next=there, login=login, problem=problem
        )
    session = Session(PersonId(actor.id), secrets.token_urlsafe(16))  # type: ignore[arg-type]
    answer = RedirectResponse(there or "/", SEE_OTHER)
    cookie = door.sessions.issue(session, request.app.state.now())
    answer.set_cookie(
        session_cookie(request),
        cookie,
        max_age=int(LIFE.total_seconds()),
        secure=request.app.state.secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, form: Sent) -> Response:
    """End the session in this browser."""
    del form
    answer = RedirectResponse("/", SEE_OTHER)
    answer.delete_cookie(
        session_cookie(request), secure=request.app.state.secure, httponly=True, samesite="lax"
    )
    return answer


@router.post("/language")
async def choose_language(
    request: Request, language: Annotated[Literal["sv", "en"], Form()], back: Path = ""
) -> Response:
    """Show pages in this language from now on, in this browser. It changes nothing else, and needs no session."""
    answer = RedirectResponse(_inside(back) or "/", SEE_OTHER)
    answer.set_cookie(
        LANGUAGE_COOKIE, language, max_age=A_YEAR, secure=request.app.state.secure, samesite="lax"
    )
    return answer


def _inside(path: str) -> str:
    """The same address if it is one of ours, and nothing if it leads elsewhere."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return ""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours and not parts.netloc else ""

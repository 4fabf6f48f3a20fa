"""Somebody signed in looks at a page or sends its form: who that is, and how services are asked for them."""

import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from httpx2 import Response as Answered
from starlette.datastructures import FormData

from services.gateway.accounts import actor_of
from services.gateway.door import Door, door_of
from services.gateway.projections import people
from services.gateway.routes.decisions import Decision, Subject, Upstream, decided
from services.gateway.routes.decisions import Word as Decided
from services.gateway.routes.pages.inputs import Input, labelled
from services.gateway.routes.pages.shell import SEE_OTHER, Turned, problem_of, reader_language, show_page
from services.gateway.sessions import Session
from services.gateway.words import Word, say_in, word
from shared.kernel.decider import Refused
from shared.kernel.ids import fresh
from shared.kernel.message import Actor
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.desk import desk_of
from shared.web.tokens import BadToken, Tokens

ONE_PAGE = timedelta(minutes=1)
"""How long the bearer token lives with which the services are asked for one page."""
LATER, FIRST_ERROR = 202, 400
MOST_ENTRIES = 2000
"""More than the largest order form has, whose every field head office describes in a dozen entries."""
DONE: Mapping[str, Word] = {
    "saved": word("Saved."),
    "created": word("Created."),
    "later": word("Done. It takes a moment until it is seen here: load the page again."),
    "submitted": word("Submitted for approval. The reviewers have been told."),
    "approved": word("Approved."),
    "rejected": word("Rejected, and whoever asked is told why."),
    "cancelled": word("Cancelled, and all concerned are told why."),
    "reinitialised": word("The package is being edited again, as a new edition."),
    "placed": word("Handed in. The reviewers have been told."),
    "withdrawn": word("Withdrawn."),
    "reopened": word("Opened again: the entity can change its order and hand it in."),
    "again": word("Prepared again: it can be changed, and a package can be made of it."),
    "handed-in": word("The content has been handed in. Its reviewers have been told."),
    "started": word("Started."),
    "stopped": word("Stopped."),
    "called": word("They are asked as well, and told so."),
    "told": word("Your answer has been passed on to whoever asked."),
    "said": word("Said. Whoever follows is told that there is something new."),
    "following": word("You are told by mail of every new message."),
    "left": word("You are told no more."),
    "asked": word("The question has been passed on."),
    "delegated": word("Passed on to somebody else, who is told."),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody signed in."""

    request: Request
    session: Session
    actor: Actor
    language: str
    zone: ZoneInfo
    upstream: Upstream
    done: str = ""

    @property
    def central(self) -> bool:
        """Does head office look at this?"""
        return bool(self.actor.roles & {"central", "admin"})

    @property
    def now(self) -> datetime:
        """The moment of this request."""
        moment: datetime = self.request.app.state.now()
        return moment

    async def read(self, path: str, **params: Any) -> Any:
        """A resource as its service shows it to this person. Stop with what the service said where it does not."""
        found = await self.upstream.get(path, **params)
        if found.is_error:
            raise Turned(found)
        return found.json()

    async def read_if_any(self, path: str, **params: Any) -> Any | None:
        """The same; None for what is not there for this person."""
        found = await self.upstream.get(path, **params)
        return found.json() if found.is_success else None

    async def send(self, method: str, path: str, form: FormData, body: Any = None, **more: Any) -> Answered:
        """Do what a form asks. The form's own key makes a second click harmless, its version shows a lost race."""
        headers = {"idempotency-key": str(form.get("key", ""))}
        if version := form.get("version"):
            headers["if-match"] = f'"{version}"'
        sent = more if body is None else {"json": body, **more}
        return await self.upstream.send(method, path, headers=headers, **sent)

    async def decide(
        self, subject: Subject, subject_id: UUID, answer: Decided, form: FormData
    ) -> Mapping[str, Any] | None:
        """Yes or no to a package or order, with the form's reason; what is wrong, if something is."""
        said = Decision(comment=str(form.get("reason", "")))
        upstream = self.upstream.keyed(str(form.get("key", "")))
        try:
            given = await decided(upstream, subject, subject_id, answer, said)
        except Stop as stop:
            return problem_of(self.request, stop.refused, self.language).model_dump() | {
                "status": stop.status
            }
        problem: Mapping[str, Any] = orjson.loads(given.body)
        return problem if given.status_code >= FIRST_ERROR else None

    def page(self, name: str, *, status: int = 200, **more: Any) -> HTMLResponse:
        """A page for this person, with a key of its own for each of its forms."""
        said = DONE.get(self.done)
        known = {"visit": self, "said": said, "zone": self.zone, "key": fresh}
        return show_page(self.request, name, status=status, **{**known, **more})

    def unreadable(self, inputs: Sequence[Input], wrong: Mapping[str, Word | str]) -> Mapping[str, Any]:
        """The problem that entries are, which cannot be read as what is asked for."""
        refused = Refused("request.invalid", "invalid", facts={"count": len(wrong)})
        say = say_in(self.language)
        errors = [{"field": name, "detail": say(reason)} for name, reason in wrong.items()]
        problem = problem_of(self.request, refused, self.language).model_dump() | {"errors": errors}
        return labelled(inputs, problem, self.language) or {}

    def on(self, path: str, done: str = "", **params: str) -> Response:
        """Where to look after something was done, and what is said there of it."""
        query = urlencode({**({"done": done} if done else {}), **params})
        return RedirectResponse(f"{path}?{query}" if query else path, SEE_OTHER)

    def after(self, answered: Answered, path: str, done: str) -> Response:
        """The same after what a service has answered, whose view may need a moment longer."""
        return self.on(path, "later" if answered.status_code == LATER else done)


def session_cookie(request: Request) -> str:
    """What the cookie of a session is called: over TLS so that no other host and no plain page can have set it."""
    return "__Host-samverkan-session" if request.app.state.secure else "samverkan-session"


async def visit_of(
    request: Request,
    here: Annotated[Desk, Depends(desk_of("gateway"))],
    door: Annotated[Door, Depends(door_of)],
    done: Annotated[str, Query(max_length=40)] = "",
) -> Visit:
    """A dependency: who looks. Stop with 401 where nobody is signed in, or whoever was takes part no more."""
    cookie, now = request.cookies.get(session_cookie(request), ""), request.app.state.now()
    turned = partial(Stop, Refused("request.not-signed-in", "forbidden"), 401)
    try:
        session = door.sessions.check(cookie, now)
    except BadToken as error:
        raise turned() from error
    actor = await actor_of(here, str(session.person_id))
    person = await here.one(people.ONE, {"person_id": str(session.person_id)})
    if actor is None or person is None:
        raise turned()
    request.state.language = str(person["language"])
    language = reader_language(request)
    tokens: Tokens = request.app.state.tokens
    bearer = f"Bearer {tokens.issue(actor, now, ONE_PAGE)}"
    upstream = Upstream(request, door, {"authorization": bearer, "accept-language": language})
    zone = ZoneInfo(person["time_zone"]) if person["time_zone"] else request.app.state.zone
    return Visit(request, session, actor, language, zone, upstream, done)


Seen = Annotated[Visit, Depends(visit_of)]


async def office_of(visit: Seen) -> Visit:
    """A dependency: who looks, for pages of head office. Stop with 403 for others."""
    if not visit.central:
        raise Stop(Refused("request.role", "forbidden", facts={"roles": "admin, central"}))
    return visit


Office = Annotated[Visit, Depends(office_of)]


async def form_of(request: Request, visit: Seen) -> AsyncIterator[FormData]:
    """A dependency: the form that was sent, if it stood in one of this session's pages. Stop with 403 if it did not."""
    async with request.form(max_fields=MOST_ENTRIES) as form:
        if not hmac.compare_digest(str(form.get("secret", "")).encode(), visit.session.secret.encode()):
            raise Stop(Refused("form.foreign", "forbidden"))
        yield form


Sent = Annotated[FormData, Depends(form_of)]

"""Notices over HTTP: one's own, or for head office all; and the mailbox page of an installation without a server."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import AwareDatetime, ConfigDict, Field
from typing_extensions import TypedDict

from services.notifier import mailbox
from services.notifier.deciders.preferences import PREFERENCES, ChoosePreferences
from services.notifier.letters import DOCUMENT, WORDS, page_of
from services.notifier.projections import notice_list
from shared import codec
from shared.contracts.catalog import Language
from shared.contracts.notifier import NoticeKind
from shared.kernel.decider import Refused
from shared.kernel.ids import NoticeId, PersonId
from shared.kernel.message import Actor
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, allow, language_of
from shared.web.desk import Body, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.lists import Key, Listing, Page, Paging, listed
from shared.web.problems import documented

router = APIRouter(prefix="/notices", tags=["notices"], route_class=StrictRoute)
pages = APIRouter(route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("notifier"))]
Reader = Annotated[Caller, Depends(allow("central", "local", "admin"))]
PAGE = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, trim_blocks=True
).get_template("mailbox.html.j2")
SAFE = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
AFTER_ALL = "9999"
NOTICES = Listing(
    "notices",
    (
        *("at", "kind", "status", "person_id", "language", "about", "facts", "documents", "because_of"),
        *("sent_at", "attempts", "error", "retry_at", "held_until", "digest_id", "message_id", "notice_id"),
    ),
    {"at": AFTER_ALL, "notice_id": ""},
)
SHOWN_AT_ONCE = 100
TEXTS = {
    "en": {
        "title": "Mailbox",
        "to": "to",
        "empty": "No mail yet.",
        "older": "Older mails",
        "attached": "Attached",
    },
    "sv": {
        "title": "Brevlåda",
        "to": "till",
        "empty": "Inga brev ännu.",
        "older": "Äldre brev",
        "attached": "Bifogat",
    },
}


Status = Literal["queued", "held", "in_digest", "not_by_mail", "waiting", "sent", "given_up"]
Hour = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]


class AttachedDocument(TypedDict):
    """A document of the package, as it was linked then. `size` is in bytes; `link` leads to it after a sign-in."""

    document_id: UUID
    name: str
    media_type: str
    size: int
    link: str


class Notice(TypedDict):
    """One thing that one person is told once, and what became of it. `page` is where that person goes on.

    `about` are ids by noun (package, order, campaign, request, person), `facts` what the text is made of.
    """

    notice_id: NoticeId
    kind: NoticeKind
    person_id: PersonId
    language: Language
    because_of: UUID
    about: dict[str, UUID]
    facts: dict[str, str]
    page: str
    documents: list[AttachedDocument]
    at: AwareDatetime
    status: Status
    attempts: int
    error: str | None
    retry_at: AwareDatetime | None
    sent_at: AwareDatetime | None
    message_id: str | None
    held_until: AwareDatetime | None
    digest_id: UUID | None
    version: int


class ChosenPreferences(TypedDict):
    """How somebody wants to be told. Hours are `HH:MM` in the person's time zone, empty for none.

    `version` is -1 where nothing was ever chosen.
    """

    quiet_from: str
    quiet_to: str
    digest_at: str
    not_by_mail: list[NoticeKind]
    version: int


class PreferencesBody(Body):
    """Hours are `HH:MM` in your own time zone, empty for none. Quiet hours may go over midnight.

    `digest_at`: everything of a day in one mail at that hour. `not_by_mail`: kinds that you only read here.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"quiet_from": "18:00", "quiet_to": "08:00", "not_by_mail": ["N9"]}]}
    )

    quiet_from: Hour = ""
    quiet_to: Hour = ""
    digest_at: Hour = ""
    not_by_mail: tuple[NoticeKind, ...] = ()


@router.get("", response_model=Page[Notice], responses=documented(400, 401, 403, 422))
async def list_notices(
    request: Request,
    here: Here,
    caller: Reader,
    paging: Annotated[Paging, Depends()],
    kind: NoticeKind | None = None,
    status: Annotated[
        Status | None, Query(description="What became of it; `given_up` was never delivered")
    ] = None,
    about: Annotated[UUID | None, Query(description="A package, order, campaign or request")] = None,
) -> Response:
    """What you were told, newest first; for head office what everybody was told."""
    await fresh_enough(request, here)
    wanted = {
        "only": _only(caller.actor),
        "kind": kind or "",
        "status": status or "",
        "about": str(about or ""),
    }

    async def read(last: Key, most: int) -> Sequence[Row]:
        place = {"at": last[0], "after": last[1], "limit": most}
        return await here.rows(*notice_list.listed({**wanted, **place}))

    return await listed(NOTICES, paging, read, _notice)


@router.get("/preferences", response_model=ChosenPreferences, responses=documented(401, 403))
async def show_preferences(here: Here, caller: Reader) -> Response:
    """How you want to be told; empty where you have never said so."""
    return shown(await _preferences(here, caller))


@router.put("/preferences", response_model=ChosenPreferences, responses=documented(400, 401, 403, 422))
async def choose_preferences(request: Request, body: PreferencesBody, here: Here, caller: Reader) -> Response:
    """Say how you want to be told from now on. What comes in quiet hours comes in one mail after them."""
    command = ChoosePreferences(
        **caller.asks(),
        **body.model_dump(),
        person_id=PersonId(UUID(caller.actor.id)),
        time_zone=request.app.state.zone.key,
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_preferences, here, caller))


@router.get("/{notice_id}", response_model=Notice, responses=documented(401, 403, 404))
async def show_notice(request: Request, notice_id: NoticeId, here: Here, caller: Reader) -> Response:
    """One notice with what became of it."""
    await fresh_enough(request, here)
    place = {"notice_id": str(notice_id), "only": _only(caller.actor)}
    row = await here.one(notice_list.ONE, place)
    return shown(_notice(row) if row else None)


@pages.get("/mailbox")
async def show_mailbox(
    request: Request, here: Here, before: Annotated[str, Query(max_length=100)] = ""
) -> HTMLResponse:
    """Every mail that was written, newest first."""
    _only_without_server(request)
    rows = await here.rows(mailbox.LIST, {"before": before, "limit": SHOWN_AT_ONCE + 1})
    letters = [_with_moment(request, row) for row in rows[:SHOWN_AT_ONCE]]
    older = letters[-1]["at"] + letters[-1]["notice_id"] if rows[SHOWN_AT_ONCE:] else ""
    return _page(request, letters=letters, older=older)


@pages.get("/mailbox/{notice_id}")
async def show_mail(request: Request, notice_id: NoticeId, here: Here) -> HTMLResponse:
    """One mail as it would have arrived: HTML in a frame that may do nothing, and text."""
    _only_without_server(request)
    row = await here.one(mailbox.ONE, {"notice_id": str(notice_id)})
    if row is None:
        raise Stop(Refused("request.no-such-page", "missing"), 404)
    return _page(request, letter=_with_moment(request, row) | mailbox.parts(row["mail"]))


async def _preferences(here: Desk, caller: Caller) -> dict[str, Any]:
    """From the stream itself, which always shows what was just chosen."""
    stream = await here.store.read(f"preferences-{caller.actor.id}")
    chosen = PREFERENCES.fold([codec.read(stored).event for stored in stream]).chosen  # type: ignore[misc]
    said = chosen.model_dump(mode="json", include=set(PreferencesBody.model_fields)) if chosen else {}
    return PreferencesBody().model_dump(mode="json") | said | {"version": len(stream) - 1}


def _only(actor: Actor) -> str:
    """Whose notices are there for this person: the own ones, or (nothing said) all."""
    return "" if actor.is_central else actor.id


def _notice(row: Any) -> dict[str, Any]:
    about, facts, documents = (json.loads(row[name]) for name in notice_list.IN_JSON)
    return {
        **row,
        "about": about,
        "facts": facts,
        "page": page_of(row["kind"], about, facts),
        "documents": [
            {
                **one,
                "link": "/api/v1" + DOCUMENT.format(package=about["package"], document=one["document_id"]),
            }
            for one in documents
        ],
    }


def _only_without_server(request: Request) -> None:
    """The page is for trying the product out; where mails go to people it does not exist."""
    if not getattr(request.app.state, "mailbox_zone", None):
        raise Stop(Refused("request.no-such-page", "missing"), 404)


def _with_moment(request: Request, row: Any) -> dict[str, Any]:
    language, zone = language_of(request), ZoneInfo(request.app.state.mailbox_zone)
    moment = datetime.fromisoformat(row["at"])
    return {**row, "told": format_datetime(moment, WORDS["moment"][language], tzinfo=zone, locale=language)}


def _page(request: Request, **known: Any) -> HTMLResponse:
    language = language_of(request)
    html = PAGE.render(language=language, words=TEXTS[language], **known)
    return HTMLResponse(html, headers={**SAFE, "Content-Language": language, "Vary": "Accept-Language"})

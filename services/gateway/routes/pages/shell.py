"""What every page stands in: its frame, its language, its files, and how it says no."""

import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from httpx2 import Response as Answered
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from services.gateway import words
from shared.kernel.decider import Refused
from shared.web.caller import Stop, language_of
from shared.web.desk import StrictRoute
from shared.web.problems import LANGUAGES, Problem, Texts

HERE = Path(__file__).parents[2]
SAFE = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}
"""Swagger UI styles its parts inline and draws from data URLs; no page of ours runs a script that is not a file."""
LANGUAGE_COOKIE = "samverkan-language"
NOT_SIGNED_IN, SEE_OTHER = 401, 303
WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""A moment as facts hold it (RFC 3339)."""
MOMENT = {"sv": "EEEE d MMMM y 'kl.' HH:mm", "en": "EEEE d MMMM y 'at' HH:mm"}


class Turned(Stop):
    """A service said no; its words are the answer."""

    def __init__(self, answered: Answered) -> None:
        self.problem: Mapping[str, Any] = answered.json()
        super().__init__(Refused(self.problem["code"], "conflict"), answered.status_code)


class PageRoute(StrictRoute):
    """A route whose refusals are pages too; who is not signed in is led to where one signs in, and back."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The strict handler with refusals for people."""
        handle = super().get_route_handler()

        async def paged(request: Request) -> Response:
            try:
                return await handle(request)
            except Stop as stop:
                if stop.status == NOT_SIGNED_IN:
                    return to_sign_in(request)
                if isinstance(stop, Turned):
                    return refusal_page(request, stop.problem, stop.status)
                answer = problem_page(request, stop.refused, stop.status)
                answer.headers.update(stop.headers)
                return answer
            except RequestValidationError as error:
                facts = {"count": len(error.errors())}
                return problem_page(request, Refused("request.invalid", "invalid", facts=facts), 422)

        return paged


def to_sign_in(request: Request) -> Response:
    """The way to the page where one signs in, and from there back here, if one can look at this again."""
    there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(there)}" if request.method == "GET" else ""
    return RedirectResponse(f"/sign-in{back}", SEE_OTHER)


def reader_language(request: Request) -> str:
    """What was chosen in this browser, or else is the person's own, or else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE) or getattr(request.state, "language", "")
    return chosen if chosen in LANGUAGES else language_of(request)


def show_page(request: Request, name: str, *, status: int = 200, **more: Any) -> HTMLResponse:
    """A page in the reader's language that can do nothing but show itself and send its own forms."""
    language = reader_language(request)
    known = {
        "language": language,
        "now": request.app.state.now(),
        "zone": request.app.state.zone,
        "currency": request.app.state.currency,
        "here": request.url.path,
        "visit": None,
        "problem": None,
    }
    html = environment(language).get_template(name).render(known | more)
    headers = {**SAFE, "Content-Language": language, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(html, status, headers=headers)


def problem_page(request: Request, refused: Refused, status: int) -> HTMLResponse:
    """A refusal for somebody who reads it in a browser."""
    said = texts_of(request).problem(refused, reader_language(request), status)
    return refusal_page(request, said.model_dump(), status)


def refusal_page(request: Request, problem: Mapping[str, Any], status: int) -> HTMLResponse:
    """The same for a problem that a service has put into words."""
    return show_page(request, "problem.html", said=problem, code=problem["code"], status=status)


def texts_of(request: Request) -> Texts:
    """The sentences of every refusal."""
    texts: Texts = request.app.state.texts
    return texts


def problem_of(request: Request, refused: Refused, language: str) -> Problem:
    """A refusal of the page itself, in words."""
    return texts_of(request).problem(refused, language)


@cache
def environment(language: str) -> Environment:
    """Jinja with the words and manners of this language. What a template does not know it stops at."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.install_gettext_translations(words.words_of(language), newstyle=True)  # type: ignore[attr-defined]
    found.globals |= {"words": words, "say": words.say_in(language), "languages": _languages()}
    found.filters |= {
        "moment": _moment,
        "left": _left,
        "money": _money,
        "decimal": lambda number: format_decimal(number, locale=language),
    }
    found.tests["moment"] = WRITTEN.fullmatch
    return found


def _languages() -> Mapping[str, str]:
    return {one: str(Locale.parse(one).get_language_name(one)).capitalize() for one in LANGUAGES}


@pass_context
def _moment(context: Context, at: str | datetime | None) -> str:
    """A moment in words, in the reader's time zone; nothing where there is none."""
    if at is None:
        return ""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    language, zone = context["language"], context["zone"]
    return str(format_datetime(moment, MOMENT[language], tzinfo=ZoneInfo(str(zone)), locale=language))


@pass_context
def _left(context: Context, at: str) -> str:
    """How long it is until then, or how long ago it was."""
    delta = datetime.fromisoformat(at) - context["now"]
    return str(format_timedelta(delta, add_direction=True, locale=context["language"], threshold=1.2))


@pass_context
def _money(context: Context, money: Mapping[str, str] | int) -> str:
    """An amount with its currency; a number counts hundredths of the installation's own."""
    if isinstance(money, int):
        return str(format_currency(money / 100, context["currency"], locale=context["language"]))
    return str(format_currency(money["amount"], money["currency"], locale=context["language"]))

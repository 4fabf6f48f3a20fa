"""Pages for people: the index, every problem with its way out, and the API's own documentation, all from here."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from shared.kernel.decider import Refused
from shared.web.caller import Stop, language_of
from shared.web.problems import Texts

router = APIRouter()
HERE = Path(__file__).parents[1]
PAGES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape())
SAFE = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}
"""Swagger UI styles its parts inline and draws from data URLs; no page of ours runs a script that is not a file."""
FILES = {
    "page.css": ("static/page.css", "text/css"),
    "docs.js": ("static/docs.js", "text/javascript"),
    "swagger-ui.css": ("static/swagger-ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("static/swagger-ui/swagger-ui-bundle.js", "text/javascript"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "problems": "Problem och vägen ut",
        "way_out": "Vägen ut",
        "docs": "Alla anrop, att prova",
        "facts": "Allt som berättas på Kafka: ämnen, meddelanden, scheman (AsyncAPI)",
        "mailbox": "Brevlådan: alla utskickade brev",
        "all": "Alla problem",
        "package": "Kampanjpaket",
        "order": "Order",
        "content": "Kampanjinnehåll",
        "asked": "Du är en av granskarna. Ett svar räcker: det första gäller.",
        "accept": "Godkänn",
        "refuse": "Avvisa",
        "comment": "Kommentar",
        "why": "Skäl",
        "answer_by": "Svara senast",
        "intro": "Kampanjer som centrala enheten och de lokala enheterna gör tillsammans.",
    },
    "en": {
        "problems": "Problems and the way out",
        "way_out": "The way out",
        "docs": "Every call, to try out",
        "facts": "All that is told on Kafka: topics, messages, schemas (AsyncAPI)",
        "mailbox": "The mailbox: every mail that was sent",
        "all": "All problems",
        "package": "Campaign package",
        "order": "Order",
        "content": "Campaign content",
        "asked": "You are one of the reviewers. One answer is enough: the first one counts.",
        "accept": "Accept",
        "refuse": "Reject",
        "comment": "Comment",
        "why": "Reason",
        "answer_by": "Please answer by",
        "intro": "Campaigns that head office and its local entities make together.",
    },
}


@router.get("/")
async def index(request: Request) -> HTMLResponse:
    """Where everything is."""
    return show_page(request, "index.html")


@router.get("/problems")
async def problems(request: Request) -> HTMLResponse:
    """Every problem by its code."""
    texts, language = _texts(request), language_of(request)
    found = [(code, texts.say(code, "title", language)) for code in texts.codes]
    return show_page(request, "problems.html", problems=found)


@router.get("/problems/{code}")
async def problem(request: Request, code: str) -> HTMLResponse:
    """One problem: what it means and what to do. The `type` of a problem points here."""
    texts, language = _texts(request), language_of(request)
    if code not in texts.codes:
        raise Stop(Refused("request.no-such-page", "missing"), 404)
    said = {part: blanked(texts.template(code, part, language)) for part in ("title", "detail", "way_out")}
    return show_page(request, "problem.html", code=code, problem=said)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The API's documentation page, without anything from elsewhere."""
    return show_page(request, "docs.html")


@router.get("/static/{name}")
async def static(name: str) -> FileResponse:
    """The few files that pages need."""
    if name not in FILES:
        raise Stop(Refused("request.no-such-page", "missing"), 404)
    path, kind = FILES[name]
    return FileResponse(HERE / path, media_type=kind, headers={"Cache-Control": "max-age=3600"})


def blanked(template: str) -> str:
    """A sentence with an ellipsis for each fact that only a real case has."""
    return re.sub(r"\{[^}]*\}", "…", template)


def _texts(request: Request) -> Texts:
    texts: Texts = request.app.state.texts
    return texts


def problem_page(request: Request, refused: Refused, status: int) -> HTMLResponse:
    """A refusal for somebody who reads it in a browser."""
    said = _texts(request).problem(refused, language_of(request), status)
    shown = show_page(request, "problem.html", code=refused.code, problem=said.model_dump())
    shown.status_code = status
    return shown


def show_page(request: Request, name: str, **more: Any) -> HTMLResponse:
    """A page in the reader's language that can do nothing but show itself and send its own forms."""
    language = language_of(request)
    html = PAGES.get_template(name).render(language=language, words=WORDS[language], **more)
    return HTMLResponse(html, headers={**SAFE, "Content-Language": language, "Vary": "Accept-Language"})

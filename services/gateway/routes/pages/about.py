"""Pages about the product itself: every problem with its way out, and the API's own documentation, all from here."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from services.gateway.routes.pages.shell import HERE, PageRoute, reader_language, show_page, texts_of
from shared.kernel.decider import Refused
from shared.web.caller import Stop

router = APIRouter(route_class=PageRoute)
FILES = {
    "page.css": ("static/page.css", "text/css"),
    "pico.min.css": ("static/pico/pico.min.css", "text/css"),
    "docs.js": ("static/docs.js", "text/javascript"),
    "swagger-ui.css": ("static/swagger-ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("static/swagger-ui/swagger-ui-bundle.js", "text/javascript"),
}


@router.get("/problems")
async def problems(request: Request) -> HTMLResponse:
    """Every problem by its code."""
    texts, language = texts_of(request), reader_language(request)
    found = [(code, texts.say(code, "title", language)) for code in texts.codes]
    return show_page(request, "problems.html", problems=found)


@router.get("/problems/{code}")
async def problem(request: Request, code: str) -> HTMLResponse:
    """One problem: what it means and what to do. The `type` of a problem points here."""
    texts, language = texts_of(request), reader_language(request)
    if code not in texts.codes:
        raise Stop(Refused("request.no-such-page", "missing"), 404)
    said = {part: blanked(texts.template(code, part, language)) for part in ("title", "detail", "way_out")}
    return show_page(request, "problem.html", code=code, said=said)


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

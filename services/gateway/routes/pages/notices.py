"""What somebody was told, in a browser, and how they want to be told."""

from fastapi import APIRouter, Response

from services.gateway import words
from services.gateway.routes.pages.inputs import Input, entered, filled, kept, labelled, wrongs
from services.gateway.routes.pages.packages import Word, given, query_with
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent
from services.gateway.routes.pages.who import names_of
from services.gateway.words import word

router = APIRouter(route_class=PageRoute)
SOME = 30
HOUR = word("Such as 18:00, by the clocks of your own time zone; nothing for none.")
PREFERENCES = (
    Input("quiet_from", "text", word("Quiet from"), HOUR),
    Input(
        "quiet_to",
        "text",
        word("Quiet until"),
        word("What comes in quiet hours is told in one mail after them. They may go over midnight."),
    ),
    Input("digest_at", "text", word("Everything of a day in one mail, at"), HOUR),
    Input("not_by_mail", "many", word("Only here, and never by mail"), choices=tuple(words.NOTICE.items())),
)


@router.get("/notices")
async def show_notices(visit: Seen, kind: Word = "", status: Word = "", cursor: Word = "") -> Response:
    """What one was told, newest first; for head office what everybody was told, and what was never delivered."""
    asked = {"kind": kind, "status": status}
    found = await visit.read("/notices", limit=SOME, **given(asked), **given({"cursor": cursor}))
    people = [one["person_id"] for one in found["items"]] if visit.central else []
    known = {"found": found, "names": await names_of(visit, people)}
    return visit.page("notices.html", asked=asked, query=query_with(asked), **known)


@router.get("/notices/preferences")
async def show_preferences(visit: Seen) -> Response:
    """How one wants to be told."""
    values = filled(PREFERENCES, await visit.read("/notices/preferences"), visit.zone)
    return visit.page("preferences.html", inputs=PREFERENCES, values=values, wrong={})


@router.post("/notices/preferences")
async def choose_preferences(visit: Seen, form: Sent) -> Response:
    """Be told like this from now on."""
    body, _ = entered(PREFERENCES, form, visit.language, visit.zone)
    answered = await visit.send("PUT", "/notices/preferences", form, body)
    if answered.is_error:
        refused = answered.json()
        known = {
            "inputs": PREFERENCES,
            "values": kept(PREFERENCES, form),
            "wrong": wrongs(PREFERENCES, refused),
            "problem": labelled(PREFERENCES, refused, visit.language),
        }
        return visit.page("preferences.html", status=refused["status"], **known)
    return visit.after(answered, "/notices/preferences", "saved")

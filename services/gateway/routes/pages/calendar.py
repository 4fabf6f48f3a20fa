"""What an entity has before it, month by month, and the days that are kept free."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any, Literal
from uuid import UUID

from babel.dates import format_date
from fastapi import APIRouter, Query, Response

from services.gateway.routes.pages.inputs import Input, entered, kept, labelled, wrongs
from services.gateway.routes.pages.package_form import MOST
from services.gateway.routes.pages.packages import given
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.words import Word, word
from shared.kernel.ids import EntityId

router = APIRouter(route_class=PageRoute)
MONTH = "LLLL y"
ANY_DAYS = {"from": "", "until": ""}
FREE = (
    Input("label", "text", word("What is then"), required=True),
    Input("starts_on", "day", word("First day"), required=True),
    Input("ends_on", "day", word("Last day"), required=True),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the calendar. `since` and `until` are moments, or days where whole days are meant."""

    day: date
    what: Word
    label: str
    path: str
    since: str
    until: str | None
    blackout: Mapping[str, Any] | None = None


@router.get("/calendar")
async def show_calendar(
    visit: Seen,
    entity: EntityId | None = None,
    since: Annotated[date | Literal[""], Query(alias="from")] = "",
    until: date | Literal[""] = "",
) -> Response:
    """A year from today, or these days: of one's own entity, or of the one that head office chooses."""
    days = {"from": str(since), "until": str(until)}
    return await _calendar_page(visit, entity, days)


async def _calendar_page(
    visit: Visit,
    entity: EntityId | None,
    days: Mapping[str, str],
    problem: Mapping[str, Any] | None = None,
    *,
    values: Mapping[str, Any] | None = None,
    wrong: Mapping[str, Word | str] | None = None,
) -> Response:
    entity_id = entity or visit.actor.entity_id
    entities = (await visit.read("/entities", limit=MOST))["items"] if visit.central else []
    known = {
        "months": await _months(visit, entity_id, days),
        "entity": str(entity_id or ""),
        "entities": entities,
        "days": days,
        "inputs": _inputs(entities),
        "values": values or {"entity_id": str(entity_id or "")},
        "wrong": wrong or {},
        "problem": problem,
    }
    return visit.page("calendar.html", status=problem["status"] if problem else 200, **known)


def _inputs(entities: Sequence[Mapping[str, Any]]) -> Sequence[Input]:
    """What is asked for days to keep free; head office says for whom."""
    if not entities:
        return FREE
    named = [(str(one["entity_id"]), str(one["label"])) for one in entities if not one["closed"]]
    everybody = word("Nobody chosen: for everybody.")
    return (*FREE, Input("entity_id", "choice", word("Local entity"), everybody, choices=named, keeps=True))


async def _months(
    visit: Visit, entity_id: EntityId | None, days: Mapping[str, str]
) -> list[tuple[str, list[Entry]]]:
    """The entries by month, those that began before in the first; of head office's own, the days to keep free."""
    asked = given(days)
    if entity_id is None:
        found = {
            "packages": [],
            "campaigns": [],
            "blackouts": (await visit.read("/blackouts", **asked))["items"],
        }
    else:
        found = await visit.read(f"/entities/{entity_id}/calendar", **asked)
    first = date.fromisoformat(found.get("from") or days["from"] or visit.now.date().isoformat())
    entries = sorted(_entries(visit, found), key=lambda one: (one.day, one.label))
    by_month = groupby(entries, key=lambda one: max(one.day, first).replace(day=1))
    return [(format_date(month, MONTH, locale=visit.language), list(of)) for month, of in by_month]


def _entries(visit: Visit, found: Mapping[str, Any]) -> Iterator[Entry]:
    for one in found["packages"]:
        yield _entry(visit, word("Package"), one, f"/packages/{one['package_id']}")
    for one in found["campaigns"]:
        yield _entry(visit, word("Campaign"), one, f"/campaigns/{one['campaign_id']}")
    for one in found["blackouts"]:
        day = date.fromisoformat(one["starts_on"])
        yield Entry(day, word("Days to keep free"), one["label"], "", one["starts_on"], one["ends_on"], one)


def _entry(visit: Visit, what: Word, one: Mapping[str, Any], path: str) -> Entry:
    day = datetime.fromisoformat(one["starts_at"]).astimezone(visit.zone).date()
    return Entry(day, what, f"{one['label']} ({one['name']})", path, one["starts_at"], one["ends_at"])


@router.post("/calendar/blackouts")
async def keep_free(visit: Seen, form: Sent) -> Response:
    """Keep days free: head office for everybody or one entity, an entity for itself."""
    inputs = _inputs((await visit.read("/entities", limit=MOST))["items"] if visit.central else [])
    body, _ = entered(inputs, form, visit.language, visit.zone)
    answered = await visit.send("POST", "/blackouts", form, body)
    if answered.is_error:
        problem = labelled(inputs, answered.json(), visit.language)
        values, wrong = kept(inputs, form), wrongs(inputs, problem or {})
        return await _calendar_page(visit, None, ANY_DAYS, problem, values=values, wrong=wrong)
    return visit.after(answered, "/calendar", "saved")


@router.post("/calendar/blackouts/{blackout_id}/lift")
async def lift(visit: Seen, form: Sent, blackout_id: UUID) -> Response:
    """Let these days be like others again."""
    answered = await visit.send("DELETE", f"/blackouts/{blackout_id}", form)
    if answered.is_error:
        return await _calendar_page(visit, None, ANY_DAYS, answered.json())
    return visit.after(answered, "/calendar", "saved")

"""What an entity has before it: packages, campaigns and blackouts over time, and what a package would run into."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from services.catalog.projections import blackout_list, campaign_plan, package_list
from services.catalog.routes.days import Span, Zone, midnight, span_of
from services.catalog.routes.entities import entity_of
from services.catalog.routes.packages import Here, Reader, eyes_of
from services.catalog.routes.resources import Calendar, Conflicts
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId, PackageId
from shared.kernel.moment import Day
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.desk import StrictRoute, fresh_enough, shown
from shared.web.problems import documented
from shared.web.sheets import Form, in_form

router = APIRouter(tags=["calendar"], route_class=StrictRoute)
CALENDAR = (
    *("what", "name", "label", "kind", "status", "edition", "starts_at", "ends_at", "starts_on", "ends_on"),
    *("package_id", "campaign_id", "blackout_id", "entity_id"),
)
A_YEAR = timedelta(days=365)


@router.get(
    "/entities/{entity_id}/calendar", response_model=Calendar, responses=documented(401, 403, 404, 422)
)
async def show_calendar(
    *,
    request: Request,
    entity_id: EntityId,
    here: Here,
    caller: Reader,
    zone: Zone,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Day | None = None,
    form: Form = "json",
) -> Response:
    """What touches these days, both included: by default a year from today. Each kind by its beginning.

    `packages` are those with the entity in their audience, or open to all: for a local person what is offered now,
    for head office all that were not called off. `campaigns` are the entity's own and the shared ones that an
    approved order takes part in. `blackouts` are its own and everybody's, as days of the installation's time zone.
    A sheet has all of them below each other, and says first `what` each is.
    """
    await fresh_enough(request, here)
    if await entity_of(here, caller.actor, entity_id) is None:
        return shown(None)
    first = since or caller.at.astimezone(zone).date()
    span = span_of(first, until or first + A_YEAR, zone)
    asked = {"entity": str(entity_id), **span.moments(), **eyes_of(caller)}
    packages = await here.rows(package_list.OFFERED, asked)
    entries = {
        "packages": [_package(row) for row in packages],
        **await _busy(here, entity_id, span, None),
    }
    lines = [{"what": what, **entry} for what, found in entries.items() for entry in found]
    days = {"from": span.first.isoformat(), "until": span.last.isoformat()}
    body = {"entity_id": str(entity_id), **days, **entries}
    return await in_form(form, body, CALENDAR, lines, "calendar")


@router.get(
    "/packages/{package_id}/conflicts", response_model=Conflicts, responses=documented(401, 403, 404, 422)
)
async def show_conflicts(
    *,
    request: Request,
    package_id: PackageId,
    here: Here,
    caller: Reader,
    zone: Zone,
    entity: EntityId | None = None,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Day | None = None,
) -> Response:
    """What taking part in a package would run into, before anything is ordered: blackouts and other campaigns.

    Looked at is the time in which its campaign runs; where that has no dates, from when the campaign can be used to
    the end of the package. An entity with a schedule of its own gives its days. Head office says for which entity.
    """
    await fresh_enough(request, here)
    entity_id = entity or caller.actor.entity_id
    if entity_id is None:
        raise Stop(Refused("calendar.entity-missing", "invalid", field="entity"), 422)
    package = await here.one(package_list.ONE, {"package_id": str(package_id), **eyes_of(caller)})
    if package is None or await entity_of(here, caller.actor, entity_id) is None:
        return shown(None)
    runs = await _run_of(here, package, zone)
    span = span_of(since or runs.first, until or runs.last, zone) if since or until else runs
    found = await _busy(here, entity_id, span, package_id)
    return shown(
        {
            "package_id": str(package_id),
            "entity_id": str(entity_id),
            "starts_at": span.since.isoformat(),
            "ends_at": span.until.isoformat(),
            "clear": not any(found.values()),
            **found,
        }
    )


async def _busy(here: Desk, entity_id: EntityId, span: Span, apart_from: PackageId | None) -> dict[str, Any]:
    """The entity's campaigns and blackouts in this time, without those campaigns that come from one package."""
    asked = {"entity": str(entity_id), **span.moments(), "apart_from": str(apart_from or "none")}
    campaigns = await here.rows(campaign_plan.OF, asked)
    blackouts = await here.rows(blackout_list.FOR, {"entity": str(entity_id), **span.days()})
    return {
        "campaigns": [dict(row) for row in campaigns],
        "blackouts": [{**row, "entity_id": row["entity_id"] or None} for row in blackouts],
    }


async def _run_of(here: Desk, package: Row, zone: Zone) -> Span:
    reference = await here.one(campaign_plan.DATES, {"campaign_id": package["reference_id"]}) or {}
    available = orjson.loads(package["details"])["available_at"]
    since = datetime.fromisoformat(reference.get("starts_at") or available or package["starts_at"])
    until = datetime.fromisoformat(reference.get("ends_at") or package["ends_at"])
    if until <= since:
        until = midnight(since.astimezone(zone).date() + timedelta(days=1), zone)
    return Span(since, until, zone)


def _package(row: Row) -> dict[str, Any]:
    label = orjson.loads(row["details"])["label"]
    same = ("package_id", "edition", "status", "kind", "starts_at", "ends_at")
    return {**{name: row[name] for name in same}, "name": f"CAT{row['number']}", "label": label}

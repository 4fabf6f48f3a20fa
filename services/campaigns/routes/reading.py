"""One campaign as it is shown: with the values that count, its target, its day and its words."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.campaigns.deciders.definition import defaults_of
from services.campaigns.deciders.target import ages_in, day_of, limit_of
from services.campaigns.deciders.wording import filled
from services.campaigns.projections import campaign_list, recipients
from services.campaigns.projections.recipients import Wanted
from shared.contracts.campaigns import Condition, Definition
from shared.contracts.ordering import Values
from shared.kernel.ids import CampaignId
from shared.kernel.message import Actor
from shared.kernel.projection import Row
from shared.runtime.host import Desk


async def campaign_of(here: Desk, actor: Actor, campaign_id: CampaignId) -> dict[str, Any] | None:
    """The campaign as this actor may see it, or None."""
    row = await here.one(campaign_list.ONE, {"campaign_id": str(campaign_id)})
    if row is None or not _visible(row, actor):
        return None
    definition = Definition.model_validate_json(row["definition"])
    entered = await here.rows(campaign_list.VALUES_OF, {"campaign_id": str(campaign_id)})
    values = defaults_of(definition) | {one["name"]: orjson.loads(one["value"]) for one in entered}
    return line(row) | {
        "definition": definition.model_dump(mode="json"),
        "values": values,
        "changed": [one["name"] for one in entered if one["changed"]],
        "target": await target_of(here, definition, values, row),
        "contact_on": contact_day(definition, values),
        "content": {
            language: {"subject": filled(text.subject, values), "body": filled(text.body, values)}
            for language, text in definition.content.items()
        },
    }


async def tracked(here: Desk, reference: UUID) -> dict[str, Any] | None:
    """The campaign that carries this reference, with its parent; None if none does."""
    row = await here.one(campaign_list.TRACKED, {"tracking": str(reference)})
    if row is None:
        return None
    parent = await here.one(campaign_list.ONE, {"campaign_id": row["parent_id"]})
    return {"tracking": row["tracking"], "child": line(row), "parent": line(parent) if parent else None}


def line(row: Row) -> dict[str, Any]:
    """The campaign as a list shows it."""
    return {name: value for name, value in row.items() if name != "definition"}


async def target_of(here: Desk, definition: Definition, values: Values, row: Row) -> dict[str, Any]:
    """How many of the entity's recipients the query finds with these values, cut at the limit.

    `count` is None where a value cannot be used in the query, `of` is how many the entity has.
    """
    entity_id = row["entity_id"] or ""
    everybody = await here.one(*recipients.count_of((), entity_id))
    of = int(everybody["found"]) if everybody else 0
    try:
        limit = limit_of(filled(definition.max_size, values, ""))
        wanted = [_wanted(one, definition, values, row) for one in definition.query]
    except (ValueError, OverflowError):
        return {"count": None, "of": of}
    found = await here.one(*recipients.count_of(wanted, entity_id)) if wanted else everybody
    count = int(found["found"]) if found else 0
    return {"count": min(count, limit) if limit else count, "of": of}


def contact_day(definition: Definition, values: Values) -> str | None:
    """The day of contact with these values, or None where there is none, or none that is a day."""
    day = day_of(filled(definition.contact_on, values, ""))
    return day.isoformat() if day else None


def _wanted(condition: Condition, definition: Definition, values: Values, row: Row) -> Wanted:
    """The condition with what the order says. Raises ValueError where that is no age, or nothing."""
    said = filled(str(condition.value), values, "")
    if not said.strip():
        raise ValueError("a condition on nothing")
    if not condition.attribute.startswith("age"):
        return Wanted(condition.attribute, said, said)
    youngest, oldest = ages_in(condition.attribute, said)
    year = _year(row, definition, values)
    return Wanted("born", year - oldest, year - youngest)


def _year(row: Row, definition: Definition, values: Values) -> int:
    """Ages count in the year of contact; without one, in the year in which the campaign starts."""
    said = filled(definition.contact_on, values, "") or row["starts_at"]
    if not said:
        raise ValueError("no year to count ages in")
    return datetime.fromisoformat(said).year


def _visible(row: Row, actor: Actor) -> bool:
    return actor.is_central or (row["entity_id"] is not None and row["entity_id"] == str(actor.entity_id))

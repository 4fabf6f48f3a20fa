"""One campaign as it is shown: with the values that count, its target, its day and its words."""

from datetime import datetime
from typing import Any

import orjson

from services.campaigns.deciders.definition import defaults_of
from services.campaigns.deciders.wording import filled
from services.campaigns.projections import campaign_list, recipients
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
        "contact_on": filled(definition.contact_on, values) or None,
        "content": {
            language: {"subject": filled(text.subject, values), "body": filled(text.body, values)}
            for language, text in definition.content.items()
        },
    }


def line(row: Row) -> dict[str, Any]:
    """The campaign as a list shows it."""
    return {name: value for name, value in row.items() if name != "definition"}


async def target_of(here: Desk, definition: Definition, values: Values, row: Row) -> dict[str, Any]:
    """How many of the entity's recipients the query finds with these values, cut at the limit.

    `count` is None where a value cannot be used in the query.
    """
    entity_id = row["entity_id"] or ""
    of = await here.one(*recipients.count_of((), entity_id, 0))
    try:
        conditions = tuple(_with(condition, values) for condition in definition.query)
        limit = int(float(filled(definition.max_size, values) or 0))
        found = await here.one(*recipients.count_of(conditions, entity_id, _year(row, definition, values)))
    except ValueError:
        return {"count": None, "of": of["found"] if of else 0}
    count = int(found["found"]) if found else 0
    return {"count": min(count, limit) if limit > 0 else count, "of": of["found"] if of else 0}


def _with(condition: Condition, values: Values) -> Condition:
    if not isinstance(condition.value, str):
        return condition
    return condition.model_copy(update={"value": filled(condition.value, values)})


def _year(row: Row, definition: Definition, values: Values) -> int:
    """Ages count in the year of contact; without one, in the year in which the campaign starts."""
    day = filled(definition.contact_on, values)
    if day:
        return datetime.fromisoformat(day).year
    if row["starts_at"]:
        return datetime.fromisoformat(row["starts_at"]).year
    raise ValueError("no year to count ages in")


def _visible(row: Row, actor: Actor) -> bool:
    return actor.is_central or (row["entity_id"] is not None and row["entity_id"] == str(actor.entity_id))

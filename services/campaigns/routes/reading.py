"""One campaign as it is shown: with the values that count, its target, its day and its words."""

from typing import Any
from uuid import UUID

import orjson

from services.campaigns.deciders.aim import aim_of, contact_day
from services.campaigns.deciders.definition import asked_of_head_office, defaults_of
from services.campaigns.deciders.shares import allot
from services.campaigns.deciders.wording import filled
from services.campaigns.projections import campaign_list, recipients
from shared.contracts.campaigns import Definition
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
    day = contact_day(definition, values)
    return line(row) | {
        "definition": definition.model_dump(mode="json"),
        "program": definition.program,
        "budget": definition.budget,
        "asks": list(asked_of_head_office(definition)),
        "values": values,
        "changed": [one["name"] for one in entered if one["changed"]],
        "target": await target_of(here, definition, values, row),
        "contact_on": day.isoformat() if day else None,
        "content": words_of(definition, values),
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
    aim = aim_of(definition, values, row["starts_at"])
    if aim is None:
        return {"count": None, "of": of}
    found = await here.one(*recipients.count_of(aim.wanted, entity_id)) if aim.wanted else everybody
    return {"count": aim.cut(int(found["found"]) if found else 0), "of": of}


async def deliveries_of(
    here: Desk, definition: Definition, values: Values, row: Row
) -> list[dict[str, Any]] | None:
    """How many each delivery reaches, one for each channel; together they keep the limit. None as for `count`."""
    aim = aim_of(definition, values, row["starts_at"])
    if aim is None:
        return None
    found = await here.rows(*recipients.by_channel(aim.wanted, row["entity_id"] or ""))
    sizes = [int(one["found"]) for one in found]
    counts = allot(aim.cut(sum(sizes)), sizes)
    return [{"channel": one["channel"], "count": count} for one, count in zip(found, counts, strict=True)]


def words_of(definition: Definition, values: Values) -> dict[str, dict[str, str]]:
    """The message in every language, with these values in their places."""
    return {
        language: {"subject": filled(text.subject, values), "body": filled(text.body, values)}
        for language, text in definition.content.items()
    }


def _visible(row: Row, actor: Actor) -> bool:
    return actor.is_central or (row["entity_id"] is not None and row["entity_id"] == str(actor.entity_id))

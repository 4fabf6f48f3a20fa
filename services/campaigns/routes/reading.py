"""One campaign as it is shown: with the values that count, its target, its day and its words."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from services.campaigns.deciders.aim import aim_of, contact_day, others_of
from services.campaigns.deciders.definition import asked_of_head_office, defaults_of
from services.campaigns.deciders.shares import allot
from services.campaigns.deciders.wording import filled
from services.campaigns.projections import campaign_list, content_list, recipients, seen_orders
from services.campaigns.projections.recipients import Crowd
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
    reach, day = await reach_of(here, definition, values, row), contact_day(definition, values)
    return line(row) | {
        "definition": definition.model_dump(mode="json"),
        "program": definition.program,
        "budget": definition.budget,
        "asks": list(asked_of_head_office(definition)),
        "values": values,
        "changed": [one["name"] for one in entered if one["changed"]],
        "target": reach.target,
        "left_out": reach.left_out,
        "contact_on": day.isoformat() if day else None,
        "content": words_of(definition, values),
        "content_approval": await _content_approval(here, definition, row),
    }


async def _content_approval(here: Desk, definition: Definition, row: Row) -> dict[str, Any] | None:
    """How far the approval of its content has come; None where none is asked for."""
    if not definition.content_approval or row["order_id"] is None:
        return None
    found = await here.one(content_list.ONE, {"campaign_id": row["campaign_id"]})
    return dict(found or content_list.MISSING)


async def tracked(here: Desk, reference: UUID) -> dict[str, Any] | None:
    """The campaign that carries this reference, with its parent; None if none does."""
    row = await here.one(campaign_list.TRACKED, {"tracking": str(reference)})
    if row is None:
        return None
    parent = await here.one(campaign_list.ONE, {"campaign_id": row["parent_id"]})
    return {"tracking": row["tracking"], "child": line(row), "parent": line(parent) if parent else None}


def line(row: Row) -> dict[str, Any]:
    """The campaign as a list shows it."""
    return {name: value for name, value in row.items() if name not in {"definition", "found_by"}}


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a campaign reaches with its values.

    `target` is how many it reaches, cut at its limit, of how many the entity has; a count of None means that a value
    cannot be used in the query. `deliveries` are the same by channel, and keep the limit together. `left_out` is
    who would have been reached, how many, and why not: by `whose` rule, and how far it goes.
    """

    target: dict[str, Any]
    deliveries: list[dict[str, Any]] | None
    left_out: list[dict[str, Any]]


async def reach_of(here: Desk, definition: Definition, values: Values, row: Row) -> Reach:
    """Whom it reaches among the recipients of the row's entity as they are now, or among all where it has none."""
    entity_id = row["entity_id"] or ""
    of = await _counted(here, recipients.count_of((), entity_id))
    aim = aim_of(definition, values, row["starts_at"])
    if aim is None:
        return Reach({"count": None, "of": of}, None, [])
    crowd = await _crowd(here, definition, values, row)
    found = await here.rows(*recipients.by_channel(aim.wanted, entity_id, crowd))
    sizes = [int(one["found"]) for one in found]
    counts = allot(aim.cut(sum(sizes)), sizes)
    deliveries = [
        {"channel": one["channel"], "count": count} for one, count in zip(found, counts, strict=True)
    ]
    over = 0
    if definition.pressure and crowd.others:
        over = await _counted(here, recipients.count_of(aim.wanted, entity_id)) - sum(sizes)
    why = definition.pressure.model_dump() if definition.pressure else {}
    left_out = [{"because": "pressure", "count": over, **why}] if over else []
    return Reach({"count": sum(counts), "of": of}, deliveries, left_out)


async def _crowd(here: Desk, definition: Definition, values: Values, row: Row) -> Crowd:
    """What else reaches the entity's recipients in the same days, where the campaign has a ceiling."""
    if definition.pressure is None:
        return recipients.NOBODY
    whose = {"entity_id": row["entity_id"] or "", "order_id": row["order_id"] or ""}
    orders = await here.rows(seen_orders.OTHERS, whose)
    return Crowd(others_of(definition, values, row["starts_at"], orders), definition.pressure.most)


async def _counted(here: Desk, counting: tuple[str, dict[str, Any]]) -> int:
    (found,) = await here.rows(*counting)
    return int(found["found"])


def words_of(definition: Definition, values: Values) -> dict[str, dict[str, str]]:
    """The message in every language, with these values in their places."""
    return {
        language: {"subject": filled(text.subject, values), "body": filled(text.body, values)}
        for language, text in definition.content.items()
    }


def _visible(row: Row, actor: Actor) -> bool:
    return actor.is_central or (row["entity_id"] is not None and row["entity_id"] == str(actor.entity_id))

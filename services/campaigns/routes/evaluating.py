"""What an order would come to, with these values: how many, how much, in which words."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.campaigns.deciders.aim import contact_day
from services.campaigns.deciders.budget_commands import budget_of
from services.campaigns.deciders.definition import defaults_of, wrong_values
from services.campaigns.deciders.own_rule import own_at, ruled
from services.campaigns.deciders.wording import page_of
from services.campaigns.projections import own_rules
from services.campaigns.routes.costs import costs_of, money, room_for, told
from services.campaigns.routes.reading import reach_of, words_of
from shared.contracts.campaigns import Definition
from shared.contracts.ordering import Values
from shared.kernel.ids import CampaignId, EntityId
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop
from shared.web.desk import Body

Short = Annotated[str, StringConstraints(max_length=200)]


class Seed(Body):
    """An address to which a preview is made out, as if it were a recipient's. Kept nowhere."""

    name: Short = ""
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=320)]
    city: Short = ""


class Evaluation(Body):
    """What is asked. `values` are tried beside what is known, and kept nowhere; `form` and `seed` are for content."""

    kind: Literal["target", "budget", "content"]
    values: Values = Field(default_factory=dict)
    form: Literal["text", "html"] = "text"
    seed: Seed | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where it would be ordered: the reference's row, the package's edition, the entity, and its entries so far.

    `ordered_at` is given where it is ordered already: then the rules of that moment hold.
    """

    reference: Row
    package_id: str
    edition: int
    entity_id: str
    entries: Values
    order_id: str = ""
    ordered_at: str | None = None


async def evaluated(
    here: Desk, caller: Caller, asked: Evaluation, place: Place, currency: str
) -> dict[str, Any]:
    """The answer with the moment at which it was taken; Stop with 422 if a value does not fit its field."""
    definition = await _holding_for(here, place)
    if wrong := wrong_values(definition, asked.values):
        raise Stop(wrong)
    values = defaults_of(definition) | place.entries | asked.values
    found = {"kind": asked.kind, "taken_at": caller.at.isoformat(), "values": values}
    if asked.kind == "content":
        return found | _content(definition, values, asked)
    return found | await _target(here, definition, values, place, currency if asked.kind == "budget" else "")


async def _holding_for(here: Desk, place: Place) -> Definition:
    """The reference's definition under the rule that holds for this entity: head office's, or its own."""
    whose = {"campaign_id": place.reference["campaign_id"], "entity_id": place.entity_id}
    said = await here.rows(own_rules.SHOWN, whose)
    definition = Definition.model_validate_json(place.reference["definition"])
    return ruled(definition, own_at(said, place.ordered_at))


async def _target(
    here: Desk, definition: Definition, values: Values, place: Place, currency: str
) -> dict[str, Any]:
    """Counts, and where a currency is given, amounts; both None where a value cannot be used."""
    row = {**place.reference, "entity_id": place.entity_id, "order_id": place.order_id}
    reach, day = await reach_of(here, definition, values, row), contact_day(definition, values)
    target, deliveries = reach.target, reach.deliveries
    found: dict[str, Any] = {"target": target, "deliveries": deliveries, "left_out": reach.left_out}
    found["contact_on"] = day.isoformat() if day else None
    if not currency:
        return found
    cents = definition.message_cost_cents
    for delivery in deliveries or ():
        delivery["amount"] = money(cents * delivery["count"], currency)
    if target["count"] is None:
        return found | {"amount": None, "costs": None, "budget": None}
    amount = cents * target["count"]
    costs = await costs_of(here, place.package_id, place.edition, place.entity_id, amount)
    budget_id = budget_of(EntityId(UUID(place.entity_id)), CampaignId(UUID(place.reference["campaign_id"])))
    room = await room_for(here, costs["own"], budget_id, place.order_id, currency)
    return found | {"amount": money(amount, currency), "costs": told(costs, currency), "budget": room}


def _content(definition: Definition, values: Values, asked: Evaluation) -> dict[str, Any]:
    seed = {"recipient_name": asked.seed.name, "recipient_city": asked.seed.city} if asked.seed else {}
    words = words_of(definition, {**values, **seed})
    if asked.form == "html":
        words = {
            language: {**text, "body": page_of(text["subject"], text["body"], language)}
            for language, text in words.items()
        }
    return {"form": asked.form, "to": asked.seed.email if asked.seed else None, "content": words}

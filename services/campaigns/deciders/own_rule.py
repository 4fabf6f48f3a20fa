"""An entity's own ceiling of contacts, linked to the one of a reference campaign, which it replaces for that entity.

Head office's rule is the widest there is: an own one may say the same or be narrower, never let more through. So it
is refused where it is wider, and rests while head office's has become narrower than it, or is not there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.campaigns.deciders.campaign_commands import Campaign, LiftOwnRule, SetOwnRule
from shared.contracts.campaigns import CampaignEvent, Definition, OwnRuleLifted, OwnRuleSet, Pressure
from shared.kernel.decider import Refused

Decision = Sequence[CampaignEvent] | Refused
Said = Mapping[str, Any]
"""What an entity once said of its rule: `at` when, with `most` and `days`, or neither where it was lifted."""


def set_rule(command: SetOwnRule, campaign: Campaign) -> Decision:
    """The entity's own, or head office's for it; only beside a central rule, and no wider than that."""
    if _unseen(command, campaign):
        return Refused("campaign.unknown", "missing")
    central, own = campaign.definition.pressure, _own(command.most, command.days)
    if central is None:
        return Refused("campaign.no-central-rule", "conflict")
    if part := wider_in(own, central):
        facts = {"name": part, "given": getattr(own, part), "most": central.most, "days": central.days}
        return Refused("campaign.own-rule-wider", "invalid", field=part, facts=facts)
    if dict(campaign.own_rules).get(command.entity_id) == own:
        return []
    return [OwnRuleSet(**_said(command), pressure=own)]


def lift_rule(command: LiftOwnRule, campaign: Campaign) -> Decision:
    """From now on head office's rule holds; where it held already, nothing changes."""
    if _unseen(command, campaign):
        return Refused("campaign.unknown", "missing")
    if command.entity_id not in dict(campaign.own_rules):
        return []
    return [OwnRuleLifted(**_said(command))]


def wider_in(own: Pressure, central: Pressure) -> str:
    """The part in which an own rule would let more through than the central one, or nothing."""
    if own.most > central.most:
        return "most"
    return "days" if own.days < central.days else ""


def own_at(said: Sequence[Said], moment: str | None) -> Pressure | None:
    """The entity's rule at that moment, or by the newest of what it said, the oldest first; None where it has none."""
    until = datetime.fromisoformat(moment) if moment else None
    there = [one for one in said if until is None or datetime.fromisoformat(one["at"]) <= until]
    return _own(there[-1]["most"], there[-1]["days"]) if there and there[-1]["most"] else None


def ruled(definition: Definition, own: Pressure | None) -> Definition:
    """The definition as it holds for an entity with this rule: in place of the central one, unless that is narrower."""
    central = definition.pressure
    if own is None or central is None or wider_in(own, central):
        return definition
    return definition.model_copy(update={"pressure": own})


def _own(most: int, days: int) -> Pressure:
    return Pressure(most=most, days=days, whose="entity")


def _unseen(command: SetOwnRule | LiftOwnRule, campaign: Campaign) -> bool:
    reference = campaign.exists and campaign.is_reference
    return not reference or not command.by.sees(command.entity_id)


def _said(command: SetOwnRule | LiftOwnRule) -> dict[str, Any]:
    acted_for = command.by.on_behalf_of(command.entity_id)
    who = {"by": command.by.id, "at": command.at, "on_behalf_of": acted_for}
    return {"campaign_id": command.campaign_id, "entity_id": command.entity_id, **who}

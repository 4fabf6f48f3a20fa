"""What entities said of their own rules, each time: as it is read, and as reactions remember it."""

from collections.abc import Iterator
from functools import partial

from shared.contracts.campaigns import OwnRuleLifted, OwnRuleSet
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLE = """
CREATE TABLE IF NOT EXISTS {name} (
    campaign_id TEXT NOT NULL, entity_id TEXT NOT NULL, version BIGINT NOT NULL, most BIGINT, days BIGINT,
    at TEXT NOT NULL, who TEXT NOT NULL, on_behalf_of TEXT, PRIMARY KEY (campaign_id, entity_id, version)
)
"""
SAID = """
INSERT INTO {name} (campaign_id, entity_id, version, most, days, at, who, on_behalf_of)
VALUES (:campaign_id, :entity_id, :version, :most, :days, :at, :by, :on_behalf_of)
ON CONFLICT (campaign_id, entity_id, version) DO NOTHING
"""
OF = """
SELECT most, days, at, who, on_behalf_of FROM {name}
WHERE campaign_id = :campaign_id AND entity_id = :entity_id ORDER BY version
"""
SHOWN, REMEMBERED = OF.format(name="own_rules"), OF.format(name="seen_rules")


def apply(table: str, recorded: Recorded) -> Iterator[Statement]:
    """One row each time; without numbers where the rule was lifted."""
    event = recorded.event
    if isinstance(event, OwnRuleSet | OwnRuleLifted):
        rule = (
            event.pressure.model_dump(include={"most", "days"})
            if isinstance(event, OwnRuleSet)
            else {"most": None, "days": None}
        )
        told = event.model_dump(mode="json", exclude={"pressure"})
        yield SAID.format(name=table), {**told, **rule, "version": recorded.version}


def _kept_in(table: str) -> Projection:
    made = (TABLE.format(name=table),)
    return Projection(f"campaigns.{table}", 1, made, partial(apply, table), hears=("campaigns.campaigns",))


OWN_RULES, SEEN_RULES = _kept_in("own_rules"), _kept_in("seen_rules")

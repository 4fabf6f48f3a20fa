"""Every campaign: head office's references, and what orders created from them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson

from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignFinished,
    CampaignMadeAvailable,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignReordered,
    CampaignSettingsRevised,
    CampaignStarted,
    ChildCampaignCreated,
    ContentApproved,
    ContentRefused,
    ContentSubmitted,
    LocalCampaignCreated,
    LocalChangeMade,
    OwnRuleLifted,
    OwnRuleSet,
)
from shared.contracts.ordering import Values
from shared.kernel.ids import CampaignId, derive
from shared.kernel.message import Event, Params, Recorded
from shared.kernel.projection import Projection, Statement, narrowed
from shared.kernel.searching import is_few, kept, numbers_of, table_of

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS campaign_list (
        campaign_id TEXT PRIMARY KEY, number BIGINT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
        tracking TEXT UNIQUE, template TEXT, parent_id TEXT, order_id TEXT, package_id TEXT, entity_id TEXT,
        label TEXT NOT NULL, status TEXT NOT NULL, definition TEXT NOT NULL,
        available_at TEXT, starts_at TEXT, ends_at TEXT, reason TEXT NOT NULL, found_by TEXT NOT NULL,
        version BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS campaign_value (
        campaign_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, changed BIGINT NOT NULL,
        PRIMARY KEY (campaign_id, name)
    )
    """,
    "CREATE INDEX IF NOT EXISTS campaign_list_by_number ON campaign_list (number, kind, status, found_by)",
    "CREATE INDEX IF NOT EXISTS campaign_list_by_parent ON campaign_list (parent_id, number)",
    "CREATE INDEX IF NOT EXISTS campaign_list_by_entity ON campaign_list (entity_id, number)",
    table_of("campaign_parts"),
)
MADE = """
INSERT INTO campaign_list (campaign_id, number, name, kind, tracking, template, parent_id, order_id, package_id,
                           entity_id, label, status, definition, available_at, starts_at, ends_at, reason, found_by,
                           version)
VALUES (:campaign_id, :number, :name, :kind, :tracking, :template, :parent_id, :order_id, :package_id,
        :entity_id, :label, :status, :definition, :available_at, :starts_at, :ends_at, '', :found_by,
        :version)
ON CONFLICT (campaign_id) DO NOTHING
"""
REVISED = """
UPDATE campaign_list SET label = :label, found_by = :found_by, definition = :definition, starts_at = :starts_at,
    ends_at = :ends_at, kind = coalesce(:kind, kind), version = :version
WHERE campaign_id = :campaign_id
"""
REORDERED = """
UPDATE campaign_list SET definition = :definition, starts_at = :starts_at, ends_at = :ends_at, version = :version
WHERE campaign_id = :campaign_id
"""
EMPTIED = "DELETE FROM campaign_value WHERE campaign_id = :campaign_id AND name = :name"
WORDS = kept("campaign_parts", "campaign_list", "campaign_id")
MOVED = """
UPDATE campaign_list SET status = :status, reason = :reason, version = :version WHERE campaign_id = :campaign_id
"""
SEEN = "UPDATE campaign_list SET version = :version WHERE campaign_id = :campaign_id"
VALUE = """
INSERT INTO campaign_value (campaign_id, name, value, changed) VALUES (:campaign_id, :name, :value, :changed)
ON CONFLICT (campaign_id, name) DO UPDATE SET value = :value, changed = :changed
"""

ONE = "SELECT * FROM campaign_list WHERE campaign_id = :campaign_id"
VALUES_OF = "SELECT name, value, changed FROM campaign_value WHERE campaign_id = :campaign_id ORDER BY name"
NARROWING = {
    "entity_id": "entity_id = :entity_id",
    "status": "status = :status",
    "kind": "kind = :kind",
    "q": "found_by LIKE :pattern ESCAPE '!'",
}
SURVEY = f"SELECT {is_few('campaign_parts')} AS few"
"""Whether few campaigns can have the words: then they are looked up and sorted, not met on the way."""
LOOKED_UP = {"q": f"number IN ({numbers_of('campaign_parts', 'campaign_list')})"}
TRACKED = "SELECT * FROM campaign_list WHERE tracking = :tracking"
CHILDREN = """
SELECT * FROM campaign_list WHERE parent_id = :parent_id AND number > :after ORDER BY number LIMIT :limit
"""

_Defined = (
    CampaignPrepared
    | ChildCampaignCreated
    | LocalCampaignCreated
    | CampaignSettingsRevised
    | CampaignReordered
)
STATUSES: dict[type[Event], str] = {
    CampaignMadeAvailable: "available",
    CampaignStarted: "running",
    CampaignFinished: "finished",
    CampaignReinitialised: "prepared",
}


def listed(asked: Params, *, few: bool = False) -> Statement:
    """The page that is asked for, newest first. No index is in the order of the sum, so none is walked for few."""
    where = f"number < :before{narrowed(NARROWING | (LOOKED_UP if few else {}), asked)}"
    order = "number + 0" if few else "number"
    return f"SELECT * FROM campaign_list WHERE {where} ORDER BY {order} DESC LIMIT :limit", asked


def tracking_of(parent_id: CampaignId, campaign_id: CampaignId) -> UUID:
    """What every link and picture of this campaign's messages carries; as long as it lives, nobody else's."""
    return derive("tracking", parent_id, campaign_id)


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per campaign, one per value that counts in an entity's own."""
    event, version = recorded.event, recorded.version
    match event:
        case CampaignPrepared() | ChildCampaignCreated() | LocalCampaignCreated():
            yield from _made(event, version)
        case CampaignSettingsRevised():
            yield REVISED, _row(event) | {"found_by": event.label.casefold(), "version": version}
            yield WORDS, {"campaign_id": str(event.campaign_id)}
        case CampaignReordered():
            yield from _reordered(event, version)
        case LocalChangeMade():
            yield from _values(str(event.campaign_id), event.values, changed=1)
            yield SEEN, {"campaign_id": str(event.campaign_id), "version": version}
        case OwnRuleSet() | OwnRuleLifted() | ContentSubmitted() | ContentApproved() | ContentRefused():
            yield SEEN, {"campaign_id": str(event.campaign_id), "version": version}
        case CampaignCancelled():
            yield _moved(event, "cancelled", version, event.reason)
        case CampaignMadeAvailable() | CampaignStarted() | CampaignFinished() | CampaignReinitialised():
            yield _moved(event, STATUSES[type(event)], version)


def _made(
    event: CampaignPrepared | ChildCampaignCreated | LocalCampaignCreated, version: int
) -> Iterator[Statement]:
    row: dict[str, Any] = dict.fromkeys(
        ("tracking", "template", "parent_id", "order_id", "package_id", "entity_id", "available_at")
    )
    if isinstance(event, CampaignPrepared):
        own = {"name": f"OP{event.number}", "kind": event.kind, "status": "prepared"}
    else:
        kind = "by_campaign" if isinstance(event, ChildCampaignCreated) else "local"
        tracking = str(tracking_of(event.parent_id, event.campaign_id))
        own = {"kind": kind, "status": "created", "tracking": tracking}
        yield from _values(str(event.campaign_id), event.values, changed=0)
    yield MADE, row | _row(event) | own | {"found_by": event.label.casefold(), "version": version}
    yield WORDS, {"campaign_id": str(event.campaign_id)}


def _reordered(event: CampaignReordered, version: int) -> Iterator[Statement]:
    campaign_id = str(event.campaign_id)
    yield REORDERED, _row(event) | {"version": version}
    yield from _values(campaign_id, event.values, changed=0)
    for name in event.emptied:
        yield EMPTIED, {"campaign_id": campaign_id, "name": name}


def _row(event: _Defined) -> dict[str, Any]:
    plain = event.model_dump(
        mode="json", exclude={"definition", "values", "emptied", "reviewers", "by", "at"}
    )
    return plain | {"definition": event.definition.model_dump_json()}


def _values(campaign_id: str, values: Values, *, changed: int) -> Iterator[Statement]:
    for name, value in values.items():
        told = orjson.dumps(value).decode()
        yield VALUE, {"campaign_id": campaign_id, "name": name, "value": told, "changed": changed}


def _moved(event: Any, status: str, version: int, reason: str = "") -> Statement:
    return MOVED, {
        "campaign_id": str(event.campaign_id),
        "status": status,
        "reason": reason,
        "version": version,
    }


CAMPAIGN_LIST = Projection("campaigns.campaign_list", 5, TABLES, apply, hears=("campaigns.campaigns",))

"""When campaigns run, and for which entities: their own, and the shared ones that they take part in."""

from collections.abc import Iterator
from datetime import datetime

from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignSettingsRevised,
    ChildCampaignCreated,
    LocalCampaignCreated,
)
from shared.contracts.ordering import OrderApproved, OrderCancelled, OrderWithdrawn
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS campaign_plan (
        campaign_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, package_id TEXT NOT NULL, name TEXT NOT NULL,
        label TEXT NOT NULL, starts_at TEXT, ends_at TEXT, cancelled BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS taking_part (
        order_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, package_id TEXT NOT NULL, campaign_id TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS campaign_plan_by_entity ON campaign_plan (entity_id, starts_at)",
    "CREATE INDEX IF NOT EXISTS taking_part_by_entity ON taking_part (entity_id, campaign_id)",
)
PLANNED = """
INSERT INTO campaign_plan (campaign_id, entity_id, package_id, name, label, starts_at, ends_at, cancelled)
VALUES (:campaign_id, :entity_id, :package_id, :name, :label, :starts_at, :ends_at, 0)
ON CONFLICT (campaign_id) DO NOTHING
"""
REVISED = """
UPDATE campaign_plan SET label = :label, starts_at = :starts_at, ends_at = :ends_at
WHERE campaign_id = :campaign_id
"""
CANCELLED = "UPDATE campaign_plan SET cancelled = :cancelled WHERE campaign_id = :campaign_id"
JOINED = """
INSERT INTO taking_part (order_id, entity_id, package_id, campaign_id)
VALUES (:order_id, :entity_id, :package_id, :campaign_id) ON CONFLICT (order_id) DO NOTHING
"""
LEFT = "DELETE FROM taking_part WHERE order_id = :order_id"

DATES = "SELECT starts_at, ends_at FROM campaign_plan WHERE campaign_id = :campaign_id"
OF = """
SELECT campaign_id, name, label, starts_at, ends_at FROM campaign_plan
WHERE cancelled = 0 AND starts_at < :until AND (ends_at IS NULL OR ends_at > :since)
    AND ((entity_id = :entity AND package_id <> :apart_from)
        OR campaign_id IN (SELECT taking_part.campaign_id FROM taking_part
            WHERE taking_part.entity_id = :entity AND taking_part.package_id <> :apart_from))
ORDER BY starts_at, campaign_id
"""
"""The campaigns of an entity in a span of time, but for those that it has from one package."""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per campaign, and one per entity that takes part in a shared one without one of its own."""
    event = recorded.event
    match event:
        case CampaignPrepared():
            whose = {"entity_id": "", "package_id": "", "name": f"OP{event.number}", "label": event.label}
            yield PLANNED, {"campaign_id": str(event.campaign_id), **whose, **_dates(event)}
        case ChildCampaignCreated() | LocalCampaignCreated():
            yield PLANNED, _own(event)
        case CampaignSettingsRevised():
            yield REVISED, {"campaign_id": str(event.campaign_id), "label": event.label, **_dates(event)}
        case CampaignCancelled() | CampaignReinitialised():
            cancelled = int(isinstance(event, CampaignCancelled))
            yield CANCELLED, {"campaign_id": str(event.campaign_id), "cancelled": cancelled}
        case OrderApproved(creates="nothing"):
            yield JOINED, _part(event)
        case OrderWithdrawn() | OrderCancelled():
            yield LEFT, {"order_id": str(event.order_id)}


def _own(event: ChildCampaignCreated | LocalCampaignCreated) -> dict[str, object]:
    """A campaign without a start of its own runs from when it can be used."""
    available = event.available_at if isinstance(event, ChildCampaignCreated) else None
    place = {"campaign_id": str(event.campaign_id), "entity_id": str(event.entity_id)}
    names = {"package_id": str(event.package_id), "name": event.name, "label": event.label}
    start = event.starts_at or available or event.at
    return {**place, **names, "starts_at": stamp(start), "ends_at": _stamped(event.ends_at)}


def _part(event: OrderApproved) -> dict[str, object]:
    offer = event.offer
    who = {"order_id": str(event.order_id), "entity_id": str(event.entity_id)}
    return {**who, "package_id": str(offer.package_id), "campaign_id": str(offer.reference_id)}


def _dates(event: CampaignPrepared | CampaignSettingsRevised) -> dict[str, object]:
    return {"starts_at": _stamped(event.starts_at), "ends_at": _stamped(event.ends_at)}


def _stamped(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


CAMPAIGN_PLAN = Projection(
    "catalog.campaign_plan", 1, TABLES, apply, hears=("campaigns.campaigns", "ordering.orders")
)

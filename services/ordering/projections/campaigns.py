"""What became of every campaign that orders lead to: the entity's own, or head office's one for all."""

from collections.abc import Iterator

from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignFinished,
    CampaignMadeAvailable,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignStarted,
    ChildCampaignCreated,
    LocalCampaignCreated,
)
from shared.kernel.message import Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS order_campaigns (
        campaign_id TEXT PRIMARY KEY, order_id TEXT, name TEXT NOT NULL, status TEXT NOT NULL,
        started_at TEXT, ended_at TEXT
    )
    """,
    "CREATE INDEX IF NOT EXISTS order_campaigns_by_order ON order_campaigns (order_id)",
)
BEGUN = """
INSERT INTO order_campaigns (campaign_id, order_id, name, status) VALUES (:campaign_id, :order_id, :name, :status)
ON CONFLICT (campaign_id) DO NOTHING
"""
STATUS = """
UPDATE order_campaigns SET status = :status, started_at = NULL, ended_at = NULL WHERE campaign_id = :campaign_id
"""
STARTED = """
UPDATE order_campaigns SET status = 'running', started_at = :at, ended_at = NULL WHERE campaign_id = :campaign_id
"""
ENDED = "UPDATE order_campaigns SET status = :status, ended_at = :at WHERE campaign_id = :campaign_id"

STATUSES: dict[type[Event], str] = {CampaignMadeAvailable: "available", CampaignReinitialised: "prepared"}


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per campaign, with the order that it was made for, if there is one."""
    event = recorded.event
    match event:
        case CampaignPrepared():
            row = {"campaign_id": str(event.campaign_id), "order_id": None, "name": f"OP{event.number}"}
            yield BEGUN, row | {"status": "prepared"}
        case ChildCampaignCreated() | LocalCampaignCreated():
            row = event.model_dump(mode="json", include={"campaign_id", "order_id", "name"})
            yield BEGUN, row | {"status": "created"}
        case CampaignMadeAvailable() | CampaignReinitialised():
            yield STATUS, {"campaign_id": str(event.campaign_id), "status": STATUSES[type(event)]}
        case CampaignStarted():
            yield STARTED, {"campaign_id": str(event.campaign_id), "at": stamp(event.at)}
        case CampaignFinished() | CampaignCancelled():
            status = "finished" if isinstance(event, CampaignFinished) else "cancelled"
            yield ENDED, {"campaign_id": str(event.campaign_id), "status": status, "at": stamp(event.at)}


ORDER_CAMPAIGNS = Projection("ordering.order_campaigns", 1, TABLES, apply, hears=("campaigns.campaigns",))

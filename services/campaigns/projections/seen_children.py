"""Which children a reference campaign has, so that they are called off with it; local campaigns live on."""

from collections.abc import Iterator

from shared.contracts.campaigns import ChildCampaignCreated
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    "CREATE TABLE IF NOT EXISTS seen_children (campaign_id TEXT PRIMARY KEY, parent_id TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS seen_children_by_parent ON seen_children (parent_id, campaign_id)",
)
CHILD_SET = """
INSERT INTO seen_children (campaign_id, parent_id) VALUES (:campaign_id, :parent_id)
ON CONFLICT (campaign_id) DO NOTHING
"""
CHILDREN = "SELECT campaign_id FROM seen_children WHERE parent_id = :parent_id ORDER BY campaign_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per child."""
    event = recorded.event
    match event:
        case ChildCampaignCreated():
            yield CHILD_SET, {"campaign_id": str(event.campaign_id), "parent_id": str(event.parent_id)}


SEEN_CHILDREN = Projection("campaigns.seen_children", 1, TABLES, apply, hears=("campaigns.campaigns",))

"""The campaigns that a package can be built on, as campaigns states them."""

from collections.abc import Iterator

from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignSettingsRevised,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS reference_list (
        campaign_id TEXT PRIMARY KEY, number BIGINT NOT NULL, kind TEXT NOT NULL, template BIGINT NOT NULL,
        label TEXT NOT NULL, cancelled BIGINT NOT NULL
    )
    """,
)
PREPARED = """
INSERT INTO reference_list (campaign_id, number, kind, template, label, cancelled)
VALUES (:campaign_id, :number, :kind, :template, :label, 0) ON CONFLICT (campaign_id) DO NOTHING
"""
REVISED = "UPDATE reference_list SET label = :label WHERE campaign_id = :campaign_id"
CANCELLED = "UPDATE reference_list SET cancelled = 1 WHERE campaign_id = :campaign_id"
AGAIN = "UPDATE reference_list SET cancelled = 0 WHERE campaign_id = :campaign_id"

ONE = "SELECT * FROM reference_list WHERE campaign_id = :campaign_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per reference. A local one is a template (1): every order makes its own campaign from it."""
    event = recorded.event
    match event:
        case CampaignPrepared():
            yield (
                PREPARED,
                {
                    "campaign_id": str(event.campaign_id),
                    "number": event.number,
                    "kind": event.kind,
                    "template": int(event.kind == "local"),
                    "label": event.label,
                },
            )
        case CampaignSettingsRevised():
            yield REVISED, {"campaign_id": str(event.campaign_id), "label": event.label}
        case CampaignCancelled():
            yield CANCELLED, {"campaign_id": str(event.campaign_id)}
        case CampaignReinitialised():
            yield AGAIN, {"campaign_id": str(event.campaign_id)}


REFERENCE_LIST = Projection("catalog.reference_list", 2, TABLES, apply, hears=("campaigns.campaigns",))

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
        campaign_id TEXT PRIMARY KEY, number BIGINT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
        cancelled BIGINT NOT NULL
    )
    """,
)
PREPARED = """
INSERT INTO reference_list (campaign_id, number, kind, label, cancelled)
VALUES (:campaign_id, :number, :kind, :label, 0) ON CONFLICT (campaign_id) DO NOTHING
"""
REVISED = """
UPDATE reference_list SET label = :label, kind = coalesce(:kind, kind) WHERE campaign_id = :campaign_id
"""
CANCELLED = "UPDATE reference_list SET cancelled = 1 WHERE campaign_id = :campaign_id"
AGAIN = "UPDATE reference_list SET cancelled = 0 WHERE campaign_id = :campaign_id"

ONE = "SELECT * FROM reference_list WHERE campaign_id = :campaign_id"
OF_PACKAGE = """
SELECT reference_list.kind
FROM package_list JOIN reference_list ON reference_list.campaign_id = package_list.reference_id
WHERE package_list.package_id = :package_id
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per reference, of the kind that it is now."""
    event = recorded.event
    match event:
        case CampaignPrepared():
            yield PREPARED, _named(event) | {"number": event.number}
        case CampaignSettingsRevised():
            yield REVISED, _named(event)
        case CampaignCancelled():
            yield CANCELLED, {"campaign_id": str(event.campaign_id)}
        case CampaignReinitialised():
            yield AGAIN, {"campaign_id": str(event.campaign_id)}


def _named(event: CampaignPrepared | CampaignSettingsRevised) -> dict[str, object]:
    return {"campaign_id": str(event.campaign_id), "kind": event.kind, "label": event.label}


REFERENCE_LIST = Projection("catalog.reference_list", 3, TABLES, apply, hears=("campaigns.campaigns",))

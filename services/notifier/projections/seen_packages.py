"""Memory: what is offered, to whom, who answers for it, and what it is built on."""

from collections.abc import Iterator
from typing import Any

from shared.contracts.campaigns import (
    CampaignPrepared,
    CampaignSettingsRevised,
    ChildCampaignCreated,
    LocalCampaignCreated,
)
from shared.contracts.catalog import (
    EntityInvited,
    EntityWithdrawn,
    PackageAssigned,
    PackageDetails,
    PackageDetailsRevised,
    PackageDrafted,
    PackagePublished,
    PackageSubmitted,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

DETAILS = (
    "label", "starts_at", "ends_at", "registration_deadline", "personalization_deadline", "available_at",
    "approval_mode", "message", "description",
)  # fmt: skip
_SET = ", ".join(f"{column} = :{column}" for column in (*DETAILS, "notify"))
_ALL = ("package_id", "number", "kind", "reference_id", *DETAILS, "notify")
TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_packages (
        package_id TEXT PRIMARY KEY, number BIGINT NOT NULL, kind TEXT NOT NULL, reference_id TEXT NOT NULL,
        owner TEXT NOT NULL, submitted_by TEXT NOT NULL, label TEXT NOT NULL,
        starts_at TEXT NOT NULL, ends_at TEXT NOT NULL,
        registration_deadline TEXT, personalization_deadline TEXT, available_at TEXT,
        approval_mode TEXT NOT NULL, message TEXT NOT NULL, description TEXT NOT NULL, notify BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS seen_audience (
        package_id TEXT NOT NULL, edition BIGINT NOT NULL, entity_id TEXT NOT NULL,
        PRIMARY KEY (package_id, edition, entity_id)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS seen_offers (
        package_id TEXT NOT NULL, edition BIGINT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (package_id, edition)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS seen_campaigns (
        campaign_id TEXT PRIMARY KEY, name TEXT NOT NULL, label TEXT NOT NULL, order_id TEXT NOT NULL
    )
    """,
)
DRAFTED = f"""
INSERT INTO seen_packages (owner, submitted_by, {", ".join(_ALL)})
VALUES (:owner, '', {", ".join(f":{c}" for c in _ALL)})
ON CONFLICT (package_id) DO UPDATE SET owner = :owner, {_SET}
"""
PUBLISHED = f"""
INSERT INTO seen_packages (owner, submitted_by, {", ".join(_ALL)})
VALUES ('', '', {", ".join(f":{c}" for c in _ALL)})
ON CONFLICT (package_id) DO UPDATE SET {_SET}
"""
OFFERED = """
INSERT INTO seen_offers (package_id, edition, label) VALUES (:package_id, :edition, :label) ON CONFLICT DO NOTHING
"""
ASSIGNED = "UPDATE seen_packages SET owner = :owner WHERE package_id = :package_id"
SUBMITTED = "UPDATE seen_packages SET submitted_by = :by WHERE package_id = :package_id"
REVISED = f"UPDATE seen_packages SET {_SET} WHERE package_id = :package_id"
INVITED = """
INSERT INTO seen_audience (package_id, edition, entity_id) VALUES (:package_id, :edition, :entity_id)
ON CONFLICT DO NOTHING
"""
WITHDRAWN = """
DELETE FROM seen_audience
WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id
"""
CAMPAIGN = """
INSERT INTO seen_campaigns (campaign_id, name, label, order_id) VALUES (:campaign_id, :name, :label, :order_id)
ON CONFLICT (campaign_id) DO UPDATE SET name = :name, label = :label
"""
RELABELLED = "UPDATE seen_campaigns SET label = :label WHERE campaign_id = :campaign_id"

ONE = "SELECT * FROM seen_packages WHERE package_id = :package_id"
LAST_OFFER = """
SELECT seen_offers.label, number, kind FROM seen_offers JOIN seen_packages USING (package_id)
WHERE package_id = :package_id ORDER BY edition DESC LIMIT 1
"""
"""As it was offered last."""
ONE_CAMPAIGN = "SELECT name, label FROM seen_campaigns WHERE campaign_id = :campaign_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per package, per invitation that stands, per edition that was offered, per campaign."""
    event = recorded.event
    match event:
        case PackageDrafted():
            yield DRAFTED, _offered(event) | {"owner": event.owner}
        case PackagePublished():
            yield PUBLISHED, _offered(event)
            offer = {"package_id": str(event.package_id), "edition": event.edition}
            yield OFFERED, offer | {"label": event.details.label}
        case PackageAssigned():
            yield ASSIGNED, {"package_id": str(event.package_id), "owner": event.owner}
        case PackageSubmitted():
            yield SUBMITTED, {"package_id": str(event.package_id), "by": event.by}
        case PackageDetailsRevised():
            yield REVISED, _details(event.details) | {"package_id": str(event.package_id)}
        case EntityInvited() | EntityWithdrawn():
            invitation = event.model_dump(mode="json", include={"package_id", "edition", "entity_id"})
            yield INVITED if isinstance(event, EntityInvited) else WITHDRAWN, invitation
        case CampaignPrepared():
            yield CAMPAIGN, _campaign(event, f"OP{event.number}")
        case ChildCampaignCreated() | LocalCampaignCreated():
            yield CAMPAIGN, _campaign(event, event.name)
        case CampaignSettingsRevised():
            yield RELABELLED, {"campaign_id": str(event.campaign_id), "label": event.label}


def _campaign(
    event: CampaignPrepared | ChildCampaignCreated | LocalCampaignCreated, name: str
) -> dict[str, Any]:
    order_id = "" if isinstance(event, CampaignPrepared) else str(event.order_id)
    return {"campaign_id": str(event.campaign_id), "name": name, "label": event.label, "order_id": order_id}


def _offered(event: PackageDrafted | PackagePublished) -> dict[str, Any]:
    place = event.model_dump(mode="json", include={"package_id", "number", "kind", "reference_id"})
    return place | _details(event.details)


def _details(details: PackageDetails) -> dict[str, Any]:
    row = details.model_dump(mode="json", include=set(DETAILS))
    return row | {"notify": int(details.notify_on_publication)}


SEEN_PACKAGES = Projection(
    "notifier.seen_packages", 3, TABLES, apply, hears=("catalog.packages", "campaigns.campaigns")
)

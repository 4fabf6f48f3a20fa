"""Memory: what catalog said of its packages, one row per edition, as an order needs it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.catalog import (
    PackageApproved,
    PackageCancelled,
    PackageDetails,
    PackageDetailsRevised,
    PackageDrafted,
    PackageExpired,
    PackageKind,
    PackagePublished,
    PackageReinitialised,
    RegistrationClosed,
)
from shared.contracts.ordering import Offer
from shared.kernel.ids import CampaignId, PackageId
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_offers (
        package_id TEXT NOT NULL, edition BIGINT NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL,
        reference_id TEXT NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, details TEXT NOT NULL,
        closed BIGINT NOT NULL, cascades BIGINT NOT NULL, reason TEXT NOT NULL, order_folder TEXT NOT NULL,
        found_by TEXT NOT NULL, PRIMARY KEY (package_id, edition)
    )
    """,
)
BEGUN = """
INSERT INTO seen_offers
    (package_id, edition, number, kind, reference_id, label, status, details, closed, cascades, reason, order_folder,
    found_by)
VALUES (:package_id, :edition, :number, :kind, :reference_id, :label, :status, :details, 0, 0, '', :order_folder,
    :found_by)
ON CONFLICT (package_id, edition) DO UPDATE SET
    number = :number, kind = :kind, reference_id = :reference_id, label = :label, status = :status,
    details = :details, order_folder = :order_folder, found_by = :found_by
"""
REVISED = """
UPDATE seen_offers SET label = :label, details = :details, order_folder = :order_folder, found_by = :found_by
WHERE package_id = :package_id AND edition = :edition
"""
STATUS = "UPDATE seen_offers SET status = :status WHERE package_id = :package_id AND edition = :edition"
CANCELLED = """
UPDATE seen_offers SET status = 'cancelled', cascades = :cascades, reason = :reason
WHERE package_id = :package_id AND edition = :edition
"""
CLOSED = "UPDATE seen_offers SET closed = 1 WHERE package_id = :package_id AND edition = :edition"
OVER = """
UPDATE seen_offers SET status = 'reinitialised', reason = :reason
WHERE package_id = :package_id AND edition < :edition
"""
AGAIN = """
INSERT INTO seen_offers
    (package_id, edition, number, kind, reference_id, label, status, details, closed, cascades, reason, order_folder,
    found_by)
SELECT package_id, :edition, number, kind, reference_id, label, 'draft', details, 0, 0, '', order_folder, found_by
FROM seen_offers WHERE package_id = :package_id AND edition = :edition - 1
ON CONFLICT (package_id, edition) DO NOTHING
"""

NEWEST = "SELECT * FROM seen_offers WHERE package_id = :package_id ORDER BY edition DESC LIMIT 1"
EDITION = "SELECT * FROM seen_offers WHERE package_id = :package_id AND edition = :edition"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """Set what this fact says; the same fact twice leaves the same row."""
    event = recorded.event
    match event:
        case PackageDrafted():
            yield BEGUN, _row(event, "draft")
        case PackagePublished():
            yield BEGUN, _row(event, "published")
        case PackageDetailsRevised():
            yield REVISED, {**_key(event), **_details(event.details)}
        case PackageApproved():
            yield STATUS, {**_key(event), "status": "approved"}
        case RegistrationClosed():
            yield CLOSED, _key(event)
        case PackageExpired():
            yield STATUS, {**_key(event), "status": "unavailable"}
        case PackageCancelled():
            yield CANCELLED, {**_key(event), "cascades": int(event.cascades), "reason": event.reason}
        case PackageReinitialised():
            yield OVER, {**_key(event), "reason": event.reason}
            yield AGAIN, _key(event)


def offer_of(row: Mapping[str, Any]) -> Offer:
    """The part of a remembered package that an order lives by."""
    details = PackageDetails.model_validate(json.loads(row["details"]))
    kind: PackageKind = row["kind"]
    return Offer(
        package_id=PackageId(row["package_id"]),
        edition=row["edition"],
        kind=kind,
        reference_id=CampaignId(row["reference_id"]),
        approval_mode=details.approval_mode,
        registration_deadline=details.registration_deadline,
        personalization_deadline=details.personalization_deadline,
        available_at=details.available_at,
        ends_at=details.ends_at,
        order_folder=details.order_folder,
        approval=details.order_approval,
        second_approval=details.second_approval,
        start_targeting=details.start_targeting,
        costs=details.costs,
    )


def multiple(row: Mapping[str, Any]) -> bool:
    """True if an entity may have several orders on this package."""
    return bool(json.loads(row["details"])["multiple_creation"])


def _key(event: Any) -> dict[str, Any]:
    return {"package_id": str(event.package_id), "edition": event.edition}


def _details(details: PackageDetails) -> dict[str, str]:
    return {
        "label": details.label,
        "found_by": details.label.casefold(),
        "details": details.model_dump_json(),
        "order_folder": details.order_folder,
    }


def _row(event: PackageDrafted | PackagePublished, status: str) -> dict[str, Any]:
    return {
        **_key(event),
        **_details(event.details),
        "number": event.number,
        "kind": event.kind,
        "reference_id": str(event.reference_id),
        "status": status,
    }


SEEN_OFFERS = Projection("ordering.seen_offers", 3, TABLES, apply, hears=("catalog.packages",))

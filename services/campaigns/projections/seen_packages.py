"""Memory: what is offered to whom, one row per edition of a package, so that it can be evaluated and charged."""

from collections.abc import Iterator
from typing import Any

from shared.contracts.catalog import (
    EntityInvited,
    EntityWithdrawn,
    PackageCancelled,
    PackageDrafted,
    PackageExpired,
    PackagePublished,
    PackageReinitialised,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_packages (
        package_id TEXT NOT NULL, edition BIGINT NOT NULL, kind TEXT NOT NULL, reference_id TEXT NOT NULL,
        status TEXT NOT NULL, costs TEXT NOT NULL, PRIMARY KEY (package_id, edition)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS seen_guests (
        package_id TEXT NOT NULL, edition BIGINT NOT NULL, entity_id TEXT NOT NULL, late BIGINT NOT NULL,
        PRIMARY KEY (package_id, edition, entity_id)
    )
    """,
)
SET = """
INSERT INTO seen_packages (package_id, edition, kind, reference_id, status, costs)
VALUES (:package_id, :edition, :kind, :reference_id, :status, :costs)
ON CONFLICT (package_id, edition) DO UPDATE SET status = :status, costs = :costs
"""
OVER = "UPDATE seen_packages SET status = 'over' WHERE package_id = :package_id AND edition = :edition"
REINITIALISED = (
    "UPDATE seen_packages SET status = 'over' WHERE package_id = :package_id AND edition < :edition"
)
INVITED = """
INSERT INTO seen_guests (package_id, edition, entity_id, late)
VALUES (:package_id, :edition, :entity_id, :late)
ON CONFLICT (package_id, edition, entity_id) DO NOTHING
"""
WITHDRAWN = """
DELETE FROM seen_guests WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id
"""

NEWEST = "SELECT * FROM seen_packages WHERE package_id = :package_id ORDER BY edition DESC LIMIT 1"
EDITION = "SELECT * FROM seen_packages WHERE package_id = :package_id AND edition = :edition"
INVITATION = """
SELECT late FROM seen_guests WHERE package_id = :package_id AND edition = :edition AND entity_id = :entity_id
"""
AUDIENCE = """
SELECT entity_id FROM seen_guests WHERE package_id = :package_id AND edition = :edition ORDER BY entity_id
"""
GUESTS = """
SELECT count(*) AS size, coalesce(sum(CASE WHEN entity_id = :entity_id THEN 1 ELSE 0 END), 0) AS mine
FROM seen_guests WHERE package_id = :package_id AND edition = :edition
"""
OFFERED = """
SELECT 1 AS offered FROM seen_packages p
WHERE p.reference_id = :campaign_id AND p.status = 'published' AND (
    EXISTS (SELECT 1 FROM seen_guests g
            WHERE g.package_id = p.package_id AND g.edition = p.edition AND g.entity_id = :entity_id)
    OR p.kind = 'local' AND NOT EXISTS (SELECT 1 FROM seen_guests g
                                        WHERE g.package_id = p.package_id AND g.edition = p.edition)
)
LIMIT 1
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per edition that has details, one per invitation that stands."""
    event = recorded.event
    match event:
        case PackageDrafted():
            yield SET, _row(event, "draft")
        case PackagePublished():
            yield SET, _row(event, "published")
        case PackageExpired() | PackageCancelled():
            yield OVER, _key(event)
        case PackageReinitialised():
            yield REINITIALISED, _key(event)
        case EntityInvited():
            yield INVITED, _key(event) | {"entity_id": str(event.entity_id), "late": int(event.published)}
        case EntityWithdrawn():
            yield WITHDRAWN, _key(event) | {"entity_id": str(event.entity_id)}


def _key(event: Any) -> dict[str, Any]:
    return {"package_id": str(event.package_id), "edition": event.edition}


def _row(event: PackageDrafted | PackagePublished, status: str) -> dict[str, Any]:
    plain = {"kind": event.kind, "reference_id": str(event.reference_id), "status": status}
    return _key(event) | plain | {"costs": event.details.costs.model_dump_json()}


SEEN_PACKAGES = Projection("campaigns.seen_packages", 1, TABLES, apply, hears=("catalog.packages",))

"""What catalog's reaction remembers of a package: where it stands, and from when to when it is to be seen."""

from collections.abc import Iterator

from shared.contracts.catalog import (
    PackageApproved,
    PackageCancelled,
    PackageDetails,
    PackageDetailsRevised,
    PackageDrafted,
    PackageEvent,
    PackageExpired,
    PackagePublished,
    PackageReinitialised,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_packages (
        package_id TEXT PRIMARY KEY, stage TEXT NOT NULL, starts_at TEXT NOT NULL
    )
    """,
)
DRAFTED = """
INSERT INTO seen_packages (package_id, stage, starts_at) VALUES (:package_id, 'editing', :starts_at)
ON CONFLICT (package_id) DO NOTHING
"""
DATED = "UPDATE seen_packages SET starts_at = :starts_at WHERE package_id = :package_id"
STAGED = "UPDATE seen_packages SET stage = :stage WHERE package_id = :package_id"

ONE = "SELECT stage, starts_at FROM seen_packages WHERE package_id = :package_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """`stage` is editing, approved, published or over; moments as they were given."""
    event = recorded.event
    if not isinstance(event, PackageEvent):
        return
    package = {"package_id": str(event.package_id)}
    match event:
        case PackageDrafted():
            yield DRAFTED, package | _dates(event.details)
        case PackageDetailsRevised():
            yield DATED, package | _dates(event.details)
        case PackageApproved():
            yield STAGED, package | {"stage": "approved"}
        case PackagePublished():
            yield STAGED, package | {"stage": "published"}
        case PackageExpired() | PackageCancelled():
            yield STAGED, package | {"stage": "over"}
        case PackageReinitialised():
            yield STAGED, package | {"stage": "editing"}


def _dates(details: PackageDetails) -> dict[str, str]:
    return {"starts_at": details.starts_at.isoformat()}


SEEN_PACKAGES = Projection("catalog.seen_packages", 1, TABLES, apply, hears=("catalog.packages",))

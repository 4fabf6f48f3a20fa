"""Which packages are built on which reference campaign."""

from collections.abc import Iterator

from shared.contracts.catalog import PackageCancelled, PackageDrafted, PackageReinitialised
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS built_on (
        package_id TEXT PRIMARY KEY, campaign_id TEXT NOT NULL, stands BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS built_on_by_campaign ON built_on (campaign_id, stands)",
)
BUILT = """
INSERT INTO built_on (package_id, campaign_id, stands) VALUES (:package_id, :campaign_id, 1)
ON CONFLICT (package_id) DO NOTHING
"""
STANDS = "UPDATE built_on SET stands = :stands WHERE package_id = :package_id"

IN_USE = """
SELECT package_id FROM built_on WHERE campaign_id = :campaign_id AND stands = 1
UNION ALL SELECT package_id FROM order_values WHERE reference_id = :campaign_id
LIMIT 1
"""
"""A package that stands on it, or one that somebody ordered it from, whatever became of that."""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per package. It stands from its draft on, but for the time in which it is cancelled."""
    event = recorded.event
    match event:
        case PackageDrafted():
            yield BUILT, {"package_id": str(event.package_id), "campaign_id": str(event.reference_id)}
        case PackageCancelled() | PackageReinitialised():
            stands = int(isinstance(event, PackageReinitialised))
            yield STANDS, {"package_id": str(event.package_id), "stands": stands}


BUILT_ON = Projection("campaigns.built_on", 1, TABLES, apply, hears=("catalog.packages",))

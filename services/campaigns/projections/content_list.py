"""How far the content of each campaign has come: handed in, changed after that, approved or refused."""

from collections.abc import Iterator

from shared.contracts.campaigns import (
    CampaignReordered,
    ContentApproved,
    ContentRefused,
    ContentSubmitted,
    LocalChangeMade,
)
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS content_list (
        campaign_id TEXT PRIMARY KEY, status TEXT NOT NULL, version BIGINT NOT NULL,
        submitted_by TEXT NOT NULL, submitted_at TEXT NOT NULL, answered_by TEXT, answered_at TEXT,
        comment TEXT NOT NULL
    )
    """,
)
SUBMITTED = """
INSERT INTO content_list (campaign_id, status, version, submitted_by, submitted_at, comment)
VALUES (:campaign_id, 'submitted', :version, :by, :at, '')
ON CONFLICT (campaign_id) DO UPDATE SET
    status = 'submitted', version = :version, submitted_by = :by, submitted_at = :at,
    answered_by = NULL, answered_at = NULL, comment = ''
"""
ANSWERED = """
UPDATE content_list SET status = :status, answered_by = :by, answered_at = :at, comment = :comment
WHERE campaign_id = :campaign_id AND version = :version
"""
CHANGED = "UPDATE content_list SET status = 'changed' WHERE campaign_id = :campaign_id"

COLUMNS = ("status", "version", "submitted_by", "submitted_at", "answered_by", "answered_at", "comment")
ONE = f"SELECT {', '.join(COLUMNS)} FROM content_list WHERE campaign_id = :campaign_id"
MISSING = dict.fromkeys(COLUMNS) | {"status": "missing", "version": 0, "comment": ""}
"""What there is to show while nothing was handed in."""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per campaign whose content was handed in: the newest version, and its answer once there is one."""
    event = recorded.event
    match event:
        case ContentSubmitted():
            yield SUBMITTED, event.model_dump(mode="json", include={"campaign_id", "version", "by", "at"})
        case ContentApproved() | ContentRefused():
            told = {"campaign_id", "version", "by", "at", "comment"}
            status = "approved" if isinstance(event, ContentApproved) else "refused"
            yield ANSWERED, event.model_dump(mode="json", include=told) | {"status": status}
        case LocalChangeMade() | CampaignReordered(says_otherwise=True):
            yield CHANGED, {"campaign_id": str(event.campaign_id)}


CONTENT_LIST = Projection("campaigns.content_list", 1, TABLES, apply, hears=("campaigns.campaigns",))

"""Every package with all that is shown of it, who is in its audience, and the ways to list it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from shared.contracts.catalog import (
    ApprovalTerms,
    EntityInvited,
    EntityWithdrawn,
    PackageApproved,
    PackageAssigned,
    PackageCancelled,
    PackageDetails,
    PackageDetailsRevised,
    PackageDocumentAttached,
    PackageDocumentRemoved,
    PackageDrafted,
    PackageEvent,
    PackageExpired,
    PackagePublished,
    PackageReinitialised,
    PackageRejected,
    PackageSubmitted,
    RegistrationClosed,
)
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS package_list (
        package_id TEXT PRIMARY KEY, number BIGINT NOT NULL, edition BIGINT NOT NULL, status TEXT NOT NULL,
        kind TEXT NOT NULL, reference_id TEXT NOT NULL, owner TEXT NOT NULL, folder TEXT NOT NULL,
        nature TEXT NOT NULL, label TEXT NOT NULL, starts_at TEXT NOT NULL, ends_at TEXT NOT NULL,
        details TEXT NOT NULL, found_by TEXT NOT NULL, submitted_at TEXT, approval_deadline TEXT,
        published_at TEXT, registration_closed BIGINT NOT NULL, reason TEXT NOT NULL,
        changed_at TEXT NOT NULL, version BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS package_audience (
        package_id TEXT NOT NULL, entity_id TEXT NOT NULL, edition BIGINT NOT NULL,
        PRIMARY KEY (package_id, entity_id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS package_list_by_number ON package_list (number)",
    "CREATE INDEX IF NOT EXISTS package_audience_by_entity ON package_audience (entity_id, package_id)",
)
DRAFTED = """
INSERT INTO package_list (package_id, number, edition, status, kind, reference_id, owner, folder, nature,
    label, starts_at, ends_at, details, found_by, registration_closed, reason, changed_at, version)
VALUES (:package_id, :number, :edition, 'draft', :kind, :reference_id, :owner, :folder, :nature,
    :label, :starts_at, :ends_at, :details, :found_by, 0, '', :changed_at, :version)
ON CONFLICT (package_id) DO NOTHING
"""
REOPENED = "UPDATE package_list SET status = 'draft' WHERE package_id = :package_id AND status = 'rejected'"
INVITED = """
INSERT INTO package_audience (package_id, entity_id, edition) VALUES (:package_id, :entity_id, :edition)
ON CONFLICT (package_id, entity_id) DO UPDATE SET edition = :edition
"""
WITHDRAWN = "DELETE FROM package_audience WHERE package_id = :package_id AND entity_id = :entity_id"

WITH_REFERENCE = """
SELECT package_list.*, reference_list.label AS reference_label, reference_list.number AS reference_number,
    EXISTS (SELECT 1 FROM package_audience
        WHERE package_audience.package_id = package_list.package_id) AS limited
FROM package_list LEFT JOIN reference_list ON reference_list.campaign_id = package_list.reference_id
"""
READABLE = """
(:central = 1 OR (status = 'published' AND starts_at <= :now AND :now < ends_at AND (
    EXISTS (SELECT 1 FROM package_audience
        WHERE package_audience.package_id = package_list.package_id AND package_audience.entity_id = :mine)
    OR (package_list.kind = 'local' AND NOT EXISTS (SELECT 1 FROM package_audience
        WHERE package_audience.package_id = package_list.package_id)))))
"""
"""Head office reads all; an entity what is offered now, to it or to everybody."""

ONE = f"{WITH_REFERENCE} WHERE package_id = :package_id AND {READABLE}"
OFFERED = f"""
SELECT * FROM package_list
WHERE {READABLE} AND status <> 'cancelled' AND starts_at < :until AND ends_at > :since
    AND (EXISTS (SELECT 1 FROM package_audience
            WHERE package_audience.package_id = package_list.package_id AND package_audience.entity_id = :entity)
        OR (kind = 'local' AND NOT EXISTS (SELECT 1 FROM package_audience
            WHERE package_audience.package_id = package_list.package_id)))
ORDER BY starts_at, number
"""
"""What touches a span of time and is meant for an entity."""
AUDIENCE_OF = """
SELECT entity_id FROM package_audience
WHERE package_id = :package_id AND (:central = 1 OR entity_id = :mine) ORDER BY entity_id
"""
WANTED = f"""
{WITH_REFERENCE}
WHERE {READABLE}
    AND (:every = 1 OR :statuses LIKE '%,' || status || ',%'
        OR (:late = 1 AND status = 'pending' AND approval_deadline < :now))
    AND (:kind = '' OR package_list.kind = :kind) AND (:folder = '' OR folder = :folder)
    AND (:level = '' OR (package_list.kind = 'local') = (:level = 'local'))
    AND (:nature = '' OR nature = :nature) AND (:owner = '' OR owner = :owner)
    AND (:entity = '' OR EXISTS (SELECT 1 FROM package_audience
        WHERE package_audience.package_id = package_list.package_id AND package_audience.entity_id = :entity))
    AND (found_by LIKE :pattern ESCAPE '!' OR 'cat' || package_list.number LIKE :pattern ESCAPE '!')
"""
Column = Literal["number", "label", "starts_at", "ends_at", "changed_at"]


def listing(column: Column, *, falling: bool, further: bool) -> str:
    """The packages that are wanted, by this column and then by number; `further` than :value and :number."""
    sign, way = ("<", "DESC") if falling else (">", "ASC")
    place = f"package_list.{column}"
    rest = f"AND ({place}, package_list.number) {sign} (:value, :number)" if further else ""
    return f"{WANTED} {rest} ORDER BY {place} {way}, package_list.number {way} LIMIT :limit"


EDITS = (
    PackageDetailsRevised | EntityInvited | EntityWithdrawn | PackageDocumentAttached | PackageDocumentRemoved
)
"""What makes a rejected package a draft again."""


def deadline_of(terms: ApprovalTerms, submitted_at: datetime) -> datetime:
    """By when an answer is wanted to what was submitted then."""
    return terms.answer_by or submitted_at + timedelta(days=terms.answer_within_days)


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per package, one per entity of its audience. An edited rejected package is a draft again."""
    event = recorded.event
    if not isinstance(event, PackageEvent):
        return
    package = {"package_id": str(event.package_id)}
    if isinstance(event, PackageDrafted):
        given = event.model_dump(mode="json", include={"number", "edition", "kind", "reference_id", "owner"})
        yield DRAFTED, package | given | _shown(event.details) | _seen(recorded)
    elif isinstance(event, EDITS):
        yield REOPENED, package
    match event:
        case EntityInvited():
            yield INVITED, package | {"entity_id": str(event.entity_id), "edition": event.edition}
        case EntityWithdrawn():
            yield WITHDRAWN, package | {"entity_id": str(event.entity_id)}
    changes = {**_changes(event), **_seen(recorded)}
    columns = ", ".join(f"{column} = :{column}" for column in changes)
    yield f"UPDATE package_list SET {columns} WHERE package_id = :package_id", package | changes


_NOT_YET = {"submitted_at": None, "approval_deadline": None, "published_at": None}


def _changes(event: PackageEvent) -> Mapping[str, object]:
    """The columns that a fact sets, beside those that every fact does."""
    match event:
        case PackageDetailsRevised():
            return _shown(event.details)
        case PackageAssigned():
            return {"owner": event.owner}
        case PackageSubmitted():
            deadline = stamp(deadline_of(event.approval, event.at))
            return {
                "status": "pending",
                "submitted_at": stamp(event.at),
                "approval_deadline": deadline,
                "reason": "",
            }
        case PackageApproved():
            return {"status": "approved", "reason": ""}
        case PackageRejected():
            return {"status": "rejected", "reason": event.comment}
        case PackagePublished():
            return {"status": "published", "published_at": stamp(event.at)}
    return _end(event)


def _end(event: PackageEvent) -> Mapping[str, object]:
    match event:
        case RegistrationClosed():
            return {"registration_closed": 1}
        case PackageExpired():
            return {"status": "unavailable"}
        case PackageCancelled():
            return {"status": "cancelled", "reason": event.reason}
        case PackageReinitialised():
            return {"status": "draft", "edition": event.edition, "registration_closed": 0} | _NOT_YET
    return {}


def _shown(details: PackageDetails) -> dict[str, object]:
    """`found_by` is what a search looks into: label and folder, lower-cased as every language does it.

    `label` is what packages are sorted by, lower-cased too; it is shown from the details.
    """
    return {
        "folder": details.folder,
        "nature": details.nature,
        "label": details.label.casefold(),
        "starts_at": stamp(details.starts_at),
        "ends_at": stamp(details.ends_at),
        "details": details.model_dump_json(),
        "found_by": f"{details.label}\n{details.folder}".casefold(),
    }


def _seen(recorded: Recorded) -> dict[str, object]:
    return {"changed_at": stamp(recorded.recorded_at), "version": recorded.version}


PACKAGE_LIST = Projection("catalog.package_list", 2, TABLES, apply, hears=("catalog.packages",))

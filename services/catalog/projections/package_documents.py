"""The documents of every package by edition; and the one place where their bytes are kept, by content."""

from collections.abc import Iterator

from shared.contracts.catalog import PackageDocumentAttached, PackageDocumentRemoved
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS package_documents (
        document_id TEXT PRIMARY KEY, package_id TEXT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
        size BIGINT NOT NULL, sha256 TEXT NOT NULL, attached_by TEXT NOT NULL, attached_at TEXT NOT NULL,
        attached_in BIGINT NOT NULL, removed_in BIGINT
    )
    """,
    "CREATE INDEX IF NOT EXISTS package_documents_by_package ON package_documents (package_id, attached_at)",
)
CONTENTS = """
CREATE TABLE IF NOT EXISTS package_document_contents (sha256 TEXT PRIMARY KEY, content BYTEA NOT NULL)
"""
"""Not from facts: a fact holds the fingerprint, this table the bytes."""

ATTACHED = """
INSERT INTO package_documents (document_id, package_id, name, media_type, size, sha256, attached_by, attached_at,
    attached_in)
VALUES (:document_id, :package_id, :name, :media_type, :size, :sha256, :by, :at, :edition)
ON CONFLICT (document_id) DO NOTHING
"""
REMOVED = "UPDATE package_documents SET removed_in = :edition WHERE document_id = :document_id"
KEPT = """
INSERT INTO package_document_contents (sha256, content) VALUES (:sha256, :content) ON CONFLICT (sha256) DO NOTHING
"""

OF = """
SELECT document_id, name, media_type, size, sha256, attached_by, attached_at FROM package_documents
WHERE package_id = :package_id AND attached_in <= :edition AND (removed_in IS NULL OR removed_in > :edition)
ORDER BY attached_at, document_id
"""
"""An edition has what it or an earlier one attached, unless it or an earlier one took it away."""
ONE = """
SELECT name, media_type, content FROM package_documents JOIN package_document_contents USING (sha256)
WHERE package_id = :package_id AND document_id = :document_id
    AND attached_in <= :edition AND (removed_in IS NULL OR removed_in > :edition)
"""
STANDING = """
SELECT content FROM package_documents JOIN package_document_contents USING (sha256)
WHERE package_id = :package_id AND document_id = :document_id AND removed_in IS NULL
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per document, which stays when it is removed: the editions before still have it."""
    event = recorded.event
    match event:
        case PackageDocumentAttached():
            yield ATTACHED, event.model_dump(mode="json")
        case PackageDocumentRemoved():
            yield REMOVED, {"document_id": str(event.document_id), "edition": event.edition}


PACKAGE_DOCUMENTS = Projection("catalog.package_documents", 1, TABLES, apply, hears=("catalog.packages",))

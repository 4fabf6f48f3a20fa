"""Memory: which documents belong to a package now."""

from collections.abc import Iterator

from shared.contracts.catalog import PackageDocumentAttached, PackageDocumentRemoved
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_documents (
        document_id TEXT PRIMARY KEY, package_id TEXT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
        size BIGINT NOT NULL, attached_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_documents_by_package ON seen_documents (package_id)",
)
ATTACHED = """
INSERT INTO seen_documents (document_id, package_id, name, media_type, size, attached_at)
VALUES (:document_id, :package_id, :name, :media_type, :size, :attached_at)
ON CONFLICT (document_id) DO NOTHING
"""
REMOVED = "DELETE FROM seen_documents WHERE document_id = :document_id"

OF = """
SELECT document_id, name, media_type, size FROM seen_documents
WHERE package_id = :package_id ORDER BY attached_at, document_id
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per document, until it is removed."""
    event = recorded.event
    match event:
        case PackageDocumentAttached():
            given = {"document_id", "package_id", "name", "media_type", "size"}
            yield ATTACHED, event.model_dump(mode="json", include=given) | {"attached_at": stamp(event.at)}
        case PackageDocumentRemoved(document_id=document_id):
            yield REMOVED, {"document_id": str(document_id)}


SEEN_DOCUMENTS = Projection("notifier.seen_documents", 1, TABLES, apply, hears=("catalog.packages",))

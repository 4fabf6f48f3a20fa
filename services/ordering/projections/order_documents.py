"""The documents of every order; and the one place where their bytes are kept, by content."""

from collections.abc import Iterator

from shared.contracts.ordering import DocumentAttached, OrderDocumentRemoved
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS order_documents (
        document_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
        size BIGINT NOT NULL, sha256 TEXT NOT NULL, attached_by TEXT NOT NULL, attached_at TEXT NOT NULL,
        late BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS order_documents_by_order ON order_documents (order_id, attached_at)",
)
CONTENTS = "CREATE TABLE IF NOT EXISTS document_contents (sha256 TEXT PRIMARY KEY, content BYTEA NOT NULL)"
"""Not from facts: a fact holds the fingerprint, this table the bytes."""

ATTACHED = """
INSERT INTO order_documents (document_id, order_id, name, media_type, size, sha256, attached_by, attached_at, late)
VALUES (:document_id, :order_id, :name, :media_type, :size, :sha256, :by, :at, :late)
ON CONFLICT (document_id) DO NOTHING
"""
REMOVED = "DELETE FROM order_documents WHERE document_id = :document_id"
KEPT = """
INSERT INTO document_contents (sha256, content) VALUES (:sha256, :content) ON CONFLICT (sha256) DO NOTHING
"""

OF = """
SELECT document_id, name, media_type, size, sha256, attached_by, attached_at, late FROM order_documents
WHERE order_id = :order_id ORDER BY attached_at, document_id
"""
ONE = """
SELECT name, media_type, content FROM order_documents JOIN document_contents USING (sha256)
WHERE order_id = :order_id AND document_id = :document_id
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per document that the order has."""
    event = recorded.event
    match event:
        case DocumentAttached():
            yield ATTACHED, {**event.model_dump(mode="json"), "late": int(event.late)}
        case OrderDocumentRemoved():
            yield REMOVED, {"document_id": str(event.document_id)}


ORDER_DOCUMENTS = Projection("ordering.order_documents", 2, TABLES, apply, hears=("ordering.orders",))

"""What people wrote and attached: the only place where it stands, and how it goes. No fact holds it."""

from collections.abc import Iterator

from shared.contracts.forum import MessageWithdrawn
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS message_contents (
        message_id TEXT PRIMARY KEY, revision BIGINT NOT NULL, text TEXT
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS message_attachments (
        attachment_id TEXT PRIMARY KEY, message_id TEXT NOT NULL, name TEXT NOT NULL, content BYTEA
    )
    """,
    "CREATE INDEX IF NOT EXISTS message_attachments_by_message ON message_attachments (message_id)",
)
"""Not from facts. An emptied row stays, so that a request sent once more cannot bring its words back."""

KEPT = """
INSERT INTO message_contents (message_id, revision, text) VALUES (:message_id, 0, :text)
ON CONFLICT (message_id) DO NOTHING
"""
REFUSED = "DELETE FROM message_contents WHERE message_id = :message_id"
REWORDED = """
UPDATE message_contents SET text = :text, revision = :revision
WHERE message_id = :message_id AND revision < :revision AND text IS NOT NULL
"""
ATTACHED = """
INSERT INTO message_attachments (attachment_id, message_id, name, content)
VALUES (:attachment_id, :message_id, :name, :content) ON CONFLICT (attachment_id) DO NOTHING
"""
NOT_ATTACHED = "DELETE FROM message_attachments WHERE attachment_id = :attachment_id"
ERASED = "UPDATE message_contents SET text = NULL WHERE message_id = :message_id"
DETACHED = "UPDATE message_attachments SET name = '', content = NULL WHERE message_id = :message_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """A message that is withdrawn has no words any more, and no file."""
    event = recorded.event
    if isinstance(event, MessageWithdrawn):
        yield ERASED, {"message_id": str(event.message_id)}
        yield DETACHED, {"message_id": str(event.message_id)}


CONTENTS = Projection("forum.contents", 1, (), apply, hears=("forum.threads",))
"""Its tables belong to the service and not to the projection: a history read once more could not fill them."""

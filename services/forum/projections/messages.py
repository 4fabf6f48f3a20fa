"""Every message as it stands in its thread, and who follows which thread. The words stand in another table."""

from collections.abc import Iterator

from shared.contracts.forum import (
    AttachmentAdded,
    MessageCorrected,
    MessagePosted,
    MessageWithdrawn,
    ThreadFollowed,
    ThreadLeft,
)
from shared.kernel.message import Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS forum_messages (
        message_id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, number BIGINT NOT NULL, posted_by TEXT NOT NULL,
        posted_at TEXT NOT NULL, revision BIGINT NOT NULL, corrected_at TEXT, withdrawn_by TEXT, withdrawn_at TEXT,
        attachment_id TEXT, media_type TEXT, size BIGINT
    )
    """,
    "CREATE INDEX IF NOT EXISTS forum_messages_by_thread ON forum_messages (thread_id, number)",
    """
    CREATE TABLE IF NOT EXISTS forum_followers (
        thread_id TEXT NOT NULL, person_id TEXT NOT NULL, PRIMARY KEY (thread_id, person_id)
    )
    """,
)
POSTED = """
INSERT INTO forum_messages (message_id, thread_id, number, posted_by, posted_at, revision)
VALUES (:message_id, :thread_id, :number, :by, :at, 0) ON CONFLICT (message_id) DO NOTHING
"""
ATTACHED = """
UPDATE forum_messages SET attachment_id = :attachment_id, media_type = :media_type, size = :size
WHERE message_id = :message_id
"""
CORRECTED = """
UPDATE forum_messages SET revision = :revision, corrected_at = :at WHERE message_id = :message_id
"""
WITHDRAWN = """
UPDATE forum_messages SET withdrawn_by = :by, withdrawn_at = :at WHERE message_id = :message_id
"""
FOLLOWED = """
INSERT INTO forum_followers (thread_id, person_id) VALUES (:thread_id, :person_id) ON CONFLICT DO NOTHING
"""
LEFT = "DELETE FROM forum_followers WHERE thread_id = :thread_id AND person_id = :person_id"

_SHOWN = """
SELECT forum_messages.message_id, number, posted_by, posted_at, forum_messages.revision, corrected_at,
    withdrawn_by, withdrawn_at,
    CASE WHEN withdrawn_at IS NULL THEN text END AS text,
    CASE WHEN withdrawn_at IS NULL THEN name END AS attachment, media_type, size
FROM forum_messages
LEFT JOIN message_contents ON message_contents.message_id = forum_messages.message_id
LEFT JOIN message_attachments ON message_attachments.attachment_id = forum_messages.attachment_id
"""
ONE = f"""
{_SHOWN} WHERE thread_id = :thread_id AND forum_messages.message_id = :message_id
"""
LIST = f"{_SHOWN} WHERE thread_id = :thread_id AND number < :before ORDER BY number DESC LIMIT :limit"
ATTACHMENT = """
SELECT name, media_type, content FROM forum_messages JOIN message_attachments USING (attachment_id)
WHERE thread_id = :thread_id AND forum_messages.message_id = :message_id
    AND withdrawn_at IS NULL AND content IS NOT NULL
"""
FOLLOWING = """
SELECT count(*) AS followers, coalesce(sum(CASE WHEN person_id = :person_id THEN 1 ELSE 0 END), 0) AS mine
FROM forum_followers WHERE thread_id = :thread_id
"""

CHANGES: dict[type[Event], str] = {
    MessagePosted: POSTED,
    AttachmentAdded: ATTACHED,
    MessageCorrected: CORRECTED,
    MessageWithdrawn: WITHDRAWN,
}


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per message, kept when it is withdrawn; one per follower. `number` is the fact's place in its thread."""
    event = recorded.event
    match event:
        case MessagePosted() | AttachmentAdded() | MessageCorrected() | MessageWithdrawn():
            row = event.model_dump(mode="json", exclude={"tell"}) | {"at": stamp(event.at)}
            yield CHANGES[type(event)], row | {"number": recorded.version}
        case ThreadFollowed() | ThreadLeft():
            sql = FOLLOWED if isinstance(event, ThreadFollowed) else LEFT
            yield sql, {"thread_id": str(event.thread_id), "person_id": str(event.person_id)}


MESSAGES = Projection("forum.messages", 1, TABLES, apply, hears=("forum.threads",))

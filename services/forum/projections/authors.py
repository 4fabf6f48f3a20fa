"""Memory: who wrote which message, and who has been erased since."""

from collections.abc import Iterator

from shared.contracts.catalog import PersonActivated, PersonDeactivated
from shared.contracts.forum import MessagePosted
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_messages (
        message_id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, person_id TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_messages_by_person ON seen_messages (person_id)",
    "CREATE TABLE IF NOT EXISTS seen_erased (person_id TEXT PRIMARY KEY)",
)
POSTED = """
INSERT INTO seen_messages (message_id, thread_id, person_id) VALUES (:message_id, :thread_id, :by)
ON CONFLICT (message_id) DO NOTHING
"""
ERASED = "INSERT INTO seen_erased (person_id) VALUES (:person_id) ON CONFLICT DO NOTHING"
BACK = "DELETE FROM seen_erased WHERE person_id = :person_id"

OF_ERASED = """
SELECT message_id, thread_id FROM seen_messages JOIN seen_erased USING (person_id)
WHERE person_id = :person_id ORDER BY message_id
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per message, one per person who has been erased."""
    event = recorded.event
    match event:
        case MessagePosted():
            yield POSTED, event.model_dump(mode="json", include={"message_id", "thread_id", "by"})
        case PersonDeactivated():
            yield ERASED, {"person_id": str(event.person_id)}
        case PersonActivated():
            yield BACK, {"person_id": str(event.person_id)}


AUTHORS = Projection("forum.authors", 1, TABLES, apply, hears=("catalog.people", "forum.threads"))

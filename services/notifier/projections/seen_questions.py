"""Memory: who wants to know what about a request, for the moment when it is answered."""

from collections.abc import Iterator

from shared.contracts.approval import QuestionAsked
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_questions (
        request_id TEXT NOT NULL, question_id TEXT NOT NULL, asked_by TEXT NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (request_id, question_id)
    )
    """,
)
ASKED = """
INSERT INTO seen_questions (request_id, question_id, asked_by, text)
VALUES (:request_id, :question_id, :by, :text)
ON CONFLICT (request_id, question_id) DO NOTHING
"""

ONE = "SELECT text FROM seen_questions WHERE request_id = :request_id AND question_id = :question_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per question."""
    event = recorded.event
    if isinstance(event, QuestionAsked):
        yield ASKED, event.model_dump(mode="json", include={"request_id", "question_id", "by", "text"})


SEEN_QUESTIONS = Projection("notifier.seen_questions", 1, TABLES, apply, hears=("approval.requests",))

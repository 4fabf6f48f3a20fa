"""What was asked about requests before their answer, and what was told."""

from collections.abc import Iterator

from shared.contracts.approval import QuestionAnswered, QuestionAsked
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS request_question (
        question_id TEXT PRIMARY KEY, request_id TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at TEXT NOT NULL,
        text TEXT NOT NULL, answered_by TEXT, answered_at TEXT, answer TEXT
    )
    """,
    "CREATE INDEX IF NOT EXISTS request_question_by_request ON request_question (request_id, asked_at)",
)
ASKED = """
INSERT INTO request_question (question_id, request_id, asked_by, asked_at, text)
VALUES (:question_id, :request_id, :by, :at, :text) ON CONFLICT (question_id) DO NOTHING
"""
ANSWERED = """
UPDATE request_question SET answered_by = :by, answered_at = :at, answer = :text
WHERE question_id = :question_id AND request_id = :request_id
"""
OF = "SELECT * FROM request_question WHERE request_id = :request_id ORDER BY asked_at, question_id"
ONE = "SELECT * FROM request_question WHERE question_id = :question_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per question."""
    event = recorded.event
    if isinstance(event, QuestionAsked | QuestionAnswered):
        row = event.model_dump(mode="json") | {"at": stamp(event.at)}
        yield (ASKED if isinstance(event, QuestionAsked) else ANSWERED), row


QUESTIONS = Projection("approval.questions", 1, TABLES, apply, hears=("approval.requests",))

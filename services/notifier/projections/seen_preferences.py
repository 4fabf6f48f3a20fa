"""Memory: how each person wants to be told, where they have said so."""

from collections.abc import Iterator

from shared.contracts.notifier import PreferencesChosen
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_preferences (
        person_id TEXT PRIMARY KEY, quiet_from TEXT NOT NULL, quiet_to TEXT NOT NULL, digest_at TEXT NOT NULL,
        not_by_mail TEXT NOT NULL, time_zone TEXT NOT NULL
    )
    """,
)
CHOSEN = """
INSERT INTO seen_preferences (person_id, quiet_from, quiet_to, digest_at, not_by_mail, time_zone)
VALUES (:person_id, :quiet_from, :quiet_to, :digest_at, :not_by_mail, :time_zone)
ON CONFLICT (person_id) DO UPDATE SET quiet_from = :quiet_from, quiet_to = :quiet_to, digest_at = :digest_at,
    not_by_mail = :not_by_mail, time_zone = :time_zone
"""

OF = "SELECT * FROM seen_preferences WHERE person_id = :person_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per person who chose. Kinds are words with spaces between."""
    match recorded.event:
        case PreferencesChosen() as chosen:
            row = chosen.model_dump(mode="json", exclude={"at"})
            yield CHOSEN, row | {"not_by_mail": " ".join(chosen.not_by_mail)}


SEEN_PREFERENCES = Projection("notifier.seen_preferences", 1, TABLES, apply, hears=("notifier.preferences",))

"""Memory: who was named whose deputy until when, and when nobody was any more."""

from collections.abc import Iterator

from shared.contracts.approval import DeputyDismissed, DeputyNamed
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_deputies (
        person_id TEXT NOT NULL, version BIGINT NOT NULL, deputy_id TEXT NOT NULL, ends_at TEXT NOT NULL,
        PRIMARY KEY (person_id, version)
    )
    """,
)
SAID = """
INSERT INTO seen_deputies (person_id, version, deputy_id, ends_at)
VALUES (:person_id, :version, :deputy_id, :ends_at)
ON CONFLICT (person_id, version) DO NOTHING
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per fact about a person's deputy, so that each knows who it was before."""
    match recorded.event:
        case DeputyNamed() as event:
            deputy = {"deputy_id": str(event.deputy_id), "ends_at": stamp(event.ends_at)}
            yield SAID, {"person_id": str(event.person_id), "version": recorded.version, **deputy}
        case DeputyDismissed() as event:
            nobody = {"deputy_id": "", "ends_at": stamp(event.at)}
            yield SAID, {"person_id": str(event.person_id), "version": recorded.version, **nobody}


SEEN_DEPUTIES = Projection("notifier.seen_deputies", 1, TABLES, apply, hears=("approval.deputies",))

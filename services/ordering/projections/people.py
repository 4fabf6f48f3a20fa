"""Memory: who takes part, and for whom, so that an order names nobody from elsewhere."""

from collections.abc import Iterator

from shared.contracts.catalog import PersonActivated, PersonDeactivated
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_people (
        person_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, central BIGINT NOT NULL
    )
    """,
)
ACTIVATED = """
INSERT INTO seen_people (person_id, entity_id, central) VALUES (:person_id, :entity_id, :central)
ON CONFLICT (person_id) DO UPDATE SET entity_id = :entity_id, central = :central
"""
DEACTIVATED = "DELETE FROM seen_people WHERE person_id = :person_id"

ENTITLED = """
SELECT person_id FROM seen_people
WHERE person_id = :person_id AND (central = 1 OR entity_id = :entity_id)
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per person who may sign in."""
    event = recorded.event
    match event:
        case PersonActivated():
            person = {"person_id": str(event.person_id), "entity_id": str(event.entity_id or "")}
            yield ACTIVATED, person | {"central": int(not {"central", "admin"}.isdisjoint(event.roles))}
        case PersonDeactivated():
            yield DEACTIVATED, {"person_id": str(event.person_id)}


SEEN_PEOPLE = Projection("ordering.seen_people", 1, TABLES, apply, hears=("catalog.people",))

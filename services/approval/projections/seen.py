"""What approval remembers of people: who takes part, of which entity, and who is in which group."""

from collections.abc import Iterator

from shared.contracts.catalog import GroupMembersChanged, PersonActivated, PersonDeactivated
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_groups (
        entity_id TEXT NOT NULL, name TEXT NOT NULL, person_id TEXT NOT NULL,
        PRIMARY KEY (entity_id, name, person_id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_groups_by_person ON seen_groups (person_id)",
    """
    CREATE TABLE IF NOT EXISTS seen_people (
        person_id TEXT PRIMARY KEY, active BIGINT NOT NULL, central BIGINT NOT NULL, entity_id TEXT NOT NULL,
        time_zone TEXT NOT NULL
    )
    """,
)
EMPTIED = "DELETE FROM seen_groups WHERE entity_id = :entity_id AND name = :name"
JOINED = """
INSERT INTO seen_groups (entity_id, name, person_id) VALUES (:entity_id, :name, :person_id)
ON CONFLICT DO NOTHING
"""
PERSON = """
INSERT INTO seen_people (person_id, active, central, entity_id, time_zone)
VALUES (:person_id, 1, :central, :entity_id, :time_zone)
ON CONFLICT (person_id) DO UPDATE SET active = 1, central = :central, entity_id = :entity_id,
    time_zone = :time_zone
"""
GONE = """
INSERT INTO seen_people (person_id, active, central, entity_id, time_zone) VALUES (:person_id, 0, 0, '', '')
ON CONFLICT (person_id) DO UPDATE SET active = 0
"""

GROUPS_OF = "SELECT entity_id, name FROM seen_groups WHERE person_id = :person_id ORDER BY entity_id, name"
PERSON_ONE = "SELECT active, central, entity_id, time_zone FROM seen_people WHERE person_id = :person_id"
TAKES_PART = """
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM seen_people WHERE 'person:' || person_id = :reviewer AND active = 0)
"""
ANYBODY_IN = """
SELECT 1 FROM seen_groups LEFT JOIN seen_people ON seen_people.person_id = seen_groups.person_id
WHERE seen_groups.entity_id = :entity_id AND name = :name AND coalesce(active, 1) = 1 LIMIT 1
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per membership, and one per person."""
    event = recorded.event
    match event:
        case GroupMembersChanged():
            group = {"entity_id": str(event.entity_id), "name": event.group}
            yield EMPTIED, group
            for member in event.members:
                yield JOINED, {**group, "person_id": str(member)}
        case PersonActivated():
            row = {"person_id": str(event.person_id), "entity_id": str(event.entity_id or "")}
            yield PERSON, {**row, "central": int("central" in event.roles), "time_zone": event.time_zone}
        case PersonDeactivated():
            yield GONE, {"person_id": str(event.person_id)}


SEEN = Projection("approval.seen", 2, TABLES, apply, hears=("catalog.entities", "catalog.people"))

"""What approval remembers of others: who is in which group, who takes part, and what was handed in."""

from collections.abc import Iterator

from shared.contracts.catalog import GroupMembersChanged, PackageSubmitted, PersonActivated, PersonDeactivated
from shared.contracts.ordering import OrderPlaced
from shared.kernel.ids import derive
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
    "CREATE TABLE IF NOT EXISTS seen_people (person_id TEXT PRIMARY KEY, active BIGINT NOT NULL)",
    """
    CREATE TABLE IF NOT EXISTS seen_submissions (
        request_id TEXT PRIMARY KEY, subject TEXT NOT NULL, subject_id TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_submissions_by_subject ON seen_submissions (subject_id)",
)
EMPTIED = "DELETE FROM seen_groups WHERE entity_id = :entity_id AND name = :name"
JOINED = """
INSERT INTO seen_groups (entity_id, name, person_id) VALUES (:entity_id, :name, :person_id)
ON CONFLICT DO NOTHING
"""
PERSON = """
INSERT INTO seen_people (person_id, active) VALUES (:person_id, :active)
ON CONFLICT (person_id) DO UPDATE SET active = :active
"""
SUBMITTED = """
INSERT INTO seen_submissions (request_id, subject, subject_id) VALUES (:request_id, :subject, :subject_id)
ON CONFLICT (request_id) DO NOTHING
"""

GROUPS_OF = "SELECT entity_id, name FROM seen_groups WHERE person_id = :person_id ORDER BY entity_id, name"
ACTIVE = "SELECT active FROM seen_people WHERE person_id = :person_id"
ANYBODY_IN = """
SELECT 1 FROM seen_groups LEFT JOIN seen_people ON seen_people.person_id = seen_groups.person_id
WHERE entity_id = :entity_id AND name = :name AND coalesce(active, 1) = 1 LIMIT 1
"""
REQUESTS_OF = "SELECT request_id FROM seen_submissions WHERE subject_id = :subject_id ORDER BY request_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per membership, per person, and per submission with the id of the request that it opens."""
    event = recorded.event
    match event:
        case GroupMembersChanged():
            group = {"entity_id": str(event.entity_id), "name": event.group}
            yield EMPTIED, group
            for member in event.members:
                yield JOINED, {**group, "person_id": str(member)}
        case PersonActivated() | PersonDeactivated():
            active = int(isinstance(event, PersonActivated))
            yield PERSON, {"person_id": str(event.person_id), "active": active}
        case PackageSubmitted():
            yield SUBMITTED, _submission(recorded, "package", event.package_id)
        case OrderPlaced():
            yield SUBMITTED, _submission(recorded, "order", event.order_id)


def _submission(recorded: Recorded, subject: str, subject_id: object) -> dict[str, object]:
    return {
        "request_id": str(derive("request", recorded.id)),
        "subject": subject,
        "subject_id": str(subject_id),
    }


SEEN = Projection(
    "approval.seen",
    1,
    TABLES,
    apply,
    hears=("catalog.entities", "catalog.people", "catalog.packages", "ordering.orders"),
)

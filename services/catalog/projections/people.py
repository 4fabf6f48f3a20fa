"""People: what they may do (from facts), and the one table of names and addresses (from nobody's facts)."""

from collections.abc import Iterator

from shared.contracts.catalog import PersonActivated, PersonDeactivated
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS people (
        person_id TEXT PRIMARY KEY, roles TEXT NOT NULL, entity_id TEXT, language TEXT NOT NULL,
        time_zone TEXT NOT NULL, active BIGINT NOT NULL, version BIGINT NOT NULL
    )
    """,
)
ADDRESSES = """
CREATE TABLE IF NOT EXISTS person_addresses (
    person_id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL
)
"""
"""The only place where a person's name and address stand. Erasing the row erases the person."""

ACTIVATED = """
INSERT INTO people (person_id, roles, entity_id, language, time_zone, active, version)
VALUES (:person_id, :roles, :entity_id, :language, :time_zone, 1, :version)
ON CONFLICT (person_id) DO UPDATE SET roles = :roles, entity_id = :entity_id, language = :language,
    time_zone = :time_zone, active = 1, version = :version
"""
DEACTIVATED = "UPDATE people SET active = 0, version = :version WHERE person_id = :person_id"
ADDRESS_SET = """
INSERT INTO person_addresses (person_id, name, email) VALUES (:person_id, :name, :email)
ON CONFLICT (person_id) DO UPDATE SET name = :name, email = :email
"""
ADDRESS_DROPPED = "DELETE FROM person_addresses WHERE person_id = :person_id"

ADDRESS_OF = "SELECT name, email FROM person_addresses WHERE person_id = :person_id"
ONE = """
SELECT people.*, name, email FROM people LEFT JOIN person_addresses USING (person_id)
WHERE person_id = :person_id
"""
LIST = """
SELECT people.*, name, email FROM people LEFT JOIN person_addresses USING (person_id)
WHERE person_id > :after AND ' ' || roles || ' ' LIKE :role AND (:only = '' OR entity_id = :only)
ORDER BY person_id LIMIT :limit
"""
OF_HEAD_OFFICE = """
SELECT person_id FROM people
WHERE person_id = :person_id AND active = 1
    AND (' ' || roles || ' ' LIKE '% central %' OR ' ' || roles || ' ' LIKE '% admin %')
"""
ALL_ACTIVE = """
SELECT people.*, name, email FROM people LEFT JOIN person_addresses USING (person_id) WHERE active = 1
"""
KNOWN = "SELECT person_id FROM people WHERE active = 1"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per person; `roles` are words with spaces between."""
    event = recorded.event
    match event:
        case PersonActivated():
            yield (
                ACTIVATED,
                {
                    "person_id": str(event.person_id),
                    "roles": " ".join(event.roles),
                    "entity_id": str(event.entity_id) if event.entity_id else None,
                    "language": event.language,
                    "time_zone": event.time_zone,
                    "version": recorded.version,
                },
            )
        case PersonDeactivated():
            yield DEACTIVATED, {"person_id": str(event.person_id), "version": recorded.version}


PEOPLE = Projection("catalog.people", 2, TABLES, apply, hears=("catalog.people",))

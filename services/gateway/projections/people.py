"""Who may sign in, in which role, for which entity, in which language and time zone."""

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
ACCOUNTS = """
CREATE TABLE IF NOT EXISTS accounts (
    login TEXT PRIMARY KEY, password_hash TEXT NOT NULL, person_id TEXT NOT NULL
)
"""
"""No event brings these back: a password belongs in no event."""

ACTIVATED = """
INSERT INTO people (person_id, roles, entity_id, language, time_zone, active, version)
VALUES (:person_id, :roles, :entity_id, :language, :time_zone, 1, :version)
ON CONFLICT (person_id) DO UPDATE SET
    roles = :roles, entity_id = :entity_id, language = :language, time_zone = :time_zone,
    active = 1, version = :version
"""
DEACTIVATED = "UPDATE people SET active = 0, version = :version WHERE person_id = :person_id"
ACCOUNT_SET = """
INSERT INTO accounts (login, password_hash, person_id) VALUES (:login, :password_hash, :person_id)
ON CONFLICT (login) DO UPDATE SET password_hash = :password_hash, person_id = :person_id
"""

ONE = "SELECT * FROM people WHERE person_id = :person_id"
ACCOUNT = "SELECT * FROM accounts WHERE login = :login"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per person; `roles` are words with spaces between."""
    event, version = recorded.event, recorded.version
    match event:
        case PersonActivated():
            row = event.model_dump(mode="json") | {"roles": " ".join(event.roles), "version": version}
            yield ACTIVATED, row
        case PersonDeactivated():
            yield DEACTIVATED, {"person_id": str(event.person_id), "version": version}


PEOPLE = Projection("gateway.people", 2, TABLES, apply, hears=("catalog.people",))

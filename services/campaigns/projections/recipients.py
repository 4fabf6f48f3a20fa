"""The end customers, in the one table that holds their names and addresses; and how a query finds them.

No fact speaks of them: erasing a row erases the person.
"""

from typing import Any

from shared.contracts.campaigns import Condition

RECIPIENTS = """
CREATE TABLE IF NOT EXISTS recipients (
    recipient_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
    birth_year BIGINT, city TEXT NOT NULL, origin TEXT NOT NULL, channel TEXT NOT NULL
)
"""
BY_ENTITY = "CREATE INDEX IF NOT EXISTS recipients_by_entity ON recipients (entity_id, recipient_id)"

PUT = """
INSERT INTO recipients (recipient_id, entity_id, name, email, birth_year, city, origin, channel)
VALUES (:recipient_id, :entity_id, :name, :email, :birth_year, :city, :origin, :channel)
ON CONFLICT (recipient_id) DO UPDATE SET
    entity_id = :entity_id, name = :name, email = :email, birth_year = :birth_year, city = :city,
    origin = :origin, channel = :channel
"""
ERASED = "DELETE FROM recipients WHERE recipient_id = :recipient_id RETURNING recipient_id"

ONE = "SELECT * FROM recipients WHERE recipient_id = :recipient_id"
LIST = """
SELECT * FROM recipients WHERE (:entity_id = '' OR entity_id = :entity_id) AND recipient_id > :after
ORDER BY recipient_id LIMIT :limit
"""
ENTITIES = "SELECT entity_id, origin FROM entity_origin WHERE closed = 0"

WHERE = {
    "age_from": "birth_year <= :{name}_to",
    "age_to": "birth_year >= :{name}_from",
    "age_segment": "birth_year BETWEEN :{name}_from AND :{name}_to",
    "city": "lower(city) = lower(:{name})",
    "channel": "channel = :{name}",
    "origin": "origin = :{name}",
}
OLDEST = 130


def count_of(conditions: tuple[Condition, ...], entity_id: str, year: int) -> tuple[str, dict[str, Any]]:
    """SQL and parameters that count an entity's recipients (all, if empty) who meet every condition.

    Ages are whole years reached in `year`. Raises ValueError where a value is no age.
    """
    clauses = ["(:entity_id = '' OR entity_id = :entity_id)"]
    params: dict[str, Any] = {"entity_id": entity_id}
    for number, condition in enumerate(conditions):
        name = f"p{number}"
        clauses.append(WHERE[condition.attribute].format(name=name))
        if condition.attribute.startswith("age"):
            youngest, oldest = ages_in(condition.attribute, str(condition.value))
            params |= {f"{name}_from": year - oldest, f"{name}_to": year - youngest}
        else:
            params[name] = str(condition.value)
    wanted = " AND ".join(clauses)
    return f"SELECT count(*) AS found FROM recipients WHERE {wanted}", params


def ages_in(attribute: str, text: str) -> tuple[int, int]:
    """The youngest and the oldest age of `30-49`, `65+`, or a bare bound. Raises ValueError."""
    if attribute == "age_from":
        return int(text), OLDEST
    if attribute == "age_to":
        return 0, int(text)
    if text.endswith("+"):
        return int(text[:-1]), OLDEST
    youngest, _, oldest = text.partition("-")
    return int(youngest), int(oldest)

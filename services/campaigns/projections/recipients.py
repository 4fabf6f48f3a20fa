"""The end customers, in the one table that holds their names and addresses; and how a query finds them.

No fact speaks of them: erasing a row erases the person.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

RECIPIENTS = """
CREATE TABLE IF NOT EXISTS recipients (
    recipient_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
    birth_year BIGINT, city TEXT NOT NULL, origin TEXT NOT NULL, channel TEXT NOT NULL
)
"""
BY_ENTITY = "CREATE INDEX IF NOT EXISTS recipients_by_entity ON recipients (entity_id, recipient_id)"
BY_AGE = "CREATE INDEX IF NOT EXISTS recipients_by_age ON recipients (entity_id, birth_year)"

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
VOLUMES = "SELECT entity_id, count(*) AS found FROM recipients GROUP BY entity_id"
ENTITIES = "SELECT entity_id, origin FROM entity_origin WHERE closed = 0"


Bounds = tuple[str, str | int, str | int]
"""One condition: its attribute, and the least and the most that it may be."""

WHERE = {
    "born": "birth_year BETWEEN :{name}_least AND :{name}_most",
    "city": "lower(city) = lower(:{name}_least)",
    "channel": "channel = :{name}_least",
    "origin": "origin = :{name}_least",
}


class Crowd(NamedTuple):
    """What `others` look for in the same days: whom `most` of them reach already is left out. 0 leaves nobody out."""

    others: Sequence[Sequence[Bounds]] = ()
    most: int = 0


NOBODY = Crowd()


def count_of(wanted: Sequence[Bounds], entity_id: str, crowd: Crowd = NOBODY) -> tuple[str, dict[str, Any]]:
    """SQL and parameters that count an entity's recipients (all, if empty) who meet every condition.

    Without those whom a crowd reaches as often as may be.
    """
    where, params = _where(wanted, entity_id, crowd)
    return f"SELECT count(*) AS found FROM recipients WHERE {where}", params


def by_channel(wanted: Sequence[Bounds], entity_id: str, crowd: Crowd = NOBODY) -> tuple[str, dict[str, Any]]:
    """The same, counted for each channel by itself."""
    where, params = _where(wanted, entity_id, crowd)
    counted = f"SELECT channel, count(*) AS found FROM recipients WHERE {where}"
    return f"{counted} GROUP BY channel ORDER BY channel", params


def _where(wanted: Sequence[Bounds], entity_id: str, crowd: Crowd) -> tuple[str, dict[str, Any]]:
    params = dict[str, Any]()
    clauses = ["1 = 1", *_met(wanted, "p", params)]
    if entity_id:
        clauses.append("entity_id = :entity_id")
        params["entity_id"] = entity_id
    if crowd.most and len(crowd.others) >= crowd.most:
        reached = (
            f"CASE WHEN {' AND '.join(['1 = 1', *_met(other, f'o{number}p', params)])} THEN 1 ELSE 0 END"
            for number, other in enumerate(crowd.others)
        )
        clauses.append(f"({' + '.join(reached)}) < :most")
        params["most"] = crowd.most
    return " AND ".join(clauses), params


def _met(wanted: Sequence[Bounds], prefix: str, params: dict[str, Any]) -> list[str]:
    """A clause for each condition; what it compares with is put into `params`."""
    clauses = []
    for number, (attribute, least, most) in enumerate(wanted):
        name = f"{prefix}{number}"
        clauses.append(WHERE[attribute].format(name=name))
        params[f"{name}_least"] = least
        if attribute == "born":
            params[f"{name}_most"] = most
    return clauses

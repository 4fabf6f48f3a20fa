"""Who answers for whom, and until when: the last term of every person."""

from collections.abc import Iterator

from shared.contracts.approval import DeputyDismissed, DeputyNamed
from shared.kernel.message import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS deputy_list (
        person_id TEXT PRIMARY KEY, deputy_id TEXT NOT NULL, starts_at TEXT NOT NULL, ends_at TEXT NOT NULL,
        named_by TEXT NOT NULL, reason TEXT NOT NULL, dismissed_at TEXT, version BIGINT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS deputy_list_by_deputy ON deputy_list (deputy_id)",
)
NAMED = """
INSERT INTO deputy_list (person_id, deputy_id, starts_at, ends_at, named_by, reason, dismissed_at, version)
VALUES (:person_id, :deputy_id, :starts_at, :ends_at, :by, :reason, NULL, :version)
ON CONFLICT (person_id) DO UPDATE SET deputy_id = :deputy_id, starts_at = :starts_at, ends_at = :ends_at,
    named_by = :by, reason = :reason, dismissed_at = NULL, version = :version
"""
DISMISSED = "UPDATE deputy_list SET dismissed_at = :at, version = :version WHERE person_id = :person_id"

RUNS = "dismissed_at IS NULL AND starts_at <= :now AND :now < ends_at"
"""The condition under which a deputy may answer, at the moment `:now`."""
_RUNNING = f"CASE WHEN {RUNS} THEN 1 ELSE 0 END AS running"
_MINE = ":admin = 1 OR person_id = :caller OR deputy_id = :caller"
LIST = f"""
SELECT *, {_RUNNING} FROM deputy_list WHERE ({_MINE}) AND person_id > :after ORDER BY person_id LIMIT :limit
"""
ONE = f"SELECT *, {_RUNNING} FROM deputy_list WHERE ({_MINE}) AND person_id = :person_id"
STANDS_IN_FOR = f"""
SELECT deputy_list.person_id, seen_people.central FROM deputy_list
JOIN seen_people ON seen_people.person_id = deputy_list.person_id AND seen_people.active = 1
WHERE deputy_id = :person_id AND {RUNS} ORDER BY deputy_list.person_id
"""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per person who ever had a deputy."""
    version = {"version": recorded.version}
    match recorded.event:
        case DeputyNamed() as event:
            term = {"starts_at": stamp(event.starts_at), "ends_at": stamp(event.ends_at)}
            whom = {"person_id": str(event.person_id), "deputy_id": str(event.deputy_id)}
            yield NAMED, {**whom, **term, "by": event.by, "reason": event.reason, **version}
        case DeputyDismissed() as event:
            yield DISMISSED, {"person_id": str(event.person_id), "at": stamp(event.at), **version}


DEPUTY_LIST = Projection("approval.deputy_list", 1, TABLES, apply, hears=("approval.deputies",))

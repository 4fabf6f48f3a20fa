"""What the caller may see of requests, and what approval knows of the caller."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from services.approval.deciders.request_commands import HEAD_OFFICE, Principal
from services.approval.projections import deputy_list, request_list, seen
from shared.contracts.catalog import Reviewer
from shared.kernel.ids import RequestId
from shared.kernel.moment import stamp
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow
from shared.web.desk import desk_of

Here = Annotated[Desk, Depends(desk_of("approval"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]
Acting = Annotated[Caller, Depends(acts("central", "local", "admin"))]
WORDS = ("reviewers", "reminders", "escalated_to", "co_authors")


async def one_request(here: Desk, caller: Caller, request_id: RequestId) -> dict[str, Any] | None:
    """The request as this caller sees it; None where it must not."""
    found = await here.one(request_list.ONE, {"request_id": str(request_id)} | eyes(caller))
    return as_read(found, caller) if found else None


def eyes(caller: Caller) -> dict[str, Any]:
    """Who looks and when, as the queries of requests want it; `limited` where the asker does not see everything."""
    actor = caller.actor
    return {
        "limited": int(not actor.is_central),
        "admin": int("admin" in actor.roles),
        "central": int("central" in actor.roles),
        "person_id": actor.id,
        "entity_id": str(actor.entity_id or ""),
        "now": stamp(caller.at),
    }


def as_read(row: Row, caller: Caller) -> dict[str, Any]:
    """A row as people read it: words apart, and late as of now."""
    return {
        **row,
        **{name: row[name].split() for name in WORDS},
        "mine": bool(row["mine"]),
        "changes": json.loads(row["changes"]),
        "own_work": bool(row["own_work"]),
        "overdue": row["status"] == "open" and row["deadline"] <= stamp(caller.at),
    }


async def standing(here: Desk, caller: Caller) -> dict[str, Any]:
    """What a command to a request has to know of the person who asks."""
    known = await here.one(seen.PERSON_ONE, {"person_id": caller.actor.id})
    away = await here.rows(deputy_list.STANDS_IN_FOR, {"person_id": caller.actor.id, "now": stamp(caller.at)})
    return {
        "member_of": await _groups(here, caller.actor.id),
        "stands_in_for": tuple([await _principal(here, row) for row in away]),
        "active": known is None or bool(known["active"]),
    }


async def may_hear(here: Desk, person_id: UUID, within: str | None) -> bool:
    """True if this person takes part and is of this entity or of head office; any entity will do where none is given.

    Nobody but head office is within "".
    """
    known = await here.one(seen.PERSON_ONE, {"person_id": str(person_id)})
    return known is not None and bool(known["active"]) and _of(str(known["entity_id"]), within)


async def may_be_called(here: Desk, reviewer: Reviewer, within: str | None) -> bool:
    """The same for all whom this name calls."""
    sort, _, whom = reviewer.partition(":")
    if sort == "person":
        return await may_hear(here, UUID(whom), within)
    if sort == "group":
        entity_id, _, name = whom.partition("/")
        anybody = await here.one(seen.ANYBODY_IN, {"entity_id": entity_id, "name": name})
        return anybody is not None and _of(entity_id, within)
    return True


def _of(entity_id: str, within: str | None) -> bool:
    return within is None or entity_id in {"", within}


async def _groups(here: Desk, person_id: str) -> tuple[Reviewer, ...]:
    rows = await here.rows(seen.GROUPS_OF, {"person_id": person_id})
    return tuple(f"group:{row['entity_id']}/{row['name']}" for row in rows)


async def _principal(here: Desk, row: Row) -> Principal:
    person_id = str(row["person_id"])
    own = (f"person:{person_id}", *await _groups(here, person_id))
    return Principal(person_id=person_id, names=(*own, *(HEAD_OFFICE if row["central"] else ())))

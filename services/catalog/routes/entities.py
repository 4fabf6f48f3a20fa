"""Entities and their groups."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict

from services.catalog.deciders.entity import (
    ChangeGroupMembers,
    CloseEntity,
    RegisterEntity,
    ReviseEntityDetails,
)
from services.catalog.projections import entity_list, people
from services.catalog.routes.resources import Entity, ListedEntity
from shared.contracts.catalog import EntityLevel, Group, OpenOrders
from shared.kernel.ids import EntityId, PersonId, derive
from shared.kernel.message import Actor
from shared.kernel.projection import Row
from shared.kernel.searching import pattern_of
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow, edits
from shared.web.desk import Body, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.lists import Listing, Page, Paging, listed
from shared.web.problems import documented

router = APIRouter(prefix="/entities", tags=["entities"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("catalog"))]
ENTITIES = Listing(
    "entities",
    ("entity_id", "number", "label", "level", "parent_id", "origin", "phone", "fax", "closed"),
    {"number": 0},
)


class NewEntity(Body):
    """An entity as head office registers it. `origin` is the value by which recipients fall to it."""

    label: str
    level: EntityLevel = "local"
    parent_id: EntityId | None = None
    origin: str = ""
    phone: str = ""
    fax: str = ""


class EntityDetails(Body):
    """What can be corrected in an entity's record; what is left out stays."""

    label: str | None = None
    origin: str | None = None
    phone: str | None = None
    fax: str | None = None


class Closing(Body):
    """Why an entity closes, and whether its open orders are finished as they stand or cancelled with the reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Butiken läggs ned", "open_orders": "cancel"}]}
    )

    reason: str
    open_orders: OpenOrders = "finish"


class Members(Body):
    """Who is in the group, all of them."""

    members: tuple[PersonId, ...]


@router.get("", response_model=Page[ListedEntity], responses=documented(400, 401, 403))
async def list_entities(
    *,
    request: Request,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "local", "admin"))],
    paging: Annotated[Paging, Depends()],
    q: str = "",
    parent: EntityId | None = None,
) -> Response:
    """Entities by number. A local person sees its own only."""
    await fresh_enough(request, here)
    mine = "" if caller.actor.is_central else str(caller.actor.entity_id)
    wanted = {"pattern": pattern_of(q), "parent_id": str(parent or ""), "only": mine}
    return await listed(
        ENTITIES,
        paging,
        lambda last, most: here.rows(entity_list.LIST, {**wanted, "after": last[0], "limit": most}),
        _entity,
    )


@router.get("/{entity_id}", response_model=Entity, responses=documented(401, 403, 404))
async def show_entity(
    request: Request,
    entity_id: EntityId,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "local", "admin"))],
) -> Response:
    """One entity with its groups."""
    await fresh_enough(request, here)
    return shown(await entity_of(here, caller.actor, entity_id))


@router.post("", status_code=201, response_model=Entity, responses=documented(400, 401, 403, 409, 422))
async def register_entity(
    body: NewEntity, here: Here, caller: Annotated[Caller, Depends(acts("central", "admin"))]
) -> Response:
    """Let an entity exist; its id follows from the Idempotency-Key."""
    entity_id = EntityId(derive("entity", caller.command_id))
    parent = await here.one(entity_list.ONE, {"entity_id": str(body.parent_id)})
    command = RegisterEntity(
        **caller.asks(), entity_id=entity_id, parent_known=parent is not None, **body.model_dump()
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(entity_of, here, caller.actor, entity_id), status=201)


@router.patch("/{entity_id}", response_model=Entity, responses=documented(401, 403, 404, 409, 412, 422, 428))
async def revise_entity(
    entity_id: EntityId,
    body: EntityDetails,
    here: Here,
    caller: Annotated[Caller, Depends(edits("central", "admin"))],
) -> Response:
    """Correct label or contact data."""
    known = await entity_of(here, caller.actor, entity_id) or {}
    details = {name: known.get(name, "") for name in EntityDetails.model_fields}
    details |= body.model_dump(exclude_none=True)
    outcome = await here.execute(
        ReviseEntityDetails(**caller.asks(), entity_id=entity_id, **details), caller.asked
    )
    return await answer(here, outcome, partial(entity_of, here, caller.actor, entity_id))


@router.post("/{entity_id}/close", response_model=Entity, responses=documented(400, 401, 403, 404, 409, 422))
async def close_entity(
    entity_id: EntityId,
    body: Closing,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "admin"))],
) -> Response:
    """Let an entity take no part any more. It stays readable; nothing of it changes after this."""
    command = CloseEntity(**caller.asks(), entity_id=entity_id, **body.model_dump())
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(entity_of, here, caller.actor, entity_id))


@router.put(
    "/{entity_id}/groups/{group}", response_model=Entity, responses=documented(401, 403, 404, 409, 422)
)
async def change_group(
    entity_id: EntityId,
    group: Group,
    body: Members,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "admin"))],
) -> Response:
    """Say who is in a group: who is notified, who answers orders, who answers campaigns."""
    known = {row["person_id"] for row in await here.rows(people.KNOWN)}
    unknown = tuple(member for member in body.members if str(member) not in known)
    command = ChangeGroupMembers(
        **caller.asks(), entity_id=entity_id, group=group, members=body.members, unknown=unknown
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(entity_of, here, caller.actor, entity_id))


async def entity_of(here: Desk, actor: Actor, entity_id: EntityId) -> dict[str, Any] | None:
    """The entity as this actor may see it, or None."""
    found = await here.one(entity_list.ONE, {"entity_id": str(entity_id)})
    if found is None or not actor.sees(entity_id):
        return None
    groups: dict[str, list[str]] = {}
    for row in await here.rows(entity_list.GROUPS_OF, {"entity_id": str(entity_id)}):
        groups.setdefault(row["name"], []).append(row["person_id"])
    return {**_entity(found), "groups": groups}


def _entity(row: Row) -> dict[str, Any]:
    return {**row, "closed": bool(row["closed"])}

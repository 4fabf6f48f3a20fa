"""People: who may sign in, as what."""

import re
from functools import partial
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, StringConstraints

from services.catalog.deciders.person import ActivatePerson, DeactivatePerson
from services.catalog.projections import entity_list, people
from services.catalog.routes.resources import Person
from shared.contracts.catalog import Language
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId, PersonId, derive
from shared.kernel.message import Role
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow, edits
from shared.web.desk import Body, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.lists import Listing, Page, Paging, listed
from shared.web.problems import documented

router = APIRouter(prefix="/people", tags=["people"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("catalog"))]
Reader = Annotated[Caller, Depends(allow("central", "local", "admin"))]
PEOPLE = Listing(
    "people",
    ("person_id", "name", "email", "roles", "entity_id", "language", "time_zone", "active"),
    {"person_id": ""},
)


def _known(zone: str) -> str:
    if zone and zone not in available_timezones():
        raise ValueError("not the name of a time zone, such as Europe/Stockholm")
    return zone


Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
Email = Annotated[str, StringConstraints(pattern=f"^{ADDRESS.pattern}$", max_length=320)]
TimeZone = Annotated[str, AfterValidator(_known)]
"""An IANA name; empty for the installation's own zone."""


class NewPerson(Body):
    """A person. Name and address are kept apart from everything else, in one table."""

    name: Name
    email: Email
    roles: tuple[Role, ...]
    entity_id: EntityId | None = None
    language: Language = "sv"
    time_zone: TimeZone = ""


class PersonChanges(Body):
    """What is to change; what is left out stays. An `entity_id` of null takes the entity away."""

    name: Name | None = None
    email: Email | None = None
    roles: tuple[Role, ...] | None = None
    entity_id: EntityId | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None


@router.get("", response_model=Page[Person], responses=documented(400, 401, 403))
async def list_people(
    request: Request,
    here: Here,
    caller: Reader,
    paging: Annotated[Paging, Depends()],
    role: Role | None = None,
) -> Response:
    """Everybody, or who has this role, so that one can be named. A local person sees those of its own entity."""
    await fresh_enough(request, here)
    wanted = {"role": f"% {role} %" if role else "%", "only": _only(caller)}
    return await listed(
        PEOPLE,
        paging,
        lambda last, most: here.rows(people.LIST, {**wanted, "after": last[0], "limit": most}),
        _person,
    )


@router.get("/{person_id}", response_model=Person, responses=documented(401, 403, 404))
async def show_person(
    request: Request,
    person_id: PersonId,
    here: Here,
    caller: Reader,
) -> Response:
    """One person; for a local person one of its own entity."""
    await fresh_enough(request, here)
    found = await _one(here, person_id)
    return shown(found if found and _only(caller) in {"", found["entity_id"]} else None)


@router.post("", status_code=201, response_model=Person, responses=documented(400, 401, 403, 409, 422))
async def activate_person(
    body: NewPerson, here: Here, caller: Annotated[Caller, Depends(acts("admin"))]
) -> Response:
    """Let somebody take part. A local person needs its entity."""
    person_id = PersonId(derive("person", caller.command_id))
    outcome = await here.execute(await _activation(here, caller, person_id, body), caller.asked)
    if not isinstance(outcome, Refused):
        address = {"person_id": str(person_id), "name": body.name, "email": body.email}
        await here.db.write(people.ADDRESS_SET, address)
    return await answer(here, outcome, partial(_one, here, person_id), status=201)


@router.patch(
    "/{person_id}", response_model=Person, responses=documented(400, 401, 403, 404, 409, 412, 422, 428)
)
async def revise_person(
    person_id: PersonId,
    body: PersonChanges,
    here: Here,
    caller: Annotated[Caller, Depends(edits("admin"))],
) -> Response:
    """Change what somebody may do, or how that person is told: name, address, language, time zone."""
    known = await _one(here, person_id)
    if known is None or not known["active"]:
        return shown(None)
    given = body.model_dump(exclude_unset=True)
    changes = {name: part for name, part in given.items() if part is not None or name == "entity_id"}
    whole = NewPerson.model_validate({name: known[name] for name in NewPerson.model_fields} | changes)
    outcome = await here.execute(await _activation(here, caller, person_id, whole), caller.asked)
    if not isinstance(outcome, Refused):
        address = {"person_id": str(person_id), "name": whole.name, "email": whole.email}
        await here.db.write(people.ADDRESS_SET, address)
    return await answer(here, outcome, partial(_one, here, person_id))


@router.delete("/{person_id}", response_model=Person, responses=documented(401, 403, 404))
async def deactivate_person(
    person_id: PersonId, here: Here, caller: Annotated[Caller, Depends(allow("admin"))]
) -> Response:
    """Erase a person: no more sign-in, no more notices, name and address gone."""
    outcome = await here.execute(DeactivatePerson(**caller.asks(), person_id=person_id), caller.asked)
    await here.db.write(people.ADDRESS_DROPPED, {"person_id": str(person_id)})
    return await answer(here, outcome, partial(_one, here, person_id))


async def _activation(here: Desk, caller: Caller, person_id: PersonId, body: NewPerson) -> ActivatePerson:
    entity = await here.one(entity_list.OPEN_ONE, {"entity_id": str(body.entity_id)})
    return ActivatePerson(
        **caller.asks(),
        person_id=person_id,
        roles=tuple(sorted(set(body.roles))),
        entity_id=body.entity_id,
        entity_known=entity is not None,
        language=body.language,
        time_zone=body.time_zone,
    )


def _only(caller: Caller) -> str:
    """The one entity whose people this caller sees; empty for head office, which sees all."""
    return "" if caller.actor.is_central else str(caller.actor.entity_id)


async def _one(here: Desk, person_id: PersonId) -> dict[str, Any] | None:
    found = await here.one(people.ONE, {"person_id": str(person_id)})
    return _person(found) if found else None


def _person(row: Any) -> dict[str, Any]:
    return {**row, "roles": row["roles"].split(), "active": bool(row["active"])}

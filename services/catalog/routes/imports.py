"""Entities and people from sheets, with a dry run that lists every problem by row and column."""

from asyncio import to_thread
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from services.catalog.projections import entity_list, people
from services.catalog.routes import entity_sheet, person_sheet
from services.catalog.routes.entities import Here
from shared.kernel.decider import Refused
from shared.kernel.message import Command
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, acts
from shared.web.desk import StrictRoute, fresh_enough
from shared.web.documents import received
from shared.web.filled_sheets import WRONG, SheetResult, checked, lines_of
from shared.web.problems import documented

router = APIRouter(route_class=StrictRoute)
PROBLEMS = documented(400, 401, 403, 413, 422)
PROBLEMS[422]["content"] |= WRONG


@router.post("/entities/import", tags=["entities"], response_model=SheetResult, responses=PROBLEMS)
async def import_entities(
    *,
    request: Request,
    file: UploadFile,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "admin"))],
    dry_run: bool = False,
) -> Response:
    """CSV or Excel with a header: label, and optionally level, parent (a label), origin, phone, fax.

    With a problem anywhere nothing is stored, and every problem is listed by row and column. A row with the name of
    an open entity corrects its contact data, so the same file again changes nothing. `dry_run=true` only checks.
    """
    await fresh_enough(request, here)
    lines, wrong = await to_thread(lines_of, await received(file), entity_sheet.COLUMNS, entity_sheet.NEEDED)
    known = await here.rows(entity_list.ALL_OPEN)
    commands, faults = entity_sheet.read_entities(lines, known, caller)
    if wrong or faults or dry_run:
        return checked(request, caller.language, len(lines), [*wrong, *faults])
    return await _stored(here, caller, commands)


@router.post("/people/import", tags=["people"], response_model=SheetResult, responses=PROBLEMS)
async def import_people(
    *,
    request: Request,
    file: UploadFile,
    here: Here,
    caller: Annotated[Caller, Depends(acts("admin"))],
    dry_run: bool = False,
) -> Response:
    """CSV or Excel with a header: name, email, roles (with spaces between), and optionally entity, language, time_zone.

    `entity` is a label or a number such as OU3. With a problem anywhere nothing is stored, and every problem is listed
    by row and column. A row with the address of an active person changes that one. `dry_run=true` only checks.
    """
    await fresh_enough(request, here)
    lines, wrong = await to_thread(lines_of, await received(file), person_sheet.COLUMNS, person_sheet.NEEDED)
    known = await here.rows(people.ALL_ACTIVE)
    entities = await here.rows(entity_list.ALL_OPEN)
    joining, faults = person_sheet.read_people(lines, known, entities, caller)
    if wrong or faults or dry_run:
        return checked(request, caller.language, len(lines), [*wrong, *faults])
    answer = await _stored(here, caller, [one.command for one in joining])
    await here.db.commit([(people.ADDRESS_SET, one.address) for one in joining])
    return answer


async def _stored(here: Desk, caller: Caller, commands: Sequence[Command]) -> Response:
    """Obey one after the other. What stopped half-way is finished by the same request again."""
    headers = {}
    for command in commands:
        outcome = await here.execute(command, caller.asked)
        if isinstance(outcome, Refused):
            raise Stop(outcome)
        headers = {"Samverkan-Position": f"{outcome.stream}@{outcome.version}"}
    return JSONResponse({"rows": len(commands), "stored": len(commands), "problems": []}, 200, headers)

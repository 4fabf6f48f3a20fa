"""Recipients: imported, seen by their own entity, erased."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from services.campaigns.projections import recipients
from services.campaigns.routes import recipient_sheet
from services.campaigns.routes.resources import Erased, Recipient
from shared.kernel.message import Actor
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow
from shared.web.desk import StrictRoute, desk_of, fresh_enough, shown
from shared.web.documents import received
from shared.web.filled_sheets import WRONG, SheetResult, checked, lines_of
from shared.web.lists import Listing, Page, Paging, listed
from shared.web.problems import documented

router = APIRouter(prefix="/recipients", tags=["recipients"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Anyone = Annotated[Caller, Depends(allow("central", "local", "admin"))]
RECIPIENTS = Listing(
    "recipients",
    ("recipient_id", "entity_id", "name", "email", "birth_year", "city", "origin", "channel"),
    {"recipient_id": ""},
)
PROBLEMS = documented(400, 401, 403, 413, 422)
PROBLEMS[422]["content"] |= WRONG


@router.get("", response_model=Page[Recipient], responses=documented(400, 401, 403))
async def list_recipients(
    request: Request,
    here: Here,
    caller: Anyone,
    paging: Annotated[Paging, Depends()],
) -> Response:
    """The recipients of one's own entity; head office sees all."""
    await fresh_enough(request, here)
    mine = {"entity_id": _mine(caller.actor)}
    return await listed(
        RECIPIENTS,
        paging,
        lambda last, most: here.rows(recipients.LIST, {**mine, "after": last[0], "limit": most}),
    )


@router.post("/import", response_model=SheetResult, responses=PROBLEMS)
async def import_recipients(
    request: Request,
    file: UploadFile,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "admin"))],
    dry_run: bool = False,
) -> Response:
    """CSV or Excel with a header: entity_id or origin, name, email, and optionally recipient_id, birth_year, city,
    channel.

    All rows or none: with a problem anywhere nothing is stored, and every problem is listed by row and
    column. The same file again changes nothing. `dry_run=true` only checks.
    """
    await fresh_enough(request, here)
    lines, wrong = await to_thread(
        lines_of, await received(file), recipient_sheet.COLUMNS, recipient_sheet.NEEDED
    )
    entities = await here.rows(recipients.ENTITIES)
    found, faults = recipient_sheet.read_recipients(lines, entities)
    if wrong or faults or dry_run:
        return checked(request, caller.language, len(lines), [*wrong, *faults])
    await here.db.commit([(recipients.PUT, recipient) for recipient in found])
    return JSONResponse({"rows": len(found), "stored": len(found), "problems": []})


@router.delete("/{recipient_id}", response_model=Erased, responses=documented(401, 403, 404))
async def erase_recipient(recipient_id: str, here: Here, caller: Anyone) -> Response:
    """Erase a person: the row is the only place where it stands."""
    found = await here.one(recipients.ONE, {"recipient_id": recipient_id})
    mine = _mine(caller.actor)
    if found is None or mine not in {"", found["entity_id"]}:
        return shown(None)
    await here.db.write(recipients.ERASED, {"recipient_id": recipient_id})
    return JSONResponse({"recipient_id": recipient_id, "erased": True})


def _mine(actor: Actor) -> str:
    return "" if actor.is_central else str(actor.entity_id)

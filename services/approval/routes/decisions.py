"""HTTP ↔ the history of decisions, to read and to take along."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from services.approval.projections.decision_list import COLUMNS, listed
from services.approval.routes.looking import Anyone, Here, eyes
from shared.web.desk import StrictRoute, cursor_of, fresh_enough, page
from shared.web.problems import documented
from shared.web.sheets import csv_of

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=StrictRoute)
MOST_ROWS_OF_A_SHEET = 100_000


@router.get("/decisions", responses=documented(400, 401, 403, 422))
async def list_decisions(
    request: Request,
    here: Here,
    caller: Anyone,
    *,
    subject: UUID | None = None,
    form: Literal["json", "csv"] = "json",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Response:
    """Who decided what about which version, for whom, why and because of which fact; the oldest first.

    Everybody reads the decisions about what they may see. As CSV all of them at once, from the cursor on.
    """
    await fresh_enough(request, here)
    at, after, nth = cursor_of(cursor, 3) or ("", "", 0)
    most = MOST_ROWS_OF_A_SHEET if form == "csv" else limit + 1
    wanted: dict[str, Any] = {
        "subject": str(subject or ""),
        "limited": int(not caller.actor.is_central),
        "at": at,
        "after": after,
        "nth": nth,
        "limit": most,
    }
    found = await here.rows(*listed(wanted | eyes(caller)))
    if form == "csv":
        return csv_of(COLUMNS, found)
    return JSONResponse(page(found, limit, ("at", "request_id", "nth")))

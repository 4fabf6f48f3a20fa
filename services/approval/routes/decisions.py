"""HTTP ↔ the history of decisions, to read and to take along."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.approval.projections import decision_list
from services.approval.routes.looking import Anyone, Here, eyes
from services.approval.routes.resources import RecordedDecision
from shared.kernel.projection import Row
from shared.web.desk import StrictRoute, fresh_enough
from shared.web.lists import Key, Listing, Page, Paging, listed
from shared.web.problems import documented

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=StrictRoute)
DECISIONS = Listing("decisions", decision_list.COLUMNS, {"at": "", "request_id": "", "nth": 0})


@router.get("/decisions", response_model=Page[RecordedDecision], responses=documented(400, 401, 403, 422))
async def list_decisions(
    request: Request,
    here: Here,
    caller: Anyone,
    paging: Annotated[Paging, Depends()],
    subject: UUID | None = None,
) -> Response:
    """Who decided what about which version, for whom, why and because of which fact; the oldest first.

    Everybody reads the decisions about what they may see.
    """
    await fresh_enough(request, here)
    wanted = {"subject": str(subject or ""), **eyes(caller)}

    async def read(last: Key, most: int) -> Sequence[Row]:
        place = {"at": last[0], "after": last[1], "nth": last[2], "limit": most}
        return await here.rows(*decision_list.listed({**wanted, **place}))

    return await listed(DECISIONS, paging, read)

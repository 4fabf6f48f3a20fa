"""Tasks of head office: orders in words, to be carried out."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.campaigns.deciders.task import TASK, FinishBriefTask
from services.campaigns.projections import order_values, task_list
from services.campaigns.routes.resources import ListedTask, Task, TaskStatus
from shared.kernel.ids import TaskId
from shared.kernel.moment import AnyMoment
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow
from shared.web.desk import Nothing, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.journal import Journal, journal
from shared.web.lists import Key, Listing, Page, Paging, listed
from shared.web.problems import documented
from shared.web.sheets import Form

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("campaigns"))]
Central = Annotated[Caller, Depends(allow("central", "admin"))]
TASKS = Listing(
    "tasks",
    (
        *("status", "opened_at", "ended_at", "ended_by", "reason", "task_id", "order_id", "package_id"),
        *("entity_id", "campaign_id"),
    ),
    {"opened_at": "", "task_id": ""},
)


@router.get("", response_model=Page[ListedTask], responses=documented(400, 401, 403))
async def list_tasks(
    request: Request,
    here: Here,
    caller: Central,
    paging: Annotated[Paging, Depends()],
    status: TaskStatus | None = None,
) -> Response:
    """What is to be carried out, what waited longest first."""
    await fresh_enough(request, here)
    del caller

    async def read(last: Key, most: int) -> Sequence[Row]:
        place = {"opened_at": last[0], "task_id": last[1], "limit": most}
        return await here.rows(task_list.LIST, {"status": status or "", **place})

    return await listed(TASKS, paging, read)


@router.get("/{task_id}", response_model=Task, responses=documented(401, 403, 404))
async def show_task(request: Request, task_id: TaskId, here: Here, caller: Central) -> Response:
    """One task with the two texts that its order is."""
    await fresh_enough(request, here)
    del caller
    return shown(await _task_of(here, task_id))


@router.get("/{task_id}/journal", response_model=Journal, responses=documented(400, 401, 403, 404))
async def show_journal(
    task_id: TaskId,
    here: Here,
    caller: Central,
    as_of: AnyMoment | None = None,
    form: Form = "json",
) -> Response:
    """Who carried it out, and when; as of a moment if one is given."""
    moment: datetime | None = as_of
    return await journal(here, TASK, f"task-{task_id}", caller.actor, lambda _: None, as_of=moment, form=form)


@router.post("/{task_id}/done", response_model=Task, responses=documented(400, 401, 403, 404, 409, 422))
async def finish_task(
    task_id: TaskId, body: Nothing, here: Here, caller: Annotated[Caller, Depends(acts("central", "admin"))]
) -> Response:
    """Say that it is carried out."""
    del body
    outcome = await here.execute(FinishBriefTask(**caller.asks(), task_id=task_id), caller.asked)
    return await answer(here, outcome, partial(_task_of, here, task_id))


async def _task_of(here: Desk, task_id: TaskId) -> dict[str, Any] | None:
    row = await here.one(task_list.ONE, {"task_id": str(task_id)})
    if row is None:
        return None
    order = await here.one(order_values.ONE, {"order_id": row["order_id"]})
    return {**row, "brief": json.loads(order["entries"]) if order else {}}

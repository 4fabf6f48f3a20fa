"""An order in words, which head office carries out."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import names_of, shown_at
from shared.kernel.ids import TaskId

router = APIRouter(route_class=PageRoute)


@router.get("/tasks/{task_id}")
async def show_task(visit: Seen, task_id: TaskId) -> Response:
    """What the entity wrote, and what became of it."""
    return await _task_page(visit, task_id)


async def _task_page(visit: Visit, task_id: TaskId, problem: Mapping[str, Any] | None = None) -> Response:
    task = await visit.read(f"/tasks/{task_id}")
    known = {
        "task": task,
        "order": await shown_at(visit, f"/orders/{task['order_id']}"),
        "campaign": await shown_at(visit, f"/campaigns/{task['campaign_id']}"),
        "names": await names_of(visit, [task["ended_by"]]),
        "problem": problem,
    }
    return visit.page("task.html", status=problem["status"] if problem else 200, **known)


@router.post("/tasks/{task_id}/done")
async def finish_task(visit: Seen, form: Sent, task_id: TaskId) -> Response:
    """Say that it is carried out."""
    answered = await visit.send("POST", f"/tasks/{task_id}/done", form, {})
    if answered.is_error:
        return await _task_page(visit, task_id, answered.json())
    return visit.after(answered, f"/tasks/{task_id}", "saved")

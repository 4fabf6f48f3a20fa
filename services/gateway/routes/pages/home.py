"""The first page: what waits for whoever looks, or what this is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.door import Door, door_of
from services.gateway.routes.pages.shell import PageRoute, show_page
from services.gateway.routes.pages.visit import Visit, session_cookie, visit_of
from services.gateway.routes.pages.who import subjects_of
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.desk import desk_of

router = APIRouter(route_class=PageRoute)
FEW = 5
OPEN_TO_ENTITY = ("draft", "pre_subscribed", "rejected", "revising")
"""The orders that somebody of the entity can still do something about."""


@router.get("/")
async def show_home(
    request: Request,
    here: Annotated[Desk, Depends(desk_of("gateway"))],
    door: Annotated[Door, Depends(door_of)],
    done: str = "",
) -> Response:
    """What waits for an answer, what can be ordered or is under way; for strangers where everything is."""
    if session_cookie(request) not in request.cookies:
        return show_page(request, "welcome.html")
    try:
        visit = await visit_of(request, here, door, done)
    except Stop:  # a session that is over: the page for strangers says where to sign in
        return show_page(request, "welcome.html")
    return await _home(visit)


async def _home(visit: Visit) -> Response:
    waiting = await visit.read("/approvals", mine="true", status="open", limit=FEW)
    status = ("draft", "pending", "rejected") if visit.central else ("published",)
    packages = await visit.read("/packages", status=status, limit=FEW)
    orders = await visit.read("/orders", status="placed" if visit.central else OPEN_TO_ENTITY, limit=FEW)
    tasks = (
        await visit.read("/tasks", status="open", limit=FEW) if visit.central else {"items": [], "next": None}
    )
    known = {"waiting": waiting, "packages": packages, "orders": orders, "tasks": tasks}
    return visit.page("home.html", subjects=await subjects_of(visit, waiting["items"]), **known)

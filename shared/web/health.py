"""Is this process alive, and can it do its work?"""

from typing import Any

from fastapi import APIRouter, Request

from shared.kernel.decider import Refused
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.desk import StrictRoute

router = APIRouter(tags=["health"], route_class=StrictRoute)


@router.get("/livez")
async def alive() -> dict[str, Any]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request) -> dict[str, Any]:
    """Every service's files can be read and its jobs run; else 503, and no traffic should come here."""
    if not request.app.state.jobs_alive():
        raise Stop(Refused("health.not-ready", "conflict"), 503, {"Retry-After": "5"})
    desks: dict[str, Desk] = request.app.state.desks
    for desk in desks.values():
        await desk.rows("SELECT 1")
        await desk.store.last_position()
    return {"status": "ready", "services": sorted(desks)}

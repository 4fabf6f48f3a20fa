"""Is this process alive, and can it do its work?"""

from typing import Literal

from fastapi import APIRouter, Request, Response
from typing_extensions import TypedDict

from shared.kernel.decider import Refused
from shared.runtime.patience import TRANSIENT
from shared.telemetry import metrics
from shared.web.caller import Stop
from shared.web.desk import StrictRoute

router = APIRouter(tags=["health"], route_class=StrictRoute)
inside = APIRouter(tags=["health"], route_class=StrictRoute)
"""Never where people knock: how much an organisation does is its own affair."""


class Alive(TypedDict):
    """The process answers."""

    status: Literal["alive"]


class Ready(TypedDict):
    """This process can do its work, which is that of these services."""

    status: Literal["ready"]
    services: list[str]


@router.get("/livez")
async def alive() -> Alive:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request) -> Ready:
    """All that this process stands on answers and its jobs run; else 503, and no traffic should come here.

    A parked event is no reason: the streams beside it go on.
    """
    try:
        await request.app.state.check()
    except TRANSIENT as error:
        raise Stop(Refused("health.not-ready", "conflict"), 503, {"Retry-After": "5"}) from error
    return {"status": "ready", "services": sorted(request.app.state.desks)}


@inside.get("/metrics")
async def measured(request: Request) -> Response:
    """Every metric of this process, as Prometheus reads them."""
    await request.app.state.look()
    content, media_type = metrics.exposition()
    return Response(content, media_type=media_type)

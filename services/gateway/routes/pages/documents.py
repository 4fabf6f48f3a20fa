"""The documents of packages and orders in a browser: attached, taken from there, and removed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from httpx2 import Response as Answered

from services.gateway.routes.pages.files import passed_file, sent_file
from services.gateway.routes.pages.orders import order_after
from services.gateway.routes.pages.packages import package_after
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit

router = APIRouter(route_class=PageRoute)
Place = Literal["packages", "orders"]
After = Callable[[Visit, Answered, Any, str], Awaitable[Response]]
AFTER: Mapping[Place, After] = {"packages": package_after, "orders": order_after}
"""The page that is seen again: what was done is said there, or what was wrong."""


@router.post("/{place}/{thing_id}/documents")
async def attach_document(visit: Seen, form: Sent, place: Place, thing_id: UUID) -> Response:
    """Attach a file: a package's travels with its notices, an order's is delivered to head office."""
    answered = await sent_file(visit, f"/{place}/{thing_id}/documents", form)
    return await AFTER[place](visit, answered, thing_id, "saved")


@router.post("/{place}/{thing_id}/documents/{document_id}/remove")
async def remove_document(
    visit: Seen, form: Sent, place: Place, thing_id: UUID, document_id: UUID
) -> Response:
    """Take a file away."""
    answered = await visit.send("DELETE", f"/{place}/{thing_id}/documents/{document_id}", form)
    return await AFTER[place](visit, answered, thing_id, "saved")


@router.get("/{place}/{thing_id}/documents/{document_id}")
async def show_document(visit: Seen, place: Place, thing_id: UUID, document_id: UUID) -> Response:
    """The file itself."""
    return await passed_file(visit, f"/{place}/{thing_id}/documents/{document_id}")

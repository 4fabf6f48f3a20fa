"""Editions of a package: the ones before stay readable as they were, with their documents and orders."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.catalog.deciders.editions import Edition, editions_of
from services.catalog.routes import resources
from services.catalog.routes.package_documents import given
from services.catalog.routes.packages import FOR_HEAD_OFFICE, Here, Reader, documents_of, level_of
from shared import codec
from shared.contracts.catalog import PackageEvent
from shared.kernel.ids import PackageId
from shared.runtime.host import Desk
from shared.web.caller import Caller
from shared.web.desk import StrictRoute, fresh_enough, shown
from shared.web.documents import DOWNLOAD
from shared.web.problems import documented
from shared.web.sheets import Form, in_form

router = APIRouter(prefix="/packages/{package_id}/editions", tags=["packages"], route_class=StrictRoute)
EDITIONS = (
    *("name", "edition", "label", "level", "kind", "status", "current", "owner", "published_at", "ended_at"),
    *("reason", "package_id", "reference_id"),
)


@router.get("", response_model=resources.Editions, responses=documented(401, 403, 404))
async def list_editions(
    request: Request, package_id: PackageId, here: Here, caller: Reader, form: Form = "json"
) -> Response:
    """Every edition that the caller may read, the first one first: what it was called and how it ended."""
    await fresh_enough(request, here)
    found = await _seen(here, caller, package_id)
    if not found:
        return shown(None)
    items = [_summary(edition, caller) for edition in found]
    return await in_form(form, {"items": items}, EDITIONS, items, "editions")


@router.get("/{edition}", response_model=resources.Edition, responses=documented(401, 403, 404))
async def show_edition(
    request: Request, package_id: PackageId, edition: int, here: Here, caller: Reader
) -> Response:
    """One edition as it was when it ended, or as it is: details, audience and documents."""
    await fresh_enough(request, here)
    found = await _one(here, caller, package_id, edition)
    if found is None:
        return shown(None)
    details = found.package.details.model_dump(mode="json")
    hidden = () if caller.actor.is_central else FOR_HEAD_OFFICE
    return shown(
        {
            **{name: part for name, part in details.items() if name not in hidden},
            **_summary(found, caller),
            "audience": [str(entity) for entity in found.audience_for(caller.actor)],
            "documents": await documents_of(here, package_id, edition),
        }
    )


@router.get(
    "/{edition}/documents/{document_id}",
    response_class=Response,
    responses=DOWNLOAD | documented(401, 403, 404),
)
async def download_document_of_edition(
    package_id: PackageId, edition: int, document_id: UUID, here: Here, caller: Reader
) -> Response:
    """A document that an edition had, whatever became of it later."""
    if await _one(here, caller, package_id, edition) is None:
        return shown(None)
    return await given(here, package_id, document_id, edition)


async def _seen(here: Desk, caller: Caller, package_id: PackageId) -> Sequence[Edition]:
    history = await here.store.read(f"package-{package_id}")
    facts = (codec.read(stored).event for stored in history)
    found = editions_of(fact for fact in facts if isinstance(fact, PackageEvent))
    return [edition for edition in found if edition.seen_by(caller.actor, caller.at)]


async def _one(here: Desk, caller: Caller, package_id: PackageId, number: int) -> Edition | None:
    found = await _seen(here, caller, package_id)
    return next((edition for edition in found if edition.package.edition == number), None)


def _summary(edition: Edition, caller: Caller) -> dict[str, Any]:
    """Which edition it is, where it stood, and why it ended; its orders are found by package and edition."""
    package, ended = edition.package, edition.ended
    place = f"/api/v1/packages/{package.package_id}"
    summary = {
        "package_id": str(package.package_id),
        "number": package.number,
        "name": f"CAT{package.number}",
        "edition": package.edition,
        "label": package.details.label,
        "kind": package.kind,
        "level": level_of(package.kind),
        "reference_id": str(package.reference_id),
        "status": package.status,
        "current": ended is None,
        "published_at": edition.published_at.isoformat() if edition.published_at else None,
        "ended_at": ended.at.isoformat() if ended else None,
        "reason": ended.reason if ended else "",
        "links": {
            "self": f"{place}/editions/{package.edition}",
            "package": place,
            "orders": f"/api/v1/orders?package={package.package_id}",
        },
    }
    return summary | ({"owner": package.owner} if caller.actor.is_central else {})

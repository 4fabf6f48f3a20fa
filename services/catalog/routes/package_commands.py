"""What head office does to packages."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.catalog.deciders.package_commands import (
    ApprovePackage,
    AssignPackage,
    CancelPackage,
    DraftPackage,
    PackageCommand,
    ReinitialisePackage,
    RevisePackageDetails,
    SetAudience,
    SubmitPackage,
)
from services.catalog.projections import entity_list, people, reference_list
from services.catalog.routes.package_bodies import (
    AudienceBody,
    Comment,
    NewPackage,
    Owner,
    PackageChanges,
    Reason,
    wish_of,
)
from services.catalog.routes.packages import Here, package_of
from services.catalog.routes.resources import Package
from shared.contracts.catalog import PackageKind
from shared.kernel.ids import CampaignId, EntityId, PackageId, derive
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, acts, allow, edits
from shared.web.desk import Nothing, StrictRoute, answer, fresh_enough
from shared.web.problems import documented

router = APIRouter(prefix="/packages", tags=["packages"], route_class=StrictRoute)
Acting = Annotated[Caller, Depends(acts("central", "admin"))]
Editing = Annotated[Caller, Depends(edits("central", "admin"))]
Setting = Annotated[Caller, Depends(allow("central", "admin"))]
REFERENCE_SECONDS = 1.0
"""A campaign prepared a moment ago may not have been heard of yet; an unknown one costs this long."""


@router.post("", status_code=201, response_model=Package, responses=documented(400, 401, 403, 409, 422))
async def draft_package(request: Request, body: NewPackage, here: Here, caller: Acting) -> Response:
    """Begin a package on a reference campaign; its id follows from the Idempotency-Key."""
    await fresh_enough(request, here)
    reference = await _reference(here, body.reference_id)
    command = DraftPackage(
        **caller.asks(),
        package_id=PackageId(derive("package", caller.command_id)),
        template=body.template,
        reference_id=body.reference_id,
        reference_kind=reference["kind"] if reference else None,
        reference_cancelled=bool(reference and reference["cancelled"]),
        wish=wish_of(body),
        audience=body.audience,
        unknown=await _unknown(here, body.audience),
    )
    return await obeyed(here, caller, command, status=201)


@router.patch(
    "/{package_id}", response_model=Package, responses=documented(400, 401, 403, 404, 409, 412, 422, 428)
)
async def revise_package(
    package_id: PackageId, body: PackageChanges, here: Here, caller: Editing
) -> Response:
    """Change some details. Once approved only dates, texts and folders; while pending nothing."""
    command = RevisePackageDetails(**caller.asks(), package_id=package_id, wish=wish_of(body))
    return await obeyed(here, caller, command)


@router.put(
    "/{package_id}/audience", response_model=Package, responses=documented(400, 401, 403, 404, 409, 412, 422)
)
async def set_audience(package_id: PackageId, body: AudienceBody, here: Here, caller: Setting) -> Response:
    """Say who is invited, all of them. After publication only those who are new are told."""
    command = SetAudience(
        **caller.asks(),
        package_id=package_id,
        entities=body.entities,
        unknown=await _unknown(here, body.entities),
        reason=body.reason,
    )
    return await obeyed(here, caller, command)


@router.put("/{package_id}/owner", response_model=Package, responses=documented(401, 403, 404, 422))
async def assign_package(package_id: PackageId, body: Owner, here: Here, caller: Setting) -> Response:
    """Say who of head office answers for a package, whatever its status."""
    suits = await here.one(people.OF_HEAD_OFFICE, {"person_id": str(body.owner)}) is not None
    command = AssignPackage(**caller.asks(), package_id=package_id, owner=body.owner, suits=suits)
    return await obeyed(here, caller, command)


@router.post("/{package_id}/submit", response_model=Package, responses=documented(400, 401, 403, 404, 409))
async def submit_package(
    package_id: PackageId, here: Here, caller: Acting, body: Nothing | None = None
) -> Response:
    """Hand a package in; its reviewers are asked, or head office where none is named."""
    del body
    kind = await _kind_now(here, package_id)
    command = SubmitPackage(**caller.asks(), package_id=package_id, reference_kind=kind)
    return await obeyed(here, caller, command)


@router.post(
    "/{package_id}/approve", response_model=Package, responses=documented(400, 401, 403, 404, 409, 422)
)
async def approve_package(
    package_id: PackageId, here: Here, caller: Acting, body: Comment | None = None
) -> Response:
    """Approve a package that was not submitted, where no reviewer is named."""
    comment, kind = body.comment if body else "", await _kind_now(here, package_id)
    command = ApprovePackage(**caller.asks(), package_id=package_id, reference_kind=kind, comment=comment)
    return await obeyed(here, caller, command)


@router.post(
    "/{package_id}/cancel", response_model=Package, responses=documented(400, 401, 403, 404, 409, 422)
)
async def cancel_package(package_id: PackageId, body: Reason, here: Here, caller: Acting) -> Response:
    """Call a package off and say why. A collaborative one takes its orders and its campaign with it."""
    return await obeyed(
        here, caller, CancelPackage(**caller.asks(), package_id=package_id, reason=body.reason)
    )


@router.post(
    "/{package_id}/reinitialise", response_model=Package, responses=documented(400, 401, 403, 404, 409, 422)
)
async def reinitialise_package(package_id: PackageId, body: Reason, here: Here, caller: Acting) -> Response:
    """Back to editing as a new edition, which must be approved and published again."""
    return await obeyed(
        here, caller, ReinitialisePackage(**caller.asks(), package_id=package_id, reason=body.reason)
    )


async def obeyed(here: Desk, caller: Caller, command: PackageCommand, *, status: int = 200) -> Response:
    """Obey, and answer with the package as it is now."""
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(package_of, here, caller, command.package_id), status=status)


async def _reference(here: Desk, campaign_id: CampaignId | None) -> Row | None:
    if campaign_id is None:
        return None
    place = {"campaign_id": str(campaign_id)}
    found = await here.one(reference_list.ONE, place)
    if found is None and await here.wait(f"campaign-{campaign_id}", 0, REFERENCE_SECONDS):
        found = await here.one(reference_list.ONE, place)
    return found


async def _kind_now(here: Desk, package_id: PackageId) -> PackageKind | None:
    """What the campaign that a package is built on is known to be now."""
    found = await here.one(reference_list.OF_PACKAGE, {"package_id": str(package_id)})
    return found["kind"] if found else None


async def _unknown(here: Desk, entities: Sequence[EntityId]) -> tuple[EntityId, ...]:
    known = {row["entity_id"] for row in await here.rows(entity_list.OPEN)} if entities else set()
    return tuple(entity for entity in entities if str(entity) not in known)

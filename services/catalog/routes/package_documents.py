"""Documents of a package: they travel with its notices, and are no part of its campaign."""

import hashlib
from uuid import UUID

from fastapi import APIRouter, Response, UploadFile

from services.catalog.deciders.package_commands import AttachDocument, RemoveDocument
from services.catalog.projections import package_documents
from services.catalog.routes.package_commands import Acting, Setting, obeyed
from services.catalog.routes.packages import Here, Reader, package_of
from services.catalog.routes.resources import Package
from shared.kernel.decider import Refused
from shared.kernel.ids import PackageId, derive
from shared.runtime.host import Desk
from shared.web.caller import Stop
from shared.web.desk import StrictRoute, shown
from shared.web.documents import DOWNLOAD, WELCOME, cleaned, download, received, sniffed
from shared.web.problems import documented

router = APIRouter(prefix="/packages/{package_id}/documents", tags=["packages"], route_class=StrictRoute)


@router.post(
    "", status_code=201, response_model=Package, responses=documented(400, 401, 403, 404, 409, 413, 422)
)
async def attach_package_document(
    package_id: PackageId, file: UploadFile, here: Here, caller: Acting
) -> Response:
    """Link a spreadsheet, text or picture of at most 20 MB; what it is, its own bytes say, not its name."""
    content = await received(file)
    media_type = _kind(content)
    sha256 = hashlib.sha256(content).hexdigest()
    await here.db.write(package_documents.KEPT, {"sha256": sha256, "content": content})
    command = AttachDocument(
        **caller.asks(),
        package_id=package_id,
        document_id=derive("document", caller.command_id),
        name=cleaned(file.filename or ""),
        media_type=media_type,
        size=len(content),
        sha256=sha256,
    )
    return await obeyed(here, caller, command, status=201)


@router.get("/{document_id}", response_class=Response, responses=DOWNLOAD | documented(401, 403, 404))
async def download_package_document(
    package_id: PackageId, document_id: UUID, here: Here, caller: Reader
) -> Response:
    """The bytes as they came, for everybody who sees the package now."""
    package = await package_of(here, caller, package_id)
    if package is None:
        return shown(None)
    return await given(here, package_id, document_id, package["edition"])


@router.delete("/{document_id}", response_model=Package, responses=documented(401, 403, 404, 409))
async def remove_package_document(
    package_id: PackageId, document_id: UUID, here: Here, caller: Setting
) -> Response:
    """Take a file off the package. Editions before this one still have it."""
    command = RemoveDocument(**caller.asks(), package_id=package_id, document_id=document_id)
    return await obeyed(here, caller, command)


async def given(here: Desk, package_id: PackageId, document_id: UUID, edition: int) -> Response:
    """A document of this edition as a download; Stop with 404 if the edition has none of this id."""
    place = {"package_id": str(package_id), "document_id": str(document_id), "edition": edition}
    found = await here.one(package_documents.ONE, place)
    if found is None:
        return shown(None)
    return download(found["name"], found["media_type"], bytes(found["content"]))


def _kind(content: bytes) -> str:
    if not content:
        raise Stop(Refused("package.document-empty", "invalid", field="file"), 422)
    if media_type := sniffed(content):
        return media_type
    facts = {"known": ", ".join(sorted(WELCOME))}
    raise Stop(Refused("package.document-kind", "invalid", field="file", facts=facts), 422)

"""Documents of an order: delivered by the entity, listed with who and when, given back as a download only."""

import hashlib
import re
from functools import partial
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import puremagic
from fastapi import APIRouter, Depends, Response, UploadFile

from services.ordering.deciders.order_commands import AttachDocument, RemoveDocument
from services.ordering.projections import order_documents
from services.ordering.routes.looking import around, order_of, owned
from shared.kernel.decider import Refused
from shared.kernel.ids import OrderId, derive
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, acts, allow
from shared.web.desk import StrictRoute, answer, desk_of, shown
from shared.web.problems import documented

router = APIRouter(prefix="/orders/{order_id}/documents", tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("ordering"))]

LARGEST = 20_000_000
LONGEST_NAME = 120
WELCOME = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
}
ODD = re.compile(r"[^\w. ()+-]+")


@router.post("", status_code=201, responses=documented(400, 401, 403, 404, 409, 413, 422))
async def attach_document(
    order_id: OrderId,
    file: UploadFile,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "local", "admin"))],
) -> Response:
    """Deliver a spreadsheet, text or picture of at most 20 MB; what it is, its own bytes say, not its name."""
    known = await around(here, await owned(here, caller.actor, order_id))
    content = await file.read(LARGEST + 1)
    media_type = sniffed(content)
    sha256 = hashlib.sha256(content).hexdigest()
    await here.db.write(order_documents.KEPT, {"sha256": sha256, "content": content})
    command = AttachDocument(
        **caller.asks(),
        order_id=order_id,
        offered=known["offered"],
        page=known["page"],
        document_id=derive("document", caller.command_id),
        name=cleaned(file.filename or ""),
        media_type=media_type,
        size=len(content),
        sha256=sha256,
    )
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(order_of, here, caller.actor, order_id), status=201)


@router.get("/{document_id}", responses=documented(401, 403, 404))
async def download_document(
    order_id: OrderId,
    document_id: UUID,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "local", "admin"))],
) -> Response:
    """The bytes as they came, never shown in place."""
    await owned(here, caller.actor, order_id)
    found = await here.one(order_documents.ONE, {"order_id": str(order_id), "document_id": str(document_id)})
    if found is None:
        return shown(None)
    disposition = f"attachment; filename*=UTF-8''{quote(found['name'])}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"}
    return Response(bytes(found["content"]), media_type=found["media_type"], headers=headers)


@router.delete("/{document_id}", responses=documented(401, 403, 404, 409))
async def remove_document(
    order_id: OrderId,
    document_id: UUID,
    here: Here,
    caller: Annotated[Caller, Depends(allow("central", "local", "admin"))],
) -> Response:
    """Take a document out of the order, until somebody has said yes to it. The journal keeps that it was there."""
    await owned(here, caller.actor, order_id)
    command = RemoveDocument(**caller.asks(), order_id=order_id, document_id=document_id)
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(order_of, here, caller.actor, order_id))


def sniffed(content: bytes) -> str:
    """What these bytes are; Stop where they are too many, none, or of a kind that nobody needs."""
    if len(content) > LARGEST:
        raise Stop(Refused("request.too-large", "invalid", field="file", facts={"limit": LARGEST}), 413)
    if not content:
        raise Stop(Refused("order.document-empty", "invalid", field="file"), 422)
    try:
        kinds = {str(found.mime_type) for found in puremagic.magic_string(content)}
    except puremagic.PureError:
        kinds = set()
    if known := sorted(kinds & WELCOME):
        return known[0]
    if not kinds and _is_text(content):
        return "text/plain"
    facts = {"known": ", ".join(sorted(WELCOME))}
    raise Stop(Refused("order.document-kind", "invalid", field="file", facts=facts), 422)


def cleaned(name: str) -> str:
    """A file name without folders and odd characters, short enough for every disk."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return ODD.sub("_", bare).strip(" .")[-LONGEST_NAME:] or "document"


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False

"""Documents of an order: delivered by the entity, listed with who and when, given back as a download only."""

import hashlib
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response, UploadFile

from services.ordering.deciders.order_commands import AttachDocument, RemoveDocument
from services.ordering.projections import order_documents
from services.ordering.routes.looking import around, order_of, owned
from services.ordering.routes.resources import Order
from shared.kernel.decider import Refused
from shared.kernel.ids import OrderId, derive
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, acts, allow
from shared.web.desk import StrictRoute, answer, desk_of, shown
from shared.web.documents import DOWNLOAD, WELCOME, cleaned, download, received, sniffed
from shared.web.problems import documented

router = APIRouter(prefix="/orders/{order_id}/documents", tags=["orders"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("ordering"))]


@router.post(
    "", status_code=201, response_model=Order, responses=documented(400, 401, 403, 404, 409, 413, 422)
)
async def attach_document(
    order_id: OrderId,
    file: UploadFile,
    here: Here,
    caller: Annotated[Caller, Depends(acts("central", "local", "admin"))],
) -> Response:
    """Deliver a spreadsheet, text or picture of at most 20 MB; what it is, its own bytes say, not its name."""
    known = await around(here, await owned(here, caller.actor, order_id))
    content = await received(file)
    media_type = _kind(content)
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


@router.get("/{document_id}", response_class=Response, responses=DOWNLOAD | documented(401, 403, 404))
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
    return download(found["name"], found["media_type"], bytes(found["content"]))


@router.delete("/{document_id}", response_model=Order, responses=documented(401, 403, 404, 409))
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


def _kind(content: bytes) -> str:
    if not content:
        raise Stop(Refused("order.document-empty", "invalid", field="file"), 422)
    if media_type := sniffed(content):
        return media_type
    facts = {"known": ", ".join(sorted(WELCOME))}
    raise Stop(Refused("order.document-kind", "invalid", field="file", facts=facts), 422)

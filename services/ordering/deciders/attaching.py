"""Documents that an entity delivers for its order."""

from collections.abc import Sequence

from services.ordering.deciders.entering import ended, locked
from services.ordering.deciders.order_commands import (
    ENDED,
    UNDECIDED,
    AttachDocument,
    Order,
    RemoveDocument,
)
from shared.contracts.ordering import DocumentAttached, OrderDocumentRemoved, OrderEvent
from shared.kernel.decider import Refused


def attach(command: AttachDocument, order: Order) -> Sequence[OrderEvent] | Refused:
    """Accepted as long as the order lives. After the personalization deadline it is marked late, and no more.

    The same bytes a second time are already there.
    """
    if order.status in ENDED:
        return ended(order)
    if command.sha256 in {document.sha256 for document in order.documents.values()}:
        return []
    if refused := _too_many(command, order):
        return refused
    offer = command.offered.offer if command.offered else order.offer
    deadline = offer.personalization_deadline
    return [
        DocumentAttached(
            order_id=order.order_id,
            document_id=command.document_id,
            by=command.by.id,
            at=command.at,
            name=command.name,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
            late=deadline is not None and command.at > deadline,
            on_behalf_of=command.by.on_behalf_of(order.entity_id),
        )
    ]


def remove(command: RemoveDocument, order: Order) -> Sequence[OrderEvent] | Refused:
    """Until somebody has said yes to the order, and as long as no field of its form shows the document."""
    if command.document_id not in order.documents:
        return []
    if order.status not in UNDECIDED:
        return ended(order) if order.status in ENDED else locked(order)
    shown_in = [name for name, value in order.values.items() if value == str(command.document_id)]
    if shown_in:
        return Refused("order.document-shown", "conflict", facts={"name": shown_in[0]})
    return [
        OrderDocumentRemoved(
            order_id=order.order_id,
            document_id=command.document_id,
            by=command.by.id,
            at=command.at,
            on_behalf_of=command.by.on_behalf_of(order.entity_id),
        )
    ]


def _too_many(command: AttachDocument, order: Order) -> Refused | None:
    most = command.page.most_documents
    if most == 0:
        return Refused("order.documents-hidden", "invalid", field="file")
    if most is not None and len(order.documents) >= most:
        return Refused("order.documents-too-many", "conflict", field="file", facts={"most": most})
    return None

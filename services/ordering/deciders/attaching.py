"""Documents that an entity delivers for its order."""

from collections.abc import Sequence

from services.ordering.deciders.entering import ended
from services.ordering.deciders.order_commands import ENDED, AttachDocument, Order
from shared.contracts.ordering import DocumentAttached, OrderEvent
from shared.kernel.decider import Refused


def attach(command: AttachDocument, order: Order) -> Sequence[OrderEvent] | Refused:
    """Accepted as long as the order lives. After the personalization deadline it is marked late, and no more.

    The same bytes a second time are already there.
    """
    if order.status in ENDED:
        return ended(order)
    if command.sha256 in order.documents:
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
        )
    ]


def _too_many(command: AttachDocument, order: Order) -> Refused | None:
    most = command.page.most_documents
    if most == 0:
        return Refused("order.documents-hidden", "invalid", field="file")
    if most is not None and len(order.documents) >= most:
        return Refused("order.documents-too-many", "conflict", field="file", facts={"most": most})
    return None

"""How an order that nobody may change any more is given back to its entity."""

from collections.abc import Sequence
from dataclasses import replace

from services.ordering.deciders.entering import ended
from services.ordering.deciders.offered import late
from services.ordering.deciders.order_commands import ENDED, UNDECIDED, Order, ReopenOrder
from shared.contracts.ordering import OrderEvent, OrderReopened
from shared.kernel.decider import Refused


def reopen(command: ReopenOrder, order: Order) -> Sequence[OrderEvent] | Refused:
    """Head office only, for a reason, and only what is locked: by its cut-off, or because it was approved.

    An order whose campaign its entity has taken over stays: there, the entity changes the campaign itself.
    """
    if not command.by.is_central:
        return Refused("order.not-reopenable", "forbidden")
    if not command.reason.strip():
        return Refused("order.reason-missing", "invalid", field="reason")
    if order.status in ENDED:
        return ended(order)
    if order.status == "available" and order.offer.creates != "nothing":
        return Refused("order.campaign-taken-over", "conflict", facts={"number": order.number})
    if order.status in UNDECIDED:
        if order.reopened_at:
            return []
        if not late(command.offered.offer if command.offered else order.offer, command.at):
            return Refused("order.not-locked", "conflict", facts={"number": order.number})
    return [_reopened(command, order)]


def reopened(order: Order, event: OrderReopened) -> Order:
    """The order as it can be changed from that moment on."""
    return replace(order, status=event.status, reopened_at=event.at)


def _reopened(command: ReopenOrder, order: Order) -> OrderReopened:
    match order.status:
        case "draft" | "pre_subscribed" | "placed" | "rejected" | "revising":
            status = order.status
        case _:
            status = "pre_subscribed" if order.offer.approval_mode == "automatic" else "revising"
    return OrderReopened(
        order_id=order.order_id,
        package_id=order.offer.package_id,
        entity_id=order.entity_id,
        by=command.by.id,
        at=command.at,
        reason=command.reason,
        status=status,
    )

"""How an order ends before its time."""

from collections.abc import Mapping, Sequence

from services.ordering.deciders.entering import ended
from services.ordering.deciders.offered import late
from services.ordering.deciders.order_commands import (
    ENDED,
    UNDECIDED,
    Because,
    CancelOrder,
    Order,
    Status,
    WithdrawOrder,
)
from shared.contracts.ordering import OrderCancelled, OrderEvent, OrderWithdrawn
from shared.kernel.decider import Refused

REACH: Mapping[Because, frozenset[Status]] = {
    "package-reinitialised": UNDECIDED,
    "entity-withdrawn": UNDECIDED,
    "entity-closed": UNDECIDED | {"approved"},
}
"""Which orders end because of this. One that is used already goes on."""


def withdraw(command: WithdrawOrder, order: Order) -> Sequence[OrderEvent] | Refused:
    """The entity may step back until what it ordered can be used; from a subscription, until its deadline."""
    if order.status == "withdrawn":
        return []
    if refused := _too_late(command, order):
        return refused
    return [
        OrderWithdrawn(
            order_id=order.order_id,
            package_id=order.offer.package_id,
            entity_id=order.entity_id,
            at=command.at,
            by=command.by.id,
            reason=command.reason,
            was_placed=order.status != "draft",
            on_behalf_of=command.by.on_behalf_of(order.entity_id),
        )
    ]


def cancel(command: CancelOrder, order: Order) -> Sequence[OrderEvent] | Refused:
    """Head office may end any order, and a package called off takes all along; for the rest, see REACH."""
    if command.because == "central":
        if not command.by.is_central:
            return Refused("order.not-cancellable", "forbidden")
        if not command.reason.strip():
            return Refused("order.reason-missing", "invalid", field="reason")
        if order.status == "withdrawn":
            return ended(order)
    if order.status in ENDED or order.status not in REACH.get(command.because, {order.status}):
        return []
    return [
        OrderCancelled(
            order_id=order.order_id,
            package_id=order.offer.package_id,
            entity_id=order.entity_id,
            at=command.at,
            by=command.by.id,
            because=command.because,
            reason=command.reason,
        )
    ]


def _too_late(command: WithdrawOrder, order: Order) -> Refused | None:
    offer = command.offered.offer if command.offered else order.offer
    match order.status:
        case "cancelled":
            return ended(order)
        case "pre_subscribed":
            return None if order.reopened_at else late(offer, command.at)
        case "available":
            return Refused("order.in-use", "conflict", facts={"number": order.number})
        case "approved" if offer.approval_mode == "automatic":
            return late(offer, command.at)
        case "approved" if order.offer.available_at is not None and command.at >= order.offer.available_at:
            return Refused("order.in-use", "conflict", facts={"number": order.number})
        case _:
            return None

"""How an order is filled in, changed, and handed in."""

from collections.abc import Sequence

from services.ordering.deciders.form import defaults, merged, missing, wrong
from services.ordering.deciders.offered import closed, late
from services.ordering.deciders.order_commands import ENDED, EnterParameters, Order, PlaceOrder
from shared.contracts.ordering import Offer, OrderEvent, OrderParametersEntered, OrderPlaced, OrderRevised
from shared.kernel.decider import Refused


def enter(command: EnterParameters, order: Order) -> Sequence[OrderEvent] | Refused:
    """An order can be changed until somebody said yes to it; a subscription until its registration closes."""
    if refused := _fixed(command, order):
        return refused
    entries = merged(order.values, command.values)
    label = order.label if command.label is None else command.label
    comment = order.comment if command.comment is None else command.comment
    if (entries, label, comment) == (order.values, order.label, order.comment):
        return []
    if refused := wrong(command.form, entries):
        return refused
    if order.status == "placed" and (refused := missing(command.form, entries)):
        return refused
    stated = OrderRevised if order.status == "rejected" else OrderParametersEntered
    return [stated(order_id=order.order_id, by=command.by.id, values=entries, label=label, comment=comment)]


def place(command: PlaceOrder, order: Order) -> Sequence[OrderEvent] | Refused:
    """A draft, or a rejected order once more: in time, complete, and as the form wants it."""
    match order.status:
        case "placed" | "pre_subscribed":
            return []
        case "draft" | "rejected" | "revising":
            return _not_placeable(command, order) or [_placed(command, order)]
        case _:
            return ended(order) if order.status in ENDED else locked(order)


def locked(order: Order) -> Refused:
    """Somebody said yes to it, and it stays as that person saw it."""
    return Refused("order.locked", "conflict", facts={"number": order.number})


def ended(order: Order) -> Refused:
    """It was withdrawn or cancelled, and stays so."""
    return Refused("order.ended", "conflict", facts={"number": order.number})


def _fixed(command: EnterParameters, order: Order) -> Refused | None:
    match order.status:
        case "draft" | "placed" | "rejected" | "revising":
            return None
        case "pre_subscribed":
            return late(command.offered.offer if command.offered else order.offer, command.at)
        case _:
            return ended(order) if order.status in ENDED else locked(order)


def _not_placeable(command: PlaceOrder, order: Order) -> Refused | None:
    offered = command.offered
    if offered is not None and offered.offer.edition != order.offer.edition:
        return Refused("order.edition-over", "conflict", facts={"package": f"CAT{offered.number}"})
    return (
        closed(offered, command.by, command.at)
        or wrong(command.form, order.values)
        or missing(command.form, order.values)
    )


def _placed(command: PlaceOrder, order: Order) -> OrderPlaced:
    offer: Offer = command.offered.offer if command.offered else order.offer
    return OrderPlaced(
        order_id=order.order_id,
        number=order.number,
        entity_id=order.entity_id,
        offer=offer,
        revision=order.revision + 1,
        by=command.by.id,
        at=command.at,
        label=order.label,
        comment=order.comment,
        values=order.values,
        defaults=defaults(command.form, order.values),
    )

"""How an order is filled in, changed, and handed in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.ordering.deciders.deciding import settled
from services.ordering.deciders.form import defaults, merged, missing, wrong
from services.ordering.deciders.offered import closed, late
from services.ordering.deciders.order_commands import ENDED, EnterParameters, Order, PlaceOrder
from services.ordering.deciders.parameters import merged_page, strangers, unasked, unfit
from shared.contracts.ordering import OrderEvent, OrderParametersEntered, OrderPlaced, OrderRevised
from shared.kernel.decider import Refused


def enter(command: EnterParameters, order: Order) -> Sequence[OrderEvent] | Refused:
    """An order can be changed until somebody said yes to it or its registration closes."""
    if refused := _fixed(command, order):
        return refused
    wanted = _wanted(command, order)
    if wanted == order:
        return []
    if refused := _unfit(command, order, wanted):
        return refused
    told: dict[str, Any] = {
        "order_id": order.order_id,
        "by": command.by.id,
        "values": wanted.values,
        "label": wanted.label,
        "comment": wanted.comment,
        "parameters": wanted.parameters,
        "on_behalf_of": command.by.on_behalf_of(order.entity_id),
    }
    if order.status == "rejected":
        return [OrderRevised(**told)]
    return [OrderParametersEntered(**told, at=command.at)]


def place(command: PlaceOrder, order: Order) -> Sequence[OrderEvent] | Refused:
    """A draft, or a rejected order once more: in time, complete, and as form and page want it.

    A subscription needs no answer: one that was reopened is in at once, and any other is in already.
    """
    match order.status:
        case "pre_subscribed" if order.reopened_at:
            return [
                settled(command, order, command.by.id, command.offered.offer if command.offered else None)
            ]
        case "placed" | "pre_subscribed":
            return []
        case "draft" | "rejected" | "revising":
            return _not_placeable(command, order) or [_placed(command, order)]
        case _:
            return ended(order) if order.status in ENDED else locked(order)


def entered(order: Order, event: OrderParametersEntered | OrderRevised) -> Order:
    """The order with what was filled in."""
    return replace(
        order,
        values=event.values,
        label=event.label,
        comment=event.comment,
        parameters=event.parameters,
        changed_at=event.at if isinstance(event, OrderParametersEntered) else None,
    )


def locked(order: Order) -> Refused:
    """Somebody said yes to it, and it stays as that person saw it."""
    return Refused("order.locked", "conflict", facts={"number": order.number})


def ended(order: Order) -> Refused:
    """It was withdrawn or cancelled, and stays so."""
    return Refused("order.ended", "conflict", facts={"number": order.number})


def _fixed(command: EnterParameters, order: Order) -> Refused | None:
    match order.status:
        case "draft" | "pre_subscribed" | "placed" | "rejected" | "revising":
            offer = command.offered.offer if command.offered else order.offer
            return None if order.reopened_at else late(offer, command.at)
        case _:
            return ended(order) if order.status in ENDED else locked(order)


def _wanted(command: EnterParameters, order: Order) -> Order:
    return replace(
        order,
        values=merged(order.values, command.values),
        label=order.label if command.label is None else command.label,
        comment=order.comment if command.comment is None else command.comment,
        parameters=merged_page(order.parameters, command.parameters),
    )


def _unfit(command: EnterParameters, order: Order, wanted: Order) -> Refused | None:
    refused = (
        unasked(wanted.values, command.page)
        or wrong(command.form, wanted.values, _pictures(order))
        or unfit(wanted.parameters, command.page, order.offer.kind)
        or strangers(order.parameters, wanted.parameters, command.entitled)
    )
    return refused or (missing(command.form, wanted.values) if order.status == "placed" else None)


def _not_placeable(command: PlaceOrder, order: Order) -> Refused | None:
    offered = command.offered
    if offered is not None and offered.offer.edition != order.offer.edition:
        return Refused("order.edition-over", "conflict", facts={"package": f"CAT{offered.number}"})
    if command.entity_closed and order.status == "draft":
        return Refused("order.entity-closed", "conflict")
    return (
        closed(offered, command.by, command.at, reopened=order.reopened_at is not None)
        or unasked(order.values, command.page)
        or wrong(command.form, order.values, _pictures(order))
        or unfit(order.parameters, command.page, order.offer.kind)
        or missing(command.form, order.values)
    )


def _pictures(order: Order) -> frozenset[str]:
    kinds = {str(document_id): document.media_type for document_id, document in order.documents.items()}
    return frozenset(document_id for document_id, kind in kinds.items() if kind.startswith("image/"))


def _placed(command: PlaceOrder, order: Order) -> OrderPlaced:
    return OrderPlaced(
        order_id=order.order_id,
        number=order.number,
        entity_id=order.entity_id,
        offer=command.offered.offer if command.offered else order.offer,
        revision=order.revision + 1,
        by=command.by.id,
        at=command.at,
        label=order.label,
        comment=order.comment,
        values=order.values,
        defaults=defaults(command.form, order.values),
        parameters=order.parameters,
        on_behalf_of=command.by.on_behalf_of(order.entity_id),
    )

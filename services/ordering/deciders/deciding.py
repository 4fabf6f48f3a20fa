"""What becomes of an order once it was handed in: the answer to it, and its availability."""

from collections.abc import Sequence

from services.ordering.deciders.form import defaults
from services.ordering.deciders.order_commands import (
    ApproveOrder,
    ConfirmSubscription,
    MakeOrderAvailable,
    Order,
    PlaceOrder,
    RejectOrder,
)
from shared.contracts.ordering import Offer, OrderApproved, OrderEvent, OrderMadeAvailable, OrderRejected
from shared.kernel.decider import Refused

SILENCE = "silence"
NOT_YOURS = Refused("order.answered-elsewhere", "forbidden")


def approve(command: ApproveOrder, order: Order) -> Sequence[OrderEvent] | Refused:
    """Only an answered request approves, and only the revision that it asked about, as it was then."""
    if not command.by.is_machine:
        return NOT_YOURS
    if not _is_about(command, order):
        return []
    approved = settled(command, order, command.answered_by, command.offer)
    return [approved.model_copy(update={"comment": command.comment, "request_id": command.request_id})]


def reject(command: RejectOrder, order: Order) -> Sequence[OrderEvent] | Refused:
    """The entity reads why, and may revise and place the same order again."""
    if not command.by.is_machine:
        return NOT_YOURS
    if not _is_about(command, order):
        return []
    return [
        OrderRejected(
            order_id=order.order_id,
            package_id=order.offer.package_id,
            entity_id=order.entity_id,
            at=command.at,
            by=command.answered_by,
            comment=command.comment,
            request_id=command.request_id,
        )
    ]


def confirm(command: ConfirmSubscription, order: Order) -> Sequence[OrderEvent]:
    """Silence policy of automatic mode: who has not left is in."""
    if order.status != "pre_subscribed" or command.reopened_at != order.reopened_at:
        return []
    return [settled(command, order, SILENCE, command.offer)]


def make_available(command: MakeOrderAvailable, order: Order) -> Sequence[OrderEvent]:
    """Only what was approved, and still is, becomes available."""
    if order.status != "approved":
        return []
    return [
        OrderMadeAvailable(
            order_id=order.order_id,
            package_id=order.offer.package_id,
            entity_id=order.entity_id,
            at=command.at,
            campaign_id=command.campaign_id,
        )
    ]


def _is_about(answer: ApproveOrder | RejectOrder, order: Order) -> bool:
    """An answer to what stood before the last change is to something else; the change has a request of its own."""
    if order.status != "placed" or order.revision != answer.revision:
        return False
    return not (order.changed_at and answer.pinned_at) or answer.pinned_at >= order.changed_at


def settled(
    command: ApproveOrder | ConfirmSubscription | PlaceOrder, order: Order, by: str, now: Offer | None
) -> OrderApproved:
    """The order as it counts from now on: entries and defaults together, with the dates of its package as they are.

    Another edition is another offer, and changes nothing.
    """
    offer = now if now is not None and now.edition == order.offer.edition else order.offer
    return OrderApproved(
        order_id=order.order_id,
        number=order.number,
        entity_id=order.entity_id,
        offer=offer,
        at=command.at,
        by=by,
        creates=offer.creates,
        values={**defaults(command.form, {}), **order.defaults, **order.values},
        parameters=order.parameters,
    )

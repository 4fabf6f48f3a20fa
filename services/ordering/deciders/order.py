"""An order: what a local entity asked for, from the first page of the form to its end."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from services.ordering.deciders.attaching import attach, remove
from services.ordering.deciders.beginning import draft, pre_subscribe
from services.ordering.deciders.deciding import approve, confirm, make_available, reject
from services.ordering.deciders.ending import cancel, withdraw
from services.ordering.deciders.entering import enter, entered, place
from services.ordering.deciders.order_commands import (
    ApproveOrder,
    AttachDocument,
    CancelOrder,
    ConfirmSubscription,
    Document,
    DraftOrder,
    EnterParameters,
    MakeOrderAvailable,
    Order,
    OrderCommand,
    PlaceOrder,
    PreSubscribe,
    RejectOrder,
    RemoveDocument,
    ReopenOrder,
    WithdrawOrder,
)
from services.ordering.deciders.reopening import reopen, reopened
from shared.contracts.ordering import (
    DocumentAttached,
    EntityPreSubscribed,
    OrderApproved,
    OrderCancelled,
    OrderDocumentRemoved,
    OrderDrafted,
    OrderEvent,
    OrderMadeAvailable,
    OrderParametersEntered,
    OrderPlaced,
    OrderRejected,
    OrderReopened,
    OrderRevised,
    OrderWithdrawn,
)
from shared.kernel.decider import Decider, Refused


def decide(command: OrderCommand, order: Order | None) -> Sequence[OrderEvent] | Refused:
    """One order's life. Another entity's order does not exist for whoever asks."""
    match command:
        case DraftOrder():
            return draft(command, order)
        case PreSubscribe():
            return pre_subscribe(command, order)
        case _ if order is None or not command.by.sees(order.entity_id):
            return Refused("order.unknown", "missing")
        case EnterParameters():
            return enter(command, order)
        case AttachDocument():
            return attach(command, order)
        case RemoveDocument():
            return remove(command, order)
        case PlaceOrder():
            return place(command, order)
        case ApproveOrder():
            return approve(command, order)
        case RejectOrder():
            return reject(command, order)
        case ReopenOrder():
            return reopen(command, order)
        case ConfirmSubscription():
            return confirm(command, order)
        case MakeOrderAvailable():
            return make_available(command, order)
        case WithdrawOrder():
            return withdraw(command, order)
        case CancelOrder():
            return cancel(command, order)
    assert_never(command)


def evolve(order: Order | None, event: OrderEvent) -> Order | None:
    """What a fact does to what we remember."""
    match event:
        case OrderDrafted():
            return Order(
                event.order_id,
                event.number,
                event.entity_id,
                event.offer,
                "draft",
                event.label,
                event.comment,
            )
        case EntityPreSubscribed():
            return Order(
                event.order_id,
                event.number,
                event.entity_id,
                event.offer,
                "pre_subscribed",
                defaults=event.defaults,
            )
    return None if order is None else _after(order, event)


def _after(order: Order, event: OrderEvent) -> Order:
    match event:
        case OrderDrafted() | EntityPreSubscribed():
            return order
        case OrderParametersEntered():
            return entered(order, event)
        case DocumentAttached():
            kept = Document(event.sha256, event.media_type)
            return replace(order, documents={**order.documents, event.document_id: kept})
        case OrderDocumentRemoved():
            left = {key: kept for key, kept in order.documents.items() if key != event.document_id}
            return replace(order, documents=left)
        case OrderReopened():
            return reopened(order, event)
        case OrderRevised():
            return replace(entered(order, event), status="revising")
        case OrderPlaced():
            handed_in = replace(order, status="placed", offer=event.offer, revision=event.revision)
            return replace(
                handed_in, values=event.values, defaults=event.defaults, parameters=event.parameters
            )
        case OrderApproved():
            taken = {name: value for name, value in event.values.items() if name not in order.values}
            return replace(order, status="approved", offer=event.offer, defaults=taken, reopened_at=None)
        case OrderRejected():
            return replace(order, status="rejected")
        case OrderMadeAvailable():
            return replace(order, status="available")
        case OrderWithdrawn():
            return replace(order, status="withdrawn")
        case OrderCancelled():
            return replace(order, status="cancelled")
    assert_never(event)


ORDER: Decider[Order | None, OrderCommand, OrderEvent] = Decider(
    category="order",
    initial=None,
    decide=decide,
    evolve=evolve,
    key=lambda command: command.order_id,
    commands=(
        DraftOrder,
        PreSubscribe,
        EnterParameters,
        AttachDocument,
        RemoveDocument,
        PlaceOrder,
        ApproveOrder,
        RejectOrder,
        ReopenOrder,
        ConfirmSubscription,
        MakeOrderAvailable,
        WithdrawOrder,
        CancelOrder,
    ),
    numbered=True,
)

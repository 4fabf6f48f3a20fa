"""How an order begins: opened by its entity, or given to it in automatic mode."""

from collections.abc import Sequence

from services.ordering.deciders.form import defaults, merged, wrong
from services.ordering.deciders.offered import closed
from services.ordering.deciders.order_commands import ENDED, DraftOrder, Order, PreSubscribe
from services.ordering.deciders.parameters import merged_page, strangers, unasked, unfit
from shared.contracts.ordering import (
    EntityPreSubscribed,
    OrderDrafted,
    OrderEvent,
    OrderParameters,
    OrderParametersEntered,
)
from shared.kernel.decider import Refused


def draft(command: DraftOrder, order: Order | None) -> Sequence[OrderEvent] | Refused:
    """One order per entity and edition, unless the package lets there be more."""
    if command.entity_id is None:
        return Refused("order.entity-missing", "invalid", field="entity_id")
    if not command.by.sees(command.entity_id):
        return Refused("order.entity-unknown", "missing")
    if command.by.is_central and not command.entity_known:
        return Refused("order.entity-unknown", "invalid", field="entity_id")
    if refused := _there_is_one(order) or closed(command.offered, command.by, command.at):
        return refused
    if command.entity_closed:
        return Refused("order.entity-closed", "conflict")
    return _unfit(command) or _begun(command)


def pre_subscribe(command: PreSubscribe, order: Order | None) -> Sequence[OrderEvent]:
    """Whoever has an order here, or has left one, is not subscribed again."""
    if order is not None:
        return []
    return [
        EntityPreSubscribed(
            order_id=command.order_id,
            number=command.number or 0,
            entity_id=command.entity_id,
            offer=command.offer,
            defaults=defaults(command.form, {}),
        )
    ]


def _there_is_one(order: Order | None) -> Refused | None:
    if order is None:
        return None
    if order.status in ENDED:  # it ended while this was on its way here, and its successor has another id
        return Refused("request.busy", "conflict")
    facts = {"number": order.number, "order_id": order.order_id, "status": order.status}
    return Refused("order.already-there", "conflict", facts=facts)


def _unfit(command: DraftOrder) -> Refused | None:
    kind = command.offered.offer.kind if command.offered else "simple"
    page = merged_page(OrderParameters(), command.parameters)
    entries = merged({}, command.values)
    return (
        unasked(entries, command.page)
        or wrong(command.form, entries)
        or unfit(page, command.page, kind)
        or strangers(OrderParameters(), page, command.entitled)
    )


def _begun(command: DraftOrder) -> Sequence[OrderEvent]:
    if command.entity_id is None or command.offered is None:
        return []
    acted_for = command.by.on_behalf_of(command.entity_id)
    place = {"order_id": command.order_id, "entity_id": command.entity_id, "number": command.number or 0}
    words = {"label": command.label, "comment": command.comment}
    entries, page = merged({}, command.values), merged_page(OrderParameters(), command.parameters)
    entered = OrderParametersEntered(
        order_id=command.order_id,
        by=command.by.id,
        values=entries,
        parameters=page,
        at=command.at,
        on_behalf_of=acted_for,
        **words,
    )
    told = bool(entries) or page != OrderParameters()
    offer = command.offered.offer
    if offer.approval_mode == "automatic":
        joined = EntityPreSubscribed(
            **place, offer=offer, defaults=defaults(command.form, {}), on_behalf_of=acted_for
        )
        return [joined, entered] if told or any(words.values()) else [joined]
    drafted = OrderDrafted(**place, offer=offer, on_behalf_of=acted_for, **words)
    return [drafted, entered] if told else [drafted]

"""What ordering does to itself when others have spoken, or it has itself.

Facts of different services come in any order. What happens to a package therefore reaches its orders both
ways: when the package's fact is heard, and when an order begins that the package's fact was too early for.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.ordering.deciders.form import Form
from services.ordering.deciders.order_commands import (
    ApproveOrder,
    Because,
    CancelOrder,
    ConfirmSubscription,
    MakeOrderAvailable,
    PreSubscribe,
    RejectOrder,
    order_id_of,
)
from services.ordering.projections import audience, forms, offers, orders
from services.ordering.projections.audience import SEEN_AUDIENCE
from services.ordering.projections.forms import SEEN_FORMS
from services.ordering.projections.offers import SEEN_OFFERS
from services.ordering.projections.orders import SEEN_ORDERS
from services.ordering.projections.people import SEEN_PEOPLE
from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.contracts.campaigns import CampaignMadeAvailable
from shared.contracts.catalog import (
    ApprovalTerms,
    EntityClosed,
    EntityInvited,
    EntityWithdrawn,
    PackageCancelled,
    PackagePublished,
    PackageReinitialised,
    RegistrationClosed,
)
from shared.contracts.ordering import EntityPreSubscribed, OrderApproved, OrderDrafted, OrderReopened
from shared.kernel.ids import CampaignId, EntityId, OrderId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Reaction, Recall, Row

ORDERING = Actor(id="ordering")


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """Subscribe, decide, make available; then what ends or confirms orders that others' facts are about."""
    event = recorded.event
    match event:
        case PackagePublished(details=details) if details.approval_mode == "automatic":
            for row in recall(audience.OF, _edition(event)):
                yield from _subscribe(recorded, event, EntityId(UUID(row["entity_id"])), recall)
        case EntityInvited(published=True):
            yield from _subscribe(recorded, event, event.entity_id, recall)
        case ApprovalAccepted(subject="order") | ApprovalRefused(subject="order"):
            yield _answered(recorded, event, recall)
        case CampaignMadeAvailable():
            yield MakeOrderAvailable(
                **_asks(recorded, "make-available"), order_id=event.order_id, campaign_id=event.campaign_id
            )
        case OrderDrafted() | EntityPreSubscribed() | OrderApproved() | OrderReopened():
            yield from _moved_on(recorded, event, recall)
        case EntityClosed(open_orders="cancel"):
            for order_id in _ids(recall(orders.OPEN_OF, {"entity_id": str(event.entity_id)})):
                yield _cancel(recorded, order_id, "entity-closed", event.reason)
        case RegistrationClosed() | PackageCancelled() | PackageReinitialised() | EntityWithdrawn():
            yield from _package_moved(recorded, recall)


def _package_moved(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """One command for each order that the package's fact may concern; each order decides for itself."""
    event = recorded.event
    match event:
        case RegistrationClosed():
            row = _offer(recall, _edition(event))
            for order_id in _ids(recall(orders.ON_PACKAGE, _edition(event))):
                yield _confirm(recorded, order_id, row, recall)
        case PackageCancelled(cascades=True):
            for order_id in _ids(recall(orders.ON_PACKAGE, _edition(event))):
                yield _cancel(recorded, order_id, "package-cancelled", event.reason)
        case PackageReinitialised():
            for order_id in _ids(recall(orders.BEFORE, _edition(event))):
                yield _cancel(recorded, order_id, "package-reinitialised", event.reason)
        case EntityWithdrawn():
            place = _edition(event) | {"entity_id": str(event.entity_id)}
            for order_id in _ids(recall(orders.OF_ENTITY, place)):
                yield _cancel(recorded, order_id, "entity-withdrawn", event.reason)


def _moved_on(
    recorded: Recorded,
    event: OrderDrafted | EntityPreSubscribed | OrderApproved | OrderReopened,
    recall: Recall,
) -> Iterator[Command]:
    """What an order's own facts lead to."""
    match event:
        case OrderApproved(creates="nothing"):
            yield _available_in_time(recorded, event)
        case OrderApproved():
            yield from _available_again(recorded, event, recall)
        case OrderReopened():
            if event.status == "pre_subscribed":
                yield _confirm_in_time(recorded, event, recall)
        case _:
            yield from _begun_too_late(recorded, event, recall)


def _begun_too_late(
    recorded: Recorded, event: OrderDrafted | EntityPreSubscribed, recall: Recall
) -> Iterator[Command]:
    place: dict[str, Any] = {"package_id": str(event.offer.package_id), "edition": event.offer.edition}
    row = _offer(recall, place)
    entity = next(iter(recall(audience.ENTITY, {"entity_id": str(event.entity_id)})), None)
    invitations = recall(audience.INVITATION, place | {"entity_id": str(event.entity_id)})
    if row and row["status"] == "cancelled" and row["cascades"]:
        yield _cancel(recorded, event.order_id, "package-cancelled", row["reason"])
    elif row and row["status"] == "reinitialised":
        yield _cancel(recorded, event.order_id, "package-reinitialised", row["reason"])
    elif any(stamp(recorded.recorded_at) <= one["withdrawn_at"] for one in invitations if not one["invited"]):
        yield _cancel(recorded, event.order_id, "entity-withdrawn", invitations[0]["reason"])
    elif entity and entity["cancels"]:
        yield _cancel(recorded, event.order_id, "entity-closed", entity["reason"])
    elif row and row["closed"] and isinstance(event, EntityPreSubscribed):
        yield _confirm(recorded, event.order_id, row, recall)


def _subscribe(
    recorded: Recorded, event: PackagePublished | EntityInvited, entity_id: EntityId, recall: Recall
) -> Iterator[Command]:
    row = _offer(recall, _edition(event))
    if row is None or row["status"] != "published" or row["closed"]:
        return
    if any(entity["closed"] for entity in recall(audience.ENTITY, {"entity_id": str(entity_id)})):
        return
    offer = offers.offer_of(row)
    if offer.approval_mode != "automatic":
        return
    earlier = recall(orders.OF_ENTITY, _edition(event) | {"entity_id": str(entity_id)})
    ended = [one for one in earlier if one["status"] in {"withdrawn", "cancelled"}]
    yield PreSubscribe(
        **_asks(recorded, "pre-subscribe", entity_id),
        order_id=order_id_of(event.package_id, event.edition, entity_id, len(ended)),
        entity_id=entity_id,
        offer=offer,
        form=_form(recall, row),
    )


def _answered(recorded: Recorded, event: ApprovalAccepted | ApprovalRefused, recall: Recall) -> Command:
    answer: dict[str, Any] = {
        "order_id": OrderId(event.subject_id),
        "revision": event.subject_version,
        "answered_by": event.by,
        "pinned_at": event.pinned_at or event.at,
        "comment": event.comment,
        "request_id": event.request_id,
    }
    if isinstance(event, ApprovalRefused):
        return RejectOrder(**_asks(recorded, "reject"), **answer)
    row = next((_offer(recall, one) for one in recall(orders.ONE, {"order_id": str(event.subject_id)})), None)
    now: dict[str, Any] = {"offer": offers.offer_of(row), "form": _form(recall, row)} if row else {}
    return ApproveOrder(**_asks(recorded, "approve"), **answer, **now)


def _available_in_time(recorded: Recorded, event: OrderApproved) -> Command:
    """Nothing is created for this order: its date alone makes it available."""
    asks = _asks(recorded, "make-available")
    asks["at"] = max(event.offer.available_at or recorded.recorded_at, recorded.recorded_at)
    return MakeOrderAvailable(**asks, order_id=event.order_id)


def _available_again(recorded: Recorded, event: OrderApproved, recall: Recall) -> Iterator[Command]:
    """A reopened order whose campaign could be used while it was being changed."""
    for row in recall(orders.CAMPAIGN, {"order_id": str(event.order_id)}):
        asks = _asks(recorded, "make-available")
        yield MakeOrderAvailable(
            **asks, order_id=event.order_id, campaign_id=CampaignId(UUID(row["campaign_id"]))
        )


def _confirm_in_time(recorded: Recorded, event: OrderReopened, recall: Recall) -> Command:
    """A reopened subscription is in as it stands once the days are over that an answer would be given."""
    order = next(iter(recall(orders.ONE, {"order_id": str(event.order_id)})), None)
    row = _offer(recall, order) if order else None
    terms = offers.offer_of(row).approval if row else ApprovalTerms()
    command = _confirm(recorded, event.order_id, row, recall)
    at = recorded.recorded_at + timedelta(days=terms.answer_within_days)
    return command.model_copy(update={"at": at, "reopened_at": event.at})


def _confirm(recorded: Recorded, order_id: OrderId, row: Row | None, recall: Recall) -> Command:
    now: dict[str, Any] = {"offer": offers.offer_of(row), "form": _form(recall, row)} if row else {}
    return ConfirmSubscription(**_asks(recorded, "confirm", order_id), order_id=order_id, **now)


def _cancel(recorded: Recorded, order_id: OrderId, because: Because, reason: str) -> Command:
    return CancelOrder(
        **_asks(recorded, "cancel", order_id), order_id=order_id, because=because, reason=reason
    )


def _asks(recorded: Recorded, *purpose: object) -> dict[str, Any]:
    return {"id": derive(recorded.id, *purpose), "at": recorded.recorded_at, "by": ORDERING}


def _edition(event: Any) -> dict[str, Any]:
    return {"package_id": str(event.package_id), "edition": event.edition}


def _offer(recall: Recall, place: Row) -> Row | None:
    found = recall(offers.EDITION, {"package_id": place["package_id"], "edition": place["edition"]})
    return found[0] if found else None


def _form(recall: Recall, row: Row) -> Form:
    return forms.form_of(recall(forms.OF, {"campaign_id": row["reference_id"]}))


def _ids(rows: Any) -> Iterator[OrderId]:
    return (OrderId(UUID(row["order_id"])) for row in rows)


MEMORY = (SEEN_OFFERS, SEEN_AUDIENCE, SEEN_FORMS, SEEN_PEOPLE, SEEN_ORDERS)
REACTION = Reaction(
    react,
    hears=(
        "catalog.packages",
        "catalog.entities",
        "approval.requests",
        "campaigns.campaigns",
        "ordering.orders",
    ),
    memory=MEMORY,
)

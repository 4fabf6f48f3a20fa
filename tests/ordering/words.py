"""Commands and facts of one order, in short, for specs."""

from datetime import datetime, timedelta
from typing import Any

from services.ordering.deciders.offered import Offered
from services.ordering.deciders.order_commands import (
    ApproveOrder,
    CancelOrder,
    DraftOrder,
    EnterParameters,
    PlaceOrder,
    RejectOrder,
    WithdrawOrder,
)
from shared.contracts.ordering import (
    EntityPreSubscribed,
    Offer,
    OrderApproved,
    OrderCancelled,
    OrderDrafted,
    OrderMadeAvailable,
    OrderParametersEntered,
    OrderPlaced,
    OrderRejected,
    OrderRevised,
    OrderWithdrawn,
)
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, RequestId
from shared.kernel.message import Actor
from tests.facts import id_of
from tests.ordering.shelf import DEADLINE, FIELDS, HELLO, day
from tests.world import MONDAY

ID, EAST, NORTH = OrderId(id_of("order")), EntityId(id_of("east")), EntityId(id_of("north"))
PACKAGE, REQUEST = PackageId(id_of("package")), RequestId(id_of("request"))
ANNA = Actor(id="anna", roles=frozenset({"local"}), entity_id=EAST)
NILS = Actor(id="nils", roles=frozenset({"local"}), entity_id=NORTH)
BO = Actor(id="bo", roles=frozenset({"central"}))
MACHINE = Actor(id="ordering")
LATE = DEADLINE + timedelta(seconds=1)
TAKEN = {"segment": "30-49", "contact_date": "2026-03-20"}


def offer(**more: Any) -> Offer:
    base = {
        "package_id": PACKAGE,
        "edition": 1,
        "kind": "by_form",
        "reference_id": CampaignId(id_of("reference")),
        "approval_mode": "manual",
        "registration_deadline": DEADLINE,
        "ends_at": day(60),
    }
    return Offer.model_validate({**base, **more})


def offered(status: str = "published", *, invited: bool = True, **more: Any) -> Offered:
    return Offered(offer=offer(**more), number=12, label="Spring", status=status, invited=invited)


def asks(by: Actor = ANNA, at: datetime = MONDAY) -> dict[str, Any]:
    return {"id": id_of("command"), "at": at, "by": by, "order_id": ID}


def draft(by: Actor = ANNA, at: datetime = MONDAY, **more: Any) -> DraftOrder:
    base = {"number": 28, "entity_id": EAST, "entity_known": True, "offered": offered(), "form": FIELDS}
    return DraftOrder.model_validate({**asks(by, at), **base, **more})


def enter(by: Actor = ANNA, at: datetime = MONDAY, **more: Any) -> EnterParameters:
    return EnterParameters(**{**asks(by, at), "offered": offered(), "form": FIELDS, **more})


def place(by: Actor = ANNA, at: datetime = MONDAY, **more: Any) -> PlaceOrder:
    return PlaceOrder(**{**asks(by, at), "offered": offered(), "form": FIELDS, **more})


def approve(revision: int = 1, by: Actor = MACHINE, **more: Any) -> ApproveOrder:
    answer = {"revision": revision, "answered_by": "rut", "request_id": REQUEST, "form": FIELDS}
    return ApproveOrder(**{**asks(by), **answer, **more})


def reject(revision: int = 1, by: Actor = MACHINE) -> RejectOrder:
    return RejectOrder(**asks(by), revision=revision, answered_by="rut", comment="No", request_id=REQUEST)


def withdraw(by: Actor = ANNA, at: datetime = MONDAY, **more: Any) -> WithdrawOrder:
    return WithdrawOrder(**{**asks(by, at), "offered": offered(**more), "reason": "No staff"})


def cancel(because: Any = "central", by: Actor = BO, reason: str = "Moved") -> CancelOrder:
    return CancelOrder(**asks(by), because=because, reason=reason)


drafted = OrderDrafted(order_id=ID, number=28, entity_id=EAST, offer=offer())
entered = OrderParametersEntered(order_id=ID, by="anna", values=HELLO, at=MONDAY)
automatic = offer(approval_mode="automatic")
subscribed = EntityPreSubscribed(order_id=ID, number=28, entity_id=EAST, offer=automatic, defaults=TAKEN)
placed = OrderPlaced(
    order_id=ID,
    number=28,
    entity_id=EAST,
    offer=offer(),
    revision=1,
    by="anna",
    at=MONDAY,
    values=HELLO,
    defaults=TAKEN,
)
place_of = {"order_id": ID, "package_id": PACKAGE, "entity_id": EAST, "at": MONDAY}
rejected = OrderRejected(**place_of, by="rut", comment="No", request_id=REQUEST)
revised = OrderRevised(order_id=ID, by="anna", values={"greeting": "Hallå"})
approved = OrderApproved(
    order_id=ID,
    number=28,
    entity_id=EAST,
    offer=offer(),
    at=MONDAY,
    by="rut",
    creates="nothing",
    values={**TAKEN, **HELLO},
    request_id=REQUEST,
)
available = OrderMadeAvailable(**place_of)
withdrawn = OrderWithdrawn(**place_of, by="anna", reason="No staff")
cancelled = OrderCancelled(**place_of, by="bo", because="central", reason="Moved")
HANDED_IN = (drafted, entered, placed)
REFUSED = (*HANDED_IN, rejected)

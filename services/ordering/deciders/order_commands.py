"""What can be asked of an order, and what the next decision must remember of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.ordering.deciders.form import Form, Wish
from services.ordering.deciders.offered import Offered
from services.ordering.deciders.parameters import Page, PageWish
from shared.contracts.ordering import Offer, OrderParameters, Values
from shared.kernel.ids import CampaignId, EntityId, OrderId, PersonId, RequestId, derive
from shared.kernel.message import Command

Begun = Literal[
    "draft",
    "pre_subscribed",
    "placed",
    "rejected",
    "revising",
    "approved",
    "available",
    "withdrawn",
    "cancelled",
]
"""The statuses of an order that there is."""
Status = Literal["none", Begun]
Because = Literal[
    "central", "package-cancelled", "package-reinitialised", "entity-withdrawn", "entity-closed"
]
ENDED: frozenset[Status] = frozenset({"withdrawn", "cancelled"})
UNDECIDED: frozenset[Status] = frozenset({"draft", "pre_subscribed", "placed", "rejected", "revising"})
"""Nobody has said yes to it yet."""


def order_id_of(package_id: object, edition: int, entity_id: object, nth: int) -> OrderId:
    """The id of an entity's order on an edition; `nth` is how many of its orders there have ended."""
    return OrderId(derive("order", package_id, edition, entity_id, nth))


class DraftOrder(Command):
    """Open the order form for an entity. In automatic mode this is how one that had left joins again.

    `offered` is the package as ordering knows it, `form` its fields; None for a package not heard of. Of those
    named in `parameters`, `entitled` are the ones that an order of this entity may name.
    """

    order_id: OrderId
    number: int | None = None
    entity_id: EntityId | None = None
    entity_known: bool = False
    entity_closed: bool = False
    offered: Offered | None = None
    form: Form = ()
    page: Page = Page()
    entitled: frozenset[PersonId] = frozenset()
    label: str = ""
    comment: str = ""
    values: Wish = Field(default_factory=dict)
    parameters: PageWish = PageWish()


class PreSubscribe(Command):
    """Automatic mode: let an invited entity take part unless it says otherwise."""

    order_id: OrderId
    number: int | None = None
    entity_id: EntityId
    offer: Offer
    form: Form = ()


class EnterParameters(Command):
    """Fill in or change the form; what is not given stays, an empty entry goes."""

    order_id: OrderId
    offered: Offered | None = None
    form: Form = ()
    page: Page = Page()
    entitled: frozenset[PersonId] = frozenset()
    label: str | None = None
    comment: str | None = None
    values: Wish = Field(default_factory=dict)
    parameters: PageWish = PageWish()


class AttachDocument(Command):
    """Deliver a file; its bytes are already kept under their SHA-256. `size` is in bytes."""

    order_id: OrderId
    offered: Offered | None = None
    page: Page = Page()
    document_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class RemoveDocument(Command):
    """Take a file out of the order again."""

    order_id: OrderId
    document_id: UUID


class PlaceOrder(Command):
    """Hand the order in, for the first time or after a rejection."""

    order_id: OrderId
    offered: Offered | None = None
    form: Form = ()
    page: Page = Page()
    entity_closed: bool = False


class ApproveOrder(Command):
    """The answer to the request about this revision was yes. `offer` is the package's as it is now."""

    order_id: OrderId
    revision: int
    answered_by: str
    pinned_at: AwareDatetime | None = None
    comment: str = ""
    request_id: RequestId
    offer: Offer | None = None
    form: Form = ()


class RejectOrder(Command):
    """The answer to the request about this revision was no, and why."""

    order_id: OrderId
    revision: int
    answered_by: str
    pinned_at: AwareDatetime | None = None
    comment: str
    request_id: RequestId


class ReopenOrder(Command):
    """Let an order be changed once more, past its cut-off or its approval. `offered` is its package."""

    order_id: OrderId
    offered: Offered | None = None
    reason: str


class ConfirmSubscription(Command):
    """The registration deadline has come and the entity has not left: silence means in.

    A subscription that was reopened has a moment of its own; `reopened_at` says which.
    """

    order_id: OrderId
    reopened_at: AwareDatetime | None = None
    offer: Offer | None = None
    form: Form = ()


class MakeOrderAvailable(Command):
    """The availability date has come, or the entity's campaign was made available."""

    order_id: OrderId
    campaign_id: CampaignId | None = None


class WithdrawOrder(Command):
    """The entity steps back."""

    order_id: OrderId
    offered: Offered | None = None
    reason: str = ""


class CancelOrder(Command):
    """Somebody else ends the order: head office, or what happened to its package."""

    order_id: OrderId
    because: Because
    reason: str


OrderCommand = (
    DraftOrder
    | PreSubscribe
    | EnterParameters
    | AttachDocument
    | RemoveDocument
    | PlaceOrder
    | ApproveOrder
    | RejectOrder
    | ReopenOrder
    | ConfirmSubscription
    | MakeOrderAvailable
    | WithdrawOrder
    | CancelOrder
)


@dataclass(frozen=True, slots=True)
class Document:  # its bytes are kept under the SHA-256
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Order:  # what the next decision must remember; `values` are entries, `defaults` stand in for the rest
    order_id: OrderId
    number: int
    entity_id: EntityId
    offer: Offer
    status: Status
    label: str = ""
    comment: str = ""
    values: Values = field(default_factory=dict)
    defaults: Values = field(default_factory=dict)
    parameters: OrderParameters = field(default_factory=OrderParameters)
    revision: int = 0
    documents: dict[UUID, Document] = field(default_factory=dict)
    reopened_at: datetime | None = None
    changed_at: datetime | None = None

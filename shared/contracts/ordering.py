"""What ordering states: what a local entity asked for, and what became of it."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.catalog import ApprovalMode, ApprovalTerms, CostTerms, PackageKind
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, PersonId, RequestId
from shared.kernel.message import Event, Value

Scalar = str | int | float | bool
Values = dict[str, Scalar]
Creates = Literal["nothing", "child_campaign", "local_campaign"]
OnBehalfOf = EntityId | None
"""The entity for which head office acted; none where the entity acted itself."""


class Offer(Value):
    """What was offered when the entity ordered: the part of a published package that an order lives by."""

    package_id: PackageId
    edition: int
    kind: PackageKind
    reference_id: CampaignId
    approval_mode: ApprovalMode
    registration_deadline: AwareDatetime | None = None
    personalization_deadline: AwareDatetime | None = None
    available_at: AwareDatetime | None = None
    ends_at: AwareDatetime
    order_folder: str = ""
    approval: ApprovalTerms = ApprovalTerms()
    second_approval: ApprovalTerms | None = None
    start_targeting: bool = False
    costs: CostTerms = CostTerms()

    @property
    def creates(self) -> Creates:
        """What the approval of an order brings about."""
        if self.kind == "by_campaign":
            return "child_campaign"
        return "local_campaign" if self.kind == "local" else "nothing"


class OrderParameters(Value):
    """The standard page of an order: what is asked of every campaign, whatever its form.

    Dates are the entity's own where its kind of campaign has its own schedule. `reviewers` answer for content and
    target of the campaign, beside the entity's own group. Empty means as the reference says.
    """

    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    program: str = ""
    budget: str = ""
    owner: PersonId | None = None
    reviewers: tuple[PersonId, ...] = ()
    description: str = ""


class OrderDrafted(Event):
    """A local entity opened the order form. Version 0 of order-{order_id}; `number` makes it ORD28.

    A draft has a number, and never counts as an order.
    """

    order_id: OrderId
    number: int
    entity_id: EntityId
    offer: Offer
    label: str = ""
    comment: str = ""
    on_behalf_of: OnBehalfOf = None


class EntityPreSubscribed(Event):
    """Automatic mode: the entity takes part unless it says otherwise. Version 0 of order-{order_id}."""

    order_id: OrderId
    number: int
    entity_id: EntityId
    offer: Offer
    defaults: Values = {}
    on_behalf_of: OnBehalfOf = None


class OrderParametersEntered(Event):
    """The entity filled in its form; `values` are all its entries, defaults not among them.

    Where the order was handed in already, an answer that was given before `at` is about something else.
    """

    order_id: OrderId
    by: str
    values: Values
    label: str = ""
    comment: str = ""
    parameters: OrderParameters = OrderParameters()
    on_behalf_of: OnBehalfOf = None
    at: AwareDatetime | None = None


class DocumentAttached(Event):
    """The entity delivered a file that its campaign needs. The bytes are kept elsewhere, under their SHA-256.

    `size` is in bytes. `late` means after the personalization deadline, which blocks nothing.
    """

    order_id: OrderId
    document_id: UUID
    by: str
    at: AwareDatetime
    name: str
    media_type: str
    size: int
    sha256: str
    late: bool = False
    on_behalf_of: OnBehalfOf = None


class OrderDocumentRemoved(Event):
    """A document does not belong to the order any more; that it did stays told."""

    order_id: OrderId
    document_id: UUID
    by: str
    at: AwareDatetime
    on_behalf_of: OnBehalfOf = None


class OrderPlaced(Event):
    """The entity handed in its order; reviewers may answer from now on.

    `revision` counts from 1 and grows when a rejected or reopened order is placed again. `defaults` are the fields the
    entity left empty; they count, but were never its entry.
    """

    order_id: OrderId
    number: int
    entity_id: EntityId
    offer: Offer
    revision: int
    by: str
    at: AwareDatetime
    label: str = ""
    comment: str = ""
    values: Values = {}
    defaults: Values = {}
    parameters: OrderParameters = OrderParameters()
    on_behalf_of: OnBehalfOf = None


class OrderRevised(Event):
    """A rejected order is being worked on again; it still is the same order, not a second one."""

    order_id: OrderId
    by: str
    values: Values
    label: str = ""
    comment: str = ""
    parameters: OrderParameters = OrderParameters()
    on_behalf_of: OnBehalfOf = None


class OrderReopened(Event):
    """Head office lets an order be changed once more: past the cut-off, or past its approval, which counts no longer.

    `status` is what the order is from now on. An approved one is handed in and answered again, and `OrderApproved`
    stated anew; a subscription is in as it then stands when nothing more is heard of it.
    """

    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    by: str
    at: AwareDatetime
    reason: str
    status: Literal["draft", "pre_subscribed", "placed", "rejected", "revising"]


class OrderApproved(Event):
    """Every required reviewer said yes, or silence did.

    `values` are entries and defaults together, as whatever is created will use them.
    """

    order_id: OrderId
    number: int
    entity_id: EntityId
    offer: Offer
    at: AwareDatetime
    by: str
    creates: Creates
    values: Values = {}
    comment: str = ""
    request_id: RequestId | None = None
    parameters: OrderParameters = OrderParameters()


class OrderRejected(Event):
    """A reviewer said no; the entity reads the comment, may revise and place again."""

    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    at: AwareDatetime
    by: str
    comment: str
    request_id: RequestId | None = None


class OrderMadeAvailable(Event):
    """The entity may use what it ordered. `campaign_id` is absent where nothing of its own was created."""

    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    at: AwareDatetime
    campaign_id: CampaignId | None = None


class OrderWithdrawn(Event):
    """The entity itself stepped back: its own order, or the subscription it was given."""

    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    at: AwareDatetime
    by: str
    reason: str = ""
    was_placed: bool = True
    on_behalf_of: OnBehalfOf = None


class OrderCancelled(Event):
    """Somebody else ended the order: head office, the end of its package, its invitation or its entity."""

    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    at: AwareDatetime
    by: str
    because: Literal[
        "central", "package-cancelled", "package-reinitialised", "entity-withdrawn", "entity-closed"
    ]
    reason: str = ""


OrderEvent = (
    OrderDrafted
    | EntityPreSubscribed
    | OrderParametersEntered
    | DocumentAttached
    | OrderDocumentRemoved
    | OrderPlaced
    | OrderRevised
    | OrderReopened
    | OrderApproved
    | OrderRejected
    | OrderMadeAvailable
    | OrderWithdrawn
    | OrderCancelled
)

STREAMS = {"order": ("ordering.orders", OrderEvent)}

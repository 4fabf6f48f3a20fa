"""What campaigns states: what is prepared by head office, and what is run by it and by the entities."""

from pydantic import AwareDatetime

from shared.contracts.campaigns.budgets import (
    Because,
    BudgetEvent,
    BudgetSet,
    CostCommitted,
    CostReleased,
    CostReserved,
    ShareAssigned,
)
from shared.contracts.campaigns.content import (
    ContentApproved,
    ContentEvent,
    ContentRefused,
    ContentSubmitted,
)
from shared.contracts.campaigns.definition import (
    BOUNDED,
    Condition,
    Content,
    Definition,
    Field,
    FieldKind,
    Interface,
    Pressure,
)
from shared.contracts.campaigns.tasks import BriefTaskDone, BriefTaskDropped, BriefTaskOpened, TaskEvent
from shared.contracts.catalog import PackageKind
from shared.contracts.ordering import OnBehalfOf, Values
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, PersonId
from shared.kernel.message import Event

__all__ = (  # parts of this contract that stand in files of their own
    "BOUNDED",
    "Because",
    "BriefTaskDone",
    "BriefTaskDropped",
    "BriefTaskOpened",
    "BudgetEvent",
    "BudgetSet",
    "Condition",
    "Content",
    "ContentApproved",
    "ContentEvent",
    "ContentRefused",
    "ContentSubmitted",
    "CostCommitted",
    "CostReleased",
    "CostReserved",
    "Definition",
    "Field",
    "FieldKind",
    "Interface",
    "Pressure",
    "ShareAssigned",
    "TaskEvent",
)


class CampaignPrepared(Event):
    """Head office made a reference campaign from a template. Version 0 of campaign-{campaign_id}.

    `number` makes it OP25. `kind` follows from the template until a revision says otherwise. A local campaign's
    reference has no dates of its own.
    """

    campaign_id: CampaignId
    number: int
    template: str
    kind: PackageKind
    label: str
    definition: Definition
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    by: str


class CampaignSettingsRevised(Event):
    """Head office changed the reference campaign; all of its settings are given.

    `kind` only where it became another one, from which the packages built on it take theirs from now on.
    """

    campaign_id: CampaignId
    label: str
    definition: Definition
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    kind: PackageKind | None = None


class ChildCampaignCreated(Event):
    """An approved order by campaign got its child. Version 0 of campaign-{derive("campaign", order_id)}.

    `name` is `OU3_OP25`, the entity's number and the child's own. `definition` is the parent's as it was.
    `reviewers` are those whom the order named to answer for the campaign's content, and `approved_at` is
    when it was approved.
    """

    campaign_id: CampaignId
    number: int
    name: str
    parent_id: CampaignId
    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    label: str
    definition: Definition
    values: Values = {}
    available_at: AwareDatetime | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    reviewers: tuple[PersonId, ...] = ()
    approved_at: AwareDatetime | None = None
    at: AwareDatetime


class LocalCampaignCreated(Event):
    """An approved order on a local package got its campaign, at approval and availability, not before.

    Version 0 of campaign-{derive("campaign", order_id)}. Its dates are its own: those that the order
    named, or else it starts when it is created and lasts as long as the template says. `reviewers` and
    `approved_at` as in ChildCampaignCreated.
    """

    campaign_id: CampaignId
    number: int
    name: str
    parent_id: CampaignId
    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    label: str
    definition: Definition
    values: Values = {}
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    reviewers: tuple[PersonId, ...] = ()
    approved_at: AwareDatetime | None = None
    at: AwareDatetime


class CampaignReordered(Event):
    """The order was reopened and approved anew before its campaign had started; from now on this counts.

    `values` are those that did not count before, `emptied` the fields that the order leaves out now: both win over what
    the entity had changed. The definition differs from before in its program and its budget alone.
    """

    campaign_id: CampaignId
    order_id: OrderId
    definition: Definition
    values: Values = {}
    emptied: tuple[str, ...] = ()
    reviewers: tuple[PersonId, ...] = ()
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    approved_at: AwareDatetime
    at: AwareDatetime

    @property
    def says_otherwise(self) -> bool:
        """True if other values count than before, so that content which was handed in counts no longer."""
        return bool(self.values or self.emptied)


class LocalChangeMade(Event):
    """The entity changed personalization fields of its own campaign. Only the changed ones are given.

    Content that was handed in or approved before it counts no longer: it is handed in again.
    """

    campaign_id: CampaignId
    entity_id: EntityId
    by: str
    values: Values


class CampaignMadeAvailable(Event):
    """The entity may adapt and run its campaign from now on."""

    campaign_id: CampaignId
    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    at: AwareDatetime


class OwnRuleSet(Event):
    """An entity gave a reference campaign a ceiling of its own, which stands in for head office's in its orders.

    It is narrower than the rule that the campaign has, or the same. `on_behalf_of` as in an order's facts.
    """

    campaign_id: CampaignId
    entity_id: EntityId
    pressure: Pressure
    by: str
    at: AwareDatetime
    on_behalf_of: OnBehalfOf = None


class OwnRuleLifted(Event):
    """The entity's orders are under head office's rule again; what it has ordered already is not."""

    campaign_id: CampaignId
    entity_id: EntityId
    by: str
    at: AwareDatetime
    on_behalf_of: OnBehalfOf = None


class CampaignStarted(Event):
    """The one who runs it started it: the entity its own campaign, head office the parent."""

    campaign_id: CampaignId
    by: str
    at: AwareDatetime


class CampaignFinished(Event):
    """The campaign's end has come."""

    campaign_id: CampaignId
    at: AwareDatetime


class CampaignCancelled(Event):
    """The campaign was called off; what has not gone out will not."""

    campaign_id: CampaignId
    by: str
    at: AwareDatetime
    reason: str


class CampaignReinitialised(Event):
    """A cancelled reference campaign may be used again."""

    campaign_id: CampaignId
    by: str
    at: AwareDatetime


CampaignEvent = (
    CampaignPrepared
    | CampaignSettingsRevised
    | OwnRuleSet
    | OwnRuleLifted
    | ChildCampaignCreated
    | LocalCampaignCreated
    | CampaignReordered
    | LocalChangeMade
    | CampaignMadeAvailable
    | CampaignStarted
    | CampaignFinished
    | CampaignCancelled
    | CampaignReinitialised
    | ContentEvent
)

STREAMS = {
    "campaign": ("campaigns.campaigns", CampaignEvent),
    "budget": ("campaigns.budgets", BudgetEvent),
    "task": ("campaigns.tasks", TaskEvent),
}

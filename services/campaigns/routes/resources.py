"""What campaigns answers: its resources as people read them."""

from datetime import date
from typing import Literal, NotRequired
from uuid import UUID

from pydantic import AwareDatetime
from typing_extensions import TypedDict

from shared.contracts.campaigns import Content, Definition, Pressure
from shared.contracts.catalog import AllocationRule, PackageKind
from shared.contracts.ordering import Scalar, Values
from shared.kernel.ids import BudgetId, CampaignId, EntityId, OrderId, PackageId, TaskId

Status = Literal["prepared", "created", "available", "running", "finished", "cancelled"]
TaskStatus = Literal["open", "done", "dropped"]


class Template(TypedDict):
    """What head office starts from. `label` is by language, `package_asks` what a package made from it needs."""

    name: str
    kind: PackageKind
    label: dict[str, str]
    package_asks: list[str]
    definition: Definition


class Target(TypedDict):
    """How many recipients are reached, of how many; `count` is null where a value cannot be used in the query."""

    count: int | None
    of: int


class LeftOut(TypedDict):
    """How many would have been reached, and by which rule they are not."""

    because: Literal["pressure"]
    count: int
    whose: Literal["central", "entity"]
    most: int
    days: int


class ContentApproval(TypedDict):
    """How far the approval of a campaign's content has come; `changed` after it was handed in."""

    status: Literal["missing", "submitted", "changed", "approved", "refused"]
    version: int
    submitted_by: str | None
    submitted_at: AwareDatetime | None
    answered_by: str | None
    answered_at: AwareDatetime | None
    comment: str


class ListedCampaign(TypedDict):
    """A campaign: head office's, or an entity's own, which an order created and which has a `parent_id`.

    `template` is what a reference began as, `kind` what it is now. `tracking` is carried by every link of an
    entity's own campaign. What was not said, or has no place in such a campaign, is null.
    """

    campaign_id: CampaignId
    number: int
    name: str
    kind: PackageKind
    tracking: UUID | None
    template: str | None
    parent_id: CampaignId | None
    order_id: OrderId | None
    package_id: PackageId | None
    entity_id: EntityId | None
    label: str
    status: Status
    available_at: AwareDatetime | None
    starts_at: AwareDatetime | None
    ends_at: AwareDatetime | None
    reason: str
    version: int


class Campaign(ListedCampaign):
    """A campaign with the values that count in it, its target, and its words by language.

    `changed` are the values that the entity gave after the order, `asks` what is wanted of head office still.
    """

    definition: Definition
    program: str
    budget: str
    asks: list[str]
    values: Values
    changed: list[str]
    target: Target
    left_out: list[LeftOut]
    contact_on: date | None
    content: dict[str, Content]
    content_approval: ContentApproval | None


class Tracked(TypedDict):
    """Whose an open or a click is."""

    tracking: UUID
    child: ListedCampaign
    parent: ListedCampaign | None


class SaidRule(TypedDict):
    """What was said of an entity's own rule at a moment; without numbers where it was lifted."""

    most: int | None
    days: int | None
    at: AwareDatetime
    who: str
    on_behalf_of: EntityId | None


class Rules(TypedDict):
    """Head office's rule, the entity's own, and which of them counts; with all that was said, the oldest first."""

    campaign_id: CampaignId
    entity_id: EntityId
    central: Pressure | None
    own: Pressure | None
    counts: Pressure | None
    said: list[SaidRule]


class Money(TypedDict):
    """An amount as people write it, with its currency (ISO 4217)."""

    amount: str
    currency: str


class ListedBudget(TypedDict):
    """What an entity may spend on a reference campaign. `amount` and `left` are null where no amount was set."""

    budget_id: BudgetId
    entity_id: EntityId
    campaign_id: CampaignId
    amount: Money | None
    reserved: Money
    committed: Money
    left: Money | None
    version: int


class Charge(TypedDict):
    """What an order costs: `message` for its messages, `fixed` its share; `subsidy` and `own` are who bears it."""

    order_id: OrderId
    package_id: PackageId
    status: Literal["reserved", "committed", "released"]
    messages: int
    message: Money
    fixed: Money
    subsidy: Money
    own: Money


class Budget(ListedBudget):
    """A budget with every order that was ever charged to it."""

    orders: list[Charge]


class CostShare(TypedDict):
    """What one entity bears of the fixed costs, before any subsidy."""

    entity_id: EntityId
    share: Money


class Shares(TypedDict):
    """Some of the entities' shares of a package's fixed costs, and the cursor that asks for what comes after them."""

    fixed: Money
    subsidy_percent: int
    rule: AllocationRule
    items: list[CostShare]
    next: str | None


class Delivery(TypedDict):
    """How many are reached by which channel; `amount` only where an amount was asked for."""

    channel: str
    count: int
    amount: NotRequired[Money]


class Costs(TypedDict):
    """What an order would cost: messages and its share of the fixed costs; `subsidy` and `own` are who bears it."""

    messages: Money
    fixed: Money
    subsidy: Money
    own: Money


class BudgetRoom(TypedDict):
    """What the budget has left for this order, and whether the order would exceed it."""

    left: Money
    exceeded: bool


class EvaluatedOrder(TypedDict):
    """How many an order would reach with these values."""

    taken_at: AwareDatetime
    values: Values
    target: Target
    deliveries: list[Delivery] | None
    left_out: list[LeftOut]
    contact_on: date | None


class EvaluatedTarget(EvaluatedOrder):
    """How many an order would reach with these values."""

    kind: Literal["target"]


class EvaluatedBudget(EvaluatedOrder):
    """What that would cost; null where a value cannot be used. `budget` is null too where none was set."""

    kind: Literal["budget"]
    amount: Money | None
    costs: Costs | None
    budget: BudgetRoom | None


class EvaluatedContent(TypedDict):
    """The words of an order with these values, by language; `to` is the address of the seed."""

    kind: Literal["content"]
    taken_at: AwareDatetime
    values: Values
    form: Literal["text", "html"]
    to: str | None
    content: dict[str, Content]


Evaluated = EvaluatedTarget | EvaluatedBudget | EvaluatedContent
"""Which one it is, `kind` says."""


class Recipient(TypedDict):
    """An end customer."""

    recipient_id: str
    entity_id: EntityId
    name: str
    email: str
    birth_year: int | None
    city: str
    origin: str
    channel: str


class Erased(TypedDict):
    """Nothing of this recipient is there any more."""

    recipient_id: str
    erased: Literal[True]


class ListedTask(TypedDict):
    """An order in words that head office carries out."""

    task_id: TaskId
    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    campaign_id: CampaignId
    status: TaskStatus
    opened_at: AwareDatetime
    ended_by: str | None
    ended_at: AwareDatetime | None
    reason: str
    version: int


class Task(ListedTask):
    """A task with what the entity wrote, by the names of the form's fields."""

    brief: dict[str, Scalar]

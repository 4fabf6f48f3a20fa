"""What ordering answers: its resources as people read them."""

from typing import Literal, NotRequired

from pydantic import AwareDatetime
from typing_extensions import TypedDict

from services.ordering.deciders.order_commands import Begun
from shared.contracts.campaigns import FieldKind
from shared.contracts.catalog import ApprovalMode, PackageKind
from shared.contracts.ordering import OrderParameters, Scalar, Values
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId
from shared.web.documents import StoredDocument

CampaignStatus = Literal["prepared", "created", "available", "running", "finished", "cancelled"]
Participation = Literal["takes_part", "undecided", "out", "silent"]
"""An order that counts; one that may still count; only ended ones; none."""


class FormField(TypedDict):
    """A field of the form: what it asks for, what counts in it, and whether that is a default.

    `label` and `help` are by language. `least` and `most` bound numbers, money and the length of texts.
    """

    name: str
    kind: FieldKind
    label: dict[str, str]
    required: bool
    default: Scalar | None
    choices: list[str]
    help: dict[str, str]
    least: float | None
    most: float | None
    value: Scalar | None
    is_default: bool


class PageDefaults(TypedDict):
    """What counts where nothing is entered; only of what the page shows."""

    program: NotRequired[str]
    budget: NotRequired[str]


class StandardPage(TypedDict):
    """The standard parameters that are asked for, how many reviewers and documents are taken (null: any number)."""

    fields: list[str]
    most_reviewers: int | None
    most_documents: int | None
    defaults: PageDefaults


class OrderForm(TypedDict):
    """What an order on this package would fill in."""

    package_id: PackageId
    edition: int
    registration_deadline: AwareDatetime | None
    fields: list[FormField]
    page: StandardPage


class OrderDocument(StoredDocument):
    """A file that the entity delivered. `size` is in bytes; `late` is after the personalization deadline."""

    late: bool


class ListedOrder(TypedDict):
    """An order; `name` is as people say it, ORD28. `values` were entered, `defaults` count in other fields.

    Label and numbers of package and entity are null where they have not been heard of yet.
    """

    order_id: OrderId
    number: int
    name: str
    package_id: PackageId
    package_number: int | None
    package_label: str | None
    edition: int
    kind: PackageKind
    reference_id: CampaignId
    approval_mode: ApprovalMode
    entity_id: EntityId
    entity_number: int | None
    entity_label: str | None
    status: Begun
    status_since: AwareDatetime
    label: str
    comment: str
    values: Values
    defaults: Values
    parameters: OrderParameters
    order_folder: str
    revision: int
    campaign_id: CampaignId | None
    placed_at: AwareDatetime | None
    decided_by: str | None
    reopened_at: AwareDatetime | None
    registration_deadline: AwareDatetime | None
    personalization_deadline: AwareDatetime | None
    available_at: AwareDatetime | None
    approval_comment: str
    rejection_comment: str
    reason: str
    version: int


class Order(ListedOrder):
    """An order with its form, its standard page and its documents."""

    form: list[FormField]
    page: StandardPage
    documents: list[OrderDocument]


class ReportedOrder(TypedDict):
    """What became of an order and of the campaign that it leads to. Names are as people say them: ORD28, CAT12.

    `own_cents` is what is reserved or committed of the entity's own money, in hundredths of the installation's
    currency. What is not known yet is null.
    """

    order: str
    order_id: OrderId
    label: str
    status: Begun
    status_since: AwareDatetime
    placed_at: AwareDatetime | None
    decided_by: str | None
    reason: str
    package: str | None
    package_id: PackageId
    package_label: str | None
    edition: int
    kind: PackageKind | None
    entity_id: EntityId
    campaign: str | None
    campaign_id: CampaignId | None
    campaign_status: CampaignStatus | None
    campaign_started_at: AwareDatetime | None
    campaign_ended_at: AwareDatetime | None
    messages: int | None
    own_cents: int | None
    cost: Literal["reserved", "committed", "released"] | None


class Totals(TypedDict):
    """How many orders and campaigns are in which status; `own_cents` in hundredths of the installation's currency."""

    orders: dict[Begun, int]
    campaigns: dict[CampaignStatus, int]
    own_cents: int


class EntityReport(TypedDict):
    """Every order of an entity but its drafts; `entity` is as people say it, OU3."""

    entity_id: EntityId
    entity: str
    label: str
    totals: Totals
    orders: list[ReportedOrder]


class TakingPart(TypedDict):
    """An entity that was invited to an edition or ordered on it, and what came of it."""

    entity_id: EntityId
    entity: str
    entity_label: str
    participation: Participation
    orders: list[ReportedOrder]


class PackageTotals(Totals):
    """The same, and how many entities take part in which way."""

    entities: dict[Participation, int]


class PackageReport(TypedDict):
    """Who takes part in an edition, as what, and to what end."""

    package_id: PackageId
    package: str
    edition: int
    label: str
    kind: PackageKind
    status: Literal["draft", "approved", "published", "unavailable", "cancelled", "reinitialised"]
    totals: PackageTotals
    entities: list[TakingPart]

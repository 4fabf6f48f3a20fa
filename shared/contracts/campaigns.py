"""What campaigns states: what is prepared by head office, and what is run by it and by the entities."""

from datetime import date
from math import isfinite
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

from shared.contracts.budgets import BudgetEvent
from shared.contracts.catalog import PackageKind
from shared.contracts.ordering import Scalar, Values
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId
from shared.kernel.message import Event, Value

Interface = Literal["by_brief", "by_form", "by_external_form", "pre_set"]
FieldKind = Literal["text", "number", "date", "choice", "image", "money", "segment"]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Field(Value):
    """One field that a local entity fills in. Labels by language; `choices` only where kind is `choice`.

    A `date` is an ISO 8601 day (`2026-12-24`), an `image` the id of a document of the order, `money` an amount in
    hundredths of the installation's currency, a `segment` one of the audience segments in `choices`.
    `help` is by language, as `label`. `least` and `most` bound numbers, money and the length of texts.
    """

    name: FieldName
    kind: FieldKind = "text"
    label: dict[str, str] = {}
    required: bool = False
    default: Scalar | None = None
    choices: tuple[str, ...] = ()
    help: dict[str, str] = {}
    least: float | None = None
    most: float | None = None

    def holds(self, value: object) -> bool:
        """True if this value has the shape that the field's kind asks for."""
        match self.kind:
            case "number":
                return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
            case "date":
                return isinstance(value, str) and _is_day(value)
            case "choice" | "segment":
                return isinstance(value, str) and value in self.choices
            case "money":
                return isinstance(value, int) and not isinstance(value, bool)
            case "image":
                return isinstance(value, str) and _is_uuid(value)
            case "text":
                return isinstance(value, str)


class Condition(Value):
    """One condition on recipients. `value` is a constant or, as `{{ name }}`, what the order says."""

    attribute: Literal["age_from", "age_to", "age_segment", "city", "channel", "origin"]
    value: Scalar


class Content(Value):
    """The message in one language: templates in which `{{ name }}` stands for a field of the order."""

    subject: str
    body: str


class Definition(Value):
    """What a campaign is, apart from when: its form, its target, its schedule, its limit, its message.

    `contact_on` is a day or `{{ name }}`; `max_size` a number or `{{ name }}`, 0 or empty meaning no limit.
    `message_cost_cents` is what one message costs, in hundredths of the installation's currency.
    `duration_days` belongs to templates for local campaigns, which have a duration and no dates.
    """

    interface: Interface = "by_form"
    fields: tuple[Field, ...] = ()
    query: tuple[Condition, ...] = ()
    contact_on: str = ""
    max_size: str = ""
    content: dict[str, Content] = {}
    duration_days: int | None = None
    program: str = ""
    budget: str = ""
    message_cost_cents: int = 0
    most_reviewers: int | None = None
    """How many campaign reviewers an order may name; 0 hides the field, none means any number."""
    most_documents: int | None = None
    """How many documents an order may have; 0 hides the field, none means any number."""
    hide_parameters: bool = False
    """The order has no page of standard parameters; the reference's own hold."""
    hide_program: bool = False
    """Program and budget are not shown in the order."""


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    """`2026-12-24`, and none of the other spellings of ISO 8601, which templates would show as they are."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class CampaignPrepared(Event):
    """Head office made a reference campaign from a template. Version 0 of campaign-{campaign_id}.

    `number` makes it OP25. `kind` follows from the template and never changes. A local campaign's
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
    """Head office changed the reference campaign; all of its settings are given."""

    campaign_id: CampaignId
    label: str
    definition: Definition
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class ChildCampaignCreated(Event):
    """An approved order by campaign got its child. Version 0 of campaign-{derive("campaign", order_id)}.

    `name` is `OU3_OP25`, the entity's number and the child's own. `definition` is the parent's as it was.
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
    at: AwareDatetime


class LocalCampaignCreated(Event):
    """An approved order on a local package got its campaign, at approval and availability, not before.

    Version 0 of campaign-{derive("campaign", order_id)}. Its dates are its own: it starts when it is
    created and lasts as long as the template says.
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
    at: AwareDatetime


class LocalChangeMade(Event):
    """The entity changed personalization fields of its own campaign. Only the changed ones are given."""

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
    | ChildCampaignCreated
    | LocalCampaignCreated
    | LocalChangeMade
    | CampaignMadeAvailable
    | CampaignStarted
    | CampaignFinished
    | CampaignCancelled
    | CampaignReinitialised
)

STREAMS = {"campaign": ("campaigns.campaigns", CampaignEvent), "budget": ("campaigns.budgets", BudgetEvent)}

"""What can be asked of a campaign, and what its next decision must remember."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from shared.contracts.campaigns import Definition, Pressure
from shared.contracts.catalog import PackageKind
from shared.contracts.ordering import Values
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, PersonId, RequestId
from shared.kernel.message import Command

Status = Literal["none", "prepared", "created", "available", "running", "finished", "cancelled"]
ContentStatus = Literal["missing", "submitted", "approved", "refused"]


class PrepareCampaign(Command):
    """Make a reference campaign from a template; without a definition it has the template's."""

    campaign_id: CampaignId
    number: int | None = None
    template: str
    label: str
    definition: Definition | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class ReviseCampaign(Command):
    """Change head office's reference campaign; what is left out stays, or becomes what is usual in its new kind.

    `in_use` tells whether a package is known to be built on it, or anybody to have ordered from it.
    """

    campaign_id: CampaignId
    kind: PackageKind | None = None
    in_use: bool = False
    label: str | None = None
    definition: Definition | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class SetOwnRule(Command):
    """Give a reference campaign an entity's own ceiling of contacts."""

    campaign_id: CampaignId
    entity_id: EntityId
    most: int
    days: int


class LiftOwnRule(Command):
    """Let head office's rule hold for an entity again."""

    campaign_id: CampaignId
    entity_id: EntityId


class MakeLocalChange(Command):
    """Change personalization fields of an entity's own campaign."""

    campaign_id: CampaignId
    values: Values


class CreateForOrder(Command):
    """Create the campaign of an approved order: a child, or a local campaign.

    Where the order was approved anew and the campaign is there, bring it what the order says now.
    """

    campaign_id: CampaignId
    number: int | None = None
    child: bool
    parent_id: CampaignId
    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    entity_number: int
    label: str
    definition: Definition
    values: Values
    available_at: AwareDatetime | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    reviewers: tuple[PersonId, ...] = ()
    approved_at: AwareDatetime | None = None


class MakeCampaignAvailable(Command):
    """The availability date has come."""

    campaign_id: CampaignId


class SubmitContent(Command):
    """Hand the content of an entity's campaign in, so that its reviewers answer."""

    campaign_id: CampaignId


class AnswerContent(Command):
    """The reviewers have answered to this version of the content."""

    campaign_id: CampaignId
    version: int
    answer: Literal["approve", "refuse"]
    answered_by: str
    comment: str
    request_id: RequestId


class StartCampaign(Command):
    """Run it."""

    campaign_id: CampaignId


class FinishCampaign(Command):
    """Its end has come, or whoever runs it says so."""

    campaign_id: CampaignId


class CancelCampaign(Command):
    """Call it off, with a reason. Before it exists, it never will."""

    campaign_id: CampaignId
    reason: str


class ReinitialiseCampaign(Command):
    """Use a cancelled reference campaign again."""

    campaign_id: CampaignId


CampaignCommand = (
    PrepareCampaign
    | ReviseCampaign
    | SetOwnRule
    | LiftOwnRule
    | MakeLocalChange
    | CreateForOrder
    | MakeCampaignAvailable
    | SubmitContent
    | AnswerContent
    | StartCampaign
    | FinishCampaign
    | CancelCampaign
    | ReinitialiseCampaign
)


EMPTY = Definition()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A reference campaign of head office (no order), or an entity's own. `values` are all that counts in it.

    `own_rules` are what entities have set for a reference.
    `approved_at` is when its order was; `authors` are those who changed values since then; `content` says whether the
    values were handed in and answered as they are now.
    """

    status: Status = "none"
    kind: str = ""
    label: str = ""
    definition: Definition = EMPTY
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    order_id: OrderId | None = None
    package_id: PackageId | None = None
    entity_id: EntityId | None = None
    available_at: datetime | None = None
    values: tuple[tuple[str, object], ...] = ()
    own_rules: tuple[tuple[EntityId, Pressure], ...] = ()
    approved_at: datetime | None = None
    reviewers: tuple[PersonId, ...] = ()
    authors: tuple[str, ...] = ()
    content: ContentStatus = "missing"
    content_version: int = 0

    @property
    def exists(self) -> bool:
        """Has been made. What was called off before that never will be, and is nobody's to see."""
        return bool(self.kind)

    @property
    def by_brief(self) -> bool:
        """Ordered in words, and carried out by head office."""
        return self.definition.interface == "by_brief"

    @property
    def is_reference(self) -> bool:
        """Head office's own, that packages are built on."""
        return self.order_id is None

    @property
    def asks_for_content(self) -> bool:
        """An entity's own that starts only once its content was approved."""
        return self.definition.content_approval and not self.is_reference

"""What catalog answers: its resources as people read them."""

from datetime import date
from typing import Literal, NotRequired
from uuid import UUID

from pydantic import AwareDatetime
from typing_extensions import TypedDict

from services.catalog.deciders.package_commands import Status
from shared.contracts.catalog import (
    ApprovalMode,
    ApprovalTerms,
    CostTerms,
    EntityLevel,
    Group,
    Language,
    PackageKind,
)
from shared.kernel.ids import CampaignId, EntityId, PackageId, PersonId
from shared.kernel.message import Role
from shared.web.documents import StoredDocument

Level = Literal["local", "collaborative"]
"""Whose campaign it is: each entity's own, or one for all of them."""


class ListedEntity(TypedDict):
    """An entity. `number` makes it OU3."""

    entity_id: EntityId
    number: int
    label: str
    level: EntityLevel
    parent_id: EntityId | None
    origin: str
    phone: str
    fax: str
    closed: bool
    version: int


class Entity(ListedEntity):
    """An entity with the members of its groups; a group without any is left out."""

    groups: dict[Group, list[PersonId]]


class Person(TypedDict):
    """Who may sign in, as what. Name and address are null once the person is erased.

    `time_zone` is an IANA name, empty for the installation's own.
    """

    person_id: PersonId
    roles: list[Role]
    entity_id: EntityId | None
    language: Language
    time_zone: str
    active: bool
    version: int
    name: str | None
    email: str | None


class PackageDocument(StoredDocument):
    """A file that travels with the package's notices. `size` is in bytes."""


class Reference(TypedDict):
    """The reference campaign that a package is built on; `name` is as people say it, OP25."""

    campaign_id: CampaignId
    name: str
    label: str


class PackageLinks(TypedDict):
    """Addresses; the journal is for head office."""

    self: str
    orders: str
    journal: NotRequired[str]


class Details(TypedDict):
    """All that head office decides about a package, but for its label. `approval` is for head office."""

    folder: str
    nature: str
    description: str
    message: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    registration_deadline: AwareDatetime | None
    personalization_deadline: AwareDatetime | None
    available_at: AwareDatetime | None
    approval_mode: ApprovalMode
    notify_on_publication: bool
    multiple_creation: bool
    order_folder: str
    approval: NotRequired[ApprovalTerms]
    order_approval: ApprovalTerms
    second_approval: ApprovalTerms | None
    start_targeting: bool
    costs: CostTerms


class ListedPackage(Details):
    """A package; `name` is as people say it, CAT12.

    What only head office reads: `owner`, `submitted_at`, `approval`, `approval_deadline`, `late` and `reason`.
    """

    package_id: PackageId
    number: int
    edition: int
    name: str
    label: str
    status: Status
    kind: PackageKind
    level: Level
    reference_id: CampaignId
    reference: Reference | None
    owner: NotRequired[str]
    submitted_at: NotRequired[AwareDatetime | None]
    approval_deadline: NotRequired[AwareDatetime | None]
    late: NotRequired[bool]
    reason: NotRequired[str]
    open_to_all: bool
    published_at: AwareDatetime | None
    registration_closed: bool
    changed_at: AwareDatetime
    version: int
    links: PackageLinks


class Package(ListedPackage):
    """A package with its audience, of which an entity is shown itself, and its documents."""

    audience: list[EntityId]
    documents: list[PackageDocument]


class EditionLinks(TypedDict):
    """Addresses."""

    self: str
    package: str
    orders: str


class ListedEdition(TypedDict):
    """An edition of a package: where it stood when it ended, or where it stands. `owner` is for head office."""

    package_id: PackageId
    number: int
    name: str
    edition: int
    label: str
    kind: PackageKind
    level: Level
    reference_id: CampaignId
    status: Status
    current: bool
    owner: NotRequired[str]
    published_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    reason: str
    links: EditionLinks


class Edition(ListedEdition, Details):
    """An edition with the details, the audience and the documents that it had."""

    audience: list[EntityId]
    documents: list[PackageDocument]


class Editions(TypedDict):
    """Every edition that the caller may read, the first one first."""

    items: list[ListedEdition]


class PlannedPackage(TypedDict):
    """A package in a calendar."""

    package_id: PackageId
    edition: int
    status: Status
    kind: PackageKind
    name: str
    label: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class PlannedCampaign(TypedDict):
    """A campaign in a calendar; without an end where none is known."""

    campaign_id: CampaignId
    name: str
    label: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None


class PlannedBlackout(TypedDict):
    """Days to keep free, both included; without an entity they hold for everybody."""

    blackout_id: UUID
    entity_id: EntityId | None
    label: str
    starts_on: date
    ends_on: date


class Blackout(PlannedBlackout):
    """Days to keep free, both included; without an entity they hold for everybody."""

    set_by: str
    lifted: bool
    version: int


class Busy(TypedDict):
    """What keeps an entity busy in a span of time."""

    campaigns: list[PlannedCampaign]
    blackouts: list[PlannedBlackout]


Days = TypedDict("Days", {"from": date, "until": date})
"""A span of days, both included."""


class Calendar(Busy, Days):
    """What touches these days, each kind by its beginning."""

    entity_id: EntityId
    packages: list[PlannedPackage]


class Conflicts(Busy):
    """What taking part would run into from `starts_at` until `ends_at`; `clear` if there is nothing."""

    package_id: PackageId
    entity_id: EntityId
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    clear: bool

"""What catalog states: who is there, and what is offered to whom."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.catalog.blackouts import BlackoutEvent, BlackoutLifted, BlackoutSet
from shared.contracts.catalog.terms import (
    AllocationRule,
    ApprovalMode,
    ApprovalTerms,
    CostTerms,
    PackageDetails,
    Reminder,
    Reviewer,
    Share,
    Silence,
)
from shared.kernel.ids import CampaignId, EntityId, PackageId, PersonId, RequestId
from shared.kernel.message import Event, Role

Language = Literal["sv", "en"]
EntityLevel = Literal["central", "local"]
OpenOrders = Literal["finish", "cancel"]
Group = Literal["notify", "order-reviewers", "campaign-reviewers", "package-reviewers"]
PackageKind = Literal["local", "simple", "by_form", "by_campaign", "by_target_approval"]

__all__ = (  # parts of this contract that stand in files of their own
    "AllocationRule",
    "ApprovalMode",
    "ApprovalTerms",
    "BlackoutEvent",
    "BlackoutLifted",
    "BlackoutSet",
    "CostTerms",
    "PackageDetails",
    "Reminder",
    "Reviewer",
    "Share",
    "Silence",
)


class PersonActivated(Event):
    """Somebody may sign in from now on. Name and address stand in catalog's own table, never here.

    `entity_id` is given for everyone with the role `local`. Stated again when roles or entity change.
    """

    person_id: PersonId
    roles: tuple[Role, ...]
    entity_id: EntityId | None = None
    language: Language = "sv"
    time_zone: str = ""
    """An IANA name such as `Europe/Stockholm`; empty for the installation's own."""


class PersonDeactivated(Event):
    """Somebody may not sign in any more and is told nothing more."""

    person_id: PersonId


class EntityRegistered(Event):
    """An organisational entity exists. Always version 0 of entity-{entity_id}. `number` makes it OU3.

    `parent_id` is the entity above (a county above its shops); `origin` is the value by which recipients
    fall to it (ISO 3166-2 for counties). Phone and fax are the entity's, not a person's.
    """

    entity_id: EntityId
    number: int
    label: str
    level: EntityLevel = "local"
    parent_id: EntityId | None = None
    origin: str = ""
    phone: str = ""
    fax: str = ""


class EntityDetailsRevised(Event):
    """Label or contact data of an entity were corrected; all of them are given."""

    entity_id: EntityId
    label: str
    origin: str = ""
    phone: str = ""
    fax: str = ""


class EntityClosed(Event):
    """An entity takes no part any more. Its open orders are finished as they stand, or cancelled with the reason."""

    entity_id: EntityId
    reason: str
    open_orders: OpenOrders = "finish"


class GroupMembersChanged(Event):
    """One of an entity's groups has exactly these members now."""

    entity_id: EntityId
    group: Group
    members: tuple[PersonId, ...]


class PackageDrafted(Event):
    """Head office began a package. Always version 0 of package-{package_id}. `number` makes it CAT12."""

    package_id: PackageId
    number: int
    kind: PackageKind
    reference_id: CampaignId
    owner: str
    details: PackageDetails
    edition: int = 1


class PackageDetailsRevised(Event):
    """The details are these from now on; all of them are given."""

    package_id: PackageId
    edition: int
    details: PackageDetails


class EntityInvited(Event):
    """An entity belongs to the audience of this edition."""

    package_id: PackageId
    edition: int
    entity_id: EntityId
    published: bool = False
    """True if the package could already be seen, so that only this entity is told now."""


class EntityWithdrawn(Event):
    """An entity belongs to the audience no more; its open order ends with this reason."""

    package_id: PackageId
    edition: int
    entity_id: EntityId
    reason: str


class PackageDocumentAttached(Event):
    """Head office linked a file to a package, never to its campaign. The bytes are kept elsewhere, under their SHA-256.

    It stays with later editions until it is removed. `size` is in bytes.
    """

    package_id: PackageId
    edition: int
    document_id: UUID
    by: str
    at: AwareDatetime
    name: str
    media_type: str
    size: int
    sha256: str


class PackageDocumentRemoved(Event):
    """A file belongs to the package no more, from this edition on."""

    package_id: PackageId
    edition: int
    document_id: UUID
    by: str
    at: AwareDatetime


class PackageAssigned(Event):
    """Somebody else of head office answers for the package: the id of a person."""

    package_id: PackageId
    owner: str
    by: str
    at: AwareDatetime


class PackageSubmitted(Event):
    """Handed in for approval. `submission` counts from 1 over the life of the package."""

    package_id: PackageId
    edition: int
    submission: int
    by: str
    at: AwareDatetime
    approval: ApprovalTerms


class PackageApproved(Event):
    """Somebody entitled said yes. `request_id` is absent where no reviewer was named."""

    package_id: PackageId
    edition: int
    by: str
    at: AwareDatetime
    comment: str = ""
    request_id: RequestId | None = None


class PackageRejected(Event):
    """A reviewer said no, and why."""

    package_id: PackageId
    edition: int
    by: str
    at: AwareDatetime
    comment: str
    request_id: RequestId | None = None


class PackagePublished(Event):
    """The package can be seen and ordered by its audience from now on.

    `invited` is how many entities are in the audience (each stated by its own EntityInvited), or none
    where the package is open to all.
    """

    package_id: PackageId
    edition: int
    number: int
    kind: PackageKind
    reference_id: CampaignId
    at: AwareDatetime
    details: PackageDetails
    invited: int | None = None


class RegistrationClosed(Event):
    """The registration deadline has passed: no more orders on this edition."""

    package_id: PackageId
    edition: int
    at: AwareDatetime


class PackageExpired(Event):
    """The end date has passed: the package left the list."""

    package_id: PackageId
    edition: int
    at: AwareDatetime


class PackageCancelled(Event):
    """Head office called the package off. `cascades` is false for local packages, whose orders live on."""

    package_id: PackageId
    edition: int
    reference_id: CampaignId
    at: AwareDatetime
    by: str
    reason: str
    cascades: bool


class PackageReinitialised(Event):
    """Back to editing as a new edition, which must be approved and published again."""

    package_id: PackageId
    edition: int
    at: AwareDatetime
    by: str
    reason: str


PersonEvent = PersonActivated | PersonDeactivated
EntityEvent = EntityRegistered | EntityDetailsRevised | EntityClosed | GroupMembersChanged
PackageEvent = (
    PackageDrafted
    | PackageDetailsRevised
    | EntityInvited
    | EntityWithdrawn
    | PackageDocumentAttached
    | PackageDocumentRemoved
    | PackageAssigned
    | PackageSubmitted
    | PackageApproved
    | PackageRejected
    | PackagePublished
    | RegistrationClosed
    | PackageExpired
    | PackageCancelled
    | PackageReinitialised
)

STREAMS = {
    "person": ("catalog.people", PersonEvent),
    "entity": ("catalog.entities", EntityEvent),
    "package": ("catalog.packages", PackageEvent),
    "blackout": ("catalog.blackouts", BlackoutEvent),
}

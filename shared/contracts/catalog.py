"""What catalog states: who is there, and what is offered to whom."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints

from shared.kernel.ids import CampaignId, EntityId, PackageId, PersonId, RequestId
from shared.kernel.message import Event, Role, Value

Language = Literal["sv", "en"]
EntityLevel = Literal["central", "local"]
Group = Literal["notify", "order-reviewers", "campaign-reviewers", "package-reviewers"]
PackageKind = Literal["local", "simple", "by_form", "by_campaign", "by_target_approval"]
ApprovalMode = Literal["manual", "automatic"]
Silence = Literal["escalate", "reject", "approve", "central"]
AllocationRule = Literal["equal", "by_volume", "by_share"]

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
Reviewer = Annotated[
    str,
    StringConstraints(
        pattern=rf"^(person:{_UUID}|group:{_UUID}/(notify|order-reviewers|campaign-reviewers|package-reviewers)"
        r"|role:central)$"
    ),
]
"""Who may answer: `person:<id>`, `group:<entity id>/order-reviewers`, or `role:central`."""


class Reminder(Value):
    """A moment to remind those who have not answered: a date, or hours before the deadline."""

    at: AwareDatetime | None = None
    hours_before: int | None = None


class ApprovalTerms(Value):
    """Who answers, by when, and what silence means.

    `answer_by` wins over `answer_within_days`, which counts from the submission. Silence `escalate` leaves
    the request open and calls others in (`escalate_to`, head office if nobody is named); `central` hands it over;
    `reject` and `approve` answer it. Nobody answers what they handed in, unless `own_work` says so.
    """

    reviewers: tuple[Reviewer, ...] = ()
    answer_within_days: int = 3
    answer_by: AwareDatetime | None = None
    reminders: tuple[Reminder, ...] = ()
    silence: Silence = "escalate"
    escalate_to: tuple[Reviewer, ...] = ()
    own_work: bool = False


class Share(Value):
    """How much of a shared cost one entity bears, as a weight against the others'."""

    entity_id: EntityId
    weight: int


class CostTerms(Value):
    """What taking part costs, in hundredths of the installation's currency, and who bears it.

    Messages cost what the campaign says, each entity its own. `fixed_cents` are for the package as a whole and are
    shared: `equal`, by the entities' numbers of recipients (`by_volume`), or by `shares`. Head office bears
    `subsidy_percent` of every entity's sum. Shares sum to the total, to the hundredth.
    """

    fixed_cents: int = 0
    rule: AllocationRule = "equal"
    shares: tuple[Share, ...] = ()
    subsidy_percent: int = 0


class PackageDetails(Value):
    """All that head office decides about a package, but for its audience.

    `starts_at` to `ends_at` is when it can be seen in the list, nothing else. `available_at` gates the use
    of a campaign, never the ordering of it. `personalization_deadline` is advice and blocks nothing.
    """

    label: str
    folder: str
    nature: str = ""
    description: str = ""
    message: str = ""
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    registration_deadline: AwareDatetime | None = None
    personalization_deadline: AwareDatetime | None = None
    available_at: AwareDatetime | None = None
    approval_mode: ApprovalMode = "manual"
    notify_on_publication: bool = True
    multiple_creation: bool = False
    order_folder: str = ""
    approval: ApprovalTerms = ApprovalTerms()
    order_approval: ApprovalTerms = ApprovalTerms()
    second_approval: ApprovalTerms | None = None
    """A second stage for orders, which begins when the first one says yes; none if there is only one."""
    start_targeting: bool = False
    """The approval of an order starts its run, with no further click."""
    costs: CostTerms = CostTerms()


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
    open_orders: Literal["finish", "cancel"] = "finish"


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
}

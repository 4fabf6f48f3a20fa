"""What head office decides about a package: its details, who answers and by when, and what it costs."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints

from shared.kernel.ids import EntityId
from shared.kernel.message import Value

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

"""What head office may ask a package's details to be, and when they hold together."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.contracts.catalog import (
    ApprovalMode,
    ApprovalTerms,
    CostTerms,
    PackageDetails,
    PackageKind,
    Reminder,
    Share,
)
from shared.kernel.decider import Refused
from shared.kernel.message import Value
from shared.kernel.moment import Moment

Short = Annotated[str, StringConstraints(max_length=200)]
NEEDED = {
    "label": "package.label-missing",
    "folder": "package.folder-missing",
    "starts_at": "package.start-missing",
    "ends_at": "package.end-missing",
}
REVISABLE = frozenset(
    {
        "label",
        "folder",
        "nature",
        "description",
        "message",
        "starts_at",
        "ends_at",
        "registration_deadline",
        "personalization_deadline",
        "available_at",
        "notify_on_publication",
        "order_folder",
    }
)
"""What may still change once a package has been approved. The rest is what the reviewer said yes to."""


class ReminderWish(Reminder):
    """A date, or hours before the deadline; exactly one of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Moment | None = None
    hours_before: Annotated[int, Field(ge=1, le=24 * 365)] | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        """A reminder with none or with both could not be computed."""
        if (self.at is None) == (self.hours_before is None):
            raise ValueError("give either at or hours_before")
        return self


class TermsWish(ApprovalTerms):
    """Terms as people give them: nothing unknown, and a time to answer that can be waited for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_within_days: Annotated[int, Field(ge=1, le=365)] = 3
    answer_by: Moment | None = None
    reminders: Annotated[tuple[ReminderWish, ...], Field(max_length=50)] = ()


class ShareWish(Share):
    """A weight that can be summed up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: Annotated[int, Field(ge=0, le=1_000_000_000)]


class CostsWish(CostTerms):
    """Costs as people give them: no debts, no more than all of it borne by head office, no entity twice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fixed_cents: Annotated[int, Field(ge=0, le=1_000_000_000_000)] = 0
    shares: Annotated[tuple[ShareWish, ...], Field(max_length=20_000)] = ()
    subsidy_percent: Annotated[int, Field(ge=0, le=100)] = 0

    @model_validator(mode="after")
    def each_entity_once(self) -> Self:
        """Two weights of one entity would have to be guessed into one."""
        if len({share.entity_id for share in self.shares}) < len(self.shares):
            raise ValueError("an entity has two shares")
        return self


class DetailsWish(Value):
    """Details as somebody wants them. What is not given is not spoken of, and stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=20_000)

    label: Short = ""
    folder: Short = ""
    nature: Short = ""
    description: str = ""
    message: str = ""
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    registration_deadline: Moment | None = None
    personalization_deadline: Moment | None = None
    available_at: Moment | None = None
    approval_mode: ApprovalMode = "manual"
    notify_on_publication: bool = True
    multiple_creation: bool = False
    order_folder: Short = ""
    approval: TermsWish = TermsWish()
    order_approval: TermsWish = TermsWish()
    second_approval: TermsWish | None = None
    start_targeting: bool = False
    costs: CostsWish = CostsWish()


def settle(
    wish: DetailsWish, kind: PackageKind, now: PackageDetails | None = None
) -> PackageDetails | Refused:
    """The details as they would be with this wish granted, or the first thing that is wrong with them."""
    parts: dict[str, Any] = now.model_dump() if now else {}
    parts |= wish.model_dump(exclude_unset=True)
    parts |= {name: parts[name].strip() for name in ("label", "folder") if name in parts}
    return _missing(parts) or _settled(PackageDetails.model_validate(parts), kind)


def locked(now: PackageDetails, wanted: PackageDetails) -> str | None:
    """The first detail that would change although a reviewer has said yes to it as it is."""
    changed = (name for name in PackageDetails.model_fields if getattr(now, name) != getattr(wanted, name))
    return next((name for name in changed if name not in REVISABLE), None)


def needs_audience(kind: PackageKind) -> bool:
    """True for the kinds that invite entities by name and until a day: simple, by form, by campaign."""
    return kind in {"simple", "by_form", "by_campaign"}


def _missing(parts: Mapping[str, Any]) -> Refused | None:
    absent = next((name for name in NEEDED if not parts.get(name)), None)
    return Refused(NEEDED[absent], "invalid", field=absent) if absent else None


def _settled(details: PackageDetails, kind: PackageKind) -> PackageDetails | Refused:
    start, end, deadline = details.starts_at, details.ends_at, details.registration_deadline
    if start >= end:
        facts = {"starts_at": start, "ends_at": end}
        return Refused("package.dates-reversed", "invalid", field="ends_at", facts=facts)
    if deadline is not None and not start < deadline <= end:
        facts = {"deadline": deadline, "starts_at": start, "ends_at": end}
        return Refused("package.registration-outside", "invalid", field="registration_deadline", facts=facts)
    if kind == "local" and details.approval_mode == "automatic":
        return Refused("package.mode-not-local", "invalid", field="approval_mode")
    if details.costs.rule == "by_share" and not any(share.weight for share in details.costs.shares):
        return Refused("package.shares-missing", "invalid", field="costs.shares")
    return details

"""What catalog does to itself: publishes, closes, expires at the right moment, heeds what was answered."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.catalog.deciders.package_commands import (
    ApprovePackage,
    CloseRegistration,
    ExpirePackage,
    PublishPackage,
    RejectPackage,
)
from services.catalog.projections import seen_packages
from services.catalog.projections.seen_packages import SEEN_PACKAGES
from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.contracts.catalog import PackageApproved, PackageDetails, PackageDetailsRevised, PackagePublished
from shared.kernel.ids import PackageId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Reaction, Recall, Row

CATALOG = Actor(id="catalog")


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """A moment that has passed is now; a later one becomes a timer, and the rules are asked when it fires."""
    event = recorded.event
    match event:
        case ApprovalAccepted(subject="package"):
            yield ApprovePackage(**_asks(recorded, "approve"), **_answered(event), comment=event.comment)
        case ApprovalRefused(subject="package"):
            yield RejectPackage(**_asks(recorded, "reject"), **_answered(event), comment=event.comment)
        case PackageApproved():
            if seen := _remembered(event.package_id, recall):
                yield _publication(recorded, event, datetime.fromisoformat(seen["starts_at"]))
        case PackagePublished():
            yield from _ends(recorded, event, event.details)
        case PackageDetailsRevised():
            seen = _remembered(event.package_id, recall)
            if seen and seen["stage"] == "approved":
                yield _publication(recorded, event, event.details.starts_at)
            elif seen and seen["stage"] == "published":
                yield from _ends(recorded, event, event.details)


def _publication(
    recorded: Recorded, event: PackageApproved | PackageDetailsRevised, start: datetime
) -> PublishPackage:
    return PublishPackage(
        **_asks(recorded, "publish", start), package_id=event.package_id, edition=event.edition
    )


def _ends(
    recorded: Recorded, event: PackagePublished | PackageDetailsRevised, details: PackageDetails
) -> Iterator[Command]:
    package: dict[str, Any] = {"package_id": event.package_id, "edition": event.edition}
    if details.registration_deadline is not None:
        yield CloseRegistration(**_asks(recorded, "close", details.registration_deadline), **package)
    yield ExpirePackage(**_asks(recorded, "expire", details.ends_at), **package)


def _answered(event: ApprovalAccepted | ApprovalRefused) -> dict[str, Any]:
    return {
        "package_id": PackageId(event.subject_id),
        "request_id": event.request_id,
        "submission": event.subject_version,
        "answered_by": event.by,
    }


def _asks(recorded: Recorded, purpose: str, moment: datetime | None = None) -> dict[str, Any]:
    """id, at and by of a command that follows from this fact, at this moment or now."""
    at = max(moment or recorded.recorded_at, recorded.recorded_at)
    return {"id": derive(recorded.id, purpose), "at": at, "by": CATALOG}


def _remembered(package_id: PackageId, recall: Recall) -> Row | None:
    rows = recall(seen_packages.ONE, {"package_id": str(package_id)})
    return rows[0] if rows else None


REACTION = Reaction(react=react, hears=("catalog.packages", "approval.requests"), memory=(SEEN_PACKAGES,))

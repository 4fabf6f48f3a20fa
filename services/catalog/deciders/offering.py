"""Rules of offering a package: approval, publication, the end of it, and beginning again."""

from collections.abc import Sequence

from services.catalog.deciders.details import needs_audience
from services.catalog.deciders.package_commands import (
    ApprovePackage,
    CancelPackage,
    CloseRegistration,
    ExpirePackage,
    Package,
    PublishPackage,
    ReinitialisePackage,
    RejectPackage,
    SubmitPackage,
)
from shared.contracts.catalog import (
    EntityInvited,
    PackageApproved,
    PackageCancelled,
    PackageEvent,
    PackageExpired,
    PackagePublished,
    PackageReinitialised,
    PackageRejected,
    PackageSubmitted,
    RegistrationClosed,
)
from shared.kernel.decider import Refused

Decision = Sequence[PackageEvent] | Refused


def submit(command: SubmitPackage, package: Package) -> Decision:
    """Handed in with the terms of its approval, once it could be published as it is."""
    if package.status == "pending":
        return []
    if refused := _not_ready(command, package):
        return refused
    return [
        PackageSubmitted(
            package_id=package.package_id,
            edition=package.edition,
            submission=package.submission + 1,
            by=command.by.id,
            at=command.at,
            approval=package.details.approval,
        )
    ]


def approve(command: ApprovePackage, package: Package) -> Decision:
    """As the request was answered; or at once by head office, where nobody was named to answer."""
    if command.request_id is not None:
        if package.status != "pending" or command.submission != package.submission:
            return []
        return [_approved(command, package, command.answered_by)]
    if package.status in {"approved", "published"}:
        return []
    if package.status == "pending":
        return Refused("package.under-review", "conflict")
    if package.status == "draft" and package.details.approval.reviewers:
        return Refused("package.reviewers-named", "conflict")
    return _not_ready(command, package) or [_approved(command, package, command.by.id)]


def reject(command: RejectPackage, package: Package) -> Decision:
    """As the request was answered, with the comment."""
    if package.status != "pending" or command.submission != package.submission:
        return []
    return [
        PackageRejected(
            package_id=package.package_id,
            edition=package.edition,
            by=command.answered_by,
            at=command.at,
            comment=command.comment,
            request_id=command.request_id,
        )
    ]


def publish(command: PublishPackage, package: Package) -> Decision:
    """Offered from now on. An approval that came after the end offers nothing any more."""
    waiting = package.status == "approved" and command.edition == package.edition
    if not waiting or command.at < package.details.starts_at:
        return []
    if command.at >= package.details.ends_at:
        return [PackageExpired(package_id=package.package_id, edition=package.edition, at=command.at)]
    open_to_all = package.kind == "local" and not package.audience
    return [
        PackagePublished(
            package_id=package.package_id,
            edition=package.edition,
            number=package.number,
            kind=package.kind,
            reference_id=package.reference_id,
            at=command.at,
            details=package.details,
            invited=None if open_to_all else len(package.audience),
        )
    ]


def close(command: CloseRegistration, package: Package) -> Decision:
    """No more orders. A timer of a deadline that was moved since means nothing."""
    deadline = package.details.registration_deadline
    if not _offered(command, package) or package.closed or deadline is None or command.at < deadline:
        return []
    return [RegistrationClosed(package_id=package.package_id, edition=package.edition, at=command.at)]


def expire(command: ExpirePackage, package: Package) -> Decision:
    """Out of the list. A timer of an end that was moved since means nothing."""
    if not _offered(command, package) or command.at < package.details.ends_at:
        return []
    return [PackageExpired(package_id=package.package_id, edition=package.edition, at=command.at)]


def cancel(command: CancelPackage, package: Package) -> Decision:
    """Called off at any time, for a reason; only a collaborative package takes its orders with it."""
    if package.status == "cancelled":
        return []
    if not command.reason.strip():
        return Refused("package.reason-missing", "invalid", field="reason")
    return [
        PackageCancelled(
            package_id=package.package_id,
            edition=package.edition,
            reference_id=package.reference_id,
            at=command.at,
            by=command.by.id,
            reason=command.reason.strip(),
            cascades=package.kind != "local",
        )
    ]


def reinitialise(command: ReinitialisePackage, package: Package) -> Decision:
    """A new edition for the same audience, which is stated again because an invitation is to an edition."""
    if package.status == "draft":
        return []
    if not command.reason.strip():
        return Refused("package.reason-missing", "invalid", field="reason")
    place = {"package_id": package.package_id, "edition": package.edition + 1}
    again = PackageReinitialised(**place, at=command.at, by=command.by.id, reason=command.reason.strip())
    return [again, *(EntityInvited(**place, entity_id=one) for one in sorted(package.audience, key=str))]


def _not_ready(command: SubmitPackage | ApprovePackage, package: Package) -> Refused | None:
    """What keeps a package from being submitted or approved, the first of it.

    A package is what its reference was when it was begun. Should that have become another kind at the same moment,
    or while the package was cancelled, the two no longer fit. Where that is heard of too late, the package's own
    kind is what counts in all that follows.
    """
    if package.status != "draft":
        return Refused("package.not-draft", "conflict")
    if command.reference_kind not in {None, package.kind}:
        facts = {"kind": package.kind, "now": command.reference_kind}
        return Refused("package.reference-changed", "conflict", field="reference_id", facts=facts)
    if needs_audience(package.kind) and package.details.registration_deadline is None:
        return Refused("package.registration-missing", "conflict", field="registration_deadline")
    if needs_audience(package.kind) and not package.audience:
        return Refused("package.audience-missing", "conflict", field="audience")
    if package.details.ends_at <= command.at:
        return Refused(
            "package.already-ended", "conflict", field="ends_at", facts={"ends_at": package.details.ends_at}
        )
    return None


def _approved(command: ApprovePackage, package: Package, by: str) -> PackageApproved:
    return PackageApproved(
        package_id=package.package_id,
        edition=package.edition,
        by=by,
        at=command.at,
        comment=command.comment,
        request_id=command.request_id,
    )


def _offered(command: CloseRegistration | ExpirePackage, package: Package) -> bool:
    return package.status == "published" and command.edition == package.edition

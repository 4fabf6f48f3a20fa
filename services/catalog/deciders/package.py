"""A campaign package: drafted, approved, offered, closed, called off, offered again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from services.catalog.deciders.editing import draft, revise, set_audience
from services.catalog.deciders.offering import (
    approve,
    cancel,
    close,
    expire,
    publish,
    reinitialise,
    reject,
    submit,
)
from services.catalog.deciders.package_commands import (
    ApprovePackage,
    CancelPackage,
    CloseRegistration,
    DraftPackage,
    ExpirePackage,
    Package,
    PackageCommand,
    PublishPackage,
    ReinitialisePackage,
    RejectPackage,
    RevisePackageDetails,
    SetAudience,
    SubmitPackage,
)
from shared.contracts.catalog import (
    EntityInvited,
    EntityWithdrawn,
    PackageApproved,
    PackageCancelled,
    PackageDetailsRevised,
    PackageDrafted,
    PackageEvent,
    PackageExpired,
    PackagePublished,
    PackageReinitialised,
    PackageRejected,
    PackageSubmitted,
    RegistrationClosed,
)
from shared.kernel.decider import Decider, Refused


def decide(command: PackageCommand, package: Package | None) -> Sequence[PackageEvent] | Refused:
    """One package's life, from the first word of it on."""
    if isinstance(command, DraftPackage):
        return draft(command, package)
    if package is None:
        return Refused("package.unknown", "missing")
    match command:
        case RevisePackageDetails():
            return revise(command, package)
        case SetAudience():
            return set_audience(command, package)
        case SubmitPackage():
            return submit(command, package)
        case ApprovePackage():
            return approve(command, package)
        case RejectPackage():
            return reject(command, package)
        case PublishPackage():
            return publish(command, package)
        case CloseRegistration():
            return close(command, package)
        case ExpirePackage():
            return expire(command, package)
        case CancelPackage():
            return cancel(command, package)
        case ReinitialisePackage():
            return reinitialise(command, package)
    assert_never(command)


def evolve(package: Package | None, event: PackageEvent) -> Package | None:
    """What a fact does to what we remember."""
    if isinstance(event, PackageDrafted):
        return Package(
            event.package_id, event.number, event.kind, event.reference_id, event.details, event.edition
        )
    return None if package is None else _after(package, event)


def _after(package: Package, event: PackageEvent) -> Package:
    match event:
        case PackageDrafted():
            return package
        case PackageDetailsRevised():
            return replace(_edited(package), details=event.details)
        case EntityInvited():
            return replace(_edited(package), audience=package.audience | {event.entity_id})
        case EntityWithdrawn():
            return replace(_edited(package), audience=package.audience - {event.entity_id})
        case PackageSubmitted():
            return replace(package, status="pending", submission=event.submission)
        case PackageApproved():
            return replace(package, status="approved")
        case PackageRejected():
            return replace(package, status="rejected")
        case PackagePublished():
            return replace(package, status="published")
        case RegistrationClosed():
            return replace(package, closed=True)
        case PackageExpired():
            return replace(package, status="unavailable")
        case PackageCancelled():
            return replace(package, status="cancelled")
        case PackageReinitialised():
            return replace(package, status="draft", edition=event.edition, closed=False)
    assert_never(event)


def _edited(package: Package) -> Package:
    """A rejected package that is edited is a draft again."""
    return replace(package, status="draft") if package.status == "rejected" else package


PACKAGE: Decider[Package | None, PackageCommand, PackageEvent] = Decider(
    category="package",
    initial=None,
    decide=decide,
    evolve=evolve,
    key=lambda command: command.package_id,
    commands=(
        DraftPackage,
        RevisePackageDetails,
        SetAudience,
        SubmitPackage,
        ApprovePackage,
        RejectPackage,
        PublishPackage,
        CloseRegistration,
        ExpirePackage,
        CancelPackage,
        ReinitialisePackage,
    ),
    numbered=True,
)

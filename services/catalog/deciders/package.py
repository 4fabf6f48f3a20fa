"""A campaign package: drafted, approved, offered, closed, called off, offered again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from services.catalog.deciders.documents import assign, attach, remove
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
    AssignPackage,
    AttachDocument,
    CancelPackage,
    CloseRegistration,
    DraftPackage,
    ExpirePackage,
    Package,
    PackageCommand,
    PublishPackage,
    ReinitialisePackage,
    RejectPackage,
    RemoveDocument,
    RevisePackageDetails,
    SetAudience,
    SubmitPackage,
)
from shared.contracts.catalog import (
    EntityInvited,
    EntityWithdrawn,
    PackageApproved,
    PackageAssigned,
    PackageCancelled,
    PackageDetailsRevised,
    PackageDocumentAttached,
    PackageDocumentRemoved,
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
from shared.kernel.message import Command

Content = (
    PackageDetailsRevised | EntityInvited | EntityWithdrawn | PackageDocumentAttached | PackageDocumentRemoved
)
"""What changes a package itself."""
Step = (
    PackageSubmitted
    | PackageApproved
    | PackageRejected
    | PackagePublished
    | PackageExpired
    | PackageCancelled
)
"""What changes only where it stands."""
RULES: Mapping[type[Command], Callable[[Any, Package], Sequence[PackageEvent] | Refused]] = {
    RevisePackageDetails: revise,
    SetAudience: set_audience,
    AttachDocument: attach,
    RemoveDocument: remove,
    AssignPackage: assign,
    SubmitPackage: submit,
    ApprovePackage: approve,
    RejectPackage: reject,
    PublishPackage: publish,
    CloseRegistration: close,
    ExpirePackage: expire,
    CancelPackage: cancel,
    ReinitialisePackage: reinitialise,
}
"""What can be asked of a package that is there, and the rule that answers."""


def decide(command: PackageCommand, package: Package | None) -> Sequence[PackageEvent] | Refused:
    """One package's life, from the first word of it on."""
    if isinstance(command, DraftPackage):
        return draft(command, package)
    if package is None:
        return Refused("package.unknown", "missing")
    return RULES[type(command)](command, package)


def evolve(package: Package | None, event: PackageEvent) -> Package | None:
    """What a fact does to what we remember."""
    if isinstance(event, PackageDrafted):
        return Package(
            event.package_id,
            event.number,
            event.kind,
            event.reference_id,
            event.details,
            event.owner,
            event.edition,
        )
    return None if package is None else _after(package, event)


def _after(package: Package, event: PackageEvent) -> Package:
    match event:
        case PackageDrafted():
            return package
        case (
            PackageDetailsRevised()
            | EntityInvited()
            | EntityWithdrawn()
            | PackageDocumentAttached()
            | PackageDocumentRemoved()
        ):
            return _edited(package, event)
        case PackageAssigned():
            return replace(package, owner=event.owner)
        case PackageReinitialised():
            return replace(package, status="draft", edition=event.edition, closed=False)
        case RegistrationClosed():
            return replace(package, closed=True)
        case _:
            return _moved(package, event)


def _edited(package: Package, event: Content) -> Package:
    """A rejected package that is edited is a draft again."""
    package = replace(package, status="draft") if package.status == "rejected" else package
    match event:
        case PackageDetailsRevised():
            return replace(package, details=event.details)
        case EntityInvited():
            return replace(package, audience=package.audience | {event.entity_id})
        case EntityWithdrawn():
            return replace(package, audience=package.audience - {event.entity_id})
        case PackageDocumentAttached():
            return replace(package, documents={**package.documents, event.document_id: event.sha256})
        case PackageDocumentRemoved():
            kept = {one: sha256 for one, sha256 in package.documents.items() if one != event.document_id}
            return replace(package, documents=kept)
    assert_never(event)


def _moved(package: Package, event: Step) -> Package:
    match event:
        case PackageSubmitted():
            return replace(package, status="pending", submission=event.submission)
        case PackageApproved():
            return replace(package, status="approved")
        case PackageRejected():
            return replace(package, status="rejected")
        case PackagePublished():
            return replace(package, status="published")
        case PackageExpired():
            return replace(package, status="unavailable")
        case PackageCancelled():
            return replace(package, status="cancelled")
    assert_never(event)


PACKAGE: Decider[Package | None, PackageCommand, PackageEvent] = Decider(
    category="package",
    initial=None,
    decide=decide,
    evolve=evolve,
    key=lambda command: command.package_id,
    commands=(DraftPackage, *RULES),
    numbered=True,
)

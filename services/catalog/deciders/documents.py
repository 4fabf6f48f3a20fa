"""Rules of what belongs to a package beside its details: its files, and who answers for it."""

from collections.abc import Sequence

from services.catalog.deciders.package_commands import AssignPackage, AttachDocument, Package, RemoveDocument
from shared.contracts.catalog import (
    PackageAssigned,
    PackageDocumentAttached,
    PackageDocumentRemoved,
    PackageEvent,
)
from shared.kernel.decider import Refused

MOST_DOCUMENTS = 20
"""All of them travel with the notice to every entity."""


def attach(command: AttachDocument, package: Package) -> Sequence[PackageEvent] | Refused:
    """Linked to the package from now on. The same bytes a second time are already there."""
    if command.sha256 in package.documents.values():
        return []
    if refused := _fixed(package):
        return refused
    if len(package.documents) >= MOST_DOCUMENTS:
        facts = {"most": MOST_DOCUMENTS}
        return Refused("package.documents-full", "conflict", field="file", facts=facts)
    return [
        PackageDocumentAttached(
            package_id=package.package_id,
            edition=package.edition,
            document_id=command.document_id,
            by=command.by.id,
            at=command.at,
            name=command.name,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
        )
    ]


def remove(command: RemoveDocument, package: Package) -> Sequence[PackageEvent] | Refused:
    """Gone from this edition on; what an earlier edition had, it still has."""
    if command.document_id not in package.documents:
        return Refused("package.document-unknown", "missing")
    if refused := _fixed(package):
        return refused
    return [
        PackageDocumentRemoved(
            package_id=package.package_id,
            edition=package.edition,
            document_id=command.document_id,
            by=command.by.id,
            at=command.at,
        )
    ]


def assign(command: AssignPackage, package: Package) -> Sequence[PackageEvent] | Refused:
    """Handed over at any time: whose package it is says nothing of what is in it."""
    if not command.suits:
        return Refused("package.owner-unknown", "invalid", field="owner")
    owner = str(command.owner)
    if owner == package.owner:
        return []
    return [
        PackageAssigned(package_id=package.package_id, owner=owner, by=command.by.id, at=command.at),
    ]


def _fixed(package: Package) -> Refused | None:
    """Nothing changes under a reviewer's eyes, nor when all is over."""
    if package.status == "pending":
        return Refused("package.under-review", "conflict")
    if package.status in {"cancelled", "unavailable"}:
        return Refused("package.over", "conflict")
    return None

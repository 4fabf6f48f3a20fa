"""Rules of editing a package: what it is built on, its details, its audience."""

from collections.abc import Sequence

from services.catalog.deciders.details import locked, needs_audience, settle
from services.catalog.deciders.package_commands import (
    DraftPackage,
    Package,
    RevisePackageDetails,
    SetAudience,
)
from shared.contracts.catalog import (
    EntityInvited,
    EntityWithdrawn,
    PackageDetails,
    PackageDetailsRevised,
    PackageDrafted,
    PackageEvent,
)
from shared.kernel.decider import Refused


def draft(command: DraftPackage, package: Package | None) -> Sequence[PackageEvent] | Refused:
    """A package with its audience, if its reference fits its template and its details hold together."""
    if package is not None:
        return []
    if command.reference_id is None:
        return Refused("package.reference-missing", "invalid", field="reference_id")
    if command.reference_kind is None:
        return Refused("package.reference-unknown", "invalid", field="reference_id")
    if refused := _unfit(command):
        return refused
    details = settle(command.wish, command.reference_kind)
    if isinstance(details, Refused):
        return details
    if command.unknown:
        return _unknown("audience", command.unknown)
    drafted = PackageDrafted(
        package_id=command.package_id,
        number=command.number or 0,
        kind=command.reference_kind,
        reference_id=command.reference_id,
        owner=command.by.id,
        details=details,
    )
    entities = dict.fromkeys(command.audience)
    return [
        drafted,
        *(EntityInvited(package_id=command.package_id, edition=1, entity_id=one) for one in entities),
    ]


def revise(command: RevisePackageDetails, package: Package) -> Sequence[PackageEvent] | Refused:
    """New details. Nothing changes under a reviewer's eyes, and little after the reviewer's yes."""
    if package.status == "pending":
        return Refused("package.under-review", "conflict")
    if package.status in {"cancelled", "unavailable"}:
        return Refused("package.over", "conflict")
    details = settle(command.wish, package.kind, package.details)
    if isinstance(details, Refused):
        return details
    if details == package.details:
        return []
    if package.status in {"approved", "published"} and (refused := _too_late(package, details)):
        return refused
    return [PackageDetailsRevised(package_id=package.package_id, edition=package.edition, details=details)]


def set_audience(command: SetAudience, package: Package) -> Sequence[PackageEvent] | Refused:
    """One fact per entity that comes or goes, those who go first."""
    if package.status in {"cancelled", "unavailable"}:
        return Refused("package.over", "conflict")
    if unknown := [one for one in command.unknown if one not in package.audience]:
        return _unknown("entities", unknown)
    wanted = dict.fromkeys(command.entities)
    waiting = package.status in {"pending", "approved", "published"}
    if not wanted and waiting and needs_audience(package.kind):
        return Refused("package.last-entity", "conflict", field="entities")
    place = {"package_id": package.package_id, "edition": package.edition}
    gone = sorted(package.audience - wanted.keys(), key=str)
    published = package.status == "published"
    return [
        *(EntityWithdrawn(**place, entity_id=one, reason=command.reason) for one in gone),
        *(
            EntityInvited(**place, entity_id=one, published=published)
            for one in wanted
            if one not in package.audience
        ),
    ]


def _unfit(command: DraftPackage) -> Refused | None:
    if command.reference_cancelled:
        return Refused("package.reference-cancelled", "invalid", field="reference_id")
    wants_local, is_local = command.template == "localEmpty", command.reference_kind == "local"
    if wants_local == is_local:
        return None
    code = "package.reference-not-local" if wants_local else "package.reference-local"
    return Refused(code, "invalid", field="reference_id")


def _too_late(package: Package, details: PackageDetails) -> Refused | None:
    if name := locked(package.details, details):
        return Refused("package.detail-locked", "conflict", field=name)
    if package.status == "published" and details.starts_at != package.details.starts_at:
        return Refused("package.already-started", "conflict", field="starts_at")
    if package.closed and details.registration_deadline != package.details.registration_deadline:
        return Refused("package.registration-closed", "conflict", field="registration_deadline")
    if needs_audience(package.kind) and details.registration_deadline is None:
        return Refused("package.registration-missing", "conflict", field="registration_deadline")
    return None


def _unknown(field: str, entities: Sequence[object]) -> Refused:
    facts = {"entities": ", ".join(map(str, entities[:5])), "count": len(entities)}
    return Refused("package.entity-unknown", "invalid", field=field, facts=facts)

"""Commands and facts of one package, for tests of its rules."""

from datetime import datetime
from typing import Any

from services.catalog.deciders.details import DetailsWish
from services.catalog.deciders.package_commands import (
    ApprovePackage,
    CancelPackage,
    DraftPackage,
    PublishPackage,
    ReinitialisePackage,
    RejectPackage,
    RevisePackageDetails,
    SetAudience,
)
from shared.contracts.catalog import (
    ApprovalTerms,
    EntityInvited,
    EntityWithdrawn,
    PackageApproved,
    PackageCancelled,
    PackageDetails,
    PackageDetailsRevised,
    PackageDrafted,
    PackageExpired,
    PackagePublished,
    PackageReinitialised,
    PackageRejected,
    PackageSubmitted,
    RegistrationClosed,
)
from shared.kernel.ids import CampaignId, EntityId, PackageId, RequestId
from shared.kernel.message import Actor
from tests.catalog.offers import day, details
from tests.facts import id_of
from tests.world import MONDAY

PACKAGE_ID = PackageId(id_of("package"))
REFERENCE = CampaignId(id_of("reference"))
REQUEST = RequestId(id_of("request"))
EAST, NORTH = sorted((EntityId(id_of("east")), EntityId(id_of("north"))), key=str)
TERMS = ApprovalTerms(reviewers=("role:central",))


def asks(at: datetime = MONDAY) -> dict[str, Any]:
    return {
        "id": id_of("command"),
        "at": at,
        "by": Actor(id="bo", roles=frozenset({"central"})),
        "package_id": PACKAGE_ID,
    }


def draft(**more: Any) -> DraftPackage:
    wish = details().model_dump(exclude={"approval", "order_approval"}) | more.pop("wish", {})
    known = {"template": "mutualizedEmpty", "reference_id": REFERENCE, "reference_kind": "by_campaign"}
    whole = {**known, "number": 12, "audience": (EAST,), **more}
    return DraftPackage(**asks(), wish=DetailsWish.model_validate(wish), **whole)


def drafted(kind: str = "by_campaign", **more: Any) -> PackageDrafted:
    return PackageDrafted(
        package_id=PACKAGE_ID,
        number=12,
        kind=kind,
        reference_id=REFERENCE,
        owner="bo",
        details=details(**more),
    )


def invited(entity: EntityId = EAST, edition: int = 1, *, published: bool = False) -> EntityInvited:
    return EntityInvited(package_id=PACKAGE_ID, edition=edition, entity_id=entity, published=published)


def withdrawn(entity: EntityId) -> EntityWithdrawn:
    return EntityWithdrawn(package_id=PACKAGE_ID, edition=1, entity_id=entity, reason="Moved")


def revised(now: PackageDetails) -> PackageDetailsRevised:
    return PackageDetailsRevised(package_id=PACKAGE_ID, edition=1, details=now)


def published(kind: str = "by_campaign", invited: int | None = 1, **more: Any) -> PackagePublished:
    return PackagePublished(
        package_id=PACKAGE_ID, edition=1, number=12, kind=kind, reference_id=REFERENCE, at=day(1),
        details=details(**more), invited=invited,
    )  # fmt: skip


def cancelled(*, cascades: bool) -> PackageCancelled:
    return PackageCancelled(
        package_id=PACKAGE_ID,
        edition=1,
        reference_id=REFERENCE,
        at=MONDAY,
        by="bo",
        reason="Out",
        cascades=cascades,
    )


def audience(*entities: EntityId, unknown: tuple[EntityId, ...] = ()) -> SetAudience:
    return SetAudience(**asks(), entities=entities, unknown=unknown, reason="Moved")


def revise(**wish: Any) -> RevisePackageDetails:
    return RevisePackageDetails(**asks(), wish=DetailsWish(**wish))


SUBMITTED = PackageSubmitted(
    package_id=PACKAGE_ID, edition=1, submission=1, by="bo", at=MONDAY, approval=TERMS
)
APPROVED = PackageApproved(package_id=PACKAGE_ID, edition=1, by="rut", at=MONDAY, request_id=REQUEST)
REJECTED = PackageRejected(
    package_id=PACKAGE_ID, edition=1, by="rut", at=MONDAY, comment="No", request_id=REQUEST
)
CLOSED = RegistrationClosed(package_id=PACKAGE_ID, edition=1, at=day(10))
EXPIRED = PackageExpired(package_id=PACKAGE_ID, edition=1, at=day(30))
AGAIN = PackageReinitialised(package_id=PACKAGE_ID, edition=2, at=MONDAY, by="bo", reason="Once more")
PENDING = (drafted(approval=TERMS), invited(), SUBMITTED)
OFFERED = (*PENDING, APPROVED, published())
ACCEPT = ApprovePackage(**asks(), request_id=REQUEST, submission=1, answered_by="rut")
REFUSE = RejectPackage(**asks(), request_id=REQUEST, submission=1, answered_by="rut", comment="No")
CANCEL = CancelPackage(**asks(), reason=" Out ")
REINITIALISE = ReinitialisePackage(**asks(), reason="Once more")


def publish(at: datetime, edition: int = 1) -> PublishPackage:
    return PublishPackage(**asks(at), edition=edition)

"""Facts of catalog and ordering that approval hears, with the fixed names of every test."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.catalog import ApprovalTerms, PackageSubmitted
from shared.contracts.ordering import Offer, OrderPlaced
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId
from tests.facts import id_of
from tests.world import MONDAY

PACKAGE = PackageId(id_of("package"))
ORDER = OrderId(id_of("order"))


def day(number: float) -> datetime:
    """So many days after that Monday."""
    return MONDAY + timedelta(days=number)


def submitted(by: str = "bo", submission: int = 1, **terms: Any) -> PackageSubmitted:
    """A package handed in on Monday at nine."""
    approval = ApprovalTerms(**terms)
    return PackageSubmitted(
        package_id=PACKAGE, edition=1, submission=submission, by=by, at=MONDAY, approval=approval
    )


def placed(
    entity: UUID | str, by: str = "anna", revision: int = 1, order: OrderId = ORDER, **terms: Any
) -> OrderPlaced:
    """An order handed in on Monday at nine."""
    offer = Offer(
        package_id=PACKAGE,
        edition=1,
        kind="by_campaign",
        reference_id=CampaignId(id_of("reference")),
        approval_mode="manual",
        ends_at=day(60),
        approval=ApprovalTerms(**terms),
    )
    return OrderPlaced(
        order_id=order,
        number=28,
        entity_id=EntityId(entity if isinstance(entity, UUID) else UUID(entity)),
        offer=offer,
        revision=revision,
        by=by,
        at=MONDAY,
    )

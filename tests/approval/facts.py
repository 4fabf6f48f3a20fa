"""Facts of catalog and ordering that approval hears, with the fixed names of every test."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.approval import StageAccepted
from shared.contracts.catalog import ApprovalTerms, PackageSubmitted
from shared.contracts.ordering import Offer, OrderParametersEntered, OrderPlaced, Values
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, RequestId
from tests.facts import id_of
from tests.world import MONDAY

PACKAGE = PackageId(id_of("package"))
ORDER = OrderId(id_of("order"))
GREETED: Values = {"greeting": "Hello", "quantity": 100}


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
    entity: UUID | str,
    by: str = "anna",
    revision: int = 1,
    order: OrderId = ORDER,
    second: ApprovalTerms | None = None,
    values: Values | None = None,
    **terms: Any,
) -> OrderPlaced:
    """An order handed in on Monday at nine; `second` are the terms of a second stage."""
    offer = Offer(
        package_id=PACKAGE,
        edition=1,
        kind="by_campaign",
        reference_id=CampaignId(id_of("reference")),
        approval_mode="manual",
        ends_at=day(60),
        approval=ApprovalTerms(**terms),
        second_approval=second,
    )
    return OrderPlaced(
        order_id=order,
        number=28,
        entity_id=EntityId(entity if isinstance(entity, UUID) else UUID(entity)),
        offer=offer,
        revision=revision,
        by=by,
        at=MONDAY,
        values=values or GREETED,
    )


def edited(by: str = "eva", order: OrderId = ORDER, **values: Any) -> OrderParametersEntered:
    """New entries in the form of an order."""
    entries = {"greeting": "Welcome", "quantity": 100, **values}
    return OrderParametersEntered(order_id=order, by=by, values=entries)


def stage_accepted(request_id: UUID | None = None, by: str = "rut") -> StageAccepted:
    """A yes at the first stage, on Tuesday at nine."""
    return StageAccepted(
        request_id=RequestId(request_id or id_of("request")),
        subject="order",
        subject_id=ORDER,
        subject_version=1,
        stage=1,
        by=by,
        at=day(1),
    )

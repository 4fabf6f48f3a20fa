"""A large organisation as its lists show it: told to the views by their own `apply`, many facts at a time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple

from bench import material
from services.approval.projections.decision_list import DECISION_LIST
from services.approval.projections.request_list import REQUEST_LIST
from services.approval.projections.seen import SEEN
from services.campaigns.projections.campaign_list import CAMPAIGN_LIST
from services.catalog.projections.entity_list import ENTITY_LIST
from services.catalog.projections.package_list import PACKAGE_LIST
from services.catalog.projections.reference_list import REFERENCE_LIST
from services.notifier.projections.notice_list import NOTICE_LIST
from services.ordering.projections.audience import SEEN_AUDIENCE
from services.ordering.projections.offers import SEEN_OFFERS
from services.ordering.projections.order_list import ORDER_LIST
from shared.contracts.approval import ApprovalAccepted, ApprovalRequested
from shared.contracts.campaigns import CampaignPrepared, ChildCampaignCreated, Definition
from shared.contracts.catalog import (
    EntityInvited,
    GroupMembersChanged,
    PackageDetails,
    PackageDrafted,
    PackagePublished,
)
from shared.contracts.notifier import NoticeQueued
from shared.contracts.ordering import (
    Offer,
    OrderApproved,
    OrderDrafted,
    OrderPlaced,
    OrderRejected,
    OrderWithdrawn,
)
from shared.kernel.ids import CampaignId, NoticeId, OrderId, PackageId, PersonId, RequestId, derive
from shared.kernel.message import Event, Recorded
from shared.kernel.projection import Projection
from shared.runtime.host import Desk

VIEWS: Mapping[str, Sequence[Projection]] = {
    "catalog": (ENTITY_LIST, REFERENCE_LIST, PACKAGE_LIST),
    "ordering": (SEEN_AUDIENCE, SEEN_OFFERS, ORDER_LIST),
    "campaigns": (CAMPAIGN_LIST,),
    "approval": (SEEN, REQUEST_LIST, DECISION_LIST),
    "notifier": (NOTICE_LIST,),
}
AT_ONCE = 5000
NOW = material.MONDAY
BEGAN = NOW - timedelta(days=10)
VALUES = {"contact_date": "2026-03-20", "age_segment": "30-49", "greeting": "Hej från butiken vid torget!"}
ANSWERS = {"placed": range(5, 20), "rejected": range(20, 22), "withdrawn": range(22, 24)}
"""Of a hundred orders the first five stay drafts, and those that are named nowhere are approved."""


class Organisation(NamedTuple):
    """How large it is: its entities, its packages, and the orders, spread evenly over both."""

    entities: int
    packages: int
    orders: int

    def order(self, index: int) -> tuple[int, int]:
        """The package and the entity of the index-th order; no other order has both."""
        package, round_ = index % self.packages, index // self.packages
        return package, (round_ + 7 * package) % self.entities


def package(index: int) -> PackageId:
    """The id of the index-th package."""
    return PackageId(derive("bench package", index))


async def fill(desks: Mapping[str, Desk], size: Organisation) -> None:
    """All of it, in the tables that the lists are read from."""
    entities = [material.registered(material.entity(index), index + 1) for index in range(size.entities)]
    await _tell(desks, "catalog.entities", 0, entities)
    await _tell(desks, "catalog.entities", 1, [_reviewers(index) for index in range(size.entities)])
    references = [_reference(index) for index in range(size.packages)]
    await _tell(desks, "campaigns.campaigns", 0, references)
    await _tell(desks, "catalog.packages", 0, [_drafted(index) for index in range(size.packages)])
    for indices in _batches(size.orders):
        await _tell(desks, "catalog.packages", 1, [_invited(size, index) for index in indices])
    await _tell(desks, "catalog.packages", 2, [_published(index) for index in range(size.packages)])
    for indices in _batches(size.orders):
        await _fill_orders(desks, size, indices)


def _batches(count: int) -> Iterator[range]:
    return (range(first, min(first + AT_ONCE, count)) for first in range(0, count, AT_ONCE))


async def _fill_orders(desks: Mapping[str, Desk], size: Organisation, indices: Sequence[int]) -> None:
    handed_in = [index for index in indices if index % 100 >= min(ANSWERS["placed"])]
    answered = [index for index in handed_in if index % 100 not in ANSWERS["placed"]]
    approved = [index for index in answered if index % 100 > max(ANSWERS["withdrawn"])]
    await _tell(desks, "ordering.orders", 0, [_order(size, index) for index in indices])
    await _tell(desks, "ordering.orders", 1, [_placed(size, index) for index in handed_in])
    await _tell(desks, "ordering.orders", 2, [_answer(size, index) for index in answered])
    await _tell(desks, "approval.requests", 0, [_asked(size, index) for index in handed_in])
    await _tell(desks, "approval.requests", 1, [_accepted(index) for index in approved])
    await _tell(desks, "campaigns.campaigns", 0, [_child(size, index) for index in approved])
    await _tell(desks, "notifier.notices", 0, [_notice(size, index) for index in handed_in])


async def _tell(desks: Mapping[str, Desk], topic: str, version: int, events: Sequence[Event]) -> None:
    """Facts of as many streams; equal statements side by side, as a database likes them best."""
    for service, views in VIEWS.items():
        for view in views:
            if topic in view.hears:
                found = (list(view.apply(_recorded(event, version))) for event in events)
                for nth in zip_longest(*found):
                    same = sorted((statement for statement in nth if statement), key=itemgetter(0))
                    await desks[service].db.commit(same)


def _recorded(event: Event, version: int) -> Recorded:
    nobody = derive("bench")
    return Recorded(nobody, "", version, 0, event, BEGAN, material.BY.id, nobody, nobody, None)


def _reference_id(index: int) -> CampaignId:
    return CampaignId(derive("bench reference", index))


def _order_id(index: int) -> OrderId:
    return OrderId(derive("bench order", index))


def _reviewers(index: int) -> GroupMembersChanged:
    members = tuple(PersonId(derive("bench person", material.entity(index), nth)) for nth in range(3))
    return GroupMembersChanged(entity_id=material.entity(index), group="order-reviewers", members=members)


def _reference(index: int) -> CampaignPrepared:
    return CampaignPrepared(
        campaign_id=_reference_id(index),
        number=index + 1,
        template="opCollaborativeByCampaign",
        kind="by_campaign",
        label=f"Vårkampanj {index}",
        definition=Definition(),
        by=material.BY.id,
    )


@cache
def _details(index: int) -> PackageDetails:
    return PackageDetails(
        label=f"Vårens erbjudande {index}",
        folder=f"Mapp {index % 20}",
        starts_at=BEGAN,
        ends_at=BEGAN + timedelta(days=60),
        registration_deadline=BEGAN + timedelta(days=30),
        available_at=BEGAN + timedelta(days=35),
    )


def _drafted(index: int) -> PackageDrafted:
    place = {"package_id": package(index), "number": index + 1, "reference_id": _reference_id(index)}
    return PackageDrafted(**place, kind="by_campaign", owner=material.BY.id, details=_details(index))


def _invited(size: Organisation, index: int) -> EntityInvited:
    of, entity = size.order(index)
    return EntityInvited(package_id=package(of), edition=1, entity_id=material.entity(entity))


def _published(index: int) -> PackagePublished:
    place = {"package_id": package(index), "number": index + 1, "reference_id": _reference_id(index)}
    return PackagePublished(**place, edition=1, kind="by_campaign", at=BEGAN, details=_details(index))


@cache
def _offer(index: int) -> Offer:
    dates = _details(index).model_dump(include={"registration_deadline", "available_at", "ends_at"})
    place = {"package_id": package(index), "edition": 1, "reference_id": _reference_id(index)}
    return Offer(**place, **dates, kind="by_campaign", approval_mode="manual")


def _whose(size: Organisation, index: int) -> dict[str, object]:
    of, entity = size.order(index)
    place = {"order_id": _order_id(index), "number": index + 1, "entity_id": material.entity(entity)}
    return place | {"offer": _offer(of)}


def _order(size: Organisation, index: int) -> OrderDrafted:
    return OrderDrafted(**_whose(size, index), label=f"Order {index}")  # type: ignore[arg-type]


def _placed(size: Organisation, index: int) -> OrderPlaced:
    moment = {"by": material.BY.id, "at": BEGAN, "revision": 1}
    return OrderPlaced(**_whose(size, index), **moment, label=f"Order {index}", values=VALUES)  # type: ignore[arg-type]


def _answer(size: Organisation, index: int) -> Event:
    of, entity = size.order(index)
    who = {
        "order_id": _order_id(index),
        "entity_id": material.entity(entity),
        "at": BEGAN,
        "by": material.BY.id,
    }
    if index % 100 in ANSWERS["rejected"]:
        return OrderRejected(**who, package_id=package(of), comment="Välj en annan dag")
    if index % 100 in ANSWERS["withdrawn"]:
        return OrderWithdrawn(**who, package_id=package(of))
    whole = {**who, **_whose(size, index)}
    return OrderApproved(**whole, creates="child_campaign", values=VALUES)


def _request_id(index: int) -> RequestId:
    return RequestId(derive("bench request", index))


def _asked(size: Organisation, index: int) -> ApprovalRequested:
    of, entity = size.order(index)
    return ApprovalRequested(
        request_id=_request_id(index),
        subject="order",
        subject_id=_order_id(index),
        subject_version=1,
        package_id=package(of),
        entity_id=material.entity(entity),
        reviewers=(f"group:{material.entity(entity)}/order-reviewers",),
        requested_by=material.BY.id,
        at=BEGAN,
        deadline=BEGAN + timedelta(days=3, seconds=index),
    )


def _accepted(index: int) -> ApprovalAccepted:
    subject = {"request_id": _request_id(index), "subject_id": _order_id(index), "subject_version": 1}
    return ApprovalAccepted(**subject, subject="order", by=material.BY.id, at=BEGAN)


def _child(size: Organisation, index: int) -> ChildCampaignCreated:
    of, entity = size.order(index)
    return ChildCampaignCreated(
        campaign_id=CampaignId(derive("campaign", _order_id(index))),
        number=size.packages + index + 1,
        name=f"OU{entity + 1}_OP{size.packages + index + 1}",
        parent_id=_reference_id(of),
        order_id=_order_id(index),
        package_id=package(of),
        entity_id=material.entity(entity),
        label=f"Vårkampanj {of}",
        definition=Definition(),
        values=VALUES,
        at=BEGAN,
    )


def _notice(size: Organisation, index: int) -> NoticeQueued:
    of, entity = size.order(index)
    return NoticeQueued(
        notice_id=NoticeId(derive("bench notice", index)),
        kind="N6",
        person_id=PersonId(derive("bench person", material.entity(entity), index % 3)),
        language="sv",
        because_of=_order_id(index),
        about={"package": package(of), "order": _order_id(index)},
        facts={"label": f"Order {index}"},
        at=BEGAN + timedelta(seconds=index),
    )

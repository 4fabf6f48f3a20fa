"""Commands and facts of one campaign, in short, for specs."""

from datetime import datetime, timedelta
from typing import Any

from services.campaigns.deciders.campaign_commands import CreateForOrder
from services.campaigns.deciders.templates import TEMPLATES
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignFinished,
    CampaignMadeAvailable,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignStarted,
    ChildCampaignCreated,
    Condition,
    Content,
    Definition,
    Field,
    LocalCampaignCreated,
)
from shared.contracts.catalog import EntityRegistered
from shared.contracts.ordering import Offer, OrderApproved
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, derive
from shared.kernel.message import Actor
from tests.facts import id_of
from tests.world import MONDAY

REFERENCE, ORDER = CampaignId(id_of("reference")), OrderId(id_of("order"))
ID, PACKAGE = CampaignId(derive("campaign", ORDER)), PackageId(id_of("package"))
EAST, NORTH = EntityId(id_of("east")), EntityId(id_of("north"))
ANNA = Actor(id="anna", roles=frozenset({"local"}), entity_id=EAST)
NILS = Actor(id="nils", roles=frozenset({"local"}), entity_id=NORTH)
BO = Actor(id="bo", roles=frozenset({"central"}))
MACHINE = Actor(id="campaigns")


def day(number: float) -> datetime:
    """So many days after the Monday on which every test begins."""
    return MONDAY + timedelta(days=number)


START, END, AVAILABLE = day(1), day(40), day(10)
DEFINITION = Definition(
    fields=(
        Field(name="greeting", required=True),
        Field(name="segment", kind="choice", choices=("18-29", "30-49"), default="30-49"),
        Field(name="contact_date", kind="date", default="2026-03-20"),
        Field(name="quantity", kind="number"),
    ),
    query=(Condition(attribute="age_segment", value="{{ segment }}"),),
    contact_on="{{ contact_date }}",
    max_size="{{ quantity }}",
    content={"en": Content(subject="Spring", body="{{ greeting }}!")},
)
LASTING = DEFINITION.model_copy(update={"duration_days": 14})
PLAIN = TEMPLATES["opCollaborativeSimple"].definition
WHOSE: dict[str, Any] = {
    "campaign_id": ID,
    "order_id": ORDER,
    "package_id": PACKAGE,
    "entity_id": EAST,
}
VALUES = {"greeting": "Hej", "segment": "18-29"}

prepared = CampaignPrepared(
    campaign_id=REFERENCE,
    number=25,
    template="opCollaborativeByCampaign",
    kind="by_campaign",
    label="Spring",
    definition=DEFINITION,
    starts_at=START,
    ends_at=END,
    by="bo",
)
template = CampaignPrepared(
    campaign_id=REFERENCE,
    number=25,
    template="opLocal",
    kind="local",
    label="Spring",
    definition=LASTING,
    by="bo",
)
child = ChildCampaignCreated(
    **WHOSE,
    number=26,
    name="OU3_OP26",
    parent_id=REFERENCE,
    label="Spring",
    definition=DEFINITION,
    values=VALUES,
    available_at=AVAILABLE,
    starts_at=START,
    ends_at=END,
    at=MONDAY,
)
local = LocalCampaignCreated(
    **WHOSE,
    number=26,
    name="OU3_OP26",
    parent_id=REFERENCE,
    label="Spring",
    definition=LASTING,
    values=VALUES,
    starts_at=AVAILABLE,
    ends_at=AVAILABLE + timedelta(days=14),
    at=AVAILABLE,
)
available = CampaignMadeAvailable(**WHOSE, at=AVAILABLE)
registered = EntityRegistered(entity_id=EAST, number=3, label="East")


def started(campaign_id: CampaignId = ID, by: str = "anna", at: datetime = AVAILABLE) -> CampaignStarted:
    return CampaignStarted(campaign_id=campaign_id, by=by, at=at)


def finished(campaign_id: CampaignId = ID, at: datetime = END) -> CampaignFinished:
    return CampaignFinished(campaign_id=campaign_id, at=at)


def cancelled(campaign_id: CampaignId = ID, by: str = "anna", at: datetime = MONDAY) -> CampaignCancelled:
    return CampaignCancelled(campaign_id=campaign_id, by=by, at=at, reason="No staff")


def reinitialised(at: datetime = MONDAY) -> CampaignReinitialised:
    return CampaignReinitialised(campaign_id=REFERENCE, by="bo", at=at)


def create(*, is_child: bool = True, at: datetime = MONDAY, **more: Any) -> CreateForOrder:
    settings: dict[str, Any] = (
        {"definition": DEFINITION, "available_at": AVAILABLE, "starts_at": START, "ends_at": END}
        if is_child
        else {"definition": LASTING}
    )
    return CreateForOrder(
        id=id_of("create"),
        at=at,
        by=MACHINE,
        **WHOSE,
        number=26,
        child=is_child,
        parent_id=REFERENCE,
        entity_number=3,
        label="Spring",
        **{"values": VALUES, **settings, **more},
    )


def approved(creates: Any = "child_campaign", **more: Any) -> OrderApproved:
    offer = Offer(
        package_id=PACKAGE,
        edition=1,
        kind="by_campaign" if creates == "child_campaign" else "local",
        reference_id=REFERENCE,
        approval_mode="manual",
        available_at=AVAILABLE,
        ends_at=day(60),
    )
    return OrderApproved(
        order_id=ORDER,
        number=28,
        entity_id=EAST,
        offer=offer.model_copy(update=more),
        at=MONDAY,
        by="rut",
        creates=creates,
        values=VALUES,
    )

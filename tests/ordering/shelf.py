"""A published package with its form, stated as catalog and campaigns would, for tests of ordering alone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.contracts.campaigns import CampaignMadeAvailable, CampaignPrepared, Definition, Field
from shared.contracts.catalog import (
    EntityInvited,
    PackageApproved,
    PackageDetails,
    PackageDrafted,
    PackagePublished,
    RegistrationClosed,
)
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, RequestId, derive
from shared.kernel.message import Event
from tests.facts import id_of
from tests.world import MONDAY, Person, World

FIELDS = (
    Field(name="greeting", required=True, label={"sv": "Hälsning", "en": "Greeting"}),
    Field(name="segment", kind="choice", choices=("18-29", "30-49"), default="30-49"),
    Field(name="contact_date", kind="date", default="2026-03-20", label={"en": "Contact date"}),
    Field(name="quantity", kind="number"),
)
HELLO = {"greeting": "Hej"}
DEADLINE = MONDAY + timedelta(days=7)


def day(number: float) -> datetime:
    """So many days after the Monday on which every test begins."""
    return MONDAY + timedelta(days=number)


@dataclass
class Shelf:
    """Anna of East, Nils of North, Bo of head office, and what stands on offer."""

    world: World
    anna: Person
    nils: Person
    bo: Person
    east: str
    north: str
    packages: dict[str, list[Event]] = field(default_factory=dict)

    async def offer(self, kind: Any = "by_form", name: str = "spring", **more: Any) -> str:
        """A package published today for East and North, unless `audience` says for whom; its id."""
        audience = more.pop("audience", [self.east, self.north])
        fields = more.pop("fields", FIELDS)
        reference_id, package_id = CampaignId(id_of(f"{name} campaign")), PackageId(id_of(name))
        details = details_of(name, **({"registration_deadline": DEADLINE} if kind != "local" else {}) | more)
        prepared = CampaignPrepared(
            campaign_id=reference_id,
            number=900,
            template="told",
            kind=kind,
            label=name,
            definition=Definition(fields=fields),
            by=self.bo.id,
        )
        await self.world.tell("campaigns", f"campaign-{reference_id}", prepared)
        shape = {"package_id": package_id, "number": 900, "kind": kind, "reference_id": reference_id}
        invited = [
            EntityInvited(package_id=package_id, edition=1, entity_id=EntityId(UUID(e))) for e in audience
        ]
        await self.tell(
            str(package_id),
            PackageDrafted(**shape, owner=self.bo.id, details=details),
            *invited,
            PackageApproved(package_id=package_id, edition=1, by=self.bo.id, at=self.world.clock()),
            PackagePublished(
                **shape, edition=1, at=self.world.clock(), details=details, invited=len(audience) or None
            ),
        )
        return str(package_id)

    async def tell(self, package_id: str, *events: Event) -> None:
        """State more of catalog's facts about a package."""
        await self.world.tell("catalog", f"package-{package_id}", *events)

    async def close(self, package_id: str) -> None:
        """Let the registration deadline come."""
        await self.world.until(DEADLINE)
        at = self.world.clock()
        await self.tell(
            package_id, RegistrationClosed(package_id=PackageId(UUID(package_id)), edition=1, at=at)
        )

    async def drafted(self, package_id: str, who: Person | None = None, **body: Any) -> str:
        """An order that is begun; its id."""
        order = await (who or self.anna).made(f"/packages/{package_id}/orders", {"values": HELLO, **body})
        return str(order["order_id"])

    async def placed(self, package_id: str, who: Person | None = None, **body: Any) -> str:
        """An order that is handed in; its id."""
        order_id = await self.drafted(package_id, who, **body)
        await (who or self.anna).made(f"/orders/{order_id}/place", {})
        await self.world.settle()
        return order_id

    async def approved(self, package_id: str, who: Person | None = None, **body: Any) -> str:
        """An order that Bo said yes to; its id."""
        order_id = await self.placed(package_id, who, **body)
        await self.answer(order_id)
        return order_id

    async def answer(self, order_id: str, refusal: str = "", revision: int = 1) -> None:
        """State approval's answer about a revision of an order: yes, or no for this reason."""
        request_id = RequestId(id_of(f"request {order_id} {revision} {refusal}"))
        answer: dict[str, Any] = {
            "request_id": request_id,
            "subject": "order",
            "subject_id": UUID(order_id),
            "subject_version": revision,
            "by": self.bo.id,
            "at": self.world.clock(),
            "comment": refusal or "Welcome",
        }
        event = ApprovalRefused(**answer) if refusal else ApprovalAccepted(**answer)
        await self.world.tell("approval", f"request-{request_id}", event)

    async def campaign_ready(self, order_id: str, package_id: str, entity_id: str) -> str:
        """State that the campaign of an approved order was made available; the campaign's id."""
        campaign_id = CampaignId(derive("campaign", order_id))
        fact = CampaignMadeAvailable(
            campaign_id=campaign_id,
            order_id=OrderId(UUID(order_id)),
            package_id=PackageId(UUID(package_id)),
            entity_id=EntityId(UUID(entity_id)),
            at=self.world.clock(),
        )
        await self.world.tell("campaigns", f"campaign-{campaign_id}", fact)
        return str(campaign_id)

    async def facts(self, order_id: str, who: Person | None = None) -> list[str]:
        """The names of an order's facts, oldest first."""
        journal = await (who or self.bo).read(f"/orders/{order_id}/journal")
        return [entry["what"] for entry in journal["entries"]]


def details_of(name: str, **more: Any) -> PackageDetails:
    """Package details as most tests want them."""
    return PackageDetails(label=name, folder="Tests", **{"starts_at": day(0), "ends_at": day(60), **more})

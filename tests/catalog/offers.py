"""Packages for tests: as facts, as bodies, and as far along over HTTP as a test wants them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.contracts.campaigns import CampaignPrepared, Definition
from shared.contracts.catalog import PackageDetails, PackageKind
from shared.kernel.ids import CampaignId, RequestId, derive
from tests.facts import id_of
from tests.world import MONDAY, Person, World

NUMBERS = {"by_campaign": 25, "by_form": 26, "simple": 27, "by_target_approval": 28, "local": 29}


def day(number: float) -> datetime:
    """So many days after the Monday on which every test begins."""
    return MONDAY + timedelta(days=number)


def details(**more: Any) -> PackageDetails:
    """Details that hold together: seen from day 1 to day 30, ordered until day 10."""
    whole = {"label": "Spring", "folder": "2026", "starts_at": day(1), "ends_at": day(30)}
    return PackageDetails.model_validate({**whole, "registration_deadline": day(10), **more})


def prepared(kind: PackageKind) -> CampaignPrepared:
    """The reference campaign of this kind."""
    return CampaignPrepared(
        campaign_id=CampaignId(id_of(kind)),
        number=NUMBERS[kind],
        template="any",
        kind=kind,
        label=f"Reference {kind}",
        definition=Definition(),
        by="bo",
    )


@dataclass
class Shop:
    """Head office with Bo, entities East with Anna and North with Nils, and references of every kind."""

    world: World
    bo: Person
    anna: Person
    nils: Person
    east: str
    north: str

    def body(self, kind: str = "by_campaign", **more: Any) -> dict[str, Any]:
        """What Bo sends to begin a package; None takes a part out."""
        collaborative = kind not in {"local", "by_target_approval"}
        whole = {
            "template": "localEmpty" if kind == "local" else "mutualizedEmpty",
            "reference_id": str(id_of(kind)),
            "label": "Spring offer",
            "folder": "Spring",
            "starts_at": day(1).isoformat(),
            "ends_at": day(30).isoformat(),
            "registration_deadline": day(10).isoformat() if collaborative else None,
            "audience": [self.east] if collaborative else None,
            **more,
        }
        return {name: part for name, part in whole.items() if part is not None}

    async def drafted(self, kind: str = "by_campaign", **more: Any) -> str:
        """A drafted package; its id."""
        return str((await self.bo.made("/packages", self.body(kind, **more)))["package_id"])

    async def submitted(self, kind: str = "by_campaign", **more: Any) -> str:
        """A package that waits for its reviewers, who are head office."""
        terms = {"reviewers": ["role:central"]}
        package_id = await self.drafted(kind, **{"approval": terms, **more})
        await self.bo.made(f"/packages/{package_id}/submit", {})
        return package_id

    async def answered(self, package_id: str, submission: int = 1, *, no: str = "") -> None:
        """Let approval state an answer: yes, or no with this comment."""
        name = derive("answer", package_id, submission)
        common: dict[str, Any] = {
            "request_id": RequestId(name),
            "subject": "package",
            "subject_id": UUID(package_id),
            "subject_version": submission,
            "by": "rut",
            "at": self.world.clock(),
        }
        fact = ApprovalRefused(**common, comment=no) if no else ApprovalAccepted(**common, comment="Good")
        await self.world.tell("approval", f"request-{name}", fact)

    async def published(self, kind: str = "by_campaign", **more: Any) -> str:
        """A package that was submitted, approved, and published at its start."""
        package_id = await self.submitted(kind, **more)
        await self.answered(package_id)
        await self.world.until(day(1))
        return package_id

    async def status(self, package_id: str) -> str:
        """Where the package stands, as Bo sees it."""
        await self.world.settle()
        return str((await self.bo.read(f"/packages/{package_id}"))["status"])


async def open_shop(world: World) -> Shop:
    """Everybody and everything that a package needs."""
    east, north = await world.entity("East"), await world.entity("North")
    shop = Shop(
        world,
        await world.person("bo", "central"),
        await world.person("anna", "local", entity=east),
        await world.person("nils", "local", entity=north),
        east,
        north,
    )
    for kind in NUMBERS:
        fact = prepared(kind)  # type: ignore[arg-type]
        await world.tell("campaigns", f"campaign-{fact.campaign_id}", fact)
    return shop

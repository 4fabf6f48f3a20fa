"""Who gets mail in these tests, and other services' facts as they would state them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifier import mailbox
from services.notifier.projections import ledger
from services.notifier.reactions import REACTION
from shared.contracts.approval import ApprovalRequested
from shared.contracts.campaigns import ChildCampaignCreated, Definition
from shared.contracts.catalog import (
    EntityInvited,
    PackageCancelled,
    PackageDetails,
    PackageDrafted,
    PackagePublished,
    RegistrationClosed,
)
from shared.contracts.ordering import Offer, OrderDrafted, OrderPlaced
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, RequestId
from shared.kernel.message import Event, Params, Recorded
from shared.kernel.projection import Row
from tests.facts import id_of
from tests.world import MONDAY, Person, World

PACKAGE, ORDER = PackageId(id_of("package")), OrderId(id_of("order"))
REQUEST, REFERENCE = RequestId(id_of("request")), CampaignId(id_of("reference"))
CAMPAIGN = CampaignId(id_of("campaign"))
PLACE: dict[str, Any] = {"package_id": PACKAGE, "edition": 1}
OF_PACKAGE, OF_ORDER, OF_REQUEST = f"package-{PACKAGE}", f"order-{ORDER}", f"request-{REQUEST}"


def day(number: float) -> datetime:
    """So many days after that Monday."""
    return MONDAY + timedelta(days=number)


def child(entity: str) -> ChildCampaignCreated:
    """This entity's campaign, as the order made it."""
    return ChildCampaignCreated(
        campaign_id=CAMPAIGN,
        package_id=PACKAGE,
        entity_id=EntityId(UUID(entity)),
        order_id=ORDER,
        number=26,
        name="OU1_OP26",
        parent_id=REFERENCE,
        label="Spring in East",
        definition=Definition(),
        at=day(0),
    )


def details(**more: Any) -> PackageDetails:
    given = {
        "label": "Spring offer",
        "folder": "Spring",
        "starts_at": MONDAY,
        "ends_at": day(60),
        "registration_deadline": day(14),
        "message": "Welcome, all of you",
    }
    return PackageDetails(**given | more)


def drafted(kind: str = "by_campaign", owner: str = "bo", **more: Any) -> PackageDrafted:
    return PackageDrafted(
        package_id=PACKAGE, number=12, kind=kind, reference_id=REFERENCE, owner=owner, details=details(**more)
    )


def invited(entity: str, *, published: bool = False) -> EntityInvited:
    return EntityInvited(**PLACE, entity_id=EntityId(UUID(entity)), published=published)


def published(kind: str = "by_campaign", **more: Any) -> PackagePublished:
    return PackagePublished(
        **PLACE, number=12, kind=kind, reference_id=REFERENCE, at=MONDAY, details=details(**more)
    )


def cancelled(reason: str = "The supplier left", *, cascades: bool = True) -> PackageCancelled:
    return PackageCancelled(
        **PLACE, reference_id=REFERENCE, at=day(2), by="bo", reason=reason, cascades=cascades
    )


def _offer() -> Offer:
    return Offer(**PLACE, kind="by_campaign", reference_id=REFERENCE, approval_mode="manual", ends_at=day(60))


def ordered(entity: str, order: OrderId = ORDER) -> OrderDrafted:
    return OrderDrafted(
        order_id=order, number=28, entity_id=EntityId(UUID(entity)), offer=_offer(), label="Two shops"
    )


def placed(entity: str, by: str) -> OrderPlaced:
    return OrderPlaced(
        order_id=ORDER,
        number=28,
        entity_id=EntityId(UUID(entity)),
        offer=_offer(),
        revision=1,
        by=by,
        at=MONDAY,
        label="Two shops",
        comment="With flowers",
    )


def requested(*reviewers: str, subject: str = "package", **more: Any) -> ApprovalRequested:
    given = {
        "request_id": REQUEST,
        "subject": subject,
        "subject_id": PACKAGE if subject == "package" else ORDER,
        "subject_version": 1,
        "package_id": PACKAGE,
        "reviewers": reviewers,
        "requested_by": "bo",
        "at": MONDAY,
        "deadline": day(3),
    }
    return ApprovalRequested(**given | more)


@dataclass
class Hall:
    """East with Anna, North with Nils and Nora, South with Sara: each in its notification group.

    Bo and Rut are head office. Otto of East answers orders and is not told of packages; Ida of East has left.
    """

    world: World
    entities: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    async def tell(self, service: str, stream: str, *events: Event) -> None:
        await self.world.tell(service, stream, *events)

    async def notices(self, kind: str = "", about: object = "") -> list[dict[str, Any]]:
        """What everybody was told, as an administrator sees it."""
        await self.world.settle()
        asked = {"kind": kind} if kind else {}
        asked |= {"about": str(about)} if about else {}
        found: list[dict[str, Any]] = (await self.world.root().read("/notices", limit=200, **asked))["items"]
        return found

    async def told(self, kind: str = "", about: object = "") -> list[str]:
        """The names of those who were told, one for each notice, sorted."""
        names = {person.id: name for name, person in self.people.items()}
        return sorted(names[notice["person_id"]] for notice in await self.notices(kind, about))

    async def mail(self, kind: str, name: str) -> dict[str, Any]:
        """The one mail of this kind that this person got: subject, text, html."""
        wanted = [n for n in await self.notices(kind) if n["person_id"] == self.people[name].id]
        (notice,) = wanted
        db = self.world.product.house.desks["notifier"].db
        (row,) = await db.rows(mailbox.ONE, {"notice_id": notice["notice_id"]})
        return mailbox.parts(row["mail"])


async def open_hall(world: World) -> Hall:
    hall = Hall(world)
    for label in ("East", "North", "South"):
        hall.entities[label] = await world.entity(label)
    for name, label in (
        ("anna", "East"),
        ("otto", "East"),
        ("ida", "East"),
        ("nora", "North"),
        ("sara", "South"),
    ):
        hall.people[name] = await world.person(name, "local", entity=hall.entities[label])
    hall.people["nils"] = await world.person("nils", "local", entity=hall.entities["North"], language="sv")
    for name in ("bo", "rut"):
        hall.people[name] = await world.person(name, "central")
    await world.group(hall.entities["East"], "notify", hall.people["anna"], hall.people["ida"])
    await world.group(hall.entities["East"], "order-reviewers", hall.people["otto"])
    await world.group(hall.entities["North"], "notify", hall.people["nils"], hall.people["nora"])
    await world.group(hall.entities["South"], "notify", hall.people["sara"])
    await world.root().delete(f"/people/{hall.people['ida'].id}")
    await world.settle()
    return hall


class Memory:
    """The reaction's memory in a database of its own: `hear` brings it up to a fact, as the engine does."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.row_factory = sqlite3.Row
        tables = [table for part in REACTION.memory for table in part.tables]
        for table in (*tables, *ledger.TABLES):
            self._db.execute(table)

    def hear(self, facts: Iterable[Recorded]) -> None:
        for fact in facts:
            for part in REACTION.memory:
                for sql, params in part.apply(fact):
                    self._db.execute(sql, params)

    def recall(self, sql: str, params: Params) -> list[Row]:
        return [dict(row) for row in self._db.execute(sql, params).fetchall()]

    def dump(self) -> list[str]:
        return list(self._db.iterdump())

    def close(self) -> None:
        self._db.close()


CLOSED = RegistrationClosed(**PLACE, at=day(14))


async def offer(hall: Hall, *labels: str, kind: str = "by_campaign", **more: Any) -> None:
    """A published package, with these entities invited."""
    audience = [invited(hall.entities[label]) for label in labels]
    await hall.tell("catalog", OF_PACKAGE, drafted(kind, **more), *audience, published(kind, **more))


def of_order(hall: Hall, label: str = "East") -> dict[str, Any]:
    return {
        "order_id": ORDER,
        "package_id": PACKAGE,
        "entity_id": EntityId(UUID(hall.entities[label])),
        "at": day(1),
    }

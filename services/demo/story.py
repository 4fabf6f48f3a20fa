"""The main job, told and checked: from a reference campaign to a child campaign for every approved order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.demo import offers
from services.demo.api import User
from services.demo.data import Cast
from services.demo.offers import KINDS, Kind
from services.demo.teller import Teller
from shared.runtime.host import House
from shared.runtime.moved import Moved, advance

INVITED = ("skane", "gotland", "norrbotten", "dalarna")
SEGMENTS = {"skane": "18-29", "gotland": "50+", "norrbotten": "30-49"}
AVAILABLE_DAY = 21
NOT_YET, NO_SUCH = 409, 404
TARGET = 200


@dataclass(frozen=True, slots=True)
class Story:
    """The stage: who there is, who tells, and the clock that is moved."""

    cast: Cast
    teller: Teller
    house: House
    clock: Moved
    start: datetime

    @property
    def bo(self) -> User:
        """Head office."""
        return self.cast.users["bo"]

    def user(self, login: str) -> User:
        """Somebody by login."""
        return self.cast.users[login]

    def label(self, login: str) -> str:
        """Where this local person works."""
        return self.cast.labels[self.cast.county(login)]

    async def until(self, day: float, seconds: float = 0) -> None:
        """Let time pass until this day of the story; everything due on the way happens at its moment."""
        moment = self.start + timedelta(days=day, seconds=seconds)
        await advance(self.house, self.clock, moment - self.clock())

    def at(self, start: datetime) -> "Story":
        """The same stage, with the days counted from another start."""
        return Story(self.cast, self.teller, self.house, self.clock, start)


async def tell(story: Story) -> None:
    """All four kinds, one after the other. Raises Unexpected where the product behaves otherwise."""
    await by_campaign(story)
    await participation(story.at(story.clock()), KINDS["by_form"])
    await participation(story.at(story.clock()), KINDS["simple"])
    await local(story.at(story.clock()))


async def by_campaign(story: Story) -> None:
    """Approved orders get a child campaign each, which the entity adapts once it is available."""
    teller = story.teller
    reference_id, package_id = await _published(story, KINDS["by_campaign"], INVITED)
    orders = await _ordered(story, package_id, tuple(SEGMENTS))
    await _refused_and_placed_again(story, orders["norrbotten"], "norrbotten")
    await _approved(story, orders)
    children = await story.bo.all(f"/campaigns/{reference_id}/children")
    by_entity = sorted(child["entity_id"] for child in children)
    ordering = sorted(story.cast.county(login) for login in orders)
    teller.check("exactly one child campaign for each approved order, and no other", by_entity, ordering)
    await _adapted(story, {child["entity_id"]: f"/campaigns/{child['campaign_id']}" for child in children})
    await _listed(story, reference_id)


async def _adapted(story: Story, mine: dict[str, str]) -> None:
    """A child is changed by its own entity, once it is available, and nobody else's changes."""
    teller = story.teller
    change = {"values": {"greeting": "Välkommen in på fika!"}}
    await story.until(AVAILABLE_DAY, seconds=-1)
    teller.step("Norrbotten tries to change its child one second before it is available")
    early = await story.user("norrbotten").patch_refused(mine[story.cast.county("norrbotten")], change)
    found = (early["status"], early["code"])
    teller.check(f"refused: {early['detail']}", found, (NOT_YET, "campaign.not-available-yet"))
    await story.until(AVAILABLE_DAY)
    await teller.tell()
    teller.step("Skåne, whose child has become available, changes its greeting")
    changed = await story.user("skane").patch(mine[story.cast.county("skane")], change)
    await teller.tell()
    teller.check("the new greeting stands in Skåne's mail", "fika" in str(changed["content"]), True)
    reached = changed["target"]["count"]
    teller.check(
        f"it goes to {reached} of Skåne's recipients aged 18-29, at most 200", 0 < reached <= TARGET, True
    )
    other = await story.user("gotland").get(mine[story.cast.county("gotland")])
    teller.check("and in nobody else's", "fika" in str(other["content"]), False)
    hidden = await story.user("gotland").get_refused(mine[story.cast.county("skane")])
    teller.check("Gotland cannot even see Skåne's child", hidden["status"], NO_SUCH)


async def participation(story: Story, kind: Kind) -> None:
    """By form and simple: an approved order means taking part in the one campaign, without a child."""
    reference_id, package_id = await _published(story, kind, ("skane", "gotland", "norrbotten"))
    orders = await _ordered(story, package_id, ("skane", "gotland"))
    await _approved(story, orders)
    for login, order_id in orders.items():
        order = await story.user(login).get(f"/orders/{order_id}")
        found = (order["status"], order["campaign_id"])
        story.teller.check(
            f"{story.label(login)} takes part, with no campaign of its own", found, ("available", None)
        )
    children = await story.bo.all(f"/campaigns/{reference_id}/children")
    story.teller.check("no child campaign exists", children, [])


async def local(story: Story) -> None:
    """A local package: the campaign is created at approval and availability date, not a second earlier."""
    teller = story.teller
    _, package_id = await _published(story, KINDS["local"], ("gotland", "dalarna"))
    orders = await _ordered(story, package_id, ("gotland",))
    await _approved(story, orders)
    gotland = story.user("gotland")
    await story.until(AVAILABLE_DAY, seconds=-1)
    early = await _campaigns_of(gotland, orders["gotland"])
    teller.check("approved, and one second before its date there is no campaign yet", early, [])
    teller.step("the availability date comes")
    await story.until(AVAILABLE_DAY)
    await teller.tell()
    created = await _campaigns_of(gotland, orders["gotland"])
    teller.check("now there is one, once", len(created), 1)
    order = await gotland.get(f"/orders/{orders['gotland']}")
    teller.check("and the order is available", order["status"], "available")


async def _published(story: Story, kind: Kind, invited: Sequence[str]) -> tuple[str, str]:
    """From template to published: the ids of the reference campaign and the package."""
    teller, bo, rut, start = story.teller, story.bo, story.user("rut"), story.start
    teller.chapter(f"{kind.title}: {kind.label}")
    teller.step(f"Bo prepares a reference campaign from the template {kind.campaign_template}")
    reference = await bo.post("/campaigns", offers.campaign(kind, start))
    await teller.tell()
    teller.step(f"Bo offers it to {len(invited)} counties as a package and submits it for approval")
    audience = [story.cast.county(login) for login in invited]
    body = offers.package(kind, start, reference["campaign_id"], f"person:{rut.actor.id}", audience)
    made = await bo.post("/packages", body)
    path = f"/packages/{made['package_id']}"
    await bo.post(f"{path}/submit")
    await teller.tell()
    teller.check(f"{made['name']} waits for its reviewer", (await bo.get(path))["status"], "pending")
    teller.step("Rut, the reviewer, approves")
    await rut.post(f"{path}/approve", {"comment": "Bra, kör!"})
    await teller.tell()
    unseen = await story.user(invited[0]).all("/packages", q=kind.label)
    teller.check("approved, but nobody invited sees it before its start", unseen, [])
    teller.step("a day passes: the start date comes")
    await story.until(1)
    await teller.tell()
    teller.check("published", (await bo.get(path))["status"], "published")
    await _announced(story, kind, str(made["package_id"]), invited)
    return str(reference["campaign_id"]), str(made["package_id"])


async def _announced(story: Story, kind: Kind, package_id: str, invited: Sequence[str]) -> None:
    everybody = await story.user("admin").all("/notices", kind=kind.announced_by)
    people = {user.actor.id: login for login, user in story.cast.users.items()}
    told = sorted(people[one["person_id"]] for one in everybody if package_id in one["about"].values())
    story.teller.check("each invited county was notified, once, and no other", told, sorted(invited))


async def _ordered(story: Story, package_id: str, logins: Sequence[str]) -> dict[str, str]:
    """Orders handed in by these people, each with parameters of its own; order ids by login."""
    orders: dict[str, str] = {}
    for number, login in enumerate(logins):
        label, segment = story.label(login), SEGMENTS[login]
        story.teller.step(f"{label} orders, for those aged {segment}")
        body = offers.order(label, segment, story.start, 200 + 100 * number)
        made = await story.user(login).post(f"/packages/{package_id}/orders", body)
        await story.user(login).post(f"/orders/{made['order_id']}/place")
        orders[login] = str(made["order_id"])
        await story.teller.tell()
    return orders


async def _refused_and_placed_again(story: Story, order_id: str, login: str) -> None:
    teller, person, path = story.teller, story.user(login), f"/orders/{order_id}"
    teller.step(f"Bo refuses {story.label(login)}'s order, with a comment")
    await story.bo.post(f"{path}/reject", {"comment": "Välj åldersgruppen 50+"})
    await teller.tell()
    teller.check("rejected", (await person.get(path))["status"], "rejected")
    teller.step(f"{story.label(login)} reads why, revises it and places it again")
    await person.patch(path, {"values": {"age_segment": "50+"}})
    await person.post(f"{path}/place")
    await teller.tell()
    teller.check("the same order waits again", (await person.get(path))["status"], "placed")


async def _approved(story: Story, orders: dict[str, str]) -> None:
    story.teller.step(f"Bo approves {len(orders)} {'order' if len(orders) == 1 else 'orders'}")
    for order_id in orders.values():
        await story.bo.post(f"/orders/{order_id}/approve", {"comment": "Välkomna"})
    await story.teller.tell()
    late = await story.user("rut").post_refused(
        f"/orders/{next(iter(orders.values()))}/reject", {"comment": "Nej"}
    )
    await story.teller.tell()
    story.teller.check("a second answer comes too late, and is told who was first", late["status"], NOT_YET)


async def _listed(story: Story, reference_id: str) -> None:
    story.teller.step("Bo lists the children from the parent")
    children = await story.bo.all(f"/campaigns/{reference_id}/children")
    for child in sorted(children, key=lambda one: str(one["name"])):
        label, status = story.cast.labels[child["entity_id"]], child["status"]
        story.teller.check(f"{child['name']} of {label} is available", status, "available")


async def _campaigns_of(person: User, order_id: str) -> list[dict[str, Any]]:
    return [one for one in await person.all("/campaigns") if one["order_id"] == order_id]

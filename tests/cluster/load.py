"""People at work while processes die: everybody asks again with the same key until there is an answer."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from httpx2 import Response, TransportError

from tests.journeys.story import DEFINITION, TEMPLATES, day
from tests.world import Person, World

PATIENCE_SECONDS = 600
AGAIN_SECONDS = 0.2


@dataclass
class Load:
    """Head office and its entities. `acknowledged` are the positions that callers were given."""

    world: World
    name: str
    central: Person
    reviewer: Person
    entities: list[str]
    acknowledged: set[str] = field(default_factory=set)
    commands: int = 0
    tries: int = 0

    async def ask(self, who: Person, path: str, body: Any, key: str) -> dict[str, Any]:
        """The answer to a wish, asked for again and again. What others have not heard of yet is asked again, too."""
        self.commands += 1
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self.tries += 1
                answer = await self._tried(who, path, body, key)
                if answer is not None and answer.is_success:
                    if position := answer.headers.get("samverkan-position"):
                        self.acknowledged.add(position)
                    found: dict[str, Any] = answer.json()
                    return found
                await asyncio.sleep(AGAIN_SECONDS)

    @staticmethod
    async def _tried(who: Person, path: str, body: Any, key: str) -> Response | None:
        try:
            return await who.post(path, body, key=key)
        except TransportError:
            return None

    async def package(self, which: str) -> None:
        """One package by campaign through its whole life: offered, approved, ordered by all, each answered."""
        key = f"{self.name}-{which}"
        first = self.world.clock()
        dates = {"starts_at": day(-1, first), "ends_at": day(40, first)}
        campaign = {"template": TEMPLATES["by_campaign"], "label": key, "definition": DEFINITION, **dates}
        reference = await self.ask(self.central, "/campaigns", campaign, f"{key}-reference")
        body = {
            "template": "mutualizedEmpty",
            "reference_id": reference.get("campaign_id") or _id(reference),
            "label": key,
            "folder": "Load",
            **dates,
            "registration_deadline": day(14, first),
            "approval": {"reviewers": [f"person:{self.reviewer.id}"]},
            "audience": self.entities,
        }
        made = await self.ask(self.central, "/packages", body, f"{key}-package")
        package_id = made.get("package_id") or _id(made)
        await self.ask(self.central, f"/packages/{package_id}/submit", {}, f"{key}-submit")
        await self.ask(self.reviewer, f"/packages/{package_id}/approve", {}, f"{key}-approve")
        async with asyncio.TaskGroup() as group:
            for entity in self.entities:
                group.create_task(self._order(package_id, entity, f"{key}-{entity}"))

    async def _order(self, package_id: str, entity: str, key: str) -> None:
        body = {"entity_id": entity, "values": {"greeting": f"from {key}"}}
        made = await self.ask(self.central, f"/packages/{package_id}/orders", body, f"{key}-order")
        order_id = made.get("order_id") or _id(made)
        await self.ask(self.central, f"/orders/{order_id}/place", {}, f"{key}-place")
        await self.ask(self.reviewer, f"/orders/{order_id}/approve", {}, f"{key}-answer")


def _id(made: dict[str, Any]) -> str:
    """The id in the position of an answer whose view needs longer."""
    return str(made["position"]).partition("@")[0].partition("-")[2]


async def begin(world: World, name: str, entities: int) -> Load:
    """Head office, a reviewer, and so many entities with somebody to be told."""
    central = await world.person(f"central-{name}", "central")
    reviewer = await world.person(f"reviewer-{name}", "central")
    labels = [await world.entity(f"{name} {number}") for number in range(entities)]
    for number, entity in enumerate(labels):
        person = await world.person(f"local-{name}-{number}", "local", entity=entity)
        await world.group(entity, "notify", person)
    await world.settle()
    return Load(world, name, central, reviewer, labels)

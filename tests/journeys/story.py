"""The beginning of every journey, over HTTP: head office, entities, a reference campaign, a published package."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.world import MONDAY, Person, World

TEMPLATES = {
    "by_campaign": "opCollaborativeByCampaign",
    "by_form": "opCollaborativeByForm",
    "simple": "opCollaborativeSimple",
    "by_target_approval": "opCollaborativeByValidation",
    "local": "opLocal",
}
DEFINITION: dict[str, Any] = {
    "interface": "by_form",
    "fields": [
        {
            "name": "contact_date",
            "kind": "date",
            "label": {"sv": "Kontaktdag", "en": "Contact date"},
            "default": "2026-03-20",
        },
        {"name": "age_segment", "kind": "choice", "choices": ["18-29", "30-49", "50+"], "default": "30-49"},
        {"name": "greeting", "kind": "text", "required": True},
        {"name": "quantity", "kind": "number", "default": 100},
    ],
    "query": [{"attribute": "age_segment", "value": "{{ age_segment }}"}],
    "contact_on": "{{ contact_date }}",
    "max_size": "{{ quantity }}",
    "content": {
        "sv": {
            "subject": "Vårens erbjudande",
            "body": "{{ greeting }} – för dig i gruppen {{ age_segment }}.",
        },
        "en": {"subject": "Spring offer", "body": "{{ greeting }} – for you in group {{ age_segment }}."},
    },
}


def day(number: float, first: datetime = MONDAY) -> str:
    """So many days after the first, the Monday on which most journeys begin, as RFC 3339."""
    return (first + timedelta(days=number)).isoformat()


@dataclass
class Story:
    """Who and what a journey works with. East and North are entities; Anna works in East, Nils in North."""

    world: World
    central: Person
    reviewer: Person
    people: dict[str, Person]
    entities: dict[str, str]
    first: datetime = MONDAY

    def day(self, number: float) -> str:
        """So many days after this journey began, as RFC 3339."""
        return day(number, self.first)

    async def reference(self, kind: str, **more: Any) -> str:
        """A reference campaign of this kind; its id."""
        dates = {} if kind == "local" else {"starts_at": self.day(1), "ends_at": self.day(40)}
        definition = more.pop("definition", DEFINITION | ({"duration_days": 10} if kind == "local" else {}))
        body = {
            "template": TEMPLATES[kind],
            "label": f"Spring {kind}",
            "definition": definition,
            **dates,
            **more,
        }
        return str((await self.central.made("/campaigns", body))["campaign_id"])

    async def package(self, kind: str, **more: Any) -> str:
        """A drafted package of this kind with an audience of East and North; its id."""
        reference_id = more.pop("reference_id", None) or await self.reference(kind)
        body = {
            "template": "localEmpty" if kind == "local" else "mutualizedEmpty",
            "reference_id": reference_id,
            "label": "Spring offer",
            "folder": "Spring",
            "starts_at": self.day(1),
            "ends_at": self.day(60),
            "approval": {"reviewers": [f"person:{self.reviewer.id}"]},
            **({} if kind in {"local", "by_target_approval"} else {"registration_deadline": self.day(14)}),
            **(
                {}
                if kind == "by_target_approval"
                else {"audience": [self.entities["East"], self.entities["North"]]}
            ),
            **more,
        }
        return str((await self.central.made("/packages", body))["package_id"])

    async def submitted(self, kind: str, **more: Any) -> str:
        """A package that waits for its reviewer."""
        package_id = await self.package(kind, **more)
        answer = await self.central.post(f"/packages/{package_id}/submit", {})
        assert answer.status_code in {200, 201}, answer.text
        await self.world.settle()
        return package_id

    async def published(self, kind: str, **more: Any) -> str:
        """A package approved by its reviewer and published at its start, a day later."""
        package_id = await self.submitted(kind, **more)
        answer = await self.reviewer.post(f"/packages/{package_id}/approve", {"comment": "Good"})
        assert answer.status_code in {200, 202}, answer.text
        await self.world.advance(days=1)
        return package_id

    async def placed(self, package_id: str, who: str = "anna", **values: Any) -> str:
        """An order handed in by this person; its id."""
        person = self.people[who]
        body = {"label": f"Order of {who}", "values": {"greeting": f"Hello from {who}", **values}}
        order = await person.made(f"/packages/{package_id}/orders", body)
        await person.made(f"/orders/{order['order_id']}/place", {})
        await self.world.settle()
        return str(order["order_id"])

    async def approved(self, package_id: str, who: str = "anna", **values: Any) -> str:
        """An order handed in and approved by head office; its id."""
        order_id = await self.placed(package_id, who, **values)
        answer = await self.central.post(f"/orders/{order_id}/approve", {"comment": "Welcome"})
        assert answer.status_code in {200, 202}, answer.text
        await self.world.settle()
        return order_id

    async def notices(self, kind: str, about: str = "") -> list[dict[str, Any]]:
        """Every notice of this kind, as an administrator sees them."""
        await self.world.settle()
        found: list[dict[str, Any]] = (await self.world.root().read("/notices", kind=kind, limit=200))[
            "items"
        ]
        return [notice for notice in found if not about or about in notice["about"].values()]

    async def told(self, kind: str, about: str = "") -> list[str]:
        """The names of those who got this notice, sorted."""
        names = {person.id: name for name, person in self.world.people.items()}
        return sorted(names[notice["person_id"]] for notice in await self.notices(kind, about))


async def begin(world: World, language: str = "en") -> Story:
    """Head office with Bo and reviewer Rut; East with Anna, North with Nils, South with Sara, each notified."""
    central = await world.person("bo", "central", language=language)
    reviewer = await world.person("rut", "central", language=language)
    entities = {label: await world.entity(label) for label in ("East", "North", "South")}
    people = {}
    for name, label in (("anna", "East"), ("nils", "North"), ("sara", "South")):
        people[name] = await world.person(name, "local", entity=entities[label], language=language)
        await world.group(entities[label], "notify", people[name])
    await world.settle()
    return Story(world, central, reviewer, people, entities, world.clock())

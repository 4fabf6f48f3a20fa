"""Loads the demonstration's entities, people and recipients over HTTP, each with a key: twice loaded is once there."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from services.demo import offers
from services.demo.api import Door, User, installer, user_of
from services.demo.people import HEAD_OFFICE, RECIPIENTS, Part, Recipient, recipients
from services.demo.places import City, County, counties, swedish_cities

T = TypeVar("T")
HEAD = "Huvudkontoret"
AT_ONCE = 64
ROWS_IN_ONE_FILE = 7_000
COLUMNS = ("entity_id", "name", "email", "birth_year", "city", "channel")


@dataclass(slots=True)
class Cast:
    """Who and what there is: users by login, entities by ISO 3166-2 code, entity labels by id."""

    door: Door
    users: dict[str, User] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    shops: int = 0
    recipients: int = 0

    def county(self, login: str) -> str:
        """The entity in which this person works."""
        return self.users[login].entity


def parts() -> list[Part]:
    """Everybody who signs in: head office, and one person in each county."""
    locals_ = (Part(one.login, f"{one.login.title()} Lokal", ("local",), one.code) for one in counties())
    return [*HEAD_OFFICE, *locals_]


async def load(door: Door, count: int = RECIPIENTS) -> Cast:
    """Everything, with so many recipients, in a few seconds. Raises Unexpected if the product refuses any of it."""
    root, cast = installer(door), Cast(door)
    cities = swedish_cities()
    await _entities(root, cast, counties(), cities)
    await _people(root, cast)
    await _recipients(root, cast, recipients(cities, count))
    await door.house.settled()
    return cast


async def offer(cast: Cast, kind: offers.Kind, invited: Sequence[str], start: datetime) -> str:
    """A package of this kind, published at `start`, for whoever tries the product; its id. Repeated it is the same."""
    bo, rut, house = cast.users["bo"], cast.users["rut"], cast.door.house
    reference = await bo.post("/campaigns", offers.campaign(kind, start), key=f"campaign-{kind.name}")
    audience = [cast.entities[code] for code in invited]
    reviewer = f"person:{rut.actor.id}"
    body = offers.package(kind, start, reference["campaign_id"], reviewer, audience, after=0)
    package_id = str((await bo.post("/packages", body, key=f"package-{kind.name}"))["package_id"])
    await bo.post(f"/packages/{package_id}/submit", key=f"submit-{kind.name}")
    await house.settled()
    yes = {"comment": "Bra, kör! / Good, go ahead"}
    await rut.post(f"/packages/{package_id}/approve", yes, key=f"approve-{kind.name}")
    await house.settled()
    return package_id


async def _entities(root: User, cast: Cast, above: Sequence[County], cities: Sequence[City]) -> None:
    head = await root.post("/entities", {"label": HEAD, "level": "central"}, key="entity-head")
    cast.labels[head["entity_id"]] = HEAD

    async def county(one: County) -> None:
        body = {"label": one.name, "origin": one.code, "parent_id": head["entity_id"]}
        made = await root.post("/entities", body, key=f"entity-{one.code}")
        cast.entities[one.code] = made["entity_id"]
        cast.labels[made["entity_id"]] = one.name

    async def shop(one: City) -> None:
        body = {"label": f"Butik {one.name}", "origin": one.lies_in, "parent_id": cast.entities[one.lies_in]}
        await root.post("/entities", body, key=f"entity-{one.geoname_id}")

    await _at_once(county, above)
    await _at_once(shop, cities)
    cast.shops = len(cities)


async def _people(root: User, cast: Cast) -> None:
    everybody = parts()

    async def person(part: Part) -> None:
        body = {"name": part.name, "email": part.email, "roles": part.roles, "language": "sv"}
        entity = {"entity_id": cast.entities[part.county]} if part.county else {}
        made = await root.post("/people", body | entity, key=f"person-{part.login}")
        cast.users[part.login] = user_of(cast.door, part.login, made)

    async def groups(part: Part) -> None:
        entity, members = cast.entities[part.county or ""], [cast.users[part.login].actor.id]
        await root.put(f"/entities/{entity}/groups/notify", {"members": members})

    await _at_once(person, everybody)
    await cast.door.house.settled()
    await _at_once(groups, [part for part in everybody if part.county])


async def _recipients(root: User, cast: Cast, people: Iterable[Recipient]) -> None:
    for number, some in enumerate(_batches(people, ROWS_IN_ONE_FILE)):
        file = {"file": (f"recipients-{number}.csv", _csv(cast.entities, some), "text/csv")}
        await root.post("/recipients/import", key=f"recipients-{number}", files=file)
        cast.recipients += len(some)


def _csv(entities: Mapping[str, str], people: Iterable[Recipient]) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerows(
        (entities[one.county], one.name, one.email, one.birth_year, one.city, one.channel) for one in people
    )
    return text.getvalue().encode()


async def _at_once(do: Callable[[T], Awaitable[None]], things: Sequence[T]) -> None:
    """Many at the same time, so that they share a commit; the first failure is raised."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> None:
        async with turn:
            await do(thing)

    async with asyncio.TaskGroup() as group:
        for thing in things:
            group.create_task(one(thing))


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some

"""The demonstration at scale: every city of the world is an entity below its country."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from time import perf_counter

import pycountry

from services.demo.api import Unexpected
from services.demo.places import world_cities
from services.embedded import Product
from shared.kernel.decider import Refused
from shared.kernel.ids import EntityId, derive
from shared.kernel.message import Actor

AT_ONCE = 512
LOADER = Actor(id="demonstration")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many there are, how long storing them took, and how long until every view showed them."""

    countries: int
    cities: int
    stored_seconds: float
    shown_seconds: float


async def load(product: Product, progress: Callable[[int, int], None]) -> Loaded:
    """Register every country and city of GeoNames. Ids follow from theirs, so loading again changes nothing."""
    cities = world_cities()
    codes = sorted({city.lies_in for city in cities})
    began = perf_counter()
    await _register(product, [(_id(code), _country(code), None, code) for code in codes], progress)
    rows = [(_id(city.geoname_id), city.name, _id(city.lies_in), city.lies_in) for city in cities]
    await _register(product, rows, progress)
    stored = perf_counter()
    await product.house.settled()
    return Loaded(len(codes), len(cities), stored - began, perf_counter() - began)


Row = tuple[EntityId, str, EntityId | None, str]


async def _register(product: Product, rows: Sequence[Row], progress: Callable[[int, int], None]) -> None:
    desk = product.house.desks["catalog"]
    register = desk.service.command_named("RegisterEntity")

    async def one(entity_id: EntityId, label: str, parent_id: EntityId | None, origin: str) -> None:
        command = register.model_validate(
            {
                "id": derive("demonstration", entity_id),
                "at": desk.now(),
                "by": LOADER,
                "entity_id": entity_id,
                "label": label,
                "parent_id": parent_id,
                "parent_known": parent_id is not None,
                "origin": origin,
            }
        )
        outcome = await desk.execute(command)
        if isinstance(outcome, Refused):
            # An answer that this data cannot get, unless the product is broken.
            raise Unexpected(f"{label}: {outcome.code}")

    rest, done = iter(rows), 0
    while some := list(islice(rest, AT_ONCE)):
        await asyncio.gather(*(one(*row) for row in some))
        done += len(some)
        progress(done, len(rows))


def _id(place: object) -> EntityId:
    return EntityId(derive("entity", "geonames", place))


def _country(code: str) -> str:
    found = pycountry.countries.get(alpha_2=code)
    return str(found.name) if found else code

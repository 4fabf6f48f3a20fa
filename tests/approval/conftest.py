"""Who takes part in every test here that asks for them."""

import pytest

from tests.approval.staff import Staff
from tests.world import World


@pytest.fixture
async def staff(world: World) -> Staff:
    east, north = await world.entity("East"), await world.entity("North")
    anna, rut, eva = [await world.person(name, "local", entity=east) for name in ("anna", "rut", "eva")]
    nils = await world.person("nils", "local", entity=north)
    bo, cia = [await world.person(name, "central") for name in ("bo", "cia")]
    await world.group(east, "order-reviewers", rut, eva)
    await world.group(north, "order-reviewers", nils)
    await world.settle()
    return Staff(east, north, anna, rut, eva, nils, bo, cia)

"""Entities and people over HTTP."""

import pytest

from tests.world import World


@pytest.mark.row("A03")
async def test_an_entity_keeps_its_contact_data_and_is_found_by_name(world: World) -> None:
    east = await world.entity("East", phone="08-123 45")
    north = await world.entity("North")
    found = await world.root().read("/entities", q="eas")
    assert [(item["entity_id"], item["phone"]) for item in found["items"]] == [(east, "08-123 45")]
    assert north != east


@pytest.mark.row("A02")
async def test_a_local_person_cannot_be_activated_without_an_entity(world: World) -> None:
    body = {"name": "Anna", "email": "anna@example.test", "roles": ["local"]}
    answer = await world.root().post("/people", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "person.entity-needed")
    assert answer.json()["errors"][0]["field"] == "entity_id"
    assert (await world.root().read("/people"))["items"] == []


async def test_groups_take_known_people_only(world: World) -> None:
    east = await world.entity("East")
    anna = await world.person("anna", "local", entity=east)
    await world.group(east, "notify", anna)
    entity = await world.root().read(f"/entities/{east}")
    assert entity["groups"] == {"notify": [anna.id]}
    answer = await world.root().put(f"/entities/{east}/groups/notify", {"members": [str(east)]})
    assert answer.json()["code"] == "entity.member-unknown"
    assert (await anna.read(f"/entities/{east}"))["label"] == "East"

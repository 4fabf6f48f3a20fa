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


async def test_a_person_is_told_in_its_own_language_and_time_zone(world: World) -> None:
    root, east = world.root(), await world.entity("East")
    body = {"name": "Anna", "email": "anna@example.test", "roles": ["local"], "entity_id": east}
    path = f"/people/{(await root.made('/people', body | {'time_zone': 'Europe/Helsinki'}))['person_id']}"
    anna = await root.read(path)
    assert (anna["language"], anna["time_zone"], anna["roles"]) == ("sv", "Europe/Helsinki", ["local"])
    moved = (await root.patch(path, {"time_zone": "Asia/Tokyo", "language": "en", "name": "Anna B"})).json()
    assert moved == anna | {
        "time_zone": "Asia/Tokyo", "language": "en", "name": "Anna B", "version": anna["version"] + 1
    }  # fmt: skip
    assert await root.read(path) == moved
    entityless = await root.patch(path, {"entity_id": None})
    assert entityless.json()["code"] == "person.entity-needed"
    for wrong in ({"time_zone": "Europe/Nowhere"}, {"language": "de"}, {"name": ""}):
        assert (await root.patch(path, wrong)).status_code == 422
    stale = await root.patch(path, {"language": "sv"}, version=anna["version"])
    assert (stale.status_code, stale.json()["code"]) == (412, "request.stale")
    assert (await root.delete(path)).status_code == 200
    assert (await root.patch(path, {"language": "sv"})).status_code == 404
    assert (await root.read(path))["name"] is None


async def test_a_closed_entity_is_readable_and_invited_no_more(world: World) -> None:
    bo, east = await world.person("bo", "central"), await world.entity("East")
    anna = await world.person("anna", "local", entity=east)
    path = f"/entities/{east}"
    refused = await bo.post(f"{path}/close", {"reason": " "})
    assert (refused.status_code, refused.json()["code"]) == (422, "entity.reason-missing")
    assert (await bo.made(f"{path}/close", {"reason": "Sold", "open_orders": "cancel"}))["closed"] is True
    assert (await bo.patch(path, {"phone": "08-2"})).json()["code"] == "entity.closed"
    told = await world.root().patch(f"/people/{anna.id}", {"language": "sv"})
    assert (told.status_code, told.json()["language"]) == (200, "sv")
    body = {"name": "Elsa", "email": "elsa@example.test", "roles": ["local"], "entity_id": east}
    stranger = await world.root().post("/people", body)
    assert (stranger.status_code, stranger.json()["code"]) == (422, "person.entity-unknown")
    days = {"label": "Closed", "starts_on": "2026-05-01", "ends_on": "2026-05-01", "entity_id": east}
    assert (await bo.post("/blackouts", days)).json()["code"] == "blackout.entity-unknown"

"""Signing in with login and password."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from services.gateway.accounts import HASHER, NOBODYS, add_account
from tests.world import Person, World

PASSWORD = "correct horse battery staple"


async def sign_in(world: World, login: str, password: str = PASSWORD, **headers: str) -> Response:
    form = {"username": login, "password": password}
    return await world.client.post("/api/v1/token", data=form, headers={"Accept-Language": "en", **headers})


async def with_account(world: World, name: str, *roles: Any, entity: str | None = None) -> Person:
    person = await world.person(name, *roles, entity=entity, language="sv")
    await add_account(world.product.house.desks["gateway"], name, PASSWORD, person.id)
    await world.settle()
    return person


async def test_a_login_and_its_password_give_a_token_that_every_service_takes(world: World) -> None:
    east = await world.entity("East")
    anna = await with_account(world, "anna", "local", entity=east)
    answer = await sign_in(world, " Anna ")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert (found["token_type"], found["expires_in"]) == ("bearer", 480 * 60)
    signed_in = {"Authorization": f"Bearer {found['access_token']}"}
    me = await world.client.get("/api/v1/me", headers=signed_in)
    assert me.json() == {"person_id": anna.id, "roles": ["local"], "entity_id": east, "language": "sv"}
    assert (await world.client.get(f"/api/v1/entities/{east}", headers=signed_in)).status_code == 200


async def test_a_token_ends_with_its_time(world: World) -> None:
    await with_account(world, "bo", "central")
    token = (await sign_in(world, "bo")).json()["access_token"]
    await world.advance(hours=8, minutes=1)
    late = await world.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (late.status_code, late.json()["code"]) == (401, "request.bad-token")


async def test_wrong_password_unknown_login_and_deactivated_person_are_told_the_same(world: World) -> None:
    anna = await with_account(world, "anna", "central")
    gone = await with_account(world, "gone", "central")
    await world.root().delete(f"/people/{gone.id}")
    await world.settle()
    answers = [
        await sign_in(world, "anna", "wrong"),
        await sign_in(world, "nobody"),
        await sign_in(world, "gone"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (401, "token.wrong-credentials")
    }
    assert len({answer.text for answer in answers}) == 1
    assert (await sign_in(world, "anna")).status_code == 200
    assert anna.id not in answers[0].text


async def test_an_unknown_login_costs_as_much_as_a_known_one() -> None:
    assert not HASHER.check_needs_rehash(NOBODYS)


async def test_a_login_has_ten_tries_a_minute_however_many_come_at_once(world: World) -> None:
    await with_account(world, "anna", "central")
    await with_account(world, "bo", "central")
    answers = await asyncio.gather(*(sign_in(world, "anna", f"guess {n}") for n in range(14)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 4
    stopped = await sign_in(world, "ANNA")
    assert (stopped.status_code, stopped.json()["code"]) == (429, "token.too-many-tries")
    assert int(stopped.headers["retry-after"]) > 0
    assert (await sign_in(world, "bo")).status_code == 200


async def test_the_right_password_forgets_the_tries(world: World) -> None:
    await with_account(world, "anna", "central")
    for _ in range(3):
        for _ in range(9):
            assert (await sign_in(world, "anna", "wrong")).status_code == 401
        assert (await sign_in(world, "anna")).status_code == 200


async def test_no_password_stands_anywhere_but_as_a_hash(world: World, tmp_path: Path) -> None:
    await with_account(world, "anna", "central")
    (account,) = await world.product.house.desks["gateway"].rows("SELECT * FROM accounts")
    assert account["password_hash"].startswith("$argon2id$")
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())  # noqa: ASYNC240
    assert PASSWORD.encode() not in kept


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "anna"},
        {"username": "\0", "password": "\0"},
        {"username": "a" * 9000, "password": "b"},
    ],
)
async def test_a_crooked_form_is_a_problem(world: World, form: dict[str, str]) -> None:
    answer = await world.client.post("/api/v1/token", data=form)
    assert answer.status_code in {401, 422}
    assert answer.json()["code"] in {"request.invalid", "token.wrong-credentials"}


async def test_an_account_can_be_given_a_new_password(world: World) -> None:
    anna = await with_account(world, "anna", "central")
    await add_account(world.product.house.desks["gateway"], "anna", "another", anna.id)
    assert (await sign_in(world, "anna")).status_code == 401
    assert (await sign_in(world, "anna", "another")).status_code == 200

"""Signing in with a browser: the cookie, the forms that belong to it, and what ends it."""

import re
from urllib.parse import quote

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from services.gateway.accounts import add_account
from services.gateway.sessions import LIFE
from tests.world import ADDRESS, Person, World, open_world

PASSWORD = "a long enough password"


async def browser(world: World, person: Person | None = None, **sent: str) -> AsyncClient:
    """A client that keeps cookies, signed in as this person through the page."""
    client = AsyncClient(transport=ASGITransport(app=world.product.app), base_url=ADDRESS)
    if person:
        await add_account(world.product.house.desks["gateway"], person.name, PASSWORD, person.id)
        answer = await client.post("/sign-in", data={"login": person.name, "password": PASSWORD, **sent})
        assert answer.status_code == 303, answer.text
    return client


def cookie_of(answer: Response) -> str:
    return next(one for one in answer.headers.get_list("set-cookie") if "samverkan-session" in one)


def secret_in(page: Response) -> str:
    return re.findall(r'name="secret" value="([^"]+)"', page.text)[0]


async def test_the_cookie_is_for_the_server_alone_and_over_tls_only_where_there_is_tls(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cookies = []
    secure = open_world(tmp_path_factory.mktemp("tls"), public_url="https://samverkan.example")
    async with secure as other:
        for one in (world, other):
            rut = await one.person("rut", "central")
            await add_account(one.product.house.desks["gateway"], "rut", PASSWORD, rut.id)
            client = await browser(one)
            answer = await client.post("/sign-in", data={"login": "rut", "password": PASSWORD})
            cookies.append(cookie_of(answer).lower())
    for cookie in cookies:
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
    assert ["secure" in cookie for cookie in cookies] == [False, True]
    assert [cookie.startswith("__host-") for cookie in cookies] == [False, True]
    assert "path=/;" in cookies[1]


async def test_a_page_leads_to_where_one_signs_in_and_that_leads_back(world: World) -> None:
    rut = await world.person("rut", "central")
    stranger = await browser(world)
    turned = await stranger.get("/packages?status=draft")
    assert (turned.status_code, turned.headers["location"]) == (
        303,
        f"/sign-in?next={quote('/packages?status=draft')}",
    )
    asked = await stranger.get(turned.headers["location"])
    assert 'name="next" value="/packages?status=draft"' in asked.text
    await add_account(world.product.house.desks["gateway"], "rut", PASSWORD, rut.id)
    form = {"login": "rut", "password": PASSWORD, "next": "/packages?status=draft"}
    answer = await stranger.post("/sign-in", data=form)
    assert answer.headers["location"] == "/packages?status=draft"
    assert (await stranger.get("/packages?status=draft")).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "evil"],
)
async def test_nobody_is_led_elsewhere(world: World, elsewhere: str) -> None:
    rut = await world.person("rut", "central")
    await add_account(world.product.house.desks["gateway"], "rut", PASSWORD, rut.id)
    client = await browser(world)
    answer = await client.post("/sign-in", data={"login": "rut", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["location"] == "/"
    answer = await client.post("/language", data={"language": "sv", "back": elsewhere})
    assert answer.headers["location"] == "/"


async def test_a_wrong_password_says_so_beside_what_was_entered_and_too_many_tries_end_it(
    world: World,
) -> None:
    rut = await world.person("rut", "central")
    await add_account(world.product.house.desks["gateway"], "rut", PASSWORD, rut.id)
    client = await browser(world)
    for _ in range(10):
        wrong = await client.post("/sign-in", data={"login": "rut", "password": "wrong"})
        assert wrong.status_code == 401
        assert "Wrong login or password" in wrong.text or "Fel inloggning" in wrong.text
        assert 'value="rut"' in wrong.text
        assert "wrong" not in re.findall(r'type="password"[^>]*', wrong.text)[0]
    assert (await client.post("/sign-in", data={"login": "rut", "password": PASSWORD})).status_code == 429
    assert (await client.get("/packages")).status_code == 303


async def test_only_a_form_of_this_session_changes_anything(world: World) -> None:
    bo, rut = await world.person("bo", "central"), await world.person("rut", "central")
    mine, others = await browser(world, bo), await browser(world, rut)
    foreign = secret_in(await others.get("/packages/new"))
    before = [len(await desk.store.tail(-1)) for desk in world.product.house.desks.values()]
    for secret in ({}, {"secret": ""}, {"secret": foreign}):
        answer = await mine.post("/packages/new", data={"label": "Forged", "folder": "F", **secret})
        assert answer.status_code == 403
        assert "form.foreign" in answer.text
        assert (await mine.post("/sign-out", data=secret)).status_code == 403
    assert before == [len(await desk.store.tail(-1)) for desk in world.product.house.desks.values()]
    assert (await mine.get("/packages")).status_code == 200


async def test_a_session_ends_by_signing_out_by_time_and_with_the_person(world: World) -> None:
    bo, rut, eva = [await world.person(name, "central") for name in ("bo", "rut", "eva")]
    leaving, waiting, gone = [await browser(world, one) for one in (bo, rut, eva)]
    out = await leaving.post("/sign-out", data={"secret": secret_in(await leaving.get("/packages"))})
    assert out.headers["location"] == "/"
    assert (await leaving.get("/packages")).status_code == 303
    assert (await gone.get("/packages")).status_code == 200
    await world.root().delete(f"/people/{eva.id}")
    await world.settle()
    assert (await gone.get("/packages")).status_code == 303
    assert (await waiting.get("/packages")).status_code == 200
    await world.advance(seconds=LIFE.total_seconds() + 60)
    assert (await waiting.get("/packages")).status_code == 303


async def test_a_right_that_was_taken_away_is_gone_from_the_next_page_on(world: World) -> None:
    east = await world.entity("East")
    bo = await world.person("bo", "central")
    client = await browser(world, bo)
    assert "/packages/new" in (await client.get("/packages")).text
    answer = await world.root().patch(f"/people/{bo.id}", {"roles": ["local"], "entity_id": east})
    assert answer.status_code == 200, answer.text
    await world.settle()
    assert "/packages/new" not in (await client.get("/packages")).text


async def test_the_session_is_no_bearer_token_and_a_bearer_token_no_session(world: World) -> None:
    bo = await world.person("bo", "central")
    client = await browser(world, bo)
    cookie = client.cookies["samverkan-session"]
    refused = await world.client.get("/api/v1/me", headers={"Authorization": f"Bearer {cookie}"})
    assert refused.status_code == 401
    token = world.product.tokens.issue(bo.actor, world.clock(), LIFE)
    stranger = AsyncClient(
        transport=ASGITransport(app=world.product.app),
        base_url=ADDRESS,
        cookies={"samverkan-session": token},
    )
    assert (await stranger.get("/packages")).status_code == 303


async def test_pages_are_in_the_language_that_was_chosen_or_that_is_the_persons_own(world: World) -> None:
    bo = await world.person("bo", "central", language="sv")
    client = await browser(world, bo)
    english = {"Accept-Language": "en"}
    assert (await client.get("/packages", headers=english)).headers["content-language"] == "sv"
    chosen = await client.post("/language", data={"language": "en", "back": "/packages"})
    assert chosen.headers["location"] == "/packages"
    assert (await client.get("/packages")).headers["content-language"] == "en"

"""Crooked requests on every route: a problem with a stable code, never a failure of ours."""

import base64
from collections.abc import Mapping

import pytest
from httpx2 import Response

from shared.web.problems import Texts
from tests.gateway.routes import Route, routes
from tests.world import World

DEEP = 900
BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "noise": b"\xff\xfe\x00",
    "half": b'{"label": ',
    "a number that is none": b'{"label": NaN}',
    "infinity": b'{"label": 1e999}',
    "a lone surrogate": b'{"label": "\\ud800"}',
    "a NUL": b'{"label": "a\\u0000b"}',
    "a NUL in a name": b'{"la\\u0000bel": "a"}',
    "unknown fields": b'{"no_such_field": 1}',
    "a list": b"[1, 2, 3]",
    "a text": b'"text"',
    "null": b"null",
    "deep": b'{"label": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep with a NUL": b'{"label": ' + b"[" * DEEP + b'"\\u0000"' + b"]" * DEEP + b"}",
    "wrong types": b'{"label": {"a": 1}, "comment": [], "values": 5, "answer": 1, "version": "x", "roles": 1}',
    "huge numbers": b'{"version": 99999999999999999999999999, "limit": -1}',
}


async def sent(world: World, route: Route, body: bytes, **more: str) -> Response:
    headers = world.root()._headers({"Content-Type": "application/json", "If-Match": '"0"', **more})
    headers.setdefault("Idempotency-Key", f"{route} {hash(body)}")
    return await world.client.request(route.method, route.address, content=body, headers=headers)


def is_problem(world: World, answer: Response) -> bool:
    texts: Texts = world.product.app.state.texts
    return (
        400 <= answer.status_code < 500
        and answer.headers["content-type"] == "application/problem+json"
        and answer.json()["code"] in texts.codes
    )


@pytest.mark.parametrize("name", BODIES)
async def test_a_crooked_body_is_a_problem_on_every_route(world: World, name: str) -> None:
    wrong = []
    for route in routes(world):
        if route.method in {"POST", "PATCH", "PUT"}:
            answer = await sent(world, route, BODIES[name])
            if not is_problem(world, answer):
                wrong.append(f"{route}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


async def test_a_crooked_body_is_told_where_it_is_wrong(world: World) -> None:
    for name in ("a NUL", "a lone surrogate", "a number that is none", "half"):
        headers = {"Idempotency-Key": name}
        (route,) = (route for route in routes(world) if str(route) == "POST /entities")
        answer = await sent(world, route, BODIES[name], **headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid"), name
        assert answer.json()["errors"], name
    assert (await world.root().read("/entities"))["items"] == []


QUERIES = {
    "an unknown parameter": "no_such=1",
    "a NUL": "q=%00&cursor=%00",
    "half a letter": "q=%ff%fe&cursor=%ff",
    "a surrogate": "q=%ed%a0%80",
    "a cursor of noise": "cursor=noise",
    "a cursor of others": "cursor=" + base64.urlsafe_b64encode(b"[{}, {}]").decode(),
    "a cursor of objects": "cursor=" + base64.urlsafe_b64encode(b"[{}]").decode(),
    "a cursor too large": "cursor=" + base64.urlsafe_b64encode(b"[18446744073709551615]").decode(),
    "a cursor of nothing": "cursor=" + base64.urlsafe_b64encode(b"[null]").decode(),
    "a limit too large": "limit=201",
    "a moment without zone": "as_of=2026-03-02T09:00:00",
    "a moment that is none": "as_of=yesterday",
    "a moment as a number": "as_of=-1772000000",
    "an id that is none": "subject=1&entity=2&package=3&parent=4",
}


@pytest.mark.parametrize("name", QUERIES)
async def test_a_crooked_query_never_fails(world: World, name: str) -> None:
    wrong = []
    for route in routes(world):
        if route.method == "GET":
            headers = world.root()._headers({})
            answer = await world.client.get(f"{route.address}?{QUERIES[name]}", headers=headers)
            if answer.status_code != 200 and not is_problem(world, answer):
                wrong.append(f"{route}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


async def test_every_route_refuses_a_parameter_that_it_does_not_know(world: World) -> None:
    for route in routes(world):
        headers = world.root()._headers({"Idempotency-Key": str(route), "If-Match": '"0"'})
        url = f"{route.address}?no_such=1"
        answer = await world.client.request(route.method, url, json={}, headers=headers)
        assert answer.status_code in {400, 404, 422}, route
        if answer.status_code == 400:
            assert answer.json()["code"] == "request.unknown-parameter", route


@pytest.mark.parametrize("key", ["x" * 256, "\t\x7f", "a\x00b", "å\x01b"])
async def test_a_key_that_cannot_be_used_is_a_problem(world: World, key: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in world.root()._headers({}).items()]
    headers.append((b"idempotency-key", key.encode()))
    answer = await world.client.post("/api/v1/entities", json={"label": "East"}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] in {"request.key-wrong", "request.key-missing"}


@pytest.mark.parametrize(
    "header",
    [
        {"If-Match": "noise"},
        {"If-Match": '"' + "9" * 400 + '"'},
        {"If-Match": '"²"'},
        {"Samverkan-Position": "noise"},
        {"Samverkan-Position": "package-1@"},
        {"Samverkan-Position": "@1"},
        {"Accept-Language": "\x7f;;;q=,xx-" + "a" * 2000},
        {"Accept-Language": "*"},
        {"Prefer": "wait=" + "9" * 400},
        {"Content-Type": "nonsense"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data"},
    ],
)
async def test_a_crooked_header_never_fails(world: World, header: dict[str, str]) -> None:
    for route in routes(world):
        headers = world.root()._headers({"Idempotency-Key": str(route), "If-Match": '"0"', **header})
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        content = None if route.method in {"GET", "DELETE"} else b"{}"
        answer = await world.client.request(route.method, route.address, content=content, headers=encoded)
        assert answer.status_code == 200 or is_problem(world, answer), (
            f"{route} {answer.status_code} {answer.text}"
        )


async def test_problems_speak_swedish_and_english(world: World) -> None:
    for language, title in (
        ("sv", "Logga in först"),
        ("en", "Sign in first"),
        ("sv-FI, en;q=0.5", "Logga in först"),
    ):
        answer = await world.client.get("/api/v1/me", headers={"Accept-Language": language})
        assert answer.json()["title"] == title
    assert (await world.client.get("/api/v1/me")).json()["title"] == "Logga in först"
    unknown = await world.client.get("/api/v1/me", headers={"Accept-Language": "fr"})
    assert unknown.json()["title"] == "Logga in först"


async def test_an_address_or_a_method_that_there_is_not_is_a_problem(world: World) -> None:
    missing = await world.client.get("/api/v1/no-such", headers={"Accept-Language": "en"})
    assert (missing.status_code, missing.json()["code"]) == (404, "request.no-such-page")
    method = await world.client.delete("/api/v1/entities")
    assert (method.status_code, method.json()["code"]) == (405, "request.method")


@pytest.mark.parametrize("path", ["/packages?q=a%00b", "/orders?status=%00", "/entities?cursor=%00"])
async def test_a_nul_in_a_query_is_a_problem_that_names_the_parameter(world: World, path: str) -> None:
    answer = await world.client.get(f"/api/v1{path}", headers=world.root()._headers({}))
    assert answer.status_code == 422
    name = path.partition("?")[2].partition("=")[0]
    assert [error["field"] for error in answer.json()["errors"]] == [f"query.{name}"]

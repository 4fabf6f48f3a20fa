"""Forged, stale and crooked tokens: each is 401 and says nothing more."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from shared.kernel.message import Actor
from tests.facts import id_of
from tests.world import MONDAY, SECRET, World

ADAM = str(id_of("adam"))
KEY = OctKey.import_key(SECRET)
NOW = int(MONDAY.timestamp())
GOOD: dict[str, Any] = {
    "iss": "samverkan",
    "aud": "samverkan",
    "sub": ADAM,
    "roles": ["admin"],
    "entity": None,
    "iat": NOW,
    "nbf": NOW,
    "exp": NOW + 3600,
}


def signed(key: OctKey = KEY, alg: str = "HS256", **claims: Any) -> str:
    return jwt.encode({"alg": alg, "typ": "at+jwt"}, {**GOOD, **claims}, key, algorithms=[alg])


def without(*names: str) -> str:
    claims = {name: claim for name, claim in GOOD.items() if name not in names}
    return jwt.encode({"alg": "HS256"}, claims, KEY)


def unsigned(alg: str) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": alg, "typ": "at+jwt"}, GOOD)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def swapped() -> str:
    """Somebody else's claims under a signature that was good for others."""
    head, _, signature = signed(roles=["local"]).split(".")
    return f"{head}.{signed().split('.')[1]}.{signature}"


FORGED = {
    "no algorithm": unsigned("none"),
    "no algorithm, shouted": unsigned("NONE"),
    "an algorithm without a signature": unsigned("HS256"),
    "another algorithm": signed(alg="HS512"),
    "another key": signed(OctKey.import_key("another-secret-that-is-32-bytes-long")),
    "another's signature": swapped(),
    "expired": signed(exp=NOW - 31),
    "issued elsewhere": signed(iss="elsewhere"),
    "for somebody else": signed(aud="elsewhere"),
    "not valid yet": signed(nbf=NOW + 31),
    "issued in the future": signed(iat=NOW + 3600),
    "no expiry": without("exp"),
    "no issuer": without("iss"),
    "no audience": without("aud"),
    "no subject": without("sub"),
    "no roles": without("roles"),
    "a subject that is no id": signed(sub="anna"),
    "a subject that is no text": signed(sub=5),
    "a role that is none of ours": signed(roles=["god"]),
    "an entity that is no id": signed(entity="East"),
    "roles that are no list": signed(roles=5),
    "nothing": "",
    "noise": "a.b.c",
    "one part": "abc",
    "letters from elsewhere": "åäö.åäö.åäö",
}


@pytest.mark.row("L03")
@pytest.mark.parametrize("name", FORGED)
async def test_a_token_that_is_not_ours_whole_and_for_now_is_refused(world: World, name: str) -> None:
    headers = {b"authorization": b"Bearer " + FORGED[name].encode()}
    answer = await world.client.get("/api/v1/me", headers=list(headers.items()))
    assert answer.status_code == 401
    assert answer.json()["code"] in {"request.bad-token", "request.not-signed-in"}
    assert answer.headers["www-authenticate"].startswith("Bearer")
    behind = await world.client.post("/api/v1/people", json={}, headers=list(headers.items()))
    assert behind.status_code == 401


async def test_the_good_one_is_taken(world: World) -> None:
    headers = {"Authorization": f"Bearer {signed()}"}
    assert (await world.client.get("/api/v1/me", headers=headers)).json()["person_id"] == ADAM


async def test_a_token_is_taken_nowhere_but_in_its_header(world: World) -> None:
    token = world.product.tokens.issue(Actor(id=ADAM, roles=frozenset({"admin"})), MONDAY, timedelta(hours=1))
    for headers in (
        {"Authorization": f"Basic {token}"},
        {"Authorization": token},
        {"Cookie": f"token={token}"},
    ):
        assert (await world.client.get("/api/v1/me", headers=headers)).status_code == 401
    query = await world.client.get("/api/v1/me", params={"access_token": token})
    assert query.status_code in {400, 401}

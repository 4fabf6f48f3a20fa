"""Walls between entities, over every route that the product has."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.story import Story, day
from tests.world import World

CANARY = "Östra hemligheten"
PLACE = re.compile(r"\{(\w+)\}")
BODIES: dict[str, Any] = {
    "/orders/{order_id}/place": {},
    "/orders/{order_id}/withdraw": {"reason": "x"},
    "/orders/{order_id}/cancel": {"reason": "x"},
    "/orders/{order_id}/approve": {},
    "/orders/{order_id}/reject": {"comment": "x"},
    "/orders/{order_id}": {"comment": "x"},
    "/approvals/{request_id}/answer": {"answer": "accept", "version": 1},
    "/campaigns/{campaign_id}": {"values": {"greeting": "x"}},
    "/packages/{package_id}/orders": {"values": {}},
}


async def filled(story: Story) -> dict[str, set[str]]:
    """East has one of everything, with a secret in each; the ids of all of it, by the name of their place."""
    reference_id = await story.reference("by_campaign")
    audience = [story.entities["East"]]
    package_id = await story.published(
        "by_campaign", reference_id=reference_id, audience=audience, label=CANARY
    )
    shared_id = await story.published("by_form", available_at=day(20))
    order_id = await story.approved(package_id, "anna", greeting=CANARY)
    other_id = await story.placed(shared_id, "anna", greeting=CANARY)
    requests = [
        request["request_id"]
        for subject in (package_id, order_id, other_id)
        for request in (await story.central.read("/approvals", subject=subject))["items"]
    ]
    children = (await story.central.read(f"/campaigns/{reference_id}/children"))["items"]
    notices = (await story.world.root().read("/notices", limit=200))["items"]
    north = story.people["nils"].id
    return {
        "order_id": {order_id, other_id},
        "package_id": {package_id},
        "request_id": set(requests),
        "campaign_id": {reference_id, *(child["campaign_id"] for child in children)},
        "notice_id": {notice["notice_id"] for notice in notices if notice["person_id"] != north},
        "entity_id": {story.entities["East"]},
        "person_id": {story.people["anna"].id},
    }


def routes(world: World) -> list[tuple[str, str]]:
    """Every method and path below the API."""
    paths = world.product.app.openapi()["paths"]
    return [
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in paths.items()
        if path.startswith("/api/v1") and not path.endswith("/token")
        for method in methods
    ]


@pytest.mark.row("L02", "A07")
async def test_nothing_of_one_entity_reaches_another_by_any_route(story: Story) -> None:
    secrets = await filled(story)
    nils = story.people["nils"]
    hidden = set().union(*(ids for name, ids in secrets.items())) | {CANARY}
    tried = 0
    for method, path in routes(story.world):
        names = PLACE.findall(path)
        ids = secrets.get(names[0], set()) if names else {""}
        for id_ in sorted(ids):
            address = PLACE.sub(lambda _, id_=id_: id_, path, count=1)
            if PLACE.search(address):
                continue
            tried += 1
            if method == "GET":
                answer = await nils.get(address)
            else:
                headers = {"If-Match": '"0"', "Idempotency-Key": str(uuid4())}
                answer = await nils._send(method, address, BODIES.get(path), headers)
                assert answer.status_code in {403, 404, 412, 422} or not names, (method, address, answer.text)
            leaked = {secret for secret in hidden if secret in answer.text and secret != id_}
            assert not leaked, (method, address, answer.text)
            if names and method == "GET":
                assert answer.status_code in {403, 404}, (method, address, answer.text)
    assert tried > 40


@pytest.mark.row("L02")
async def test_what_is_somebody_elses_answers_exactly_like_what_never_was(story: Story) -> None:
    secrets = await filled(story)
    nils = story.people["nils"]
    for method, path in routes(story.world):
        names = PLACE.findall(path)
        if method != "GET" or len(names) != 1 or names[0] not in secrets:
            continue
        theirs = await nils.get(PLACE.sub(min(secrets[names[0]]), path))
        nobodys = await nils.get(PLACE.sub(str(uuid4()), path))
        assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json()), path


@pytest.mark.row("L02")
async def test_no_mail_about_an_entitys_order_goes_to_another_entity(story: Story) -> None:
    await filled(story)
    told = (await story.people["nils"].read("/notices", limit=200))["items"]
    assert told
    assert CANARY not in str(told)
    assert story.entities["East"] not in str(told)

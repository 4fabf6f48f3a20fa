"""The OpenAPI document keeps its word: whatever it allows is answered as it says, and nothing ever fails.

A short run for everybody; a long one with SAMVERKAN_TEST_EXAMPLES=300, each request then a new one.
"""

import json
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from tests.gateway.routes import WORDS, Route
from tests.gateway.shapes import ANYTHING, Shapes
from tests.journeys.story import begin
from tests.world import Person, World, open_world

DOCUMENT: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[2] / "deploy/contract/openapi.json").read_text(encoding="utf-8")
)
ROUTES = [
    Route(method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
EXAMPLES = int(os.environ.get("SAMVERKAN_TEST_EXAMPLES", "6"))
SOME = settings(
    max_examples=EXAMPLES,
    derandomize="SAMVERKAN_TEST_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("description")]


@dataclass(repr=False)
class Stage:
    """A running product with one of each thing in it, who asks it, and what its document allows."""

    world: World
    people: Mapping[str, Person]
    ids: Mapping[str, str]
    shapes: Shapes


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_world(tmp_path_factory.mktemp("described"), requests_per_minute=1_000_000) as world:
        story = await begin(world)
        reference_id = await story.reference("by_campaign")
        package_id = await story.published("by_campaign", reference_id=reference_id)
        order_id = await story.placed(package_id)
        (request,) = (await story.central.read("/approvals", subject=order_id))["items"]
        notice = (await world.root().read("/notices"))["items"][0]
        ids = {
            "campaign_id": reference_id,
            "package_id": package_id,
            "order_id": order_id,
            "request_id": request["request_id"],
            "notice_id": notice["notice_id"],
            "entity_id": story.entities["East"],
            "person_id": story.people["sara"].id,
        }
        people = {"head office": story.central, "an entity": story.people["anna"]}
        yield Stage(world, people, ids, Shapes(DOCUMENT, list(ids.values())))
        await world.settle()
        for desk in world.product.house.desks.values():
            assert await desk.rows("SELECT stream, cause FROM parked") == []


@pytest.mark.parametrize("who", ["head office", "an entity"])
@pytest.mark.parametrize("route", ROUTES, ids=str)
@SOME
@given(data=some.data())
async def test_whatever_is_allowed_is_answered_as_described(
    stage: Stage, route: Route, who: str, data: some.DataObject
) -> None:
    request = data.draw(requests(route, stage), label="request")
    headers = stage.people[who]._headers({"Idempotency-Key": str(uuid4()), **request.pop("headers")})
    answer = await stage.world.client.request(route.method, headers=headers, **request)
    assert wrong_with(route, answer) is None, f"{request} -> {answer.status_code} {answer.text[:500]}"


@some.composite
def requests(draw: some.DrawFn, route: Route, stage: Stage) -> dict[str, Any]:
    """One request to this route: of a thing that there is or of none, with what the document allows or not."""
    path, query = route.path, {}
    for one in route.operation["parameters"]:
        if one.get("in") == "path":
            name = one["name"]
            known = some.just(stage.ids.get(name) or WORDS.get(name) or str(uuid4()))
            value = draw(known | known | some.uuids().map(str) | some.text("aZ0-_å", min_size=1, max_size=9))
            path = path.replace(f"{{{name}}}", value)
        elif one.get("in") == "query" and draw(some.booleans()):
            query[one["name"]] = draw(stage.shapes.of(one["schema"]) | some.text("a1%[]{}å", max_size=9))
    headers = {"If-Match": f'"{draw(some.integers(0, 4))}"'} if draw(some.booleans()) else {}
    sent = {"url": path, "params": {name: _word(value) for name, value in query.items() if value is not None}}
    return {**sent, "headers": headers, **draw(bodies(route, stage))}


@some.composite
def bodies(draw: some.DrawFn, route: Route, stage: Stage) -> dict[str, Any]:
    """Its body in the form that the document names; one of eight is anything at all."""
    content = route.operation.get("requestBody", {}).get("content", {})
    if not content:
        return {}
    ((media_type, how),) = content.items()
    if media_type == "multipart/form-data":
        return {"files": {"file": (draw(some.text(max_size=9)) or "a", draw(some.binary(max_size=200)))}}
    body = draw(ANYTHING if draw(some.integers(0, 7)) == 0 else stage.shapes.of(how["schema"]))
    if media_type == "application/json":
        return {"json": body}
    return {"data": body if isinstance(body, dict) else {}}


def _word(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list) else json.dumps(value).strip('"')


def wrong_with(route: Route, answer: Response) -> str | None:
    """What the document does not say of this answer, or None."""
    described = route.operation["responses"].get(str(answer.status_code))
    if answer.status_code >= 500 or described is None:
        return f"{answer.status_code} is not described"
    content = described.get("content", {})
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if media_type not in content:
        return f"{media_type or 'nothing'} is not described for {answer.status_code}"
    if media_type.endswith("json"):
        schema = {**content[media_type].get("schema", {}), "components": DOCUMENT["components"]}
        return next(
            (error.message for error in Draft202012Validator(schema).iter_errors(answer.json())), None
        )
    return None

"""The OpenAPI document keeps its word: Schemathesis asks for what it allows and what it forbids, and nothing fails.

A short run for everybody; a long one with SAMVERKAN_TEST_EXAMPLES=300, each request then a new one.
"""

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import schemathesis
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from requests import Request
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.gateway.routes import WORDS
from tests.journeys.story import begin
from tests.world import ADDRESS, Person, World, open_world

SCHEMA = schemathesis.openapi.from_path(
    Path(__file__).parents[2] / "deploy/contract/openapi.json",
    config=schemathesis.Config.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": ["4XX"]}}}
    ),
)
ROUTES = [found.ok() for found in SCHEMA.get_all_operations()]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
"""Not `positive_data_acceptance`: rules that no schema can tell may refuse what is well formed."""
SOME = settings(
    max_examples=int(os.environ.get("SAMVERKAN_TEST_EXAMPLES", "4")),
    derandomize="SAMVERKAN_TEST_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("description")]


@dataclass(repr=False)
class Stage:
    """A running product with one of each thing in it, and who asks it."""

    world: World
    people: Mapping[str, Person]
    ids: Mapping[str, str]

    async def answer(self, case: Case) -> Response:
        """What the product says to this very request, byte for byte."""
        sent = Request(**case.as_transport_kwargs(base_url=ADDRESS)).prepare()
        headers = [(name.encode("latin-1"), _bytes(value)) for name, value in sent.headers.items()]
        return await self.world.client.request(sent.method, sent.url, content=sent.body, headers=headers)


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
            "subject_id": package_id,
        }
        schemathesis.openapi.format("uuid", some.sampled_from([*ids.values()]) | some.uuids().map(str))
        people = {
            "head office": story.central,
            "an entity": story.people["anna"],
            "an administrator": world.root(),
        }
        yield Stage(world, people, ids | WORDS)
        await world.settle()
        for desk in world.product.house.desks.values():
            assert await desk.rows("SELECT stream, cause FROM parked") == []


@pytest.mark.parametrize("who", ["head office", "an entity", "an administrator"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.label)
@SOME
@given(data=some.data())
async def test_whatever_is_asked_is_answered_as_described(
    stage: Stage, route: Any, who: str, data: some.DataObject
) -> None:
    case = data.draw(requests(route, stage), label="request")
    case.headers["Authorization"] = stage.people[who]._headers({})["Authorization"]
    # Whatever stands in a form is text: a null that the document forbids there is sent as a text that it allows.
    excluded = [negative_data_rejection] if case.media_type == "multipart/form-data" else []
    case.validate_response(await stage.answer(case), checks=CHECKS, excluded_checks=excluded)


@some.composite
def requests(draw: some.DrawFn, route: Any, stage: Stage) -> Case:
    """One request to this route as the document has it or not, of what there is or of nothing, its key a new one."""
    mode = draw(some.sampled_from(list(GenerationMode)))
    names = [parameter.name for parameter in route.path_parameters]
    known = {name: stage.ids[name] for name in names if name in stage.ids}
    case = draw(route.as_strategy(generation_mode=mode, path_parameters=draw(some.sampled_from([known, {}]))))
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if "If-Match" in case.headers:
        case.headers["If-Match"] = f'"{draw(some.integers(0, 4))}"'
    return case


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")

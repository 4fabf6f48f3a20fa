"""What success looks like is in the OpenAPI document, for every operation; and tests notice where it is not."""

import json
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Request, Response

from tests.described import DOCUMENT, as_described
from tests.journeys.story import begin
from tests.world import ADDRESS, World

JSON = "application/json"
ME = {"person_id": "p", "roles": ["central"], "entity_id": None, "language": "sv"}


def test_every_success_of_every_operation_is_described_by_name() -> None:
    described = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    loose = [
        f"{method.upper()} {path}: {status}"
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and not _named(answer.get("content", {}), described)
    ]
    assert loose == []


def test_no_two_parts_of_the_document_have_one_title() -> None:
    parts = json.loads(DOCUMENT.read_text(encoding="utf-8"))["components"]["schemas"]
    titles = Counter(part["title"] for part in parts.values())
    assert [title for title, times in titles.items() if times > 1] == []


def _named(content: dict[str, Any], described: dict[str, Any]) -> bool:
    """Whether an answer is a file, or each of the resources that it may be says its fields."""
    if JSON not in content:
        return bool(content)
    schema = content[JSON].get("schema", {})
    names = [one.get("$ref", "").rpartition("/")[2] for one in schema.get("anyOf", [schema])]
    return all(described["components"]["schemas"].get(name, {}).get("properties") for name in names)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ME | {"mood": "good"}, "'mood' was unexpected"),
        ({name: ME[name] for name in ME if name != "language"}, '"language" is a required property'),
        (ME | {"entity_id": "East"}, "entity_id"),
        (ME | {"roles": "central"}, "roles"),
    ],
)
async def test_an_answer_that_is_not_as_described_fails_the_test_that_got_it(
    answer: dict[str, Any], said: str
) -> None:
    asked = Request("GET", f"{ADDRESS}/api/v1/me")
    await as_described(Response(200, json=ME, request=asked))
    with pytest.raises(AssertionError, match=said):
        await as_described(Response(200, json=answer, request=asked))
    with pytest.raises(AssertionError, match="201 with application/json is not described"):
        await as_described(Response(201, json=ME, request=asked))
    with pytest.raises(AssertionError, match="200 with text/csv is not described"):
        await as_described(Response(200, text="a,b", headers={"content-type": "text/csv"}, request=asked))


async def test_where_there_was_nothing_to_do_the_answer_is_the_thing_itself_or_that_there_is_none(
    world: World,
) -> None:
    story = await begin(world)
    package_id = await story.published("by_campaign")
    left = await story.central.post(f"/forums/{package_id}/leave", {})
    assert (left.status_code, left.json()["following"]) == (200, False)


async def test_what_never_was_is_not_there_to_be_ended(world: World) -> None:
    root = world.root()
    dismissed = await root.post(f"/deputies/{uuid4()}/dismiss", {"reason": "Back again"})
    erased = await root.delete(f"/people/{uuid4()}")
    assert {dismissed.status_code, erased.status_code} == {404}

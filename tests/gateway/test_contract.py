"""The published contract, served to everybody: what a fact's `ce_dataschema` leads to, and the AsyncAPI document."""

import json
from urllib.parse import urljoin

import jsonschema
import pytest

from shared import contract
from shared.transport.cloudevents import to_message
from tests.facts import one_of_each
from tests.world import ADDRESS, World


async def test_the_schema_of_every_fact_is_served_where_the_fact_says_it_is(world: World) -> None:
    for fact in one_of_each():
        message = to_message(fact, ADDRESS)
        address = dict(message.headers)["ce_dataschema"].decode()
        answer = await world.client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        assert urljoin(ADDRESS, schema["$id"]) == address
        assert schema == contract.for_readers(contract.committed()[f"{fact.type}.v{fact.schema}"])
        jsonschema.validate(json.loads(message.value), schema)


async def test_the_writers_rendering_is_served_beside_it(world: World) -> None:
    for name, schema in contract.committed().items():
        answer = await world.client.get(schema["$id"])
        assert answer.json() == schema, name
        assert schema["additionalProperties"] is False


async def test_the_asyncapi_document_is_served_as_it_is_committed(world: World) -> None:
    answer = await world.client.get("/asyncapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.text == (contract.HOME / contract.ASYNCAPI).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address",
    [
        "/schemas/samverkan.catalog.OrderPlaced/1.json",
        "/schemas/samverkan.ordering.OrderPlaced/2.json",
        "/schemas/samverkan.ordering.OrderPlaced/01.json",
        "/schemas/samverkan.ordering.OrderPlaced/1.reader.json",
        "/schemas/OrderPlaced/1.json",
        "/schemas/..%2f..%2fcontract/burnt.json",
        "/schemas/..%2fburnt.json",
    ],
)
async def test_nothing_else_of_the_disk_is_served(world: World, address: str) -> None:
    answer = await world.client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (404, "request.no-such-page")

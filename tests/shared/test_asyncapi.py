"""The document that tells strangers what is on Kafka."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared import asyncapi, contract
from tests.npm import installed

SCHEMA = Path(__file__).parent.parent / "vendor" / "asyncapi-3.0.0.json"
PARSER = Path(__file__).parent.parent / "asyncapi_parser"
COMMITTED = contract.HOME / contract.ASYNCAPI
PARSE_SECONDS = 60

Parse = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def parse() -> Parse:
    """AsyncAPI's own parser over some files: for each its errors, and how many messages its model has."""
    modules = installed(PARSER)

    def parse(*files: Path) -> list[dict[str, Any]]:
        command = ["node", PARSER / "parse.cjs", *files]
        environ = {**os.environ, "NODE_PATH": str(modules)}
        said = subprocess.run(command, env=environ, capture_output=True, check=True, timeout=PARSE_SECONDS)
        found: list[dict[str, Any]] = json.loads(said.stdout)
        return found

    return parse


def wrong(tmp_path: Path) -> dict[str, Path]:
    """The document with one mistake each: what is wrong → the file."""
    found = {}
    for name in ("action", "reference", "schema"):
        document = asyncapi.document(contract.known())
        operation = next(iter(document["operations"].values()))
        message = document["components"]["messages"]["OrderPlaced.v1"]
        if name == "action":
            operation["action"] = "sned"
        elif name == "reference":
            operation["channel"] = {"$ref": "#/channels/nobody.knows"}
        else:
            message["payload"]["schema"]["type"] = "objekt"
        found[name] = tmp_path / f"{name}.json"
        found[name].write_text(json.dumps(document))
    return found


@pytest.mark.row("J04")
def test_the_official_parser_accepts_the_committed_document_and_no_wrong_one(
    parse: Parse, tmp_path: Path
) -> None:
    mistakes = wrong(tmp_path)
    accepted, *refused = parse(COMMITTED, *mistakes.values())
    assert accepted == {"errors": [], "messages": len(contract.known())}
    for mistake, found in zip(mistakes, refused, strict=True):
        assert found["messages"] is None, mistake
        assert found["errors"], mistake
    assert '"action" property must be equal to one of the allowed values' in refused[0]["errors"][0]


@pytest.mark.row("U02")
def test_the_committed_document_is_that_of_this_code_and_is_asyncapi_3() -> None:
    document = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert document == asyncapi.document(contract.known()), (
        "run `samverkan contract export` and commit asyncapi.json"
    )
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    validator.validate(document)
    document["operations"]["tell-ordering.orders"]["action"] = "sned"
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(document)


def test_every_message_carries_the_schema_for_readers_and_every_topic_its_declaration() -> None:
    schemas = contract.known()
    document = asyncapi.document(schemas)
    messages = document["components"]["messages"]
    assert messages.keys() == schemas.keys()
    for name, message in messages.items():
        reader = contract.for_readers(schemas[name])
        assert message["payload"]["schema"].items() <= reader.items()
    orders = document["channels"]["samverkan.ordering.orders"]["bindings"]["kafka"]
    assert (orders["partitions"], orders["topicConfiguration"]) == (
        12,
        {"cleanup.policy": ["delete"], "retention.ms": -1},
    )


def test_an_older_version_of_an_event_is_told_of_as_long_as_facts_of_it_are_there() -> None:
    schemas = contract.known()
    document = asyncapi.document({**schemas, "OrderPlaced.v2": schemas["OrderPlaced.v1"]})
    told = document["channels"]["samverkan.ordering.orders"]["messages"]
    assert {"OrderPlaced.v1", "OrderPlaced.v2"} <= told.keys()
    assert document["components"]["messages"]["OrderPlaced.v2"]["name"] == "samverkan.ordering.OrderPlaced.v2"

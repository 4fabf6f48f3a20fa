"""The document that tells strangers what is on Kafka."""

import json
from pathlib import Path

import jsonschema
import pytest

from shared import asyncapi
from shared.contracts.registry import EVENTS

SCHEMA = Path(__file__).parent.parent / "vendor" / "asyncapi-3.0.0.json"


@pytest.mark.row("J04", "U02")
def test_the_committed_document_is_that_of_this_code_and_is_asyncapi_3() -> None:
    document = json.loads(asyncapi.FILE.read_text(encoding="utf-8"))
    assert document == asyncapi.document()
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
    assert len(document["components"]["messages"]) == len(EVENTS)


def test_a_wrong_word_in_the_document_would_be_seen() -> None:
    document = asyncapi.document()
    next(iter(document["operations"].values()))["action"] = "sned"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)

"""The published documents are those of this code."""

import json

from services.cli import bus


def test_the_committed_openapi_document_is_that_of_this_code() -> None:
    assert json.loads(bus.OPENAPI.read_text(encoding="utf-8")) == json.loads(json.dumps(bus.openapi()))

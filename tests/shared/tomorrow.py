"""Facts as a later version of our own code may state them without a new schema version."""

import json
from typing import Any

import jsonschema

from shared.gate import Schema
from tests.shared.make_golden import FOLDER


def golden(name: str) -> dict[str, Any]:
    """A stored fact of this version with every field that it had from its beginning."""
    fact: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return fact


def of_tomorrow(value: Any, schema: Schema, *, values: bool) -> Any:
    """The fact as a later writer may state it: a new field in every part, and a new value of every enum if wanted."""
    if "anyOf" in schema:
        schema = next(
            part for part in schema["anyOf"] if jsonschema.Draft202012Validator(part).is_valid(value)
        )
    if "enum" in schema and values:
        return "of-tomorrow"
    if "properties" in schema:
        known = {
            name: of_tomorrow(part, schema["properties"][name], values=values) for name, part in value.items()
        }
        return {**known, "field_of_tomorrow": [1]}
    if isinstance(value, list):
        return [of_tomorrow(part, schema["items"], values=values) for part in value]
    if isinstance(value, dict):
        inside = schema["additionalProperties"]
        return {name: of_tomorrow(part, inside, values=values) for name, part in value.items()}
    return value

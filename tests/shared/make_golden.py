"""Writes a golden file for every event version that has none yet: `python -m tests.shared.make_golden`.

A golden file is what a store may hold from that day on. It is never edited, and never made anew.
"""

from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import orjson
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.contracts.registry import EVENTS
from shared.kernel.ids import derive
from tests.world import MONDAY

FOLDER = Path(__file__).with_name("golden")
REVIEWER = "person:00000000-0000-4000-8000-000000000001"
TEXTS = {"reviewers": REVIEWER, "to": REVIEWER, "escalate_to": REVIEWER, "name": "greeting"}


def example(event: type[BaseModel]) -> BaseModel:
    """The event with every field given, the same each time."""
    return event.model_validate({name: _value(name, field) for name, field in event.model_fields.items()})


def _value(name: str, field: FieldInfo) -> Any:
    return _of(name, field.annotation)


def _of(name: str, kind: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _of(name, parts[0])
    if origin is Literal:
        return parts[0]
    if origin in {Union, UnionType}:
        return _of(name, next(part for part in parts if part is not NoneType))
    if origin is tuple:
        return (_of(name, parts[0]),)
    if origin is dict:
        return {"greeting": _of(name, parts[1])}
    if hasattr(kind, "__supertype__"):
        return _of(name, kind.__supertype__)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {part: _value(part, field) for part, field in kind.model_fields.items()}
    texts = TEXTS.get(name, f"{name} åäö")
    plain = {UUID: derive("golden", name), int: 7, float: 7.5, bool: True, datetime: MONDAY, str: texts}
    return plain.get(kind, MONDAY if "atetime" in str(kind) else None)


def main() -> None:
    """Write what is missing."""
    for name, event in EVENTS.items():
        path = FOLDER / f"{name}.v{event.schema_version}.json"
        if not path.exists():
            path.write_bytes(
                orjson.dumps(orjson.loads(example(event).model_dump_json()), option=orjson.OPT_INDENT_2)
            )


if __name__ == "__main__":
    main()

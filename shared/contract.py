"""The published contract: a JSON Schema per event version, in two renderings, and all files of `deploy/contract`.

The writer's schema is closed: it names every field that a fact can have, and the gate judges changes by it.
The reader's is open: a subscriber that keeps to it ignores fields and enum values that it does not know yet.
"""

import json
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

from shared import gate
from shared.contracts.registry import EVENTS, OWNERS
from shared.contracts.upcasts import UPCASTS
from shared.gate import Schema
from shared.kernel.message import Event

HOME = Path(__file__).parent.parent / "deploy" / "contract"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAY_GROW = "May grow: the examples are all values that there are today, and readers meet new ones."
BURNT = "burnt.json"
ASYNCAPI = "asyncapi.json"

Events = Mapping[str, type[Event]]


def schemas(events: Events = EVENTS) -> dict[str, Schema]:
    """`OrderPlaced.v1` → the writer's schema, for the newest version of every event."""
    return {f"{name}.v{event.schema_version}": schema_of(event) for name, event in sorted(events.items())}


def schema_of(event: type[Event]) -> Schema:
    """One event's schema as its writer keeps to it: all its parts in it, closed at every level."""
    raw = event.model_json_schema()
    whole = _whole(raw, raw.pop("$defs", {}))
    address = f"/schemas/{type_of(event)}/{event.schema_version}.writer.json"
    return {"$schema": DIALECT, "$id": address, **whole}


def type_of(event: type[Event]) -> str:
    """`samverkan.ordering.OrderPlaced`, as CloudEvents names it but for the version. An owner may be a folder."""
    owner = next(owner for owner in OWNERS if f"{event.__module__}.".startswith(f"{owner.__name__}."))
    return f"samverkan.{owner.__name__.rsplit('.', 1)[-1]}.{event.__name__}"


def for_readers(writer: Schema) -> Schema:
    """The same schema as a subscriber should use it. Its `$id` is what `ce_dataschema` leads to."""
    return {**_opened(writer), "$id": writer["$id"].replace(".writer.json", ".json")}


def known(home: Path = HOME, events: Events = EVENTS) -> dict[str, Schema]:
    """The writer's schema of every version in which facts are stored and told: this code's, and older ones."""
    return committed(home) | schemas(events)


def committed(home: Path = HOME) -> dict[str, Schema]:
    """The writers' schemas as they were last agreed on."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(home.glob("writer/*.json"))
    }


def burnt(home: Path = HOME) -> dict[str, list[str]]:
    """Event name → fields that may never be used again."""
    found: dict[str, list[str]] = json.loads((home / BURNT).read_text(encoding="utf-8"))
    return found


def broken(
    home: Path = HOME, events: Events = EVENTS, upcasts: Container[tuple[str, int]] = UPCASTS
) -> list[str]:
    """What in this code would break who reads our events, one sentence each."""
    was = committed(home)
    return list(gate.breaking(was, schemas(events), gate.removed(was, burnt(home)), upcasts))


def documents(home: Path = HOME, events: Events = EVENTS) -> dict[str, Any]:
    """File below `deploy/contract` → what it holds: both renderings of every version, and the burnt names."""
    writers = known(home, events)
    return {
        **{f"writer/{name}.json": schema for name, schema in writers.items()},
        **{f"reader/{name}.json": for_readers(schema) for name, schema in writers.items()},
        BURNT: gate.removed(writers, burnt(home)),
    }


def stale(found: Mapping[str, Any], home: Path = HOME) -> list[str]:
    """The files that do not hold what they should."""
    paths = {name: home / name for name in found}
    return [
        name
        for name, path in paths.items()
        if not path.exists() or path.read_text(encoding="utf-8") != _text(found[name])
    ]


def write(found: Mapping[str, Any], home: Path = HOME) -> list[str]:
    """Write them; the names of those that are new or different."""
    changed = stale(found, home)
    for name in changed:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(_text(found[name]), encoding="utf-8")
    return changed


def served(home: Path = HOME) -> dict[str, Path]:
    """Address → the committed file whose `$id` it is: `/schemas/samverkan.ordering.OrderPlaced/1.json`."""
    found = {}
    for rendering, suffix in (("reader", ".json"), ("writer", ".writer.json")):
        for path in home.glob(f"{rendering}/*.json"):
            event, version = gate.parted(path.stem)
            found[f"/schemas/{type_of(EVENTS[event])}/{version}{suffix}"] = path
    return found


def _text(document: Any) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _whole(schema: Schema, parts: Mapping[str, Schema]) -> Schema:
    """The schema with its references put in place and its objects closed."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        beside = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        return {**_whole(parts[name], parts), **beside}
    found = _within(schema, lambda part: _whole(part, parts))
    if "properties" in found:
        found["additionalProperties"] = False
    if "const" in found:  # a Literal of one value, which may gain others as any enum
        found["enum"] = [found.pop("const")]
    return found


def _opened(schema: Schema) -> Schema:
    """What keeps out new fields and new values is taken away; the values there are today stay as examples."""
    found = _within(schema, _opened)
    if found.get("additionalProperties") is False:
        del found["additionalProperties"]
    if "enum" in found:
        found["examples"] = found.pop("enum")
        found["description"] = f"{found['description']}\n\n{MAY_GROW}" if "description" in found else MAY_GROW
    return found


def _within(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """A copy of a schema in which this was done to each schema right within it."""
    found = dict(schema)
    for keyword in {"items", "additionalProperties"} & schema.keys():
        found[keyword] = change(schema[keyword]) if isinstance(schema[keyword], dict) else schema[keyword]
    for keyword in {"anyOf", "oneOf", "prefixItems"} & schema.keys():
        found[keyword] = [change(part) for part in schema[keyword]]
    if "properties" in schema:
        found["properties"] = {name: change(part) for name, part in schema["properties"].items()}
    return found

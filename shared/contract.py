"""The published contract: a JSON Schema per event version, and the gate that no reader is broken by a change.

The gate is FULL_TRANSITIVE: unknown subscribers can be neither upgraded first nor last, so between any two
versions of a schema only optional fields may be added. Anything else is a new schema version with an upcast.
A name that was ever removed is burnt: it never comes back with another meaning.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.contracts.registry import EVENTS, OWNERS
from shared.kernel.message import Event

Schema = dict[str, Any]
FOLDER = Path(__file__).parent.parent / "deploy" / "contract" / "events"
BURNT = FOLDER.parent / "burnt.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FREE_TO_CHANGE = {"title", "description", "default", "examples", "$id", "$schema"}


def schemas(events: Mapping[str, type[Event]] = EVENTS) -> dict[str, Schema]:
    """`OrderPlaced.v1` → its schema as the writer keeps to it: closed, every field known."""
    return {f"{name}.v{event.schema_version}": schema_of(event) for name, event in sorted(events.items())}


def schema_of(event: type[Event]) -> Schema:
    """One event's schema with all its parts in it, closed at every level."""
    raw = event.model_json_schema()
    whole = _whole(raw, raw.pop("$defs", {}))
    return {"$schema": DIALECT, "$id": f"/schemas/{type_of(event)}/{event.schema_version}.json", **whole}


def type_of(event: type[Event]) -> str:
    """`samverkan.ordering.OrderPlaced`, as CloudEvents names it but for the version."""
    owner = next(owner for owner in OWNERS if owner.__name__ == event.__module__)
    return f"samverkan.{owner.__name__.rsplit('.', 1)[-1]}.{event.__name__}"


def open_for_readers(schema: Schema) -> Schema:
    """The same schema as a subscriber should use it: what it does not know yet is ignored."""
    found = copy.deepcopy(schema)
    for part in _objects(found):
        part.pop("additionalProperties", None)
    return found


def breaking(
    old: Mapping[str, Schema], new: Mapping[str, Schema], burnt: Mapping[str, list[str]]
) -> Iterator[str]:
    """One sentence for every change between two contracts that would break a reader or a replay."""
    for name, was in old.items():
        if name not in new:
            yield f"{name}: the event version is gone; stored facts of it could not be told any more"
            continue
        yield from _changes(name, "", was, new[name])
    for name, schema in new.items():
        for field in burnt.get(name.split(".")[0], []):
            if field in schema.get("properties", {}):
                yield f"{name}: field {field!r} is burnt; it once meant something else and may not return"


def committed(folder: Path = FOLDER) -> dict[str, Schema]:
    """The contract as it was last agreed on."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def burnt_names(path: Path = BURNT) -> dict[str, list[str]]:
    """Event name → field names that may never be used again."""
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def export(folder: Path = FOLDER) -> list[str]:
    """Write the contract of this code; the names of the files that are new or different."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, schema in schemas().items():
        path = folder / f"{name}.json"
        text = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path.name)
    return changed


def check(folder: Path = FOLDER) -> list[str]:
    """What is wrong with this code's contract against the committed one: breaks first, then what is not exported."""
    was, now = committed(folder), schemas()
    found = list(breaking(was, now, burnt_names()))
    if not found and was != now:
        stale = sorted(name for name in now if was.get(name) != now[name])
        found = [f"{name}: not exported; run `samverkan contract export` and commit it" for name in stale]
    return found


def _changes(event: str, path: str, was: Schema, now: Schema) -> Iterator[str]:
    """Compare two schemas of one place; `path` is the field as people would say it."""
    said = f"field {path!r}" if path else "the event"
    if "properties" in was and "properties" in now:
        yield from _field_changes(event, path, was, now)
    elif isinstance(was.get("items"), dict) and isinstance(now.get("items"), dict):
        yield from _changes(event, f"{path}[]", was["items"], now["items"])
    if gone := set(was.get("enum", [])) - set(now.get("enum", [])):
        yield f"{event}: {said} lost the value(s) {', '.join(map(str, sorted(gone)))}"
    compared = (set(was) | set(now)) - FREE_TO_CHANGE - {"properties", "required", "items", "enum"}
    for keyword in sorted(compared):
        if was.get(keyword) != now.get(keyword):
            yield f"{event}: {said} changed its {keyword} from {was.get(keyword)} to {now.get(keyword)}"


def _field_changes(event: str, path: str, was: Schema, now: Schema) -> Iterator[str]:
    needed_before, needed_now = set(was.get("required", [])), set(now.get("required", []))
    for name, before in was["properties"].items():
        place = f"{path}.{name}" if path else name
        if name not in now["properties"]:
            yield f"{event}: field {place!r} was removed"
            continue
        if name in needed_now - needed_before:
            yield f"{event}: field {place!r} became required; facts stored without it could not be read"
        if name in needed_before - needed_now:
            yield f"{event}: field {place!r} became optional; readers rely on it"
        yield from _changes(event, place, before, now["properties"][name])
    for name in now["properties"]:
        if name not in was["properties"] and name in needed_now:
            place = f"{path}.{name}" if path else name
            yield f"{event}: new field {place!r} is required; give it a default"


def _whole(part: Any, parts: Mapping[str, Schema]) -> Any:
    """The schema with its references put in place and its objects closed."""
    if isinstance(part, list):
        return [_whole(one, parts) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        return {**_whole(parts[name], parts), **{k: v for k, v in part.items() if k != "$ref"}}
    found = {key: _whole(value, parts) for key, value in part.items()}
    if found.get("type") == "object" and "properties" in found:
        found["additionalProperties"] = False
    return found


def _objects(part: Any) -> Iterator[Schema]:
    if isinstance(part, list):
        for one in part:
            yield from _objects(one)
    elif isinstance(part, dict):
        if part.get("type") == "object" and "properties" in part:
            yield part
        for one in part.values():
            yield from _objects(one)

"""What a change of an event's schema would break, said as sentences that name the event and the field.

FULL_TRANSITIVE: readers that nobody knows can be upgraded neither first nor last, and facts are kept for ever. So
between any two contracts an event version may only gain optional fields with a default, and an enum may gain
values. Every step only adds; hence what agrees with the last contract agrees with all before it.

Judged on the writer's schemas, which are closed: in an open one a new field might have been there before, with
another type. `field[]` is an item of a list, `field.*` a value of a map.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Any

Schema = dict[str, Any]
Schemas = Mapping[str, Schema]
"""By name and version: `OrderPlaced.v1`."""
Burnt = Mapping[str, list[str]]
"""Event name → fields that were removed and never come back."""

WORDS_ONLY = {"title", "description", "examples"}
PARTS = {"items": "[]", "additionalProperties": ".*"}
LOOKED_INTO = WORDS_ONLY | PARTS.keys() | {"type", "anyOf", "properties", "required", "enum", "default"}


def breaking(was: Schemas, now: Schemas, burnt: Burnt, upcasts: Container[tuple[str, int]]) -> Iterator[str]:
    """One sentence for every break: `was` is what was agreed on, `now` the newest version of each event in the code.

    `upcasts` are the steps there are, as (event name, version that it starts from).
    """
    newest = dict(map(parted, now))
    for name in was:
        event, version = parted(name)
        if name in now:
            yield from _changes(name, "", was[name], now[name])
        elif version > newest.get(event, 0):
            yield f"{name}: the event is gone; stored facts of it could be neither read nor told"
    for name in now:
        event, version = parted(name)
        for older in range(1, version):
            if f"{event}.v{older}" not in was:
                yield f"{event}.v{older}: its schema is gone; facts of it are still stored and told"
            if (event, older) not in upcasts:
                yield f"{event}.v{older}: no upcast leads from it to v{older + 1}; stored facts of it could not be read"
        gone = set(burnt.get(event, ()))
        for field in fields(now[name]):
            if field in gone:
                yield f"{name}: field {field!r} is burnt; it once meant something else and may not return"


def removed(known: Schemas, burnt: Burnt) -> dict[str, list[str]]:
    """The burnt names, and with them every field that some version has and a later one of the same event has not."""
    found = {event: set(names) for event, names in burnt.items()}
    for name in known:
        event, version = parted(name)
        if before := known.get(f"{event}.v{version - 1}"):
            lost = set(fields(before)) - set(fields(known[name]))
            found.setdefault(event, set()).update(field for field in lost if not _inside(field, lost))
    return {event: sorted(names) for event, names in sorted(found.items()) if names}


def parted(name: str) -> tuple[str, int]:
    """`OrderPlaced.v2` → OrderPlaced and 2."""
    event, _, version = name.rpartition(".v")
    return event, int(version)


def fields(schema: Schema, path: str = "") -> Iterator[str]:
    """Every field of a schema, also those within fields."""
    for name, part in schema.get("properties", {}).items():
        place = _place(path, name)
        yield place
        yield from fields(part, place)
    for part in schema.get("anyOf", ()):
        yield from fields(part, path)
    for keyword, suffix in PARTS.items():
        if isinstance(schema.get(keyword), dict):
            yield from fields(schema[keyword], path + suffix)


def _inside(field: str, others: set[str]) -> bool:
    return any(field != other and field.startswith((f"{other}.", f"{other}[]")) for other in others)


def _changes(event: str, path: str, was: Schema, now: Schema) -> Iterator[str]:
    """Compare two schemas of one place; `path` is the field as people would say it."""
    said = f"{event}: field {path!r}" if path else f"{event}: the event"
    if _kind(was) != _kind(now):
        yield f"{said} changed its type from {_kind(was)} to {_kind(now)}"
        return
    yield from _field_changes(event, path, was, now)
    for before, after in zip(_alternatives(was), _alternatives(now), strict=True):
        yield from _changes(event, path, before, after)
    for keyword, suffix in PARTS.items():
        old, new = was.get(keyword), now.get(keyword)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changes(event, path + suffix, old, new)
        elif old != new:
            yield f"{said} changed its {keyword} from {old} to {new}"
    yield from (f"{said} {what}" for what in _value_changes(was, now))


def _field_changes(event: str, path: str, was: Schema, now: Schema) -> Iterator[str]:
    before, after = was.get("properties", {}), now.get("properties", {})
    needed_before, needed_now = set(was.get("required", ())), set(now.get("required", ()))
    for name in before:
        place = _place(path, name)
        if name not in after:
            yield f"{event}: field {place!r} was removed"
            continue
        if name in needed_now - needed_before:
            yield f"{event}: field {place!r} became required; facts stored without it could not be read"
        if name in needed_before - needed_now:
            yield f"{event}: field {place!r} became optional; readers rely on it"
        yield from _changes(event, place, before[name], after[name])
    for name in after:
        if name not in before and (name in needed_now or "default" not in after[name]):
            yield f"{event}: new field {_place(path, name)!r} has no default; facts stored before it could not be read"


def _value_changes(was: Schema, now: Schema) -> Iterator[str]:
    """What became of the values that a field may have."""
    before, after = set(was.get("enum", ())), set(now.get("enum", ()))
    if after and not before:
        yield f"takes only {_listed(after)} now; stored facts may hold others"
    elif gone := before - after:
        yield f"lost the value(s) {_listed(gone)}"
    if "default" in was and "default" in now and not _same_default(was["default"], now["default"]):
        yield "changed its default; facts stored without it would say something else"
    for keyword in sorted((set(was) | set(now)) - LOOKED_INTO):
        if was.get(keyword) != now.get(keyword):
            yield f"changed its {keyword} from {was.get(keyword)} to {now.get(keyword)}"


def _same_default(was: Any, now: Any) -> bool:
    """True if nothing in it changed; a default that is a part of several fields grows with its part."""
    if isinstance(was, dict) and isinstance(now, dict):
        return all(name in now and _same_default(was[name], now[name]) for name in was)
    return bool(was == now)


def _kind(schema: Schema) -> str:
    """`string`, or `integer or null`."""
    return " or ".join(map(_kind, _alternatives(schema))) or str(schema.get("type", "anything"))


def _alternatives(schema: Schema) -> list[Schema]:
    return sorted(schema.get("anyOf", ()), key=_kind)


def _listed(values: set[Any]) -> str:
    return ", ".join(sorted(map(str, values)))


def _place(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name

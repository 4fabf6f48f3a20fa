"""Entities from a sheet: new ones are registered, those of the same name get the contact data that the sheet gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from services.catalog.deciders.entity import EntityCommand, RegisterEntity, ReviseEntityDetails
from shared.contracts.catalog import EntityLevel
from shared.kernel.ids import EntityId, derive
from shared.kernel.projection import Row
from shared.web.caller import Caller
from shared.web.filled_sheets import Fault, Line, Lines

COLUMNS = ("label", "level", "parent", "origin", "phone", "fax")
NEEDED = ("label",)
CONTACT = ("label", "origin", "phone", "fax")


@dataclass(frozen=True, slots=True)
class Place:
    """An entity that a row can name: its id, and what a row may not change of it (None where it is new)."""

    entity_id: EntityId
    known: Row | None = None


def read_entities(
    lines: Lines, rows: Sequence[Row], caller: Caller
) -> tuple[Sequence[EntityCommand], Sequence[Fault]]:
    """One command per row, and everything that is wrong. `rows` are the open entities; a parent may stand above."""
    places = _places(rows)
    seen: set[str] = set()
    commands: list[EntityCommand] = []
    faults: list[Fault] = []
    for number, line in lines:
        name = line["label"].casefold()
        if name in seen:
            faults.append(Fault(number, "label", "sheet-entity.twice"))
        seen.add(name)
        faults += _wrong(number, line, places)
        parent = next(iter(places.get(line["parent"].casefold(), ())), None)
        place = places.setdefault(
            name, [Place(EntityId(derive("entity", caller.command_id, line["label"])))]
        )[0]
        commands.append(_command(line, place, parent, caller))
    return commands, faults


def _places(rows: Iterable[Row]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for row in rows:
        place = Place(EntityId(UUID(row["entity_id"])), row)
        found.setdefault(row["label"].casefold(), []).append(place)
    return found


def _command(line: Line, place: Place, parent: Place | None, caller: Caller) -> EntityCommand:
    asks = caller.asks() | {"id": derive("row", caller.command_id, place.entity_id)}
    contact = {name: line[name] for name in CONTACT}
    if place.known is not None:
        kept = {name: contact[name] or place.known[name] for name in CONTACT}
        return ReviseEntityDetails(**asks, entity_id=place.entity_id, **kept)
    level: Any = line["level"] if line["level"] in get_args(EntityLevel) else "local"
    return RegisterEntity(
        **asks,
        entity_id=place.entity_id,
        level=level,
        parent_id=parent.entity_id if parent else None,
        parent_known=parent is not None,
        **contact,
    )


def _wrong(number: int, line: Line, places: Mapping[str, Sequence[Place]]) -> Iterable[Fault]:
    levels = get_args(EntityLevel)
    if line["level"] and line["level"] not in levels:
        yield Fault(number, "level", "sheet-entity.level-unknown", {"known": ", ".join(levels)})
    parents = places.get(line["parent"].casefold(), ()) if line["parent"] else ()
    if line["parent"] and len(parents) != 1:
        code = "sheet-entity.parent-ambiguous" if parents else "sheet-entity.parent-unknown"
        yield Fault(number, "parent", code)
    namesakes = places.get(line["label"].casefold(), ())
    if len(namesakes) > 1:
        yield Fault(number, "label", "sheet-entity.label-ambiguous", {"count": len(namesakes)})
        return
    for place in namesakes:
        known = place.known or {}
        if known and line["level"] and line["level"] != known["level"]:
            yield Fault(number, "level", "sheet-entity.fixed")
        if known and len(parents) == 1 and str(parents[0].entity_id) != known["parent_id"]:
            yield Fault(number, "parent", "sheet-entity.fixed")

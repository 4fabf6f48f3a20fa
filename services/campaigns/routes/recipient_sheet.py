"""Recipients from a sheet: each falls to an entity, and the same sheet twice is the same people."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.kernel.ids import derive
from shared.kernel.projection import Row
from shared.web.filled_sheets import Fault, Line, Lines

COLUMNS = ("recipient_id", "entity_id", "origin", "name", "email", "birth_year", "city", "channel")
NEEDED = ("name", "email")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
RECIPIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
YEAR = re.compile(r"(189\d|19\d\d|20\d\d)")
Recipient = dict[str, Any]
"""A row as the table of recipients has it."""


def read_recipients(lines: Lines, entities: Sequence[Row]) -> tuple[Sequence[Recipient], Sequence[Fault]]:
    """One recipient per row, and everything that is wrong.

    A recipient falls to the entity that its row names, or whose origin it has. Without a recipient_id, it
    has one that follows from its entity and address.
    """
    known = {row["entity_id"] for row in entities}
    by_origin: dict[str, list[str]] = {}
    for row in entities:
        by_origin.setdefault(row["origin"], []).append(row["entity_id"])
    found: dict[str, Recipient] = {}
    faults: list[Fault] = []
    for number, line in lines:
        faults += [*_wrong(number, line), *_wrong_entity(number, line, known, by_origin)]
        recipient = _settled(line, by_origin)
        if recipient["recipient_id"] in found:
            faults.append(Fault(number, "row", "sheet-recipient.twice"))
        found[recipient["recipient_id"]] = recipient
    return list(found.values()), faults


def _settled(line: Line, by_origin: Mapping[str, Sequence[str]]) -> Recipient:
    entity_id = line["entity_id"].lower() or next(iter(by_origin.get(line["origin"], ())), "")
    return {
        **line,
        "entity_id": entity_id,
        "recipient_id": line["recipient_id"] or str(derive("recipient", entity_id, line["email"].lower())),
        "birth_year": int(line["birth_year"]) if YEAR.fullmatch(line["birth_year"]) else None,
        "channel": line["channel"] or "email",
    }


def _wrong(number: int, line: Line) -> Iterable[Fault]:
    if line["email"] and not ADDRESS.fullmatch(line["email"]):
        yield Fault(number, "email", "sheet-recipient.address-wrong")
    if line["recipient_id"] and not RECIPIENT_ID.fullmatch(line["recipient_id"]):
        yield Fault(number, "recipient_id", "sheet-recipient.id-wrong")
    if line["birth_year"] and not YEAR.fullmatch(line["birth_year"]):
        yield Fault(number, "birth_year", "sheet-recipient.year-wrong")


def _wrong_entity(
    number: int, line: Line, known: set[str], by_origin: Mapping[str, Sequence[str]]
) -> Iterable[Fault]:
    if line["entity_id"]:
        if line["entity_id"].lower() not in known:
            yield Fault(number, "entity_id", "sheet-recipient.entity-unknown")
        return
    found = by_origin.get(line["origin"], ()) if line["origin"] else ()
    if len(found) != 1:
        yield Fault(number, "origin", f"sheet-recipient.origin-{'ambiguous' if found else 'unknown'}")

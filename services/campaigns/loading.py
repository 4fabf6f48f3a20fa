"""Recipients from a file: read with every problem listed, stored all at once."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.campaigns.projections.recipients import PUT
from shared.kernel.ids import derive
from shared.kernel.projection import Row
from shared.runtime.host import Desk

COLUMNS = ("recipient_id", "entity_id", "origin", "name", "email", "birth_year", "city", "channel")
NEEDED = ("name", "email")
MORE = "more"
"""Where DictReader is to put the cells for which the header has no column."""
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
RECIPIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
YEAR = re.compile(r"(189\d|19\d\d|20\d\d)")

Problem = dict[str, Any]
Line = Mapping[str, str]


def read_recipients(raw: bytes, entities: Sequence[Row]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of a CSV file and what is wrong with them, by row (the first below the header is 1) and column.

    A recipient falls to the entity that its row names, or whose origin it has. Without a recipient_id, it
    has one that follows from its entity and address, so that the same file twice is the same people.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [_problem(0, "file", "this is not UTF-8")]
    if "\0" in text:
        return [], [_problem(0, "file", "this is no text")]
    try:
        sheet = csv.DictReader(io.StringIO(text, newline=""), restkey=MORE, dialect=_dialect(text))
        problems = _wrong_header(sheet.fieldnames or ())
        return ([], problems) if problems else _read(list(sheet), entities)
    except csv.Error as error:
        return [], [_problem(0, "file", f"this cannot be read as CSV: {error}")]


async def load_recipients(here: Desk, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows with the columns of the table, all of them or none."""
    await here.db.commit([(PUT, row) for row in rows])


def _read(lines: Sequence[Mapping[str, Any]], entities: Sequence[Row]) -> tuple[list[Any], list[Problem]]:
    known = {row["entity_id"] for row in entities}
    by_origin: dict[str, list[str]] = {}
    for row in entities:
        by_origin.setdefault(row["origin"], []).append(row["entity_id"])
    rows: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        found = {name: (line.get(name) or "").strip() for name in COLUMNS}
        problems += _wrong(number, found) + _wrong_entity(number, found, known, by_origin)
        if line.get(MORE):
            problems.append(_problem(number, "row", "has more cells than the header"))
        settled = _settled(found, by_origin)
        if settled["recipient_id"] in rows:
            problems.append(_problem(number, "row", "the same recipient stands above"))
        rows[settled["recipient_id"]] = settled
    return list(rows.values()), problems


def _settled(found: Line, by_origin: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The row as the table has it."""
    entity_id = found["entity_id"].lower() or next(iter(by_origin.get(found["origin"], ())), "")
    return {
        **found,
        "entity_id": entity_id,
        "recipient_id": found["recipient_id"] or str(derive("recipient", entity_id, found["email"].lower())),
        "birth_year": int(found["birth_year"]) if YEAR.fullmatch(found["birth_year"]) else None,
        "channel": found["channel"] or "email",
    }


def _wrong_header(names: Sequence[str]) -> list[Problem]:
    known = ", ".join(COLUMNS)
    found = [_problem(0, name, f"unknown column; known are {known}") for name in names if name not in COLUMNS]
    found += [_problem(0, name, "column is missing") for name in NEEDED if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    return found + [_problem(0, name, "column is there twice") for name in twice]


def _wrong(number: int, row: Line) -> list[Problem]:
    found = [_problem(number, name, "is missing") for name in NEEDED if not row[name]]
    if row["email"] and not ADDRESS.fullmatch(row["email"]):
        found.append(_problem(number, "email", "is no address"))
    if row["recipient_id"] and not RECIPIENT_ID.fullmatch(row["recipient_id"]):
        found.append(
            _problem(number, "recipient_id", "has other signs than letters, digits, dot, dash, line")
        )
    if row["birth_year"] and not YEAR.fullmatch(row["birth_year"]):
        found.append(_problem(number, "birth_year", "is no year"))
    return found


def _wrong_entity(
    number: int, row: Line, known: set[str], by_origin: Mapping[str, Sequence[str]]
) -> list[Problem]:
    if row["entity_id"]:
        there = row["entity_id"].lower() in known
        return [] if there else [_problem(number, "entity_id", "no such entity")]
    found = by_origin.get(row["origin"], ()) if row["origin"] else ()
    if len(found) == 1:
        return []
    what = "belongs to several entities" if found else "belongs to no entity"
    return [_problem(number, "origin", f"{what}; give entity_id or a known origin")]


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, or the semicolon that Swedish spreadsheets write."""
    header = text.split("\n", 1)[0]
    return _Semicolon if header.count(";") > header.count(",") else csv.excel


class _Semicolon(csv.excel):
    delimiter = ";"


def _problem(row: int, column: str, what: str) -> Problem:
    return {"row": row, "column": column, "problem": what}

"""Recipients from a file: read with every problem listed, stored all at once."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from services.campaigns.projections.recipients import PUT
from shared.kernel.ids import derive
from shared.kernel.projection import Row
from shared.runtime.host import Desk

COLUMNS = ("recipient_id", "entity_id", "origin", "name", "email", "birth_year", "city", "channel")
NEEDED = ("name", "email")
CHUNK = 5000
YEARS = range(1890, 2100)

Problem = dict[str, Any]


def read_recipients(raw: bytes, entities: Sequence[Row]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of a CSV file and what is wrong with them, by row (the first below the header is 1) and column.

    A recipient falls to the entity that its row names, or whose origin it has. Without a recipient_id, it
    has one that follows from its entity and address, so that the same file twice is the same people.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [_problem(0, "file", "this is not UTF-8")]
    sheet = csv.DictReader(io.StringIO(text), dialect=_dialect(text))
    unknown = [name for name in sheet.fieldnames or () if name not in COLUMNS]
    problems = [_problem(0, name, f"unknown column; known are {', '.join(COLUMNS)}") for name in unknown]
    problems += [
        _problem(0, name, "column is missing") for name in NEEDED if name not in (sheet.fieldnames or ())
    ]
    if problems:
        return [], problems
    by_origin = {row["origin"]: row["entity_id"] for row in entities if row["origin"]}
    known = {row["entity_id"] for row in entities}
    rows = []
    for number, line in enumerate(sheet, start=1):
        found = {name: (line.get(name) or "").strip() for name in COLUMNS}
        problems += _wrong(number, found, known, by_origin)
        entity_id = found["entity_id"] or by_origin.get(found["origin"], "")
        found["recipient_id"] = found["recipient_id"] or str(
            derive("recipient", entity_id, found["email"].lower())
        )
        year = int(found["birth_year"]) if found["birth_year"].isdigit() else None
        rows.append(
            found | {"entity_id": entity_id, "birth_year": year, "channel": found["channel"] or "email"}
        )
    return rows, problems


async def load_recipients(here: Desk, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows with the columns of the table, as few commits as may be."""
    for start in range(0, len(rows), CHUNK):
        await here.db.commit([(PUT, row) for row in rows[start : start + CHUNK]])


def _wrong(
    number: int, row: Mapping[str, str], known: set[str], by_origin: Mapping[str, str]
) -> list[Problem]:
    found = [_problem(number, name, "is missing") for name in NEEDED if not row[name]]
    if row["email"] and "@" not in row["email"]:
        found.append(_problem(number, "email", "is no address"))
    if row["entity_id"] and row["entity_id"] not in known:
        found.append(_problem(number, "entity_id", "no such entity"))
    if not row["entity_id"] and row["origin"] not in by_origin:
        found.append(_problem(number, "origin", "belongs to no entity; give entity_id or a known origin"))
    if row["birth_year"] and not (row["birth_year"].isdigit() and int(row["birth_year"]) in YEARS):
        found.append(_problem(number, "birth_year", "is no year"))
    return found


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, or the semicolon that Swedish spreadsheets write."""
    header = text.split("\n", 1)[0]
    return _Semicolon if header.count(";") > header.count(",") else csv.excel


class _Semicolon(csv.excel):
    delimiter = ";"


def _problem(row: int, column: str, what: str) -> Problem:
    return {"row": row, "column": column, "problem": what}

"""Spreadsheets as people fill them in: CSV or Excel with a header, and what is wrong with them by row and column."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from shared.web.problems import Texts
from shared.web.sheets import FORMULA

ZIP = b"PK\x03\x04"
LARGEST_UNPACKED = 100_000_000
"""An Excel file is packed, and could be made to unpack without end."""
MOST_ROWS = 50_000
Line = Mapping[str, str]
Lines = Sequence[tuple[int, Line]]


class SheetProblem(TypedDict):
    """One thing that is wrong in a sheet. Row 1 is the first one below the header, 0 the header or the whole file."""

    row: int
    column: str
    code: str
    problem: str


class SheetResult(TypedDict):
    """What came of a sheet: how many rows it has, how many were stored, and every problem. All rows or none."""

    rows: int
    stored: int
    problems: list[SheetProblem]


WRONG = {"application/json": {"schema": {"$ref": "#/components/schemas/SheetResult"}}}
"""OpenAPI's content of the answer that names every problem of a sheet."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a sheet, before it is told to anybody."""

    row: int
    column: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def told(self, texts: Texts, language: str) -> SheetProblem:
        """As people read it."""
        said = texts.say(self.code, "detail", language, self.facts)
        return {"row": self.row, "column": self.column, "code": self.code, "problem": said}


def checked(request: Request, language: str, rows: int, faults: Sequence[Fault]) -> Response:
    """The answer where nothing is stored: 422 with every fault by row, or 200 where there is none."""
    told = [
        fault.told(request.app.state.texts, language) for fault in sorted(faults, key=lambda one: one.row)
    ]
    return JSONResponse({"rows": rows, "stored": 0, "problems": told}, 422 if told else 200)


class _Unreadable(Exception):
    """The file as a whole is no sheet; its one argument is the code that says why."""


def lines_of(raw: bytes, columns: Sequence[str], needed: Sequence[str]) -> tuple[Lines, Sequence[Fault]]:
    """The rows that are not empty with their number and every one of the columns, trimmed; and what is wrong.

    No row where the header is wrong. Excel is known by its first bytes. CSV is separated by comma, or by the
    semicolon that Swedish spreadsheets write.
    """
    try:
        cells = list(islice(_excel(raw) if raw.startswith(ZIP) else _csv(raw), MOST_ROWS + 2))
    except _Unreadable as error:
        return (), [Fault(0, "file", str(error))]
    if len(cells) > MOST_ROWS + 1:
        return (), [Fault(0, "file", "sheet.too-long", {"most": MOST_ROWS})]
    header = cells[0] if cells else []
    if faults := list(_header(header, columns, needed)):
        return (), faults
    rows = [(number, row) for number, row in enumerate(cells[1:], start=1) if any(row)]
    named = [(number, dict(zip(header, row, strict=False))) for number, row in rows]
    lines = [(number, {name: row.get(name, "") for name in columns}) for number, row in named]
    empty = [
        Fault(number, name, "sheet.cell-missing")
        for number, line in lines
        for name in needed
        if not line[name]
    ]
    beyond = [Fault(number, "row", "sheet.cells-beyond") for number, row in rows if len(row) > len(header)]
    return lines, [*empty, *beyond]


def _csv(raw: bytes) -> Iterator[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("sheet.not-text") from error
    if "\0" in text:
        raise _Unreadable("sheet.not-text")
    header = text.split("\n", 1)[0]
    sign = ";" if header.count(";") > header.count(",") else ","
    try:
        yield from (_told(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise _Unreadable("sheet.not-csv") from error


def _excel(raw: bytes) -> Iterator[list[str]]:
    """The first sheet, without empty cells at the end of a row."""
    from openpyxl import load_workbook  # as in sheets.py: most processes never read a book

    try:
        with ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise _Unreadable("sheet.not-excel")
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            cells = _told(row)
            while cells and not cells[-1]:
                cells.pop()
            yield cells
    except (BadZipFile, LookupError, ValueError, TypeError, AttributeError, OSError, SyntaxError) as error:
        raise _Unreadable("sheet.not-excel") from error  # openpyxl has no error of its own for a broken file


def _header(names: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> Iterable[Fault]:
    known = {"known": ", ".join(columns)}
    for name in dict.fromkeys(names):
        if name not in columns:
            yield Fault(0, name, "sheet.column-unknown", known)
        if names.count(name) > 1:
            yield Fault(0, name, "sheet.column-twice")
    for name in needed:
        if name not in names:
            yield Fault(0, name, "sheet.column-missing")


def _told(cells: Iterable[Any]) -> list[str]:
    """As text, trimmed, without the quote that a download of ours put before what looks like a formula."""
    told = ["" if cell is None else str(cell).strip() for cell in cells]
    return [text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text for text in told]

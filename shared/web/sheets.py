"""Lists as spreadsheets read them, and spreadsheets as people fill them in: CSV with a header, in UTF-8."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import Response

from shared.web.problems import Texts

BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheets know UTF-8."""
BEYOND = "beyond the header"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WHOLE = 1_000_000
"""A list that is not paged has at most so many rows."""
Form = Literal["json", "csv"]
Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a sheet. Row 1 is the first one below the header, 0 the header or the whole file."""

    row: int
    column: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def told(self, texts: Texts, language: str) -> dict[str, Any]:
        """As people read it."""
        said = texts.say(self.code, "detail", language, self.facts)
        return {"row": self.row, "column": self.column, "code": self.code, "problem": said}


def sheet_of(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], name: str) -> Response:
    """A download of these columns. Text that a spreadsheet would run as a formula gets a quote before it."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    sheet = csv.writer(out)
    sheet.writerow(columns)
    sheet.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def lines_of(
    raw: bytes, columns: Sequence[str], needed: Sequence[str]
) -> tuple[Sequence[Line], Sequence[Fault]]:
    """The rows with every one of the columns, trimmed; and what is wrong. No row where it is the header.

    Separated by comma, or by the semicolon that Swedish spreadsheets write.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (), [Fault(0, "file", "sheet.not-text")]
    if "\0" in text:
        return (), [Fault(0, "file", "sheet.not-text")]
    header = text.split("\n", 1)[0]
    sign = ";" if header.count(";") > header.count(",") else ","
    try:
        sheet = csv.DictReader(io.StringIO(text, newline=""), restkey=BEYOND, delimiter=sign)
        faults = list(_header(sheet.fieldnames or (), columns, needed))
        found = [] if faults else list(sheet)
    except csv.Error:
        return (), [Fault(0, "file", "sheet.not-csv")]
    lines = [{name: _unquoted((line.get(name) or "").strip()) for name in columns} for line in found]
    for number, (line, whole) in enumerate(zip(lines, found, strict=True), start=1):
        faults += [Fault(number, name, "sheet.cell-missing") for name in needed if not line[name]]
        if BEYOND in whole:
            faults.append(Fault(number, "row", "sheet.cells-beyond"))
    return lines, faults


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


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _unquoted(text: str) -> str:
    """Without the quote that a download of ours put before what looks like a formula."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text

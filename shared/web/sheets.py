"""Rows as a spreadsheet reads them: CSV, or an Excel workbook."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from fastapi import Response
from openpyxl import Workbook

WHOLE = 1_000_000
"""A list that is not paged has at most so many rows."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Form = Literal["json", "csv", "xlsx"]
Rows = Iterable[Mapping[str, Any]]


def sheet_of(form: Form, columns: Sequence[str], rows: Rows, name: str) -> Response:
    """These columns of the rows to be kept as a file of this name, as `xlsx` or else as `csv`."""
    found = xlsx_of(columns, rows) if form == "xlsx" else csv_of(columns, rows)
    found.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return found


def csv_of(columns: Sequence[str], rows: Rows) -> Response:
    """These columns of the rows as CSV; what a row says besides is left out, what it does not say is empty.

    Text that a spreadsheet would run as a formula gets a quote before it.
    """
    out = io.StringIO()
    sheet = csv.DictWriter(out, columns, extrasaction="ignore")
    sheet.writeheader()
    sheet.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8")


def xlsx_of(columns: Sequence[str], rows: Rows) -> Response:
    """The same as an Excel workbook with one sheet. Numbers stay numbers; moments are text, as in CSV."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(columns)
    for row in rows:
        sheet.append([_plain(row.get(name)) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return Response(out.getvalue(), media_type=XLSX)


def _plain(value: Any) -> Any:
    return _safe(value) if isinstance(value, str | int | float | None) else str(value)


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

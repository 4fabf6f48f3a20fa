"""Rows as a spreadsheet reads them: CSV, or an Excel workbook."""

import csv
import io
import json
import re
from asyncio import to_thread
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import JSONResponse, StreamingResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""The signs that no XML may hold (XML 1.0, 2.2), so that no Excel file can."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Form = Literal["json", "csv", "xlsx"]
Rows = Iterable[Mapping[str, Any]]


async def in_form(
    form: Form, body: Mapping[str, Any], columns: Sequence[str], rows: Rows, name: str
) -> Response:
    """The body as JSON; in another form these columns of its rows, which are all there already."""
    if form == "json":
        return JSONResponse(body)
    return await sheet_of(form, columns, _at_once(rows), name)


async def sheet_of(form: Form, columns: Sequence[str], portions: AsyncIterable[Rows], name: str) -> Response:
    """These columns of the rows to be kept as a file of this name, as `xlsx` or else as `csv`.

    A column is called as its JSON is: `left.amount` is the `amount` of what is called `left`. What a row says besides
    is left out, what it does not say is empty. CSV is sent as its portions come, so that it never stands in memory;
    should one of them fail, the answer breaks off without its end, and is no whole file to any client.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if form == "xlsx":
        return Response(await _book(columns, portions), media_type=XLSX, headers=headers)
    return StreamingResponse(_lines(columns, portions), media_type="text/csv; charset=utf-8", headers=headers)


async def _at_once(rows: Rows) -> AsyncIterator[Rows]:
    yield rows


async def _lines(columns: Sequence[str], portions: AsyncIterable[Rows]) -> AsyncIterator[str]:
    yield _text([columns])
    async for rows in portions:
        yield _text(_cells(columns, row) for row in rows)


def _text(lines: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue()


async def _book(columns: Sequence[str], portions: AsyncIterable[Rows]) -> bytes:
    """One sheet. Numbers stay numbers; moments are text, as in CSV. Others are served while it is written."""
    from openpyxl import (
        Workbook,
    )  # half as much to load as all the web, and most processes never write a book

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(columns)
    async for rows in portions:
        await to_thread(_each, sheet.append, columns, rows)
    out = io.BytesIO()
    await to_thread(book.save, out)
    return out.getvalue()


def _each(write: Callable[[list[Any]], None], columns: Sequence[str], rows: Rows) -> None:
    for row in rows:
        write(_cells(columns, row))


def _cells(columns: Sequence[str], row: Mapping[str, Any]) -> list[Any]:
    return [_cell(_found(row, column)) for column in columns]


def _found(row: Any, column: str) -> Any:
    for name in column.split("."):
        row = row.get(name) if isinstance(row, Mapping) else None
    return row


def _cell(value: Any) -> Any:
    """As it is written: words side by side, what is deeper as JSON.

    Text that a spreadsheet would run as a formula gets a quote before it; signs that Excel cannot keep are left out.
    """
    if isinstance(value, int | float | None):
        return value
    if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
        value = " ".join(value)
    elif isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False)
    text: str = NOT_IN_XML.sub("", str(value))
    return f"'{text}" if text.startswith(FORMULA) else text

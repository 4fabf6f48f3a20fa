"""A list is read in pages or whole: nothing is lost between two portions, and a cursor is its own list's."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi import Response
from openpyxl import load_workbook

from shared.accidents import Unavailable
from shared.web.caller import Stop
from shared.web.lists import PORTION, Listing, Paging, Row, listed
from shared.web.sheets import Form, in_form

NUMBERS = Listing("numbers", ("number", "share.amount"), {"number": 0})


async def numbers(last: Sequence[Any], most: int, *, upto: int = 2 * PORTION + 1) -> Sequence[Row]:
    """1, 2, 3 and so on."""
    first = last[0] + 1
    return [{"number": number} for number in range(first, min(first + most, upto + 1))]


def halved(row: Row) -> Row:
    return {**row, "share": {"amount": f"{row['number'] / 2:.2f}"}}


async def content(answer: Response) -> bytes:
    """The answer's body, also where it is sent piece by piece."""
    sent: list[bytes] = []

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send)
    return b"".join(sent)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_sheet_holds_every_row_however_many_portions_they_are(form: Form) -> None:
    body = await content(await listed(NUMBERS, Paging(form=form), numbers, halved))
    if form == "csv":
        head, *rows = [tuple(row) for row in csv.reader(io.StringIO(body.decode()))]
    else:
        head, *rows = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
    assert head == ("number", "share.amount")
    assert [(int(number), share) for number, share in rows] == [
        (number, f"{number / 2:.2f}") for number in range(1, 2 * PORTION + 2)
    ]


async def test_a_list_that_cannot_be_read_is_no_half_sheet() -> None:
    async def gone(last: Sequence[Any], most: int) -> Sequence[Row]:
        raise Unavailable("no database")

    with pytest.raises(Unavailable):
        await listed(NUMBERS, Paging(form="csv"), gone)


async def test_signs_that_excel_cannot_keep_are_left_out_and_nothing_fails() -> None:
    rows = [{"text": "a\x0bb", "words": ["x", "y"], "facts": {"å": [1]}, "none": None, "on": True}]
    columns = ("text", "words", "facts", "none", "on", "unheard.of")
    body = await content(await in_form("xlsx", {}, columns, rows, "one"))
    found = list(load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
    assert found == [columns, ("ab", "x y", '{"å": [1]}', None, True, None)]


@pytest.mark.parametrize("key", [[""], [1, 2], [True], [2**63], ["a\0"]])
async def test_a_cursor_of_another_list_is_refused(key: list[Any]) -> None:
    other = Listing("others", (), {str(nth): part for nth, part in enumerate(key)})

    async def two(last: Sequence[Any], most: int) -> Sequence[Row]:
        return [other.key, other.key]

    told = await listed(other, Paging(limit=1), two)
    cursor = json.loads(bytes(told.body))["next"]
    with pytest.raises(Stop) as stopped:
        await listed(NUMBERS, Paging(cursor=cursor), numbers)
    assert stopped.value.status == 400

"""Lists: page by page as JSON, or whole as a sheet, in one way for all of them."""

import base64
import binascii
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from typing_extensions import TypedDict

from shared.kernel.decider import Refused
from shared.web.caller import Stop
from shared.web.sheets import Form, Rows, sheet_of

WHOLE = 1_000_000
"""A sheet has at most so many rows; Excel holds hardly more."""
PORTION = 1000
"""A sheet is read so many rows at a time, and others are served in between."""
MOST_ITEMS = 200
LARGEST_NUMBER = 2**63

Key = Sequence[Any]
Item = TypeVar("Item")
Row = Mapping[str, Any]
Read = Callable[[Key, int], Awaitable[Sequence[Row]]]
"""The rows after the one with this key, at most so many."""


@dataclass(frozen=True, slots=True)
class Paging:
    """A dependency: which page of a list is wanted, or in which form the whole."""

    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 50
    cursor: Annotated[str | None, Query(description="`next` of the page before")] = None
    form: Annotated[Form, Query(description="`csv` and `xlsx` are the whole list, not a page")] = "json"


class Page(TypedDict, Generic[Item]):
    """Some of a list, and the cursor that asks for what comes after them; null where nothing does."""

    items: Annotated[list[Item], Field(max_length=MOST_ITEMS)]
    next: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: what its file is called, the columns of its sheet, and the `key` that its rows are in the order of.

    `key` names columns that together differ in every row, each with a value that comes before the first row's.
    """

    name: str
    columns: Sequence[str]
    key: Mapping[str, str | int]


def sorted_by(column: str) -> Mapping[str, str | int]:
    """The key of a list that is sorted by this column, and by number where that says the same. Numbers begin at 1."""
    return {column: 0 if column == "number" else "", "number": 0}


async def listed(
    listing: Listing,
    paging: Paging,
    read: Read,
    item: Callable[[Row], Row] = dict,
    head: Mapping[str, Any] = {},
) -> Response:
    """The page that is wanted, each row as its `item`, below what stands at the list's head; or the sheet of all items.

    Stop with 400 if the cursor is none of this list's.
    """
    if paging.form != "json":
        rows = await read(tuple(listing.key.values()), PORTION)
        portions = _portions(listing, rows, read, item)
        return await sheet_of(paging.form, listing.columns, portions, listing.name)
    rows = await read(_opened(paging.cursor, listing), paging.limit + 1)
    shown = rows[: paging.limit]
    following = _packed(_key(listing, shown[-1])) if len(rows) > len(shown) else None
    return JSONResponse({**head, "items": [item(row) for row in shown], "next": following})


async def _portions(
    listing: Listing, rows: Sequence[Row], read: Read, item: Callable[[Row], Row]
) -> AsyncIterator[Rows]:
    """The first rows, read already so that what cannot be read is refused; then the others, as they are wanted."""
    for _ in range(0, WHOLE, PORTION):
        yield [item(row) for row in rows]
        if len(rows) < PORTION:
            return
        rows = await read(_key(listing, rows[-1]), PORTION)


def _key(listing: Listing, row: Row) -> Key:
    return [row[column] for column in listing.key]


def _packed(key: Key) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode()


def _opened(cursor: str | None, listing: Listing) -> Key:
    """The key that a cursor holds; without one, what comes before the first row."""
    first = list(listing.key.values())
    if not cursor:
        return first
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, orjson.JSONDecodeError, UnicodeEncodeError):
        key = None
    if (
        not isinstance(key, list)
        or list(map(type, key)) != list(map(type, first))
        or not all(map(_fits, key))
    ):
        raise Stop(Refused("request.cursor-wrong", "invalid", field="cursor"), 400)
    return key


def _fits(part: str | int) -> bool:
    """Whether a database takes it into a column."""
    return "\0" not in part if isinstance(part, str) else abs(part) < LARGEST_NUMBER

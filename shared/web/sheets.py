"""Rows as a spreadsheet reads them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Response


def csv_of(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """These columns of the rows as CSV; what a row says besides is left out, what it does not say is empty.

    Text that a spreadsheet would run as a formula gets a quote before it.
    """
    out = io.StringIO()
    sheet = csv.DictWriter(out, columns, extrasaction="ignore")
    sheet.writeheader()
    sheet.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8")


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in set("=+-@\t\r") else value

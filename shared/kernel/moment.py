"""Moments and days: as people give them, written out and of this age; and as tables keep them, so that they compare."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field


def _written_out(value: object) -> object:
    """Raises ValueError for a mere number, which nobody documents and pydantic takes for seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and "-" not in value[1:]):
        raise ValueError("a number is no moment; write it out, as 2026-03-02T09:00:00Z")
    return value


_WRITTEN = BeforeValidator(_written_out)
AnyMoment = Annotated[AwareDatetime, _WRITTEN]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)), _WRITTEN
]
"""A moment of this age: farther ones are typing errors, and the very first ones cannot be told in UTC."""
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1)), _WRITTEN]
"""A day of this age."""


def stamp(moment: datetime) -> str:
    """UTC, microseconds always given: as text it compares as the moment does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

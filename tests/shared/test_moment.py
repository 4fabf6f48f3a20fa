"""Moments and days as people give them."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.kernel.moment import AnyMoment, Day, Moment

KINDS: tuple[Any, ...] = (AnyMoment, Moment, Day)


@pytest.mark.parametrize("number", [0, 1_772_442_000, 1_772_409_600.0, "1772442000", "-21955913"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_no_moment(kind: Any, number: object) -> None:
    with pytest.raises(ValidationError, match="write it out"):
        TypeAdapter(kind).validate_python(number)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        *((Moment, text) for text in ("1999-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2026-03-02T09:00:00")),
        *((Day, text) for text in ("1999-12-31", "2200-01-01", "2026-02-30")),
    ],
)
def test_what_is_not_of_this_age_or_of_no_zone_is_refused(kind: Any, wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(wrong)


@pytest.mark.parametrize("kind", [AnyMoment, Moment])
def test_any_offset_says_the_same_moment(kind: Any) -> None:
    said = [
        TypeAdapter(kind).validate_python(f"2026-03-02T{clock}") for clock in ("09:00:00Z", "10:00:00+01:00")
    ]
    assert said[0] == said[1]

"""What a query looks for, once an order has said its values."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from services.campaigns.deciders.definition import defaults_of
from services.campaigns.deciders.target import ages_in, day_of, limit_of
from services.campaigns.deciders.wording import filled
from shared.contracts.campaigns import Condition, Definition
from shared.contracts.ordering import Values


class Wanted(NamedTuple):
    """One condition: what `city`, `channel` or `origin` is, or between which years (`born`) somebody was born."""

    attribute: str
    least: str | int
    most: str | int


Order = Mapping[str, Any]
"""An approved order: its `entries`, and `definition` and `starts_at` of its reference."""
Others = tuple[tuple[Wanted, ...], ...]


class Aim(NamedTuple):
    """Whom to reach: everybody who meets all that is wanted, but no more than `limit`; 0 for no limit."""

    wanted: tuple[Wanted, ...]
    limit: int

    def cut(self, found: int) -> int:
        """How many of those found are reached."""
        return min(found, self.limit) if self.limit else found


def aim_of(definition: Definition, values: Values, starts_at: str | None) -> Aim | None:
    """The aim with these values; None where one of them cannot be used. `starts_at` is when the campaign does."""
    try:
        limit = limit_of(filled(definition.max_size, values, ""))
        wanted = (_wanted(one, definition, values, starts_at) for one in definition.query)
        return Aim(tuple(wanted), limit)
    except (ValueError, OverflowError):
        return None


def others_of(
    definition: Definition, values: Values, starts_at: str | None, orders: Sequence[Order]
) -> Others:
    """What those other orders look for whose day of contact is too near to this one's, under its ceiling."""
    ceiling, day = definition.pressure, _day(definition, values, starts_at)
    if ceiling is None or day is None:
        return ()
    near = []
    for order in orders:
        other = Definition.model_validate_json(order["definition"])
        said = defaults_of(other) | json.loads(order["entries"])
        theirs, aim = _day(other, said, order["starts_at"]), aim_of(other, said, order["starts_at"])
        if theirs and aim and abs((theirs - day).days) < ceiling.days:
            near.append(aim.wanted)
    return tuple(near)


def _day(definition: Definition, values: Values, starts_at: str | None) -> date | None:
    """The day of contact, or the day on which the campaign starts."""
    return contact_day(definition, values) or (
        datetime.fromisoformat(starts_at).date() if starts_at else None
    )


def contact_day(definition: Definition, values: Values) -> date | None:
    """The day of contact with these values, or None where there is none, or none that is a day."""
    return day_of(filled(definition.contact_on, values, ""))


def _wanted(condition: Condition, definition: Definition, values: Values, starts_at: str | None) -> Wanted:
    """The condition with what the order says. Raises ValueError where that is no age, or nothing."""
    said = filled(str(condition.value), values, "")
    if not said.strip():
        raise ValueError("a condition on nothing")
    if not condition.attribute.startswith("age"):
        return Wanted(condition.attribute, said, said)
    youngest, oldest = ages_in(condition.attribute, said)
    year = _year(definition, values, starts_at)
    return Wanted("born", year - oldest, year - youngest)


def _year(definition: Definition, values: Values, starts_at: str | None) -> int:
    """Ages count in the year of contact; without one, in the year in which the campaign starts."""
    said = filled(definition.contact_on, values, "") or starts_at
    if not said:
        raise ValueError("no year to count ages in")
    return datetime.fromisoformat(said).year

"""What a query looks for, once an order has said its values."""

from datetime import date, datetime
from typing import NamedTuple

from services.campaigns.deciders.target import ages_in, day_of, limit_of
from services.campaigns.deciders.wording import filled
from shared.contracts.campaigns import Condition, Definition
from shared.contracts.ordering import Values


class Wanted(NamedTuple):
    """One condition: what `city`, `channel` or `origin` is, or between which years (`born`) somebody was born."""

    attribute: str
    least: str | int
    most: str | int


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

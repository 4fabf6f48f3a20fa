"""Days in addresses and bodies, and the moments at which they begin in the installation's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from shared.kernel.decider import Refused
from shared.kernel.moment import stamp
from shared.web.caller import Stop


@dataclass(frozen=True, slots=True)
class Span:
    """From the moment `since` on, and before `until`. `first` and `last` are its days."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def first(self) -> date:
        """The day in which it begins."""
        return self.since.astimezone(self.zone).date()

    @property
    def last(self) -> date:
        """The day in which it ends; one that ends at midnight does not touch the day after."""
        return (self.until - timedelta(microseconds=1)).astimezone(self.zone).date()

    def moments(self) -> dict[str, str]:
        """As a query for moments wants it."""
        return {"since": stamp(self.since), "until": stamp(self.until)}

    def days(self) -> dict[str, str]:
        """As a query for days wants it."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat()}


def span_of(first: date, last: date, zone: ZoneInfo) -> Span:
    """These days, both included. Stop with 422 where the last one comes first."""
    if first > last:
        raise Stop(Refused("calendar.days-reversed", "invalid", field="until"), 422)
    return Span(midnight(first, zone), midnight(last + timedelta(days=1), zone), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def zone_of(request: Request) -> ZoneInfo:
    """A dependency: the installation's time zone."""
    zone: ZoneInfo = request.app.state.zone
    return zone


Zone = Annotated[ZoneInfo, Depends(zone_of)]

"""When somebody may be told: not in their quiet hours, and where they chose an hour of the day, at that hour."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.kernel.projection import Row

DAY = timedelta(days=1)


def held_until(chosen: Row, at: datetime, time_zone: str) -> datetime | None:
    """Until when what is said at this moment is kept back, in UTC; None where it goes out at once.

    Hours are those on the wall of the person's time zone, so that they stay where they are when clocks change.
    """
    local = at.astimezone(ZoneInfo(time_zone or chosen["time_zone"]))
    told = _next(chosen["digest_at"], local) if chosen["digest_at"] else local
    if chosen["quiet_from"] and _within(chosen["quiet_from"], chosen["quiet_to"], told):
        told = _next(chosen["quiet_to"], told)
    return None if told == local else told.astimezone(UTC)


def _within(begins: str, ends: str, moment: datetime) -> bool:
    """Whether it is quiet at this moment; `ends` itself is not, and hours may go over midnight."""
    now, first, last = moment.time(), time.fromisoformat(begins), time.fromisoformat(ends)
    return first <= now < last if first < last else now >= first or now < last


def _next(hour: str, after: datetime) -> datetime:
    """The next moment, after this one, at which a clock on the wall there shows this hour."""
    shown = datetime.combine(after.date(), time.fromisoformat(hour), after.tzinfo)
    return shown if shown.astimezone(UTC) > after.astimezone(UTC) else shown + DAY

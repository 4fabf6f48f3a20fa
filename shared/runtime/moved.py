"""The clock on the wall, clocks that are moved by hand, and what a house does on the way."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from shared.runtime.host import House


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


async def advance(house: House, clock: "Moved", by: timedelta) -> None:
    """Move a demonstration's clock, stopping at every timer on the way, so that a week passes in order."""
    target = clock() + by
    await house.settled()
    while (due := await house.next_due()) is not None and due <= target:
        clock.set(max(due, clock()))
        await house.settled()
    clock.set(target)
    await house.settled()


class Moved(Protocol):
    """A clock that can be moved."""

    def __call__(self) -> datetime:
        """The moment it shows."""

    def set(self, moment: datetime) -> None:
        """Show this moment now."""


class Clock:
    """A clock that stands still until it is moved. `clock()` is the moment it shows."""

    def __init__(self, start: datetime) -> None:
        self._moment = start

    def __call__(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        """Show this moment from now on."""
        self._moment = moment

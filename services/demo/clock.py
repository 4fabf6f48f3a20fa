"""The demonstration's clock: the one on the wall, moved forward. Its offset is a file in the data directory."""

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from shared.runtime.host import House

FILE = "demonstration-clock"
REACHED_FILE = "demonstration-clock.reached"
UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class NotATime(ValueError):
    """This does not say how far to move the clock."""


class MovedClock:
    """`clock()` is the wall's time plus an offset. `set(moment)` moves it; it goes on ticking from there."""

    def __init__(self, wall: Callable[[], datetime], offset: timedelta) -> None:
        self._wall, self.offset = wall, offset

    def __call__(self) -> datetime:
        return self._wall() + self.offset

    def set(self, moment: datetime) -> None:
        """Show this moment now."""
        self.offset = moment - self._wall()


class FollowedClock:
    """The same clock for another process of the demonstration: it shows what the file says at every look."""

    def __init__(self, wall: Callable[[], datetime], directory: Path) -> None:
        self._wall, self._directory = wall, directory
        self._seen, self._offset = 0, timedelta()

    def __call__(self) -> datetime:
        try:
            changed = (self._directory / FILE).stat().st_mtime_ns
        except FileNotFoundError:
            return self._wall()
        if changed != self._seen:
            self._seen, self._offset = changed, wanted_offset(self._directory)
        return self._wall() + self._offset

    def set(self, moment: datetime) -> None:
        """Show this moment now, in every process."""
        want_offset(self._directory, moment - self._wall())


def parse(text: str) -> timedelta:
    """`+3d`, `+2h30m`, `90s`. Raises NotATime; the clock never goes back."""
    parts = re.findall(r"(\d+)([wdhms])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.removeprefix("+"):
        raise NotATime(f"{text!r} is no time to move by; write +3d, +2h or +1w2d (w, d, h, m, s)")
    return timedelta(**{UNITS[unit]: int(number) for number, unit in parts})


def wanted_offset(directory: Path) -> timedelta:
    """How far ahead of the wall the clock is to be."""
    return _read(directory / FILE)


def reached_offset(directory: Path) -> timedelta:
    """How far ahead of the wall the running clock is, with everything on the way done."""
    return _read(directory / REACHED_FILE)


def want_offset(directory: Path, offset: timedelta) -> None:
    """Ask for this offset; whole or not at all."""
    _write(directory / FILE, offset)


def has_reached(directory: Path, offset: timedelta) -> None:
    """Say that the clock is there."""
    _write(directory / REACHED_FILE, offset)


async def let_pass(house: House, clock: MovedClock, offset: timedelta) -> None:
    """Move a ticking clock to this offset, stopping at every timer on the way, so that a week passes in order."""
    target = clock() + (offset - clock.offset)
    while (due := await house.next_due()) is not None and due <= target:
        clock.set(max(due, clock()))
        await house.settled()
    clock.offset = offset
    await house.settled()


def _read(path: Path) -> timedelta:
    try:
        return timedelta(seconds=float(path.read_text()))
    except FileNotFoundError:
        return timedelta()


def _write(path: Path, offset: timedelta) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(str(offset.total_seconds()))
    os.replace(new, path)  # noqa: PTH105 -- an atomic step, as os spells it

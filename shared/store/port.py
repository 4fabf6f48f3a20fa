"""Where facts are remembered: streams that only grow, inside one total order."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from shared.kernel.message import NewEvent, Stored
from shared.store.chain import Tampered

NEW = -1
"""The version of a stream that does not exist yet."""


class VersionConflict(Exception):
    """Somebody else appended first. Load, decide and append again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at {actual}, not at {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class CommandReused(Exception):
    """These event ids already stand in another stream: one command id was used for two things."""


class EventStore(Protocol):
    """`version` counts within a stream from 0; `position` counts over the store, may have gaps, never goes back.

    Every adapter must pass tests/shared/test_store_contract.py.
    """

    async def append(self, stream: str, expected: int, events: Sequence[NewEvent]) -> int:
        """Store all or none; return the new last version, after fsync.

        The same event ids again return the version they got the first time. Raises VersionConflict if the
        stream is not at `expected` (NEW = must not exist), CommandReused if the ids stand elsewhere,
        OutcomeUnknown if the store cannot tell (re-send the very same events), Unavailable if it cannot write.
        """

    async def read(self, stream: str, after: int = NEW) -> Sequence[Stored]:
        """Events with version > `after`, oldest first; empty if the stream does not exist."""

    async def tail(self, after: int, limit: int = 500) -> Sequence[Stored]:
        """Committed events with position > `after`. Complete: no smaller position appears later."""

    async def newest(self, limit: int) -> Sequence[Stored]:
        """The last committed events, at most `limit`, oldest of them first."""

    async def news(self, after: int) -> None:
        """Return once something with position > `after` may be there. Wakes at once within this process."""

    async def last_position(self) -> int:
        """The position of the newest event, 0 if there is none."""

    async def count(self, after: int) -> int:
        """How many committed events have a position > `after`."""

    async def number(self, category: str) -> int:
        """The next number for people to say aloud, from 1. A drawn number is never drawn again."""

    def verify(self) -> AsyncIterator[Tampered]:
        """Recompute every stream's hash chain; one finding per broken stream, at its first bad event."""

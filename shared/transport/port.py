"""How facts travel: batches in order, each with the place to go on from."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.kernel.message import Stored


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts of one source in its order. `last` is the position to continue after, even if `events` is empty."""

    source: str
    events: Sequence[Stored]
    last: int


class Feed(Protocol):
    """One or more sources, told in batches. Every stream's facts come in order; sources are independent."""

    def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
        """Run for ever, starting behind the given position of each source (0 where none is given)."""

    async def missing(self, stream: str, after: int) -> Sequence[Stored]:
        """What a stream holds behind this version, straight from where it is remembered. Raises LookupError."""

    @property
    def sources(self) -> Sequence[str]:
        """The sources this feed may tell of."""

    @property
    def shared(self) -> bool:
        """True if several workers share the sources, and any of them may change hands at any time."""

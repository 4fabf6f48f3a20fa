"""Facts straight from the stores' own tails, for services that live in one process."""

from collections.abc import AsyncGenerator, Mapping, Sequence

from shared.kernel.message import Stored
from shared.store.port import EventStore
from shared.transport.port import Batch


class LocalFeed:
    """The tail of one service's store. The source is named after the service; its positions are the store's."""

    def __init__(self, owner: str, store: EventStore, limit: int = 500) -> None:
        self._owner, self._store, self._limit = owner, store, limit

    @property
    def sources(self) -> Sequence[str]:
        """See Feed.sources."""
        return (self._owner,)

    @property
    def shared(self) -> bool:
        """See Feed.shared."""
        return False

    async def batches(self, after: Mapping[str, int]) -> AsyncGenerator[Batch, None]:
        """See Feed.batches."""
        position = after.get(self._owner, 0)
        while True:
            events = await self._store.tail(position, self._limit)
            if events:
                position = events[-1].position
                yield Batch(self._owner, events, position)
            else:
                await self._store.news(position)

    async def missing(self, stream: str, after: int) -> Sequence[Stored]:
        """See Feed.missing."""
        return await self._store.read(stream, after)

"""The event store in KurrentDB, the former EventStoreDB: one server for all services, told apart by names of streams.

`ordering` keeps the facts of order-7 in the server's stream `ordering.order-7`. The server has one order for
everything that it holds, $all, and shows it to readers only as far as nothing can come before it any more; the
place in there is our `position`, and a filter on the prefix `ordering.` leaves what is ordering's own.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from uuid import UUID

from kurrentdbclient import NewEvent as Sent
from kurrentdbclient import RecordedEvent

from shared.accidents import OutcomeUnknown, Unavailable
from shared.kernel.message import NewEvent, Stored
from shared.store.chain import Tampered, chain_hash, chain_start
from shared.store.kurrent_server import WRITE_SECONDS, KurrentServer
from shared.store.port import NEW, CommandReused, VersionConflict

log = logging.getLogger(__name__)
READ_AT_ONCE = 2000
AGAIN_SECONDS = 1.0
SOON_SECONDS = 0.01
OTHER_HOST_SECONDS = 30.0
"""A subscription may have gone deaf without a word; it is begun anew after so long, behind what is known by then."""
ENVELOPE = re.compile(
    rb'\{"command_id":"([0-9a-f-]{36})","schema":([0-9]+),"hash":"([0-9a-f]{64})","meta":(.*)\}', re.DOTALL
)
"""The server's metadata. Our own meta stands in it as it is, since its bytes are hashed; whole and part are JSON."""
NOBODY = UUID(int=0)


class KurrentStore:
    """EventStore of one service on a server: `await KurrentStore.open(url, service)`; `close()` when done."""

    def __init__(self, server: KurrentServer, service: str) -> None:
        self._server, self._service, self._prefix = server, service, f"{service}."
        self._newest = self._looked = 0
        """The newest event of ours that is known of, and the place up to which no newer one of ours stands."""
        self._news = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._drawing = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, service: str) -> "KurrentStore":
        """Connect; nothing has to be made on the server. Raises WrongServer and Unavailable."""
        return cls(await KurrentServer.open(url), service)

    async def append(self, stream: str, expected: int, events: Sequence[NewEvent]) -> int:
        """See EventStore.append.

        The server compares ids within one stream only. So a command is bound to its stream before its events are
        written, in a small stream of its own: a write more for each command, and a stream more that stays. This
        finds a command that wrote, or tried to write, to another stream; it does not find an event id that comes
        back elsewhere under another command id, which ids that follow from their command's never do.
        """
        head = await self._server.last(self._prefix + stream)
        actual = head.stream_position if head else NEW
        if actual != expected:
            return await self._first_answer(stream, expected, events, actual)
        fresh = await self._bind(stream, {event.command_id for event in events})
        if not fresh and await self._repeated(stream, expected, events):
            return expected + len(events)
        chain = kept_of(head, self._prefix)[1] if head else chain_start(stream)
        try:
            await self._server.write(self._prefix + stream, expected, _chained(chain, expected, events))
        except VersionConflict as conflict:
            return await self._first_answer(stream, expected, events, conflict.actual)
        except OutcomeUnknown:
            # The server leaves unanswered what it is storing just now for somebody else who sent the same.
            with suppress(Unavailable):
                if await self._placed(stream, expected, events):
                    return expected + len(events)
            raise
        return expected + len(events)

    async def read(self, stream: str, after: int = NEW) -> Sequence[Stored]:
        """See EventStore.read."""
        found = await self._server.stream(self._prefix + stream, begin=after + 1)
        return [kept_of(one, self._prefix)[0] for one in found]

    async def tail(self, after: int, limit: int = 500) -> Sequence[Stored]:
        """See EventStore.tail. `after` is 0 or the position of an event; the server finds no places between."""
        return [kept_of(one, self._prefix)[0] for one in await self._page(after, limit)]

    async def newest(self, limit: int) -> Sequence[Stored]:
        """See EventStore.newest."""
        found = await self._server.all(limit=limit, backwards=True, prefix=self._prefix)
        return [kept_of(one, self._prefix)[0] for one in reversed(found)]

    async def news(self, after: int) -> None:
        """See EventStore.news."""
        if self._following is None:  # a subscription only for those who wait for news
            self._following = asyncio.create_task(self._follow_for_ever(), name=f"follower {self._service}")
        while self._newest <= after:
            await self._news.wait()

    async def last_position(self) -> int:
        """See EventStore.last_position. What was looked through once is not looked through again."""
        end = await self._server.all(limit=1, backwards=True)
        if not self._looked or await self._page(self._looked, 1):
            for newest in await self._server.all(limit=1, backwards=True, prefix=self._prefix):
                self._tell(newest.commit_position)
        self._looked = max(self._looked, self._newest, *(one.commit_position for one in end))
        return self._newest

    async def count(self, after: int) -> int:
        """See EventStore.count. The server does not count, so they are read."""
        counted, position = 0, after
        while page := await self._page(position, READ_AT_ONCE):
            counted, position = counted + len(page), page[-1].commit_position
        return counted

    async def number(self, category: str) -> int:
        """See EventStore.number. A number that is lost on its way here is not drawn again either."""
        counter = f"{self._service}:number-{category}"
        async with (
            self._drawing
        ):  # those of this process take turns; where another draws as well, one tries again
            head = await self._server.last(counter)
            last = head.stream_position if head else NEW
            while True:
                try:
                    await self._server.write(counter, last, [Sent("NumberDrawn", b"{}")])
                except VersionConflict as conflict:
                    last = conflict.actual
                except OutcomeUnknown as error:
                    raise Unavailable("a number may have been drawn, and is lost") from error
                else:
                    return last + 2

    async def verify(self) -> AsyncIterator[Tampered]:
        """See EventStore.verify. Positions have gaps here, so the newest events of a stream can go unseen."""
        chains: dict[str, bytes] = {}
        broken: set[str] = set()
        position = 0
        while page := await self._page(position, READ_AT_ONCE):
            position = page[-1].commit_position
            for event, kept in (kept_of(one, self._prefix) for one in page):
                if event.stream in broken:
                    continue
                before = chains.get(event.stream, chain_start(event.stream))
                chains[event.stream] = chain_hash(before, event.version, event)
                if chains[event.stream] != kept:
                    broken.add(event.stream)
                    yield Tampered(event.stream, event.version, event.position)

    async def close(self) -> None:
        """Stop listening, and let go of the connection."""
        if self._following is not None:
            self._following.cancel()
        await self._server.close()
        if self._following is not None:
            await asyncio.gather(self._following, return_exceptions=True)

    async def _first_answer(self, stream: str, expected: int, events: Sequence[NewEvent], actual: int) -> int:
        """The version that these events got the first time. Raises VersionConflict if they are not there."""
        if events and await self._placed(stream, expected, events):
            return expected + len(events)
        raise VersionConflict(stream, expected, actual)

    async def _repeated(self, stream: str, expected: int, events: Sequence[NewEvent]) -> bool:
        """True if the events of a command that was here before are in place. Raises CommandReused if elsewhere."""
        there = {kept.id for kept in await self.read(stream)}
        if not any(event.id in there for event in events):
            return False
        if await self._placed(stream, expected, events):
            return True
        raise CommandReused(f"{stream}: an event id is already in this stream")

    async def _placed(self, stream: str, expected: int, events: Sequence[NewEvent]) -> bool:
        """True if these very events stand behind `expected`; looked up, whatever the server says of a repeat."""
        found = await self._server.stream(self._prefix + stream, begin=expected + 1, limit=len(events))
        return [one.id for one in found] == [event.id for event in events]

    async def _bind(self, stream: str, commands: Collection[UUID]) -> bool:
        """Make these commands this stream's; True if all were free. Raises CommandReused if one is another's."""
        return all(await asyncio.gather(*(self._bind_one(stream, command) for command in commands)))

    async def _bind_one(self, stream: str, command: UUID) -> bool:
        name = f"{self._service}:command-{command}"
        bound = Sent("CommandBound", stream.encode(), content_type="application/octet-stream")
        try:
            await self._server.write(name, NEW, [bound])
        except VersionConflict:
            if await self._bound(name) != bound.data:
                raise CommandReused(f"{stream}: the command has written to another stream") from None
            return False
        except OutcomeUnknown as error:
            raise Unavailable("no event was written yet") from error
        return True

    async def _bound(self, name: str) -> bytes:
        """What a command is bound to. Who bound it may have done so a moment ago, when it cannot be read yet."""
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                found = await self._server.last(name)
                while found is None:
                    await asyncio.sleep(SOON_SECONDS)
                    found = await self._server.last(name)
        except TimeoutError as error:
            raise Unavailable("a command is bound, and nobody can read to what") from error
        return found.data

    async def _page(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        """Our own events behind a position. The server begins with the one that stands there."""
        begin = max(after, self._looked) if after >= self._newest else after
        found = await self._server.all(
            limit=limit + 1, begin=begin if begin > 0 else None, prefix=self._prefix
        )
        return [one for one in found if one.commit_position > after][:limit]

    async def _follow_for_ever(self) -> None:
        while not self._server.closed:  # asked as well as cancelled: the client can swallow a cancellation
            try:
                await self.last_position()
                async with asyncio.timeout(OTHER_HOST_SECONDS):
                    await self._server.follow(self._looked, self._prefix, self._tell)
            except TimeoutError:
                continue
            except Unavailable as error:
                log.info("not following", extra={"service": self._service, "cause": str(error)})
            await asyncio.sleep(AGAIN_SECONDS)

    def _tell(self, position: int) -> None:
        """Wake all who wait now; an event that is cleared again could be missed by one of them."""
        self._newest = max(self._newest, position)
        news, self._news = self._news, asyncio.Event()
        news.set()


def sent_of(event: NewEvent, link: bytes) -> Sent:
    """An event as the server takes it, with its link of the chain."""
    head = f'{{"command_id":"{event.command_id}","schema":{event.schema},"hash":"{link.hex()}","meta":'
    return Sent(event.type, event.data, head.encode() + event.meta + b"}", id=event.id)


def kept_of(one: RecordedEvent, prefix: str) -> tuple[Stored, bytes]:
    """An event as the server gives it back, and its link. Where others wrote in our streams, one that no chain fits.

    Reading does not fail at what others wrote; whoever decodes it parks its stream, as with any bytes nobody knows.
    """
    envelope = ENVELOPE.fullmatch(one.metadata)
    command, schema, link, meta = envelope.groups() if envelope else (b"", b"0", b"", one.metadata)
    stored = Stored(
        one.commit_position,
        one.stream_name.removeprefix(prefix),
        one.stream_position,
        one.id,
        one.type,
        int(schema),
        one.data,
        meta,
        UUID(command.decode()) if command else NOBODY,
    )
    return stored, bytes.fromhex(link.decode())


def _chained(link: bytes, expected: int, events: Sequence[NewEvent]) -> list[Sent]:
    sent = []
    for version, event in enumerate(events, start=expected + 1):
        link = chain_hash(link, version, event)
        sent.append(sent_of(event, link))
    return sent

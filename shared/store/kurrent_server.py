"""KurrentDB's own client, as far as the event store needs it: few calls, and every accident in our words.

Three habits of the client (1.3) are dealt with here and nowhere else. It writes and begins to read once more by
itself where a connection was lost; the same ids make that harmless. When it connects anew it closes the old
connection under everybody: a response in a `with` would then end as if it were complete, and a write would look
cancelled although nobody cancelled it. And it has no keep-alive of its own.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from kurrentdbclient import (
    AsyncKurrentDBClient,
    AsyncReadResponse,
    KurrentDBClient,
    NewEvent,
    RecordedEvent,
    StreamState,
)
from kurrentdbclient.exceptions import (
    AccessDeniedError,
    BadRequestError,
    KurrentDBClientError,
    MaximumAppendSizeExceededError,
    NodeIsNotLeaderError,
    NotFoundError,
    SSLError,
    StreamIsDeletedError,
    UnauthenticatedError,
    WrongCurrentVersionError,
)

from shared.accidents import OutcomeUnknown, Unavailable
from shared.store.port import NEW, VersionConflict

EVERYTHING = 2**63 - 1
WRITE_SECONDS = 10.0
CHECK_SECONDS = 5.0
CHANNEL = (  # without a keep-alive, a connection that died without a word is waited for for ever
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.ping_timeout_ms", 10_000),
    ("grpc.max_reconnect_backoff_ms", 5_000),
)
REFUSED = (
    AccessDeniedError,
    BadRequestError,
    MaximumAppendSizeExceededError,
    NodeIsNotLeaderError,
    StreamIsDeletedError,
    UnauthenticatedError,
)
"""Answers to a write that say that nothing was stored; after any other failure it may have been."""


class WrongServer(Exception):
    """The address or the rights are wrong, which no waiting mends. The message tells no secret."""


class KurrentServer:
    """A connection to a server or cluster: `await KurrentServer.open(url)`; `close()` when done."""

    def __init__(self, client: AsyncKurrentDBClient) -> None:
        self._client, self.closed = client, False

    @classmethod
    async def open(cls, url: str) -> "KurrentServer":
        """Connect, and ask for a first answer. Raises WrongServer and Unavailable."""
        try:
            client = AsyncKurrentDBClient(url)
        except (ValueError, OSError) as error:
            raise WrongServer(_mistake(error)) from None  # its own words repeat the address, password and all
        client.grpc_options = (*CHANNEL, *client.grpc_options)
        server = cls(client)
        with server._asking():
            await client.connect()
        try:
            await server.all(limit=1, backwards=True)
        except Unavailable:
            await server.close()
            raise
        return server

    async def write(self, stream: str, expected: int, events: Sequence[NewEvent]) -> None:
        """All or none. Raises VersionConflict, OutcomeUnknown, and Unavailable where nothing was stored."""
        if self.closed:
            raise Unavailable("the store is closed")
        current = StreamState.NO_STREAM if expected == NEW else expected
        try:
            await self._client.append_to_stream(
                stream, events=events, current_version=current, timeout=WRITE_SECONDS
            )
        except WrongCurrentVersionError as error:
            actual = error.actual_version if isinstance(error.actual_version, int) else NEW
            raise VersionConflict(stream, expected, actual) from error
        except REFUSED as error:
            raise Unavailable(type(error).__name__) from error
        except KurrentDBClientError as error:
            raise OutcomeUnknown(type(error).__name__) from error
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            raise OutcomeUnknown("the connection was closed") from error

    async def last(self, stream: str) -> RecordedEvent | None:
        """The newest event of a stream; None if the stream does not exist."""
        found = await self.stream(stream, backwards=True, limit=1)
        return found[0] if found else None

    async def stream(
        self, stream: str, *, begin: int | None = None, backwards: bool = False, limit: int = EVERYTHING
    ) -> Sequence[RecordedEvent]:
        """Events of a stream, from `begin` on where that is given; none if the stream does not exist."""
        with self._asking():
            try:
                response = await self._client.read_stream(
                    stream, stream_position=begin, backwards=backwards, limit=limit
                )
                return await _taken(response, limit)
            except NotFoundError:
                return []

    async def all(
        self, *, limit: int, begin: int | None = None, backwards: bool = False, prefix: str = ""
    ) -> Sequence[RecordedEvent]:
        """Events of all streams whose names begin so, from the event at `begin` on, which is among them."""
        with self._asking():
            response = await self._client.read_all(
                commit_position=begin,
                backwards=backwards,
                filter_exclude=(),
                filter_include=(prefix,) if prefix else (),
                filter_by_stream_name=True,
                filter_by_prefix=True,
                limit=limit,
            )
            return await _taken(response, limit)

    async def follow(self, after: int, prefix: str, tell: Callable[[int], None]) -> None:
        """Tell the position of every event behind `after` in streams with this prefix. Raises Unavailable."""
        with self._asking():
            subscription = await self._client.subscribe_to_all(
                commit_position=after or None,
                filter_include=(prefix,),
                filter_by_stream_name=True,
                filter_by_prefix=True,
            )
            try:
                async for event in subscription:
                    tell(event.commit_position)
            finally:
                await subscription.stop()

    async def close(self) -> None:
        """Let go of the connection; calls under way have some seconds to end."""
        self.closed = True
        await self._client.close()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        if self.closed:
            raise Unavailable("the store is closed")
        try:
            yield
        except KurrentDBClientError as error:
            raise Unavailable(type(error).__name__) from error
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            raise Unavailable("the connection was closed") from error


def check(url: str) -> None:
    """Return if the server can be used with this address. Raises WrongServer and Unavailable, each with a sentence."""
    try:
        client = KurrentDBClient(url)
        try:
            list(client.read_all(backwards=True, filter_exclude=(), limit=1, timeout=CHECK_SECONDS))
        finally:
            client.close()
    except (ValueError, OSError) as error:
        raise WrongServer(_mistake(error)) from None
    except (UnauthenticatedError, AccessDeniedError):
        raise WrongServer("the server does not let this user read $all; name one who may") from None
    except SSLError:
        raise WrongServer("the server and the address do not agree on TLS; see tls= and tlsCaFile=") from None
    except KurrentDBClientError as error:
        raise Unavailable(f"no KurrentDB answers there ({type(error).__name__})") from error


async def _taken(response: AsyncReadResponse, limit: int) -> Sequence[RecordedEvent]:
    """At most so many; a server that looks for one more, however far that is, is not waited for."""
    found: list[RecordedEvent] = []
    try:
        async for event in response:
            found.append(event)
            if len(found) == limit:
                break
    finally:
        await response.stop()
    return found


def _is_cancelled() -> bool:
    """True if somebody wants this very task to end."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _mistake(error: ValueError | OSError) -> str:
    if isinstance(error, OSError):
        return f"a file that the address names cannot be read ({error.strerror})"
    return "this is no address of a KurrentDB; write kurrentdb://user:password@host:2113, or …host:2113?tls=false"

"""What is KurrentDB's own, as far as it can be seen without a server: the envelope, and accidents on the way there."""

import asyncio
import json
import socket
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from kurrentdbclient import AsyncKurrentDBClient, NewEvent, RecordedEvent

from deploy.cluster.servers import free_port
from shared.accidents import OutcomeUnknown, Unavailable
from shared.kernel import message
from shared.store.kurrent import KurrentStore, kept_of, sent_of
from shared.store.kurrent_server import KurrentServer, WrongServer, check
from shared.store.port import NEW, CommandReused
from tests.shared.stores import fact, opened_kurrent

SECRET = "a-very-secret-word"
LINK = bytes(range(32))
WRONG = (
    f"postgresql://somebody:{SECRET}@host/database",
    f"kurrentdb://somebody:{SECRET}@host?tls=perhaps",
    f"kurrentdb://somebody:{SECRET}@[host",
    f"kurrentdb://somebody:{SECRET}@host?tlsCaFile=/there/is/none",
    f"kurrentdb://:{SECRET}@host",
)


def recorded(sent: NewEvent) -> RecordedEvent:
    """What the server gives back for what it was sent: the same bytes, and where they stand."""
    return RecordedEvent(
        sent.type, sent.data, sent.metadata, sent.content_type, sent.id, "ordering.order-7", 3, 4711, 4711
    )


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Somebody who listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


async def nobody_answers(listener: socket.socket) -> KurrentServer:
    """A connection that is not made yet."""
    client = AsyncKurrentDBClient(f"kurrentdb://127.0.0.1:{listener.getsockname()[1]}?tls=false")
    await client.connect()
    return KurrentServer(client)


@example(b"1\n", b'{"hash":"}\n","meta":\xff}', 1, UUID(int=1), UUID(int=2), bytes(32))
@given(
    some.binary(),
    some.binary(),
    some.integers(0, 10**6),
    some.uuids(),
    some.uuids(),
    some.binary(min_size=32, max_size=32),
)
def test_an_event_comes_back_byte_for_byte(
    data: bytes, meta: bytes, schema: int, id_: UUID, command_id: UUID, link: bytes
) -> None:
    sent = sent_of(message.NewEvent(id_, "OrderPlaced", schema, data, meta, command_id), link)
    expected = message.Stored(4711, "order-7", 3, id_, "OrderPlaced", schema, data, meta, command_id)
    assert kept_of(recorded(sent), "ordering.") == (expected, link)


def test_the_server_sees_json_that_people_and_projections_can_read() -> None:
    event = fact(b'{"a":1}')
    sent = sent_of(event, LINK)
    assert sent.content_type == "application/json"
    assert json.loads(sent.data) == {"a": 1}
    assert json.loads(sent.metadata) == {
        "command_id": str(event.command_id),
        "schema": 1,
        "hash": LINK.hex(),
        "meta": json.loads(event.meta),
    }


@pytest.mark.parametrize(
    "metadata", [b"", b"{}", b'{"$correlationId":"x"}', b'{"schema":1,"meta":{}}', b"\xff"]
)
def test_what_others_wrote_into_our_streams_is_read_and_fits_no_chain(metadata: bytes) -> None:
    stored, link = kept_of(recorded(NewEvent("Theirs", b"1", metadata)), "ordering.")
    assert (stored.stream, stored.version, stored.data, stored.meta) == ("order-7", 3, b"1", metadata)
    assert link == b""


@pytest.mark.parametrize("url", WRONG)
async def test_an_address_that_cannot_be_right_is_refused_without_its_secret(url: str) -> None:
    for refusing in (asyncio.to_thread(check, url), KurrentStore.open(url, "ordering")):
        with pytest.raises(WrongServer) as wrong:
            await refusing
        assert SECRET not in "".join(map(str, (wrong.value, wrong.value.__cause__)))


@pytest.mark.parametrize("scheme", ["kurrentdb", "kurrentdb+discover"])
async def test_where_nobody_listens_the_store_is_unavailable(scheme: str) -> None:
    url = f"{scheme}://somebody:{SECRET}@127.0.0.1:{free_port()}?tls=false"
    for asking in (asyncio.to_thread(check, url), KurrentStore.open(url, "ordering")):
        with pytest.raises(Unavailable) as unavailable:
            await asking
        assert SECRET not in "".join(map(str, (unavailable.value, unavailable.value.__cause__)))


async def test_what_is_under_way_when_the_connection_goes_is_unknown_or_unavailable_but_not_cancelled(
    silent: socket.socket,
) -> None:
    server = await nobody_answers(silent)
    writing = asyncio.create_task(server.write("ordering.order-7", NEW, [NewEvent("OrderPlaced", b"{}")]))
    reading = asyncio.create_task(server.stream("ordering.order-7"))
    following = asyncio.create_task(server.follow(0, "ordering.", lambda _: None))
    reached, _ = await asyncio.get_running_loop().sock_accept(silent)
    with reached:
        await server.close()
    found = await asyncio.gather(writing, reading, following, return_exceptions=True)
    assert [type(one) for one in found] == [OutcomeUnknown, Unavailable, Unavailable]


async def test_who_asks_a_closed_store_is_told_so(silent: socket.socket) -> None:
    store = KurrentStore(await nobody_answers(silent), "ordering")
    waiting = asyncio.create_task(store.news(0))
    await asyncio.sleep(0)
    await store.close()
    async with asyncio.timeout(5):
        for asking in (store.append("order-7", NEW, [fact()]), store.tail(0), store.number("order")):
            with pytest.raises(Unavailable):
                await asking
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_what_somebody_else_wrote_among_our_facts_is_named(kurrentdb_url: str) -> None:
    service = f"s{uuid4().hex}"
    async with opened_kurrent(kurrentdb_url, service) as store:
        await store.append("person-1", NEW, [fact(), fact()])
        await store.append("person-2", NEW, [fact()])
        theirs = await KurrentServer.open(kurrentdb_url)
        await theirs.write(f"{service}.person-1", 1, [NewEvent("PersonActivated", b"{}")])
        await theirs.close()
        assert await store.append("person-1", 2, [fact()]) == 3
        assert [(found.stream, found.version) async for found in store.verify()] == [("person-1", 2)]


async def test_a_command_that_has_written_to_one_stream_writes_to_no_other(kurrentdb_url: str) -> None:
    async with opened_kurrent(kurrentdb_url) as store:
        command = uuid4()
        await store.append("person-1", NEW, [fact(command_id=command)])
        with pytest.raises(CommandReused):
            await store.append("person-2", NEW, [fact(command_id=command)])
        assert list(await store.read("person-2")) == []

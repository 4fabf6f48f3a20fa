"""Poison over a real broker: each kind stops its own key, has a copy, and ends in order after the fix."""

import asyncio
import json
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest

from deploy.cluster.processes import Part
from deploy.cluster.servers import Kafka, kafka
from shared.contracts import upcasts
from shared.contracts.catalog import EntityDetailsRevised
from shared.runtime import parking
from shared.runtime.host import House
from shared.transport.topics import Topics, declared
from tests.brokers.entities import (
    ENTITIES,
    PARKED,
    VIEW,
    Broken,
    database,
    entity,
    environ,
    house,
    state,
    stranger,
    stream,
    with_view,
)
from tests.brokers.evil import tell_evil
from tests.brokers.listening import records_of
from tests.cli.running import command

ALL, GARBAGE, RAISES, NEWER = range(100), 17, 50, 80
POISON = b"\xff\xfe Anna Andersson \x00"
MINE = {GARBAGE, RAISES, NEWER}


@pytest.fixture
def broker(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own."""
    with kafka(jars, tmp_path) as running:
        yield running


class Line:
    """The command line as processes of their own, on the same tables and the same broker."""

    def __init__(self, directory: Path, settings: Mapping[str, str]) -> None:
        self._directory, self._settings = directory, settings

    async def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output, error."""
        done = await asyncio.to_thread(command, self._directory, *words, **self._settings)
        return done.returncode, done.stdout, done.stderr

    async def parked(self) -> dict[str, dict[str, object]]:
        """Stream → what `parked list` says of it."""
        code, said, error = await self("parked", "list", "--json")
        assert code == 0, error
        return {row["stream"]: row for row in map(json.loads, said.splitlines())}


async def labels(running: House) -> dict[str, str]:
    """Entity → its label in the view."""
    rows = await running.desks["catalog"].rows("SELECT entity_id, label FROM entity_list")
    return {f"entity-{row['entity_id']}": row["label"] for row in rows}


async def all_reach(running: House, version: int) -> None:
    """Wait until every stream is handled or parked up to this version."""
    consumer = running.desks["catalog"].consumers[VIEW]
    await asyncio.gather(*(consumer.reached(stream(number), version) for number in ALL))


async def one_more_fact_of_all(running: House, *, newer: frozenset[int] = frozenset()) -> None:
    """Every entity's next fact, of a schema version to come where it is said so."""
    for number in ALL:
        await state(running.desks["catalog"].store, number, schema=2 if number in newer else 1)


async def mirrored(running: House) -> None:
    """Wait until nothing needs a copy any more."""
    while await running.desks["catalog"].rows("SELECT 1 FROM unmirrored"):  # noqa: ASYNC110 -- in the tables
        await asyncio.sleep(0.05)


async def poisoned(running: House, brokers: str) -> None:
    """A hundred entities with three facts each, and three kinds of poison among them."""
    await one_more_fact_of_all(running)
    await all_reach(running, 0)
    async with stranger(brokers) as producer:
        key = str(entity(GARBAGE)).encode()
        await producer.send_and_wait(ENTITIES, POISON, key=key, headers=[("who", b"me"), ("empty", None)])
    await one_more_fact_of_all(running, newer=frozenset({NEWER}))
    await one_more_fact_of_all(running)
    await all_reach(running, 2)


@pytest.mark.row("J10")
@pytest.mark.process
@pytest.mark.timeout(180)
async def test_three_kinds_of_poison_stop_three_of_a_hundred_and_end_in_order_from_the_command_line(
    broker: Kafka, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await database(postgres_url)
    line, view = Line(tmp_path, environ(url, broker.brokers)), Broken(RAISES, 1)
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    async with asyncio.timeout(100), house(url, broker.brokers, with_view(view)) as running:
        await running.start()
        await poisoned(running, broker.brokers)
        healthy = {stream(number): f"{number}@2" for number in ALL if number not in MINE}
        assert await labels(running) == healthy | {stream(number): f"{number}@0" for number in MINE}
    assert view.given.count((stream(RAISES), 1)) == 1

    async with asyncio.timeout(100), house(url, broker.brokers, with_view(view)) as running:  # a new process
        await running.start()
        await one_more_fact_of_all(running)
        await all_reach(running, 3)
        stopped = await line.parked()
        assert {name: (row["version"], row["behind"], row["attempts"]) for name, row in stopped.items()} == {
            stream(GARBAGE): (None, 3, 1),
            stream(RAISES): (1, 2, 1),
            stream(NEWER): (1, 2, 1),
        }
        assert view.given.count((stream(RAISES), 1)) == 1  # and no worker tries it on its own

        (_, garbage, _), (_, newer, _) = await asyncio.gather(
            *(line("parked", "show", VIEW, stream(number)) for number in (GARBAGE, NEWER))
        )
        assert "Unreadable: no event of ours: ce_type is missing" in garbage
        assert f"no fact: {len(POISON)} bytes" in garbage
        assert "Anna" not in garbage
        assert "EntityDetailsRevised v2 is newer than v1, which this code knows" in newer
        assert f'"label":"{NEWER}@1"' in newer
        tried = await asyncio.gather(*(line("parked", "redrive", VIEW, stream(number)) for number in MINE))
        assert [(code, "stopped again" in error) for code, _, error in tried] == [(1, True)] * 3
        view.mended = True
        monkeypatch.setattr(EntityDetailsRevised, "schema_version", 2)
        monkeypatch.setitem(upcasts.UPCASTS, ("EntityDetailsRevised", 1), dict)
        ended = await asyncio.gather(
            *(line("parked", "redrive", VIEW, stream(number)) for number in (RAISES, NEWER)),
            line("parked", "discard", VIEW, stream(GARBAGE)),
        )
        assert ended == [(0, f"{stream(number)} goes on\n", "") for number in (RAISES, NEWER, GARBAGE)]
        assert list(await parking.parked(running.desks["catalog"].db)) == []
        assert await labels(running) == {stream(number): f"{number}@3" for number in ALL}
    done = [version for name, version in view.given if name == stream(RAISES)]
    assert done == [0, 1, 1, 1, 2, 3]


@pytest.mark.row("U06")
async def test_every_parked_record_stands_in_the_parked_topic_as_it_was_heard(
    broker: Kafka, postgres_url: str
) -> None:
    url = await database(postgres_url)
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    async with (
        asyncio.timeout(100),
        house(url, broker.brokers, with_view(Broken(RAISES, 1))) as running,
    ):
        await running.start()
        await poisoned(running, broker.brokers)
        await mirrored(running)
        parked = await running.desks["catalog"].rows("SELECT * FROM parked")
        assert len(parked) == 7
    originals = {(one.partition, one.offset): one for one in await records_of(broker.brokers, {ENTITIES: 12})}
    copies = await records_of(broker.brokers, {PARKED: 12})
    assert len(copies) == 7
    said: dict[str, list[tuple[str, str]]] = {}
    for copy in copies:
        headers = dict(copy.headers)
        partition = int.from_bytes(headers["kafka_dlt-original-partition"], "big")
        offset = int.from_bytes(headers["kafka_dlt-original-offset"], "big")
        original = originals[partition, offset]
        assert (copy.key, copy.value) == (original.key, original.value)
        assert copy.headers[: len(original.headers)] == original.headers
        assert headers["kafka_dlt-original-topic"] == ENTITIES.encode()
        assert headers["kafka_dlt-original-consumer-group"] == f"samverkan.{VIEW}".encode()
        assert int.from_bytes(headers["kafka_dlt-original-timestamp"], "big") == original.timestamp
        name = f"entity-{(copy.key or b'').decode()}"
        reason, error = headers["samverkan-parked-reason"], headers.get("kafka_dlt-exception-fqcn", b"")
        said.setdefault(name, []).append((reason.decode(), error.decode()))
    assert said == {
        stream(GARBAGE): [("unreadable", "shared.codec.Unreadable"), ("behind", ""), ("behind", "")],
        stream(RAISES): [("failed", "builtins.ZeroDivisionError"), ("behind", "")],
        stream(NEWER): [("unreadable", "shared.codec.Unreadable"), ("behind", "")],
    }


@pytest.mark.process
async def test_a_record_that_the_client_itself_cannot_read_is_parked_alone_and_holds_up_nobody(
    broker: Kafka, postgres_url: str
) -> None:
    url = await database(postgres_url)
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    async with asyncio.timeout(100), house(url, broker.brokers, with_view()) as running:
        await running.start()
        await one_more_fact_of_all(running)
        await all_reach(running, 0)
        await asyncio.to_thread(
            tell_evil, broker.brokers, ENTITIES, *(str(entity(number)) for number in MINE)
        )
        await one_more_fact_of_all(running)
        await all_reach(running, 1)
        assert await labels(running) == {stream(number): f"{number}@1" for number in ALL}
        desk = running.desks["catalog"]
        while len(stopped := await parking.parked(desk.db)) < len(MINE):  # noqa: ASYNC110 -- in the tables
            await asyncio.sleep(0.05)
        await mirrored(running)
        await running.rebuild(VIEW)
        assert await labels(running) == {stream(number): f"{number}@1" for number in ALL}
        assert len(await parking.parked(desk.db)) == len(MINE)
    found = {
        f"entity-{(record.key or b'').decode()}" for record in await records_of(broker.brokers, {PARKED: 12})
    }
    assert found == {row["stream"] for row in stopped}


@pytest.mark.row("U08")
@pytest.mark.process
async def test_the_gauge_of_what_stands_still_needs_no_consumer(
    broker: Kafka, postgres_url: str, tmp_path: Path
) -> None:
    url = await database(postgres_url)
    async with Topics(broker.brokers) as there:
        await there.apply(declared())
    async with asyncio.timeout(60), house(url, broker.brokers, with_view(Broken(RAISES, 0))) as running:
        await running.start()
        await state(running.desks["catalog"].store, RAISES)
        await running.desks["catalog"].consumers[VIEW].reached(stream(RAISES), 0)
        assert await parking.stopped(running.desks["catalog"].db) == {VIEW: 1}
    settings = {**environ(url, broker.brokers), "SAMVERKAN_DATA_DIR": str(tmp_path)}
    serving = Part(("serve", "catalog"), settings, tmp_path / "serve.log")
    try:
        await serving.start()
        async with httpx2.AsyncClient(base_url=serving.admin, timeout=30) as client:
            metrics = (await client.get("/metrics")).text
    finally:
        serving.tell(signal.SIGTERM)
        assert await serving.ended() == 0
    assert f'samverkan_parked_streams{{consumer="{VIEW}",service="catalog"}} 1.0' in metrics

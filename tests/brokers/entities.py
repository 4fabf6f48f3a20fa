"""Catalog alone, with one view of entities, on servers of its own: facts for it, and poison among them."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import psycopg
from aiokafka import AIOKafkaProducer

from services.catalog.projections.entity_list import ENTITY_LIST
from services.catalog.service import SERVICE as CATALOG
from shared import codec
from shared.contracts.catalog import EntityDetailsRevised, EntityRegistered
from shared.kernel.ids import EntityId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Statement
from shared.runtime.bus import ALL_PARTS, Part
from shared.runtime.host import House
from shared.runtime.kafka_bus import KafkaBus
from shared.runtime.servers import Servers, in_postgres
from shared.runtime.service import Service
from shared.store.port import EventStore
from tests.world import ADDRESS, MONDAY

VIEW = "catalog.entity_list"
ENTITIES, PARKED = "samverkan.catalog.entities", "samverkan.catalog.parked"
Apply = Callable[[Recorded], Iterable[Statement]]


def entity(number: int) -> EntityId:
    """The same id for the same number."""
    return EntityId(derive("entity", number))


def stream(number: int) -> str:
    """This entity's stream."""
    return f"entity-{entity(number)}"


async def state(store: EventStore, number: int, *, schema: int = 1) -> None:
    """State the next fact of this entity: it is registered, then called after its versions."""
    version = len(await store.read(stream(number)))
    event: EntityRegistered | EntityDetailsRevised = (
        EntityDetailsRevised(entity_id=entity(number), label=f"{number}@{version}")
        if version
        else EntityRegistered(entity_id=entity(number), number=number, label=f"{number}@0")
    )
    new = codec.encode(event, Command(id=uuid4(), at=MONDAY, by=Actor(id="test")), 0)
    await store.append(stream(number), version - 1, [new._replace(schema=schema)])


@asynccontextmanager
async def stranger(brokers: str) -> AsyncIterator[AIOKafkaProducer]:
    """Somebody who writes to our topics and is none of us."""
    producer = AIOKafkaProducer(bootstrap_servers=brokers, max_request_size=2**20 + 1000)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def database(postgres_url: str) -> str:
    """A new database on this server; its URL."""
    name = f"s{uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as server:
        await server.execute(f"CREATE DATABASE {name}")
    return psycopg.conninfo.make_conninfo(postgres_url, dbname=name)


def with_view(apply: Apply = ENTITY_LIST.apply) -> Service:
    """Catalog with this view alone."""
    return replace(CATALOG, projections=(replace(ENTITY_LIST, apply=apply),), reaction=None)


def house(
    url: str,
    brokers: str,
    service: Service,
    member: str = "one",
    parts: frozenset[Part] = ALL_PARTS,
) -> House:
    """These parts of this service in PostgreSQL, over Kafka."""
    return House(
        [service],
        Servers(in_postgres(url), url),
        lambda: MONDAY,
        bus=KafkaBus(brokers, member, ADDRESS),
        parts=parts,
    )


def environ(url: str, brokers: str) -> Mapping[str, str]:
    """The same for processes."""
    return {
        "SAMVERKAN_STORE": "postgres",
        "SAMVERKAN_STORE_URL": url,
        "SAMVERKAN_TRANSPORT": "kafka",
        "SAMVERKAN_KAFKA_BROKERS": brokers,
        "SAMVERKAN_SECRET_KEY": "only-for-tests-and-32-bytes-long!",
        "SAMVERKAN_HTTP_PORT": "0",
        "SAMVERKAN_ADMIN_PORT": "0",
    }


class Broken:
    """A view that cannot handle one version of one entity until it is mended. It remembers what it was given."""

    def __init__(self, number: int, version: int) -> None:
        self.mended = False
        self.given: list[tuple[str, int]] = []
        self._poison = (stream(number), version)

    def __call__(self, recorded: Recorded) -> Iterator[Statement]:
        """See Projection.apply."""
        place = (recorded.stream, recorded.version)
        self.given.append(place)
        if place == self._poison and not self.mended:
            raise ZeroDivisionError
        yield from ENTITY_LIST.apply(recorded)

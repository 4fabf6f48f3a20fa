"""The whole topology as processes, for the tests that only need it to be there."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import pytest_asyncio
from fastapi import FastAPI

from deploy.cluster.__main__ import environment
from deploy.cluster.processes import Processes, declare_topics, processes
from deploy.cluster.servers import Kafka, Postgres, kafka, postgres, postgres_programs
from deploy.cluster.tale import begun, looking_on
from services.cli.first import Begun
from services.demo.api import Door
from services.demo.clock import FollowedClock
from services.embedded import Product
from shared.runtime.moved import utc_now
from tests.cluster.telling import Collector, collecting
from tests.real_servers import absent
from tests.world import World

CANARY = "canary-that-nobody-may-read"


@dataclass
class Cluster:
    """A broker, a server and every part of every service as a process of its own."""

    broker: Kafka
    server: Postgres
    running: Processes
    directory: Path
    environ: dict[str, str]
    collector: Collector
    begun: Begun


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def cluster(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """All of it, with secrets that are easily recognised and lines at their most talkative."""
    if postgres_programs() is None:
        absent("PostgreSQL")
    directory = tmp_path_factory.mktemp("cluster")
    (directory / "kafka").mkdir()
    with ExitStack() as stack:
        broker = stack.enter_context(kafka(jars, directory / "kafka"))
        server = stack.enter_context(postgres(Path(tempfile.mkdtemp(prefix="samverkan-postgres-"))))
        collector = stack.enter_context(collecting())
        environ = environment(directory, broker.brokers, with_password(server.url)) | {
            "SAMVERKAN_SECRET_KEY": f"key-{CANARY}-of-more-than-32-characters",
            "SAMVERKAN_LOG_LEVEL": "DEBUG",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        demonstration = begun(directory)
        await declare_topics(environ)
        async with processes(directory, environ) as running:
            yield Cluster(broker, server, running, directory, environ, collector, demonstration)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def world(cluster: Cluster) -> AsyncIterator[World]:
    """The same world as that of the journeys, only that its services are processes of their own."""
    async with looking_on(cluster.environ, cluster.running.gateway) as door:
        clock = FollowedClock(utc_now, cluster.directory)
        yield World(Product(door.house, FastAPI(), FastAPI(), door.tokens), clock, door.client)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def door(cluster: Cluster) -> AsyncIterator[Door]:
    """Everybody's client, and a look into the stores."""
    async with looking_on(cluster.environ, cluster.running.gateway) as opened:
        yield opened


def with_password(url: str) -> str:
    """The same address with a password, which this server does not ask for."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"samverkan:{CANARY}@127.0.0.1:{parts.port}"))

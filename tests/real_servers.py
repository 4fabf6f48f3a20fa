"""Real servers for the tests that need them: one broker and one PostgreSQL for all tests of a worker."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from deploy.cluster.servers import Kafka, kafka, kafka_jars, postgres, postgres_programs

KURRENTDB_IMAGE, KURRENTDB_PORT = "kurrentplatform/kurrentdb:26.0.3", 2113
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "samverkan"


def absent(what: str) -> None:
    """Skip where a part cannot be had; in CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is needed in CI")
    pytest.skip(f"{what} is not installed here")


@pytest.fixture(scope="session")
def jars() -> Path:
    """The broker's jars."""
    found = kafka_jars(CACHE)
    if found is None:
        absent("Maven or Java")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def broker(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A real Apache Kafka."""
    with kafka(jars, tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL."""
    if postgres_programs() is None:
        absent("PostgreSQL")
    # Not below pytest's own folder: any other run on this machine closes that to everybody but its owner.
    with postgres(Path(tempfile.mkdtemp(prefix="samverkan-postgres-"))) as server:
        yield server.url


@pytest.fixture(scope="session")
def kurrentdb_url() -> Iterator[str]:
    """A real KurrentDB: the one that is named, or one in a container. Without either it is skipped, in CI as well."""
    if named := os.environ.get("SAMVERKAN_TEST_KURRENTDB"):
        yield named
        return
    if not _docker_answers():
        pytest.skip("no KurrentDB is named in SAMVERKAN_TEST_KURRENTDB, and no Docker answers to start one")
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import HttpWaitStrategy

    # The server's own limit for one append is 1 MB, and the suite has an event that is larger.
    settings = {"KURRENTDB_INSECURE": "true", "KURRENTDB_MAX_APPEND_SIZE": "8388608"}
    ready = HttpWaitStrategy(KURRENTDB_PORT, "/health/live").for_status_code(204)
    container = DockerContainer(KURRENTDB_IMAGE).with_exposed_ports(KURRENTDB_PORT).with_envs(**settings)
    with container.waiting_for(ready) as running:
        host, port = running.get_container_host_ip(), running.get_exposed_port(KURRENTDB_PORT)
        yield f"kurrentdb://{host}:{port}?tls=false"


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    return (
        docker is not None
        and subprocess.run([docker, "version"], check=False, capture_output=True).returncode == 0
    )


@pytest.fixture
def database(postgres_url: str) -> str:
    """A database of its own on the server."""
    name = f"s{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return psycopg.conninfo.make_conninfo(postgres_url, dbname=name)

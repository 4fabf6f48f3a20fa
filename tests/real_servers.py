"""Real servers for the tests that need them: one broker and one PostgreSQL for all tests of a worker."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster.servers import Kafka, kafka, kafka_jars, postgres, postgres_programs

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

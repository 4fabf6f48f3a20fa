"""The servers that some rows need: started when first asked for, on free ports of the loopback, stopped at the end."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from deploy.cluster.servers import Kafka, kafka, kafka_jars, postgres, postgres_programs

CACHE = Path.home() / ".cache" / "samverkan"


class Absent(Exception):
    """A server cannot be had on this machine; the message says what to install."""


class Servers:
    """`with Servers(folder) as servers`: one broker and one PostgreSQL for all rows of a run."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._running = ExitStack()
        self._kafka: Kafka | None = None
        self._postgres: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def kafka(self) -> Kafka:
        """A running Apache Kafka. Raises Absent."""
        if self._kafka is None:
            jars = kafka_jars(CACHE)
            if jars is None:
                raise Absent(
                    "Apache Kafka needs Java and Maven: apt-get install openjdk-17-jre-headless maven"
                )
            files = self._running.enter_context(
                tempfile.TemporaryDirectory(prefix="bench-kafka-", dir=self._folder)
            )
            self._kafka = self._running.enter_context(kafka(jars, Path(files)))
        return self._kafka

    def postgres(self, name: str) -> str:
        """The URL of an empty database of this name in a running PostgreSQL. Raises Absent."""
        if self._postgres is None:
            if postgres_programs() is None:
                raise Absent("PostgreSQL is not installed: apt-get install postgresql")
            files = Path(tempfile.mkdtemp(prefix="bench-postgres-", dir=self._folder))
            self._postgres = self._running.enter_context(postgres(files)).url
        with psycopg.connect(self._postgres, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"{self._postgres.rpartition('/')[0]}/{name}"

"""Every container of docker-compose.yml as a process: its command, its environment, its secrets, its health check."""

import asyncio
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from httpx2 import AsyncClient

from deploy.cluster.processes import Part
from deploy.cluster.servers import Kafka, Postgres, kafka, postgres, postgres_programs
from tests.cli.running import environment
from tests.deploy.composed import JOBS, build_tree, containers, parts
from tests.deploy.test_observability import targets
from tests.notifier.post_office import post_office
from tests.real_servers import absent

PATIENCE_SECONDS = 60


@dataclass
class Topology:
    """The containers' own network, laid onto this machine: an address of the loopback for each of them.

    What the file says of names and addresses is read with these in their place, and with nothing else changed.
    """

    app: Path
    directory: Path
    outside: dict[str, str]
    environ: dict[str, str]

    def __post_init__(self) -> None:
        network = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(256)}"
        self.addresses = {name: f"{network}.{number}" for number, name in enumerate(parts(), start=2)}

    def read(self, text: str, me: str = "") -> str:
        """A value of the file as it has to be on this machine; `me` is whose loopback is meant."""
        for name, address in self.outside.items():
            text = text.replace(name, address)
        for name, address in self.addresses.items():
            text = re.sub(rf"\b{name}(?=:\d)", address, text)
        return text.replace("127.0.0.1:840", f"{self.addresses[me]}:840") if me else text

    def environment(self, name: str) -> dict[str, str]:
        """What this container is told. The image's own part of it is where it listens."""
        told = {key: self.read(value) for key, value in containers()[name]["environment"].items()}
        own = {"SAMVERKAN_HTTP_HOST": self.addresses.get(name, "127.0.0.1")}
        return {**told, **own, "SAMVERKAN_SECRETS_DIR": str(self.directory / "keys"), **self.environ}

    def run(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run this to its end, as inside this container."""
        environ = environment(self.directory) | self.environment(name)
        return subprocess.run(
            words,
            cwd=self.app,
            env=environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def job(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the jobs."""
        one: dict[str, Any] = containers()[name]
        entrypoint = one.get("entrypoint", ["python", "-m", "services.cli"])
        return self.run(name, sys.executable, *entrypoint[1:], *one.get("command", ()))

    def health(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Ask for its health as Docker would."""
        _, _, *rest = parts()[name]["healthcheck"]["test"]
        return self.run(name, sys.executable, *(self.read(word, name) for word in rest))


@pytest.fixture
def broker(jars: Path, tmp_path: Path) -> Iterator[Kafka]:
    """A broker of its own: nobody else has told anything on it."""
    (tmp_path / "kafka").mkdir()
    with kafka(jars, tmp_path / "kafka") as running:
        yield running


@pytest.fixture
def postgresql() -> Iterator[Postgres]:
    """A PostgreSQL of its own, with the database that the container makes at its first start."""
    if postgres_programs() is None:
        absent("PostgreSQL")
    with postgres(Path(tempfile.mkdtemp(prefix="samverkan-postgres-"))) as running:
        with psycopg.connect(running.url, autocommit=True) as server:
            server.execute("CREATE DATABASE samverkan")
        yield running


@pytest.fixture
async def topology(
    broker: Kafka, postgresql: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Topology]:
    """All parts, started as Compose starts them; stopped at the end."""
    app = build_tree(tmp_path / "image")
    with post_office() as office:
        outside = {"kafka:9092": broker.brokers, "smtp://mailpit:1025": office.url}
        postgres_is_at = {"PGHOSTADDR": "127.0.0.1", "PGPORT": str(postgresql.port)}
        laid = Topology(app, tmp_path, outside, postgres_is_at)
        (tmp_path / "keys").mkdir()
        for name in JOBS:
            ended = laid.job(name)
            assert ended.returncode == 0, ended.stderr
        monkeypatch.chdir(app)
        started = [
            Part(tuple(one["command"]), laid.environment(name), tmp_path / f"{name}.log")
            for name, one in parts().items()
        ]
        try:
            async with asyncio.TaskGroup() as group:
                for part in started:
                    group.create_task(part.start())
            yield laid
        finally:
            for part in started:
                part.tell(signal.SIGTERM)
            codes = await asyncio.gather(*(part.ended() for part in started))
    assert set(codes) == {0}


@pytest.mark.row("M02")
@pytest.mark.process
@pytest.mark.timeout(240)
async def test_all_containers_become_healthy_and_somebody_who_was_added_does_work_through_the_door(
    topology: Topology,
) -> None:
    unhealthy = {name: topology.health(name).stderr for name in parts()}
    assert {name: said for name, said in unhealthy.items() if said} == {}
    async with AsyncClient(timeout=30) as prometheus:
        for target in targets():
            told = await prometheus.get(f"http://{topology.read(target)}/metrics")
            assert "samverkan_ready 1.0" in told.text, target
    added = topology.run(
        "serve-gateway", sys.executable, "-m", "services.cli", "user", "add", "rut", "--name", "Rut Ek",
        "--email", "rut@example.org", "--role", "admin", "--role", "central",
    )  # fmt: skip
    password = re.findall(r"with the password (\S+)", added.stdout)
    assert password, added.stderr
    gateway = f"http://{topology.addresses['serve-gateway']}:8400"
    async with AsyncClient(base_url=f"{gateway}/api/v1", timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {await _token(client, 'rut', password[0])}"
        made = await client.post("/entities", json={"label": "East"}, headers={"Idempotency-Key": "one"})
        assert made.status_code == 201, made.text
        seen = await client.get(
            "/entities", headers={"Samverkan-Position": made.headers["Samverkan-Position"]}
        )
        assert [one["label"] for one in seen.json()["items"]] == ["East"]


async def _token(client: AsyncClient, login: str, password: str) -> str:
    """Signed in, once catalog's relay has told of the person and the gateway's worker has heard it."""
    for pause in (0.5, 1, 2, 4, 8, 16):  # few tries: ten wrong ones in a minute shut the door
        answer = await client.post("/token", data={"username": login, "password": password})
        if answer.is_success:
            break
        await asyncio.sleep(pause)
    return str(answer.json()["access_token"])

"""Real servers without containers, on free ports, stopped again: for the tests, and for `make cluster`."""

import base64
import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KAFKA_POM = Path(__file__).parent.parent / "kafka" / "pom.xml"
POSTGRES_HOMES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin")


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """The folder of initdb and postgres, newest first; None where PostgreSQL is not installed."""
    found = [path for home in POSTGRES_HOMES for path in Path("/").glob(f"{home[1:]}/initdb")]
    return max(found).parent if found else None


@contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """A PostgreSQL server with its files in `directory`; its URL. Not as root, which it refuses."""
    programs = postgres_programs()
    assert programs is not None
    cluster = directory / "cluster"
    as_user = _unprivileged(directory)
    port = free_port()
    subprocess.run(
        [
            *as_user,
            str(programs / "initdb"),
            "-D",
            str(cluster),
            "-U",
            "samverkan",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ],
        check=True,
        capture_output=True,
    )
    options = f"-p {port} -k '' -c listen_addresses=127.0.0.1 -c fsync=on -c max_connections=200"
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(cluster), "-w", "-t", "30"]
    subprocess.run(
        [*control, "-o", options, "-l", str(directory / "log"), "start"], check=True, capture_output=True
    )
    try:
        yield f"postgresql://samverkan@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
        shutil.rmtree(directory, ignore_errors=True)


def _unprivileged(directory: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(directory, user.pw_uid, user.pw_gid)
    for parent in directory.parents:
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(parent.stat().st_mode | 0o011)
    return ["runuser", "-u", "postgres", "--"]


def kafka_jars(folder: Path) -> Path | None:
    """The folder with the broker's jars, copied there by Maven the first time; None without Maven or Java."""
    if shutil.which("mvn") is None or shutil.which("java") is None:
        return None
    jars = folder / "kafka-4.3.1"
    with _lock(folder / "kafka.lock"):
        if not (jars / "complete").exists():
            copy = [
                "mvn",
                "-q",
                "-B",
                "-f",
                str(KAFKA_POM),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
            ]
            subprocess.run([*copy, f"-DoutputDirectory={jars}"], check=True, capture_output=True)
            for second_binding in jars.glob("slf4j-reload4j-*"):
                second_binding.unlink()
            (jars / "complete").touch()
    return jars


class Kafka:
    """A real broker, alone in its cluster, with its files in `directory`. `kill()` is SIGKILL."""

    def __init__(self, jars: Path, directory: Path) -> None:
        self._jars, self._directory = jars, directory
        self.port, self._controller = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def brokers(self) -> str:
        """What clients connect to."""
        return f"127.0.0.1:{self.port}"

    def format(self) -> None:
        """Make an empty log directory."""
        (self._directory / "server.properties").write_text(
            "\n".join(
                (
                    "process.roles=broker,controller",
                    "node.id=1",
                    f"controller.quorum.voters=1@127.0.0.1:{self._controller}",
                    f"listeners=PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller}",
                    "controller.listener.names=CONTROLLER",
                    f"log.dirs={self._directory / 'log'}",
                    "offsets.topic.replication.factor=1",
                    "offsets.topic.num.partitions=3",
                    "transaction.state.log.replication.factor=1",
                    "transaction.state.log.min.isr=1",
                    "group.initial.rebalance.delay.ms=0",
                    "auto.create.topics.enable=false",
                )
            )
        )
        cluster = base64.urlsafe_b64encode(b"samverkan-test-1").decode().rstrip("=")
        self._java(
            "kafka.tools.StorageTool", "format", "-t", cluster, "-c", self._directory / "server.properties"
        )

    def start(self) -> None:
        """Start, and return once it answers."""
        command = self._command("kafka.Kafka", self._directory / "server.properties")
        with (self._directory / "broker.log").open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError((self._directory / "broker.log").read_text()[-2000:])

    def kill(self) -> None:
        """Let it die as in a power cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def lose_everything(self) -> None:
        """Begin again with empty disks; only while it is down."""
        shutil.rmtree(self._directory / "log")
        self.format()

    def tool(self, name: str, *arguments: object) -> str:
        """What one of Kafka's own tools prints, such as org.apache.kafka.tools.TopicCommand."""
        return self._java(name, "--bootstrap-server", self.brokers, *arguments)

    def _java(self, name: str, *arguments: object) -> str:
        done = subprocess.run(self._command(name, *arguments), check=True, capture_output=True, text=True)
        return done.stdout

    def _command(self, name: str, *arguments: object) -> list[str]:
        return ["java", "-Xmx512m", "-cp", f"{self._jars}/*", name, *map(str, arguments)]


@contextmanager
def kafka(jars: Path, directory: Path) -> Iterator[Kafka]:
    """A running broker, killed at the end."""
    broker = Kafka(jars, directory)
    broker.format()
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

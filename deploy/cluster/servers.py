"""Real servers without containers, on free ports, stopped again: for the tests, and for `make cluster`."""

import base64
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

KAFKA_POM = Path(__file__).parent.parent / "kafka" / "pom.xml"
START_SECONDS = 60
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


class Postgres:
    """A PostgreSQL server of its own with its files in `directory`. `kill()` is its immediate shutdown.

    It does not run as root, so root gives the directory to the user postgres.
    """

    def __init__(self, programs: Path, directory: Path, password: str = "") -> None:
        self._programs, self._directory, self.port = programs, directory, free_port()
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user = _unprivileged(directory)

    @property
    def url(self) -> str:
        """Where it is, for its superuser."""
        user = f"samverkan:{self._password}" if self._password else "samverkan"
        return f"postgresql://{user}@127.0.0.1:{self.port}/postgres"

    def format(self) -> None:
        """Make an empty cluster. Without a password it asks for none."""
        asked: tuple[object, ...] = ("-A", "trust")
        if self._password:
            file = self._directory / "password"
            file.write_text(self._password)
            file.chmod(0o644)  # its reader is another user; nobody else gets into the directory
            asked = ("-A", "scram-sha-256", "--pwfile", file)
        self._run("initdb", "-D", self._directory / "cluster", "-U", "samverkan", *asked, "-E", "UTF8")

    def start(self) -> None:
        """Start, and return once it takes connections."""
        options = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300")
        command = [
            *(*self._as_user, *ends_with_us("INT"), str(self._programs / "postgres")),
            *("-D", str(self._directory / "cluster"), "-p", str(self.port)),
            *(word for option in options for word in ("-c", option)),
        ]
        with (self._directory / "log").open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(subprocess.CalledProcessError):
                self._run("pg_isready", "-h", "127.0.0.1", "-p", self.port)
                return
            time.sleep(0.05)
        raise RuntimeError((self._directory / "log").read_text()[-2000:])

    def kill(self) -> None:
        """Let it go at once, without a checkpoint; every connection breaks."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self._as_user, str(self._programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True)


@contextmanager
def postgres(directory: Path, password: str = "") -> Iterator[Postgres]:
    """A running server, gone with its files at the end."""
    programs = postgres_programs()
    assert programs is not None
    server = Postgres(programs, directory, password)
    server.format()
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(directory, ignore_errors=True)


def _unprivileged(directory: Path) -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    user = pwd.getpwnam("postgres")
    os.chown(directory, user.pw_uid, user.pw_gid)
    for parent in directory.parents:
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(parent.stat().st_mode | 0o011)
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups", "--")


def ends_with_us(signal_name: str) -> tuple[str, ...]:
    """What to write before a command so that it does not outlive us, even if we are killed; where Linux has it."""
    return ("setpriv", "--pdeathsig", signal_name, "--") if shutil.which("setpriv") else ()


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

    def __init__(self, jars: Path, directory: Path, *, port: int = 0, door: int = 0) -> None:
        self._jars, self._directory = jars, directory
        self.port, self._controller = port or free_port(), free_port()
        self.door = door or self.port
        """The port that it tells its clients, where somebody stands between them."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def brokers(self) -> str:
        """What clients connect to."""
        return f"127.0.0.1:{self.door}"

    def format(self) -> None:
        """Make an empty log directory."""
        (self._directory / "server.properties").write_text(
            "\n".join(
                (
                    "process.roles=broker,controller",
                    "node.id=1",
                    f"controller.quorum.voters=1@127.0.0.1:{self._controller}",
                    f"listeners=PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller}",
                    f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.door}",
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
        command = [
            *ends_with_us("KILL"),
            *self._command("kafka.Kafka", self._directory / "server.properties"),
        ]
        with (self._directory / "broker.log").open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
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
def kafka(jars: Path, directory: Path, *, port: int = 0, door: int = 0) -> Iterator[Kafka]:
    """A running broker, killed at the end."""
    broker = Kafka(jars, directory, port=port, door=door)
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

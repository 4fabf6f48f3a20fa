"""One process for every part of every service, started and stopped together, each with a log of its own."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cluster.servers import ends_with_us, free_port
from services.embedded import BEHIND

SERVICES = tuple(service.name for service in BEHIND)
GATEWAY = "gateway"
ASKS_CATALOG = "notifier"
READY = re.compile(r"ready at (http://[^\s,]+)(?:, for operators (http://\S+))?")
READY_SECONDS, STOP_SECONDS = 90, 40


def parts_of(services: Sequence[str] = SERVICES) -> list[tuple[str, str]]:
    """Every part of these services and of the gateway, in the words of the command line."""
    all_three = [(role, name) for role in ("serve", "relay", "worker") for name in services]
    return [*all_three, ("serve", GATEWAY), ("worker", GATEWAY)]


class Died(Exception):
    """A process ended before it was ready; the message has the end of its log."""


@dataclass(slots=True)
class Part:
    """One part of one service, such as `worker ordering`. `again()` starts it once more, as a supervisor would."""

    words: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    process: Process | None = None
    address: str = ""
    admin: str = ""
    """Where it tells of its health and metrics; the same as its address if it answers nothing else."""

    async def start(self) -> str:
        """Return its address once it says that it is ready. Raises Died."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(*ends_with_us("KILL"), sys.executable, "-m", "services.cli", *self.words),
                env={**os.environ, **self.environ},
                stdout=PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us alone; we stop the others, in order
            )
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                while self.process.stdout and (line := (await self.process.stdout.readline()).decode()):
                    if found := READY.search(line):
                        self.log.with_suffix(".pid").write_text(str(self.process.pid))
                        self.address, self.admin = found[1], found[2] or found[1]
                        return self.address
        raise Died(f"{' '.join(self.words)}: {self.log.read_text()[-1500:]}")

    def tell(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)

    def stop(self) -> None:
        """Hold it where it is, as a machine does that is out of breath."""
        self.tell(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self.tell(signal.SIGCONT)

    async def ended(self) -> int:
        """Its exit code, once it has ended; killed after a while that nobody should need."""
        if self.process is None:
            return 0
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                return await self.process.wait()
        self.tell(signal.SIGKILL)
        return await self.process.wait()

    async def again(self) -> str:
        """Start it once more on the same ports, as a supervisor would after its death."""
        await self.ended()
        ports = {"HTTP": self.address, "ADMIN": self.admin}
        same = {f"SAMVERKAN_{name}_PORT": url.rpartition(":")[2] for name, url in ports.items()}
        self.environ = {**self.environ, **same}
        return await self.start()


@dataclass(slots=True)
class Processes:
    """All parts by their words. `environ` is what all of them are given, and where the gateway will be reached."""

    directory: Path
    environ: Mapping[str, str]
    door: int = field(default_factory=free_port)
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def gateway(self) -> str:
        """Where people knock."""
        return self.parts["serve gateway"].address

    @property
    def urls(self) -> str:
        """Where each service answers, as the setting SERVICE_URLS says it."""
        serving = {
            words.partition(" ")[2]: part.address for words, part in self.parts.items() if "serve" in words
        }
        return ",".join(f"{name}={url}" for name, url in serving.items() if name != GATEWAY)

    async def start(self, services: Sequence[str] = SERVICES) -> None:
        """Services first, then who asks them by their addresses. Raises Died."""
        every, ask_others = parts_of(services), {("serve", GATEWAY), ("worker", ASKS_CATALOG)}
        await self._all(*(self.part(*words) for words in every if words not in ask_others))
        named = {"SAMVERKAN_SERVICE_URLS": self.urls}
        where = {"serve": {"SAMVERKAN_HTTP_PORT": str(self.door)}, "worker": {}}
        asking = [self.part(*words, **named, **where[words[0]]) for words in every if words in ask_others]
        await self._all(*asking)

    def part(self, *words: str, **environ: str) -> Part:
        """A part of these words, not started yet."""
        name = " ".join(words)
        link = {"SAMVERKAN_PUBLIC_URL": f"http://127.0.0.1:{self.door}"}
        part = Part(
            words, {**link, **self.environ, **environ}, self.directory / f"{name.replace(' ', '-')}.log"
        )
        self.parts[name] = part
        return part

    async def stop(self) -> dict[str, int]:
        """Ask all to end, workers and relays last; exit code by part."""
        codes: dict[str, int] = {}
        for first in (True, False):
            some = {name: part for name, part in self.parts.items() if name.startswith("serve") is first}
            for part in some.values():
                part.tell(signal.SIGTERM)
            codes |= dict(
                zip(some, await asyncio.gather(*(part.ended() for part in some.values())), strict=True)
            )
        return codes

    @staticmethod
    async def _all(*parts: Part) -> None:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part.start())


async def declare_topics(environ: Mapping[str, str]) -> None:
    """Make the topics as deploy/topics.yaml declares them. Raises Died."""
    command = (sys.executable, "-m", "services.cli", "topics", "apply")
    applying = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environ}, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await applying.communicate()
    if applying.returncode:
        raise Died(said.decode())


@asynccontextmanager
async def processes(directory: Path, environ: Mapping[str, str]) -> AsyncIterator[Processes]:
    """All parts of all services, running; stopped at the end, whatever happened."""
    running = Processes(directory, environ)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()

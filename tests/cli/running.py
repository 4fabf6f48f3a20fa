"""The command line as real processes: started, read line by line, and stopped."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parents[2]
READY = "Samverkan is ready at "
PATIENCE_SECONDS = 60


def environment(directory: Path, **settings: str) -> dict[str, str]:
    """A clean environment with this data directory and any free port."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SAMVERKAN_")}
    chosen = {"SAMVERKAN_DATA_DIR": str(directory), "SAMVERKAN_HTTP_PORT": "0", **settings}
    return plain | chosen | {"PYTHONUNBUFFERED": "1"}


def command(directory: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *words],
        cwd=ROOT,
        env=environment(directory, **settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@dataclass
class Up:
    """A running `samverkan up`, once it has said that it is ready."""

    process: "subprocess.Popen[str]"
    directory: Path
    address: str = ""
    lines: list[str] = field(default_factory=list)

    def password(self, login: str) -> str:
        """The password that the first start made for this login."""
        state = json.loads((self.directory / "demonstration.json").read_text())
        return str(state["accounts"][login])

    def read_until_ready(self) -> None:
        """Read what it prints, up to its last line of greeting."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(READY):
                self.address = line.removeprefix(READY).strip()
            if line.startswith("Ctrl-C stops it"):
                break
        assert self.address, self.process.communicate()[1]

    @contextmanager
    def client(self, login: str) -> Iterator[httpx2.Client]:
        """A client signed in as this login."""
        with httpx2.Client(base_url=f"{self.address}/api/v1", timeout=30) as client:
            form = {"username": login, "password": self.password(login)}
            answer = client.post("/token", data=form)
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield client

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send this signal; the exit code and what stood on stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, errors


def started(directory: Path, *words: str, **settings: str) -> Up:
    """A `samverkan up` that has said nothing yet."""
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "up", *words],
        cwd=ROOT,
        env=environment(directory, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Up(process, directory)


@contextmanager
def up(directory: Path, *words: str, **settings: str) -> Iterator[Up]:
    """Start `samverkan up` and wait for the line that says where it is; killed at the end if still there."""
    running = started(directory, *words, **settings)
    try:
        running.read_until_ready()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate()


def items(client: httpx2.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = {"limit": 200, **params, **({"cursor": cursor} if cursor else {})}
        answer = client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        cursor = page["next"]
    return found

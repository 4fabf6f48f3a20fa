"""Other processes of the bench: a line goes in, a line of JSON comes out."""

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from deploy.cluster.servers import ends_with_us


class Side:
    """`python -m module arguments`, running; it says one line when it is ready. Ended with its `with`."""

    def __init__(self, module: str, *arguments: object) -> None:
        command = [*ends_with_us("TERM"), sys.executable, "-m", module, *map(str, arguments)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = self.hear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def tell(self, word: object) -> None:
        """Say one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The next line that it says. Raises RuntimeError if it has ended instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def kill(self) -> None:
        """Let it die as in a power cut."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Close what it hears by, and wait for it; what does not end by that is killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process.stdout.close()


def say(**what: object) -> None:
    """What the other process says: one line of JSON."""
    print(json.dumps(what), flush=True)

"""Reads a page of operations as a session at a terminal, runs it, and compares what is printed with what it shows.

Ids, moments and numbers are others each time, so lines are compared by their shape. A line `…` stands for lines that
are left out, and `…` at the end of a line for the rest of it.
"""

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CUT_ID = re.compile(r"[0-9a-f-]*…$")
END = "end-of-answer-"
MORE = "…"
MOST_LINES, WIDEST = 6, 118
SHAPES = (
    (re.compile(r"TopicId: \S{22}"), "TopicId: ID"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\d+"), "N"),
    (re.compile(r"\bN(\.N)?(e[+-]?N)?\b"), "N"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Step:
    """A command and what the page shows after it."""

    command: str
    shown: Sequence[str]


def steps(page: str) -> Iterator[Step]:
    """Every command of the page, in its order."""
    for block in FENCE.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield Step(command, shown.splitlines())


class Shell:
    """One bash for the whole page. `close()` when done."""

    def __init__(self, environment: Path) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=environment.parent,
        )
        self.run(f". {environment}")

    def run(self, command: str) -> tuple[int, list[str]]:
        """Exit code and lines."""
        stdin, stdout = self._bash.stdin, self._bash.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{command}\nprintf '\\n{END}%s\\n' $?\n")
        stdin.flush()
        lines: list[str] = []
        for line in stdout:
            if line.startswith(END):
                break
            lines.append(line.rstrip())
        else:
            raise AssertionError(f"the shell ended in: {command}")
        return int(line.removeprefix(END)), lines[:-1] if lines and not lines[-1] else lines

    def close(self) -> None:
        """End it."""
        with self._bash:  # leaving it closes both ends and waits
            pass


def shape(line: str) -> str:
    """The line with its ids, numbers and widths left out."""
    for pattern, word in SHAPES:
        line = pattern.sub(word, line)
    return line.strip()


def missing(shown: Sequence[str], printed: Sequence[str]) -> str | None:
    """The first line that the page shows and that was not printed, in this order; None if all were."""
    there = iter([shape(line) for line in printed])
    for line in shown:
        if line == MORE:
            continue
        wanted = shape(re.sub(CUT_ID, "", line))
        if not any(found.startswith(wanted) if line.endswith(MORE) else found == wanted for found in there):
            return line
    return None


def written(page: str, printed: Sequence[Sequence[str]]) -> str:
    """The page with what was printed in place of what it shows."""
    answers = iter(printed)

    def block(match: "re.Match[str]") -> str:
        lines = []
        for part in re.split(r"^\$ ", match[1], flags=re.MULTILINE)[1:]:
            lines += [f"$ {part.partition(chr(10))[0]}", *_cut(next(answers))]
        return "```console\n" + "\n".join(lines) + "\n```"

    return FENCE.sub(block, page)


def _cut(lines: Sequence[str]) -> list[str]:
    kept = [line if len(line) <= WIDEST else f"{line[:WIDEST]}{MORE}" for line in lines[:MOST_LINES]]
    return [*kept, *([MORE] if len(lines) > MOST_LINES else [])]

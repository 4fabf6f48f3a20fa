"""The command line in this very process, for commands that need no process of their own."""

import logging
import os
import sys
from pathlib import Path
from typing import Protocol

import pytest

from services.cli import main
from tests.cli.running import environment


class Here(Protocol):
    """Run a command on a data directory: exit code, stdout, stderr."""

    def __call__(self, directory: Path, *words: str, **settings: str) -> tuple[int, str, str]: ...


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Commands with an environment and arguments of their own."""

    def run(directory: Path, *words: str, **settings: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("SAMVERKAN_")]:
                patch.delenv(name)
            for name, value in environment(directory, **settings).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["samverkan", *words])
            code, handlers = 0, list(logging.root.handlers)
            try:
                main()
            except SystemExit as leave:
                code = int(leave.code or 0)
            finally:
                logging.root.handlers[:] = handlers  # what it logged to is not there any more
        said = capsys.readouterr()
        return code, said.out, said.err

    return run

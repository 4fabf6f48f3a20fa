"""`make up` in a directory that has never seen it: nothing but Python and make."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import httpx2
import pytest

from tests.cli.running import ROOT, Up, environment, items

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]
TWO_MINUTES = 120


def checked_out(directory: Path) -> Path:
    """What somebody gets who clones this: all that git is not told to leave out."""
    made = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    unwanted = shutil.ignore_patterns(".git", *(name.removesuffix("/") for name in made))
    return Path(shutil.copytree(ROOT, directory, ignore=unwanted))


@contextmanager
def on_two_cores() -> Iterator[None]:
    """Whatever is started meanwhile has two cores, however many there are."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(cores)[:2])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@pytest.mark.row("M01")
def test_one_command_sets_up_everything_and_shows_the_demonstration_in_two_minutes(tmp_path: Path) -> None:
    checkout = checked_out(tmp_path / "checkout")
    began = monotonic()
    with on_two_cores():
        process = subprocess.Popen(
            ["make", "up", f"PYTHON={sys.executable}"],
            cwd=checkout,
            env=environment(tmp_path / "data"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    running = Up(process, tmp_path / "data")
    try:
        running.read_until_ready()
        for page in ("/docs", "/asyncapi.json", "/schemas/samverkan.ordering.OrderPlaced/1.json"):
            assert httpx2.get(f"{running.address}{page}").status_code == 200, page
        with running.client("skane") as skane:
            assert [one["label"] for one in items(skane, "/packages")] == ["Våren – egen kampanj per län"]
        assert monotonic() - began < TWO_MINUTES
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does: everybody in the terminal hears it
        _, errors = process.communicate(timeout=60)
        assert "Traceback" not in errors
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

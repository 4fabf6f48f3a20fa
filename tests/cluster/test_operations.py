"""The page for operations is run, command by command, and prints what it shows."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster import shell
from tests.cluster.conftest import Cluster
from tests.cluster.runbook import Shell, missing, steps, written
from tests.journeys.story import begin
from tests.real_servers import absent
from tests.world import World

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def bash(cluster: Cluster, jars: Path) -> Iterator[Shell]:
    """A shell beside the running cluster."""
    opened = Shell(shell.write(cluster.directory, cluster.environ, cluster.running, jars))
    if opened.run("command -v kcat")[0]:
        absent("kcat")
    yield opened
    opened.close()


@pytest.mark.row("J15", "U39")
async def test_every_command_of_the_page_does_what_the_page_shows(
    cluster: Cluster, world: World, bash: Shell
) -> None:
    story = await begin(world)
    await story.approved(await story.published("by_campaign"), "anna")
    page = PAGE.read_text(encoding="utf-8")
    printed = []
    try:
        for step in steps(page):
            _, lines = await asyncio.to_thread(bash.run, step.command)
            printed.append(lines)
            if not WRITING:
                assert missing(step.shown, lines) is None, (step.command, lines[:20])
    finally:
        await taken_back(cluster)
    if WRITING:
        PAGE.write_text(written(page, printed), encoding="utf-8")


WRITING = "SAMVERKAN_TEST_WRITE_RUNBOOK" in os.environ
"""Put what is printed now into the page, to be read and committed."""


async def taken_back(cluster: Cluster) -> None:
    """The processes that the page started end, and the cluster's own are there again."""
    for part in cluster.running.parts.values():
        if part.process is not None and part.process.returncode is not None:
            pid = int(part.log.with_suffix(".pid").read_text())
            os.kill(pid, 15)
            await gone(pid)
            await part.again()


async def gone(pid: int) -> None:
    """Return once this process, which is not a child of ours, has ended."""
    waiting = await asyncio.create_subprocess_exec("tail", f"--pid={pid}", "-f", "/dev/null")
    async with asyncio.timeout(30):
        await waiting.wait()

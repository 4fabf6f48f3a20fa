"""The page for operations is run, command by command, and prints what it shows."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster import shell
from services.embedded import SERVICES
from tests.cluster.conftest import Cluster
from tests.cluster.runbook import Shell, missing, steps, written
from tests.journeys.story import Story, begin
from tests.journeys.test_by_brief import begun, ordered
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


@pytest.mark.row("J15")
async def test_kafkas_own_tool_shows_how_far_every_consumer_of_every_service_is_behind(
    cluster: Cluster, world: World, bash: Shell
) -> None:
    await something_on_every_topic_that_is_heard(await begin(world))
    describe = "kafka-consumer-groups.sh --bootstrap-server $B --describe --all-groups"
    _, lines = await asyncio.to_thread(bash.run, describe)
    shown = [line.split() for line in lines if line.startswith("samverkan.")]
    behind = {(group, topic): set[str]() for group, topic, *_ in shown}
    for group, topic, _, _, end, lag, *_ in shown:
        behind[group, topic] |= {lag} if end != "0" else set()
    _, ours = await asyncio.to_thread(bash.run, "samverkan consumers --json")
    told = [json.loads(line) for line in ours]
    assert {(f"samverkan.{one['consumer']}", one["source"]) for one in told} == behind.keys()
    assert {group.split(".")[1] for group, _ in behind} == {service.name for service in SERVICES}
    for place, lags in behind.items():
        assert all(lag.isdigit() for lag in lags), place
    assert {group for group, _ in behind} == {group for (group, _), lags in behind.items() if lags}


async def something_on_every_topic_that_is_heard(story: Story) -> None:
    """Facts of every kind that a consumer waits for alone."""
    central = story.central
    await ordered(story, await begun(story))
    package = await central.read(f"/packages/{await story.published('by_campaign')}")
    await story.placed(package["package_id"])
    place = f"/campaigns/{package['reference_id']}/budgets/{story.entities['East']}"
    await central.put(place, {"amount_cents": 100})
    days = {"label": "Easter", "starts_on": "2026-04-03", "ends_on": "2026-04-06"}
    await central.made("/blackouts", days)
    term = {"starts_at": story.day(0), "ends_at": story.day(50), "reason": "On leave"}
    await central.made("/deputies", {"deputy_id": story.reviewer.id, **term})
    await central.made(f"/forums/{package['package_id']}/messages", {"text": "Welcome"})
    await story.world.settle()


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

"""SIGKILL: what was acknowledged is there, and the story ends the same."""

import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from shared.runtime import parking
from shared.store.sqlite import SQLiteStore
from tests.faults.wishes import ORDERS, answer_all, outcome, place_all, prepare
from tests.world import open_world

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.process


def run(module: str, *arguments: object) -> "subprocess.Popen[str]":
    """A process of its own that prints lines."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.row("J14")
@pytest.mark.parametrize("life", range(4))
async def test_every_acknowledged_event_is_there_after_kill_9_during_64_appends(
    tmp_path: Path, life: int
) -> None:
    path = tmp_path / "x.events.db"
    process = run("tests.faults.appender", path)
    assert process.stdout
    acknowledged = [process.stdout.readline()]
    threading.Timer(random.Random(life).uniform(0.05, 0.5), process.kill).start()
    acknowledged += process.stdout.readlines()
    process.wait()
    process.communicate()
    whole = [line.split() for line in acknowledged if line.endswith("\n")]
    store = SQLiteStore(path)
    for stream in {stream for stream, _, _ in whole}:
        there = {(event.version, str(event.id)) for event in await store.read(stream)}
        assert {(int(version), id_) for name, version, id_ in whole if name == stream} <= there
    assert len(whole) >= 1
    assert list(store.tampered()) == []
    store.close()


def test_a_full_disk_loses_nothing_that_was_acknowledged_and_work_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    process = run("tests.faults.small_disk", tmp_path)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    said = json.loads(out)
    accidents = {"OutcomeUnknown", "Unavailable"}
    assert said["refused"] in accidents
    assert set(said["again"]) <= accidents
    assert said["read"] == said["acknowledged"] + 1
    assert said["after"] == said["acknowledged"] + 1
    assert said["there"] == said["after"] + 1
    assert (said["number"], said["broken"]) == (1, [])


@pytest.mark.row("G01", "J08")
async def test_a_product_killed_again_and_again_in_its_story_ends_as_one_that_never_was(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path / "calm") as world:
        package_id = await prepare(world)
        await place_all(world, package_id)
        await answer_all(world, package_id)
        calm = await outcome(world, package_id)
    assert calm["facts"]["ChildCampaignCreated"] == ORDERS
    dice, kills = random.Random(7), 0
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        process = run("tests.faults.storyteller", tmp_path / "killed")
        killer = threading.Timer(dice.uniform(0.6, 1.2 + kills * 0.4), process.kill)
        killer.start()
        out, err = process.communicate()
        killer.cancel()
        if process.returncode == 0:
            break
        assert process.returncode == -9, (out, err)
        kills += 1
    assert kills >= 2
    async with open_world(tmp_path / "killed") as world:
        assert await outcome(world, package_id) == calm
        for desk in world.product.house.desks.values():
            assert list(desk.store.tampered()) == []
            assert list(await parking.parked(desk.db)) == []

"""`samverkan demo`: the story is told to its end, and says what it must."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import command

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    return command(tmp_path_factory.mktemp("demo"), "demo", "--json")


def test_the_story_ends_well(told: "subprocess.CompletedProcess[str]") -> None:
    assert (told.returncode, told.stderr) == (0, "")
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    chapters = [line["chapter"] for line in lines if "chapter" in line]
    assert [title.split(":")[0] for title in chapters[1:-1]] == [
        "Collaborative, by campaign",
        "Collaborative, by form",
        "Collaborative, simple",
        "Local",
    ]


def test_every_line_of_a_fact_names_event_stream_version_and_who(
    told: "subprocess.CompletedProcess[str]",
) -> None:
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    facts = [line for line in lines if "event" in line]
    assert all(fact["stream"] and fact["version"] >= 0 and fact["by"] for fact in facts)
    happened = [fact["event"] for fact in facts]
    assert happened.count("ChildCampaignCreated") == 3
    assert happened.count("LocalCampaignCreated") == 1
    for event in ("PackagePublished", "OrderRejected", "OrderRevised", "LocalChangeMade", "NoticeSent"):
        assert event in happened
    placed = next(fact for fact in facts if fact["event"] == "OrderPlaced")
    assert placed["by"] == "skane"


def test_piped_it_is_plain_lines(tmp_path: Path) -> None:
    plain = command(tmp_path, "demo")
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "\x1b[" not in plain.stdout
    assert "✓ exactly one child campaign for each approved order, and no other" in plain.stdout

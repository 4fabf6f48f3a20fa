"""The bench itself: it runs, and keeps what it says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SPREAD = {"median", "min", "max", "samples"}


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("bench") / "deep" / "result.json"
    done = bench("--quick", "--only", "14,4", "--json", str(path))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_rows_asked_for_are_measured_and_no_others(kept: dict[str, Any]) -> None:
    assert sorted(kept["rows"]) == ["14", "4"]


def test_every_named_ratio_has_a_median_and_a_spread_and_its_samples(kept: dict[str, Any]) -> None:
    for row in kept["rows"].values():
        assert row["ratios"], row["title"]
        for name, ratio in row["ratios"].items():
            assert ratio.keys() >= SPREAD, name
            assert ratio["min"] <= ratio["median"] <= ratio["max"], name
            assert len(ratio["samples"]) == kept["about"]["repeats"], name


def test_every_contender_has_a_median_and_a_spread_and_its_samples(kept: dict[str, Any]) -> None:
    for row in kept["rows"].values():
        for name, contender in row["contenders"].items():
            assert contender["per_second"].keys() >= SPREAD, name
            assert min(contender["per_second"]["samples"]) > 0, name


def test_a_quick_run_says_that_its_ratios_say_nothing(kept: dict[str, Any]) -> None:
    assert kept["about"]["quick"] is True


def test_the_honesty_clauses_are_kept_with_the_numbers(kept: dict[str, Any]) -> None:
    for row in kept["rows"].values():
        assert row["clauses"], row["title"]


def test_a_row_that_is_not_there_is_refused() -> None:
    done = bench("--only", "99")
    assert done.returncode == 2
    assert "no such rows" in done.stderr

"""The bench itself: it runs, and keeps what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.cluster.servers import postgres_programs
from tests.real_servers import absent

ROOT = Path(__file__).parents[2]
SPREAD = {"median", "min", "max", "samples"}
SERVED, SERVED_SECONDS = ("3", "8", "9", "10", "11", "16"), 600
"""Two minutes by themselves on two cores; what runs beside them makes them wait. Only a bench that hangs is late."""
MEASURED_ONCE = pytest.mark.xdist_group("served rows")


def bench(*arguments: str, seconds: float = 60, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, **environ},
    )


def result_of(path: Path, rows: str, seconds: float = 60, **environ: str) -> dict[str, Any]:
    done = bench("--quick", "--only", rows, "--json", str(path), seconds=seconds, **environ)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return result_of(tmp_path_factory.mktemp("bench") / "deep" / "result.json", "14,4")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> dict[str, Any]:
    """The rows on a real broker and a real PostgreSQL, with their peers and all processes."""
    del jars  # there, or the tests that need it are skipped
    if postgres_programs() is None:
        absent("PostgreSQL")
    return result_of(tmp_path_factory.mktemp("bench") / "result.json", ",".join(SERVED), SERVED_SECONDS)


@pytest.fixture(
    scope="module", params=["alone", pytest.param("served", marks=[pytest.mark.process, MEASURED_ONCE])]
)
def kept(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.getfixturevalue(request.param)
    return found


def test_the_rows_asked_for_are_measured_and_no_others(alone: dict[str, Any]) -> None:
    assert sorted(alone["rows"]) == ["14", "4"]


@pytest.mark.process
@MEASURED_ONCE
@pytest.mark.timeout(SERVED_SECONDS + 60)
def test_rows_with_servers_start_them_themselves(served: dict[str, Any]) -> None:
    assert (sorted(served["rows"], key=int), served["skipped"]) == (list(SERVED), {})


@pytest.mark.process
@MEASURED_ONCE
@pytest.mark.timeout(SERVED_SECONDS + 60)
def test_no_event_of_ours_is_missed_by_a_reader_who_goes_on(served: dict[str, Any]) -> None:
    missed = served["rows"]["3"]["facts"]["missed_by_a_reader"]
    ours = {name: found for name, found in missed.items() if name.startswith("samverkan")}
    assert len(ours) == 2
    assert all(found["missed"] == 0 < found["of"] for found in ours.values()), ours


def test_where_a_server_cannot_be_had_its_rows_say_so_and_the_others_run(tmp_path: Path) -> None:
    found = result_of(tmp_path / "result.json", "9,14", PATH=str(tmp_path))
    assert sorted(found["rows"]) == ["14"]
    assert "Java and Maven" in found["skipped"]["9"]


@pytest.mark.timeout(SERVED_SECONDS + 60)
def test_every_named_number_has_a_median_and_a_spread_and_its_samples(kept: dict[str, Any]) -> None:
    for row in kept["rows"].values():
        assert row["ratios"] | row["goals"], row["title"]
        for name, ratio in (row["ratios"] | row["goals"]).items():
            assert ratio.keys() >= SPREAD, name
            assert ratio["min"] <= ratio["median"] <= ratio["max"], name
            assert len(ratio["samples"]) == kept["about"]["repeats"], name


@pytest.mark.timeout(SERVED_SECONDS + 60)
def test_every_contender_has_a_median_and_a_spread_and_its_samples(kept: dict[str, Any]) -> None:
    for row in kept["rows"].values():
        for name, contender in row["contenders"].items():
            assert contender["per_second"].keys() >= SPREAD, name
            assert min(contender["per_second"]["samples"]) > 0, name


@pytest.mark.timeout(SERVED_SECONDS + 60)
def test_a_quick_run_says_that_its_ratios_say_nothing(kept: dict[str, Any]) -> None:
    assert kept["about"]["quick"] is True


@pytest.mark.timeout(SERVED_SECONDS + 60)
def test_the_honesty_clauses_are_kept_with_the_numbers(kept: dict[str, Any]) -> None:
    for row in kept["rows"].values():
        assert row["clauses"], row["title"]


def test_a_row_that_is_not_there_is_refused() -> None:
    done = bench("--only", "99")
    assert done.returncode == 2
    assert "no such rows" in done.stderr

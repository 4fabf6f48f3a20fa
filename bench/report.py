"""What the bench prints: one block per row, and about which machine all of it speaks."""

import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from bench.measure import Goal, Row, Sample, Target, quantile, ratios

PACKAGES = (
    "aiokafka",
    "eventsourcing",
    "faststream",
    "faust-streaming",
    "orjson",
    "psycopg",
    "pydantic",
    "pydantic-core",
    "uuid-utils",
    "uvloop",
)


def about(*, quick: bool, repeats: int, loop: str) -> dict[str, object]:
    """What one must know to read the numbers, and nothing that names the machine."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "repeats": repeats,
        "order": "every contender once per round, round after round"
        + ("" if quick else "; one round before them does not count"),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "event_loop": loop,
        "durability": "WAL, synchronous=FULL for everybody, but for row 7's rebuilt tables (see there)",
        "packages": {name: version(name) for name in PACKAGES},
    }


def show_about(facts: Mapping[str, object]) -> None:
    """The head of the report."""
    for name, value in facts.items():
        print(f"{name:>12}: {value}")
    if facts["quick"]:
        print("\nQUICK: these sizes only prove that the bench runs. The ratios say nothing.")


def show(row: Row) -> None:
    """One row: each contender's median and spread, then the ratios against what is wanted."""
    print(f"\n#{row.number}  {row.title}")
    print(f"    {'':32}{'median ' + row.thing:>22}{'min - max':>23}{'µs each':>13}{'p50 ms':>9}{'p99 ms':>9}")
    for name, samples in row.samples.items():
        print(f"    {name:32}{_rates(samples)}{_waits(samples)}")
    for target in row.targets:
        print(f"    {_ratio(target, ratios(row, target))}")
    for goal in row.goals:
        print(f"    {_goal(goal, [goal.value(sample) for sample in row.samples[goal.whose]])}")
    for name, fact in row.facts.items():
        print(f"    {name}: {fact}")
    for clause in row.clauses:
        print(f"    - {clause}")


def _rates(samples: Sequence[Sample]) -> str:
    rates = [sample.rate for sample in samples]
    middle = statistics.median(rates)
    return f"{middle:>22,.0f}{f'{min(rates):,.0f} - {max(rates):,.0f}':>23}{1e6 / middle:>13.2f}"


def _waits(samples: Sequence[Sample]) -> str:
    if not samples[0].waits:
        return ""
    found = (
        statistics.median([quantile(sample.waits, share) for sample in samples]) for share in (0.5, 0.99)
    )
    return "".join(f"{seconds * 1e3:>9.3f}" for seconds in found)


def _ratio(target: Target, found: Sequence[float]) -> str:
    middle = statistics.median(found)
    line = f"{target.name:58}{middle:>9.2f}  ({min(found):.2f} - {max(found):.2f})"
    return f"{line}{_wanted(target, middle)}" if target.wanted else line


def _goal(goal: Goal, found: Sequence[float]) -> str:
    middle = statistics.median(found)
    digits = 0 if goal.of == "rate" else 4
    line = f"{goal.name:58}{middle:>9,.{digits}f}  ({min(found):,.{digits}f} - {max(found):,.{digits}f})"
    return f"{line}{_wanted(goal, middle)}"


def _wanted(what: Target | Goal, found: float) -> str:
    sign = "≥" if what.of == "rate" else "≤"
    return f"   wanted {sign} {what.wanted:g}: {'met' if what.met(found) else 'NOT met'}"

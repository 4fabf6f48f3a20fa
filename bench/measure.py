"""Contenders that take turns, and what their turns say: medians, spreads, ratios."""

import gc
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SAMVERKAN = "samverkan"
FLOOR = "floor"
EVENTSOURCING = "eventsourcing"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured. `quick` sizes only prove that the bench runs; their ratios say nothing."""

    repeats: int
    warm_ups: int
    appends: int
    per_writer: int
    loads: int
    commands: int
    feed: int
    peer_feed: int
    peer_projected: int
    envelopes: int
    per_connection: int
    backlog: int
    consumed: int
    lagged: int
    flows: int
    faust_kills: int
    organisation: tuple[int, int, int]
    pages: int

    @property
    def rounds(self) -> range:
        """Numbered so that those below 0, which only warm up, do not count."""
        return range(-self.warm_ups, self.repeats)

    @property
    def chunk(self) -> int:
        """Events per page when a feed is read: what the product's own consumers ask for, for everybody."""
        return 500


FULL = Size(
    7,
    1,
    2000,
    60,
    300,
    1000,
    100_000,
    20_000,
    2000,
    20_000,
    500,
    100_000,
    100_000,
    5000,
    30,
    3,
    (3000, 500, 200_000),
    15,
)
QUICK = Size(2, 0, 20, 2, 5, 10, 300, 100, 20, 200, 5, 1000, 500, 200, 2, 0, (30, 5, 120), 2)
WRITERS = 64


@dataclass(frozen=True, slots=True)
class Sample:
    """One turn: `count` things in `seconds`; `waits` are single waiting times in seconds where they matter."""

    count: int
    seconds: float
    waits: Sequence[float] = ()

    @property
    def rate(self) -> float:
        """Things per second."""
        return self.count / self.seconds


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who takes turns. `turn` prepares what is not to be timed, then times itself."""

    name: str
    turn: Callable[[], Sample]


@dataclass(frozen=True, slots=True)
class Target:
    """`ours` over `other`, and what we want of it. Of rates more is better, of p99 waiting times less."""

    ours: str
    other: str
    wanted: float
    of: Literal["rate", "p99"] = "rate"

    @property
    def name(self) -> str:
        """How the ratio is called in the table and in the JSON."""
        return f"{self.ours} / {self.other}" + (" (p99)" if self.of == "p99" else "")

    def met(self, ratio: float) -> bool:
        """True if this ratio is as good as wanted."""
        return ratio >= self.wanted if self.of == "rate" else ratio <= self.wanted


@dataclass(frozen=True, slots=True)
class Goal:
    """A number of one contender by itself, and what we want of it: things per second, or a waiting time in seconds."""

    whose: str
    wanted: float
    of: Literal["rate", "p50", "p99"] = "rate"

    @property
    def name(self) -> str:
        """How the number is called in the table and in the JSON."""
        return f"{self.whose} ({'per second' if self.of == 'rate' else f'{self.of} in seconds'})"

    def value(self, sample: Sample) -> float:
        """This number of one turn."""
        if self.of == "rate":
            return sample.rate
        return quantile(sample.waits, 0.5 if self.of == "p50" else 0.99)

    def met(self, value: float) -> bool:
        """True if this is as good as wanted."""
        return value >= self.wanted if self.of == "rate" else value <= self.wanted


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what was measured, by whom, and what must be said beside it."""

    number: int
    title: str
    thing: str
    samples: Mapping[str, Sequence[Sample]]
    targets: Sequence[Target]
    clauses: Sequence[str] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    goals: Sequence[Goal] = ()


def alternate(contenders: Sequence[Contender], rounds: range) -> dict[str, list[Sample]]:
    """A/B/A/B: every contender once per round; rounds below 0 do not count.

    What was there before is no garbage of anybody's turn, and is not looked through between them.
    """
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    gc.collect()
    gc.freeze()
    try:
        for turn in rounds:
            for contender in contenders:
                gc.collect()
                sample = contender.turn()
                if turn >= 0:
                    samples[contender.name].append(sample)
    finally:
        gc.unfreeze()
    return samples


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float]) -> dict[str, object]:
    """Median, smallest, largest, and the values themselves."""
    return {
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
        "samples": list(values),
    }


def ratios(row: Row, target: Target) -> list[float]:
    """The ratio of each round, both halves of it from that very round."""

    def value(sample: Sample) -> float:
        return sample.rate if target.of == "rate" else quantile(sample.waits, 0.99)

    pairs = zip(row.samples[target.ours], row.samples[target.other], strict=True)
    return [value(ours) / value(other) for ours, other in pairs]


def as_json(row: Row) -> dict[str, object]:
    """Everything that a row knows, raw samples included; waiting times as p50 and p99 in ms per round."""
    contenders: dict[str, object] = {}
    for name, samples in row.samples.items():
        contenders[name] = {"per_second": spread([sample.rate for sample in samples])}
        if samples[0].waits:
            contenders[name] |= {  # type: ignore[operator]
                f"p{share}_ms": spread([quantile(sample.waits, share / 100) * 1e3 for sample in samples])
                for share in (50, 99)
            }
    return {
        "title": row.title,
        "thing": row.thing,
        "contenders": contenders,
        "ratios": {
            target.name: spread(found)
            | {"wanted": target.wanted, "met": target.met(statistics.median(found))}
            for target in row.targets
            if (found := ratios(row, target))
        },
        "goals": {
            goal.name: spread(found) | {"wanted": goal.wanted, "met": goal.met(statistics.median(found))}
            for goal in row.goals
            if (found := [goal.value(sample) for sample in row.samples[goal.whose]])
        },
        "facts": dict(row.facts),
        "clauses": list(row.clauses),
    }


def write_json(
    path: Path, about: Mapping[str, object], rows: Sequence[Row], skipped: Mapping[int, str]
) -> None:
    """One file for one run, with the reason for each row that was skipped. The folder is made if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "about": dict(about),
        "rows": {str(row.number): as_json(row) for row in rows},
        "skipped": {str(number): reason for number, reason in skipped.items()},
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

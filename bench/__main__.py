"""`python -m bench [--only 1,4] [--quick] [--json PATH]`."""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    appending,
    appending_there,
    consuming,
    envelope,
    feeding,
    lagging,
    listing,
    loading,
    recovering,
    relaying,
)
from bench.measure import FULL, QUICK, Row, Size, write_json
from bench.report import about, show, show_about
from bench.servers import Absent, Servers

try:
    import uvloop as loops
except ImportError:  # Windows: the loop of the standard library is what the product runs on there, too
    import asyncio as loops  # type: ignore[no-redef]

Measure = Callable[[Size, Path, asyncio.Runner, Servers], Row]


def _here(measure: Callable[[Size, Path, asyncio.Runner], Row]) -> Measure:
    """A row that needs no server."""
    return lambda size, folder, runner, _servers: measure(size, folder, runner)


ROWS: Mapping[int, Measure] = {
    1: _here(appending.one_writer),
    2: _here(appending.many_writers),
    3: appending_there.sixteen_writers,
    4: _here(loading.rehydrate),
    5: _here(loading.round_trip),
    6: _here(feeding.catch_up),
    7: _here(feeding.rebuilding),
    8: consuming.consuming,
    9: relaying.relaying,
    10: lagging.lagging,
    11: recovering.recovering,
    14: _here(envelope.envelope),
    16: listing.listing,
}
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure the rows asked for, print them and keep all samples as JSON."""
    asked = _arguments()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # topics just made have no leader for a moment
    size = QUICK if asked.quick else FULL
    facts = about(quick=asked.quick, repeats=size.repeats, loop=loops.__name__)
    show_about(facts)
    rows, skipped = [], {}
    with Servers(asked.dir) as servers:
        for number in asked.only:
            try:
                rows.append(_measured(number, size, asked.dir, servers))
                show(rows[-1])
            except Absent as error:
                skipped[number] = str(error)
                print(f"\n#{number}  skipped: {error}")
    path = asked.json or RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    write_json(path, facts, rows, skipped)
    print(f"\nAll samples: {path}")


def _measured(number: int, size: Size, where: Path | None, servers: Servers) -> Row:
    with (
        tempfile.TemporaryDirectory(prefix=f"bench-{number}-", dir=where) as folder,
        asyncio.Runner(loop_factory=loops.new_event_loop) as runner,
    ):
        return ROWS[number](size, Path(folder), runner, servers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the published ratios.")
    parser.add_argument(
        "--only", type=_numbers, default=list(ROWS), help="rows, such as 1,4 (all if not given)"
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that the bench runs")
    parser.add_argument("--json", type=Path, help="where to write the samples (bench/results/<moment>.json)")
    parser.add_argument(
        "--dir", type=Path, help="a folder on the disk to be measured (the system's own for such)"
    )
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not numbers: {text}") from error
    if unknown := set(numbers) - ROWS.keys():
        raise argparse.ArgumentTypeError(f"no such rows here: {sorted(unknown)}; there are {list(ROWS)}")
    return numbers


if __name__ == "__main__":
    main()

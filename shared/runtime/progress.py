"""How far a consumer has come in each stream, asked and said for many streams at once.

One by one these would cost a server as much as the effects themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from shared.database.port import Database
from shared.kernel.projection import Statement

VERSIONS = "SELECT stream, version FROM progress WHERE consumer = :consumer AND stream IN ({})"
ADVANCE = """
INSERT INTO progress (consumer, stream, version) VALUES {}
ON CONFLICT (consumer, stream) DO UPDATE SET version = excluded.version WHERE progress.version < excluded.version
"""
AT_ONCE = (128, 16, 1)
"""Only so many texts of each statement, so that drivers and servers know them again."""


def versions_of(db: Database, consumer: str, streams: Sequence[str]) -> dict[str, int]:
    """The last version that this consumer has handled of each; -1 where it has handled none."""
    versions = dict.fromkeys(streams, -1)
    for some in _parts(streams):
        asked = {"consumer": consumer, **{f"s{n}": stream for n, stream in enumerate(some)}}
        versions |= {row["stream"]: row["version"] for row in db.recall(_asking(len(some)), asked)}
    return versions


def advanced(consumer: str, versions: Mapping[str, int]) -> Iterator[Statement]:
    """The statements that say so. A version never goes back."""
    for some in _parts(list(versions)):
        said: dict[str, object] = {"consumer": consumer}
        for n, stream in enumerate(some):
            said[f"s{n}"], said[f"v{n}"] = stream, versions[stream]
        yield _saying(len(some)), said


def _parts(streams: Sequence[str]) -> Iterator[Sequence[str]]:
    done = 0
    for size in AT_ONCE:
        while len(streams) - done >= size:
            yield streams[done : done + size]
            done += size


@lru_cache
def _asking(count: int) -> str:
    return VERSIONS.format(", ".join(f":s{n}" for n in range(count)))


@lru_cache
def _saying(count: int) -> str:
    return ADVANCE.format(", ".join(f"(:consumer, :s{n}, :v{n})" for n in range(count)))

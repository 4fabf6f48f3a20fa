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
    for start in range(0, len(streams), AT_ONCE[0]):
        some = streams[start : start + AT_ONCE[0]]
        count = min(size for size in AT_ONCE if size >= len(some))
        asked: dict[str, object] = {"consumer": consumer}
        for n in range(count):  # the last is asked for again and again, so that one question does for all
            asked[f"s{n}"] = some[min(n, len(some) - 1)]
        versions |= {row["stream"]: row["version"] for row in db.recall(_asking(count), asked)}
    return versions


def advanced(consumer: str, versions: Mapping[str, int]) -> Iterator[Statement]:
    """The statements that say so. A version never goes back."""
    streams, done = list(versions), 0
    for count in AT_ONCE:
        while len(streams) - done >= count:
            said: dict[str, object] = {"consumer": consumer}
            for n, stream in enumerate(streams[done : done + count]):
                said[f"s{n}"], said[f"v{n}"] = stream, versions[stream]
            yield _saying(count), said
            done += count


@lru_cache
def _asking(count: int) -> str:
    return VERSIONS.format(", ".join(f":s{n}" for n in range(count)))


@lru_cache
def _saying(count: int) -> str:
    return ADVANCE.format(", ".join(f"(:consumer, :s{n}, :v{n})" for n in range(count)))

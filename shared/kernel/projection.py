"""From facts to rows: what a reader is shown, and what a reaction remembers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.kernel.message import Command, Params, Recorded

Statement = tuple[str, Params]
Row = Mapping[str, Any]
Recall = Callable[[str, Params], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Projection:
    """One table or a few that belong together, and the function from one fact to statements on them.

    `hears` lists topics without the product's prefix (`ordering.orders`). A changed shape raises `version`,
    and the engine rebuilds. `apply` may run twice for a fact and leaves the same rows.
    """

    name: str
    version: int
    tables: tuple[str, ...]
    apply: Callable[[Recorded], Iterable[Statement]]
    hears: tuple[str, ...]


def narrowed(conditions: Mapping[str, str], asked: Params) -> str:
    """What is wanted of a list, as ` AND …` for each condition whose parameter says something (not empty, not 0).

    What nobody asked for is not in the statement: `(:x = '' OR …)` would keep every index from serving it.
    """
    return "".join(f" AND {condition}" for name, condition in conditions.items() if asked[name])


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one service does to itself when anybody has spoken.

    `memory` is brought up to the very fact before `react` is asked, by the same consumer; `react` may look
    into it through its second argument. A command dated after the fact becomes a timer.
    """

    react: Callable[[Recorded, Recall], Iterator[Command]]
    hears: tuple[str, ...]
    memory: tuple[Projection, ...] = ()

"""Tables that no fact can bring back: their shape goes forward step by step, under a lock, and never back.

Read models need none of this: a changed one is made anew from facts.
"""

from collections.abc import Iterator
from typing import NamedTuple

VERSIONS = "CREATE TABLE IF NOT EXISTS schema_versions (name TEXT PRIMARY KEY, version BIGINT NOT NULL)"


class NewerSchema(Exception):
    """These tables were brought forward by newer code; this code must not touch them."""


class Schema(NamedTuple):
    """Some tables that change together. The first step makes them; no step is edited once it has been released.

    A step runs once in a place, in one transaction with its mark, so it need not be repeatable. Only the first
    one meets tables that are there already: those from before versions were kept.
    """

    name: str
    steps: tuple[tuple[str, ...], ...]

    @property
    def reached(self) -> str:
        """The SELECT that finds the version of a place; no row where no step was ever made."""
        return f"SELECT version FROM schema_versions WHERE name = '{self.name}'"

    def ahead_of(self, version: int) -> Iterator[str]:
        """What is still to be run at a place of this version. Raises NewerSchema where there is no way back."""
        known = len(self.steps)
        if version > known:
            raise NewerSchema(
                f"the tables of {self.name} have schema version {version}, and this code knows {known}; "
                "run the newer code that was here before, or restore a copy made before it"
            )
        for step in self.steps[version:]:
            yield from step
        if version < known:
            yield (
                f"INSERT INTO schema_versions (name, version) VALUES ('{self.name}', {known}) "
                f"ON CONFLICT (name) DO UPDATE SET version = {known}"
            )

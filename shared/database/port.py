"""Where read models live: tables, and the place up to which they are true, in one transaction."""

from collections.abc import Sequence
from typing import Protocol

from shared.forward import Schema
from shared.kernel.message import NO_PARAMS, Params
from shared.kernel.projection import Row, Statement


class StaleOwner(Exception):
    """Somebody else has moved this consumer's checkpoint: stop, and let the new owner go on."""


class Database(Protocol):
    """SQL is portable text with `:name` parameters. Every adapter must pass tests/shared/test_database_contract.py."""

    async def go_forward(self, schema: Schema) -> None:
        """Bring these tables to the version that this code knows, one process at a time. Raises NewerSchema."""

    async def commit(self, statements: Sequence[Statement], *, guard: Statement | None = None) -> None:
        """Run all in one transaction, the guard last. Raises StaleOwner if the guard did not touch one row."""

    async def write(self, sql: str, params: Params) -> Sequence[Row]:
        """Run one writing statement in a transaction of its own; rows where it says RETURNING."""

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """What a SELECT finds, committed work only."""

    def recall(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """The same, at once and without leaving the caller's turn: for a reaction's look into its memory."""

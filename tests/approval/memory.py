"""Approval's memory for specs of its reaction."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from services.approval.reactions import REACTION, react
from shared.kernel.message import Command, Recorded


class Memory:
    """What approval has seen, in a real database."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        for projection in REACTION.memory:
            for table in projection.tables:
                self.db.execute(table)

    def hear(self, fact: Recorded) -> Sequence[Command]:
        for projection in REACTION.memory:
            for sql, params in projection.apply(fact):
                self.db.execute(sql, params)
        return list(react(fact, self.recall))

    def recall(self, sql: str, params: Any = {}) -> list[dict[str, Any]]:  # noqa: B006
        return [dict(row) for row in self.db.execute(sql, params)]

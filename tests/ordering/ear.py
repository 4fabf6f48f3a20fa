"""Ordering's reaction with its memory in a real database."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.ordering.reactions import MEMORY, react
from shared.kernel.message import Command, Event
from shared.kernel.projection import Row
from tests.facts import recorded
from tests.world import MONDAY


class Ear:
    """Memory as a real database keeps it, and the commands that the last fact led to."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        self.versions = 0
        for projection in MEMORY:
            for table in projection.tables:
                self.db.execute(table)

    def recall(self, sql: str, params: Any) -> Sequence[Row]:
        return [dict(row) for row in self.db.execute(sql, params)]

    def hear(self, *events: Event, at: datetime = MONDAY) -> list[Command]:
        """Each fact told twice, as a bus may: memory and commands must come out the same."""
        commands: list[Command] = []
        for event in events:
            fact = recorded(event, "thing-1", self.versions, at)
            self.versions += 1
            for projection in MEMORY:
                for statement in (*projection.apply(fact), *projection.apply(fact)):
                    self.db.execute(*statement)
            commands = list(react(fact, self.recall))
            assert commands == list(react(fact, self.recall))
        return commands

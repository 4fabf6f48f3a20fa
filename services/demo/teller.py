"""Tells what happened: every new fact as a line, with its stream, its version and who did it."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from services.demo.api import Unexpected
from services.demo.data import Cast
from shared import codec
from shared.kernel.message import Event, Recorded
from shared.runtime.host import House

ZONE = ZoneInfo("Europe/Stockholm")
AT_ONCE = 5_000


class Teller:
    """Prints the story. With `as_json` each line is one object: `chapter`, `step`, `event` or `check`."""

    def __init__(self, console: Console, house: House, *, as_json: bool) -> None:
        self._console, self._house, self._json = console, house, as_json
        self._told = dict.fromkeys(house.desks, 0)
        self._who: dict[str, str] = {}
        self._where: dict[str, str] = {}
        self.events = self.checks = 0

    async def knows(self, cast: Cast) -> None:
        """Names for ids: logins of people, labels of entities. What happened so far is not told."""
        self._who = {user.actor.id: login for login, user in cast.users.items()}
        self._where = cast.labels
        self._told = {name: await desk.store.last_position() for name, desk in self._house.desks.items()}

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self._line({"chapter": title}, Text(f"\n{title}", style="bold"))

    def step(self, words: str) -> None:
        """What somebody is about to do."""
        moment = self._house.now().astimezone(ZONE)
        self._line(
            {"step": words, "at": moment.isoformat()}, Text(f"  {moment:%d %b %H:%M}  {words}", style="cyan")
        )

    def check(self, words: str, found: object, wanted: object) -> None:
        """State what must be so. Raises Unexpected if it is not."""
        if found != wanted:
            raise Unexpected(f"{words}: expected {wanted!r}, found {found!r}")
        self.checks += 1
        self._line({"check": words}, Text(f"      ✓ {words}", style="green"))

    async def tell(self) -> None:
        """Every fact stated since last time, causes before effects."""
        await self._house.settled()
        fresh: list[Recorded] = []
        for name, desk in self._house.desks.items():
            stored = await desk.store.tail(self._told[name], AT_ONCE)
            fresh += [codec.read(one) for one in stored]
            self._told[name] = stored[-1].position if stored else self._told[name]
        for recorded in in_order(fresh):
            self._event(recorded)

    def _event(self, recorded: Recorded) -> None:
        self.events += 1
        what, who = type(recorded.event).__name__, self._by(recorded)
        at, about = recorded.recorded_at, self._about(recorded.event)
        shown = Text.assemble(
            "      ",
            (f"{what:<23}", "bold"),
            f" {recorded.stream}@{recorded.version}",
            f" by {who}",
            (f"  {about}" if about else "", "dim"),
        )
        line = {"event": what, "stream": recorded.stream, "version": recorded.version, "by": who}
        self._line(line | {"at": at.isoformat(), "about": about}, shown)

    def _by(self, recorded: Recorded) -> str:
        """Whose doing it was: the person in the fact, else whoever stated it."""
        person = str(getattr(recorded.event, "by", ""))
        return self._who.get(person) or self._who.get(recorded.actor, recorded.actor)

    def _about(self, event: Event) -> str:
        fields = event.model_dump()
        return ", ".join(part for part in _words(fields, self._who, self._where) if part)

    def _line(self, line: Mapping[str, Any], shown: Text) -> None:
        if self._json:
            self._console.print(
                json.dumps(line, ensure_ascii=False), soft_wrap=True, markup=False, highlight=False
            )
        else:
            self._console.print(shown, soft_wrap=True, highlight=False)


def in_order(facts: list[Recorded]) -> list[Recorded]:
    """By moment, then by how far each is from the first cause; within a stream by version."""
    known = {fact.id: fact for fact in facts}

    def depth(fact: Recorded) -> int:
        steps = 0
        while fact.causation_id in known:
            fact, steps = known[fact.causation_id], steps + 1
        return steps

    def key(fact: Recorded) -> tuple[datetime, int, str, int]:
        return fact.recorded_at, depth(fact), fact.stream.split("-")[0], fact.position

    return sorted(facts, key=key)


def _words(fields: Mapping[str, Any], who: Mapping[str, str], where: Mapping[str, str]) -> Iterator[str]:
    yield fields.get("name") or ""
    yield str(fields.get("kind", "")) if "notice_id" in fields else ""
    yield f"to {who[person]}" if (person := str(fields.get("person_id", ""))) in who else ""
    yield where.get(str(fields.get("entity_id", "")), "")
    yield f"“{fields['comment']}”" if fields.get("comment") else ""
    yield ", ".join(f"{name}={value}" for name, value in (fields.get("values") or {}).items())

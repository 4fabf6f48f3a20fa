"""Orders in words become tasks, which are done or dropped once."""

import sqlite3
from collections.abc import Iterable
from typing import Any

import pytest

from services.campaigns.deciders.task import (
    TASK,
    DropBriefTask,
    FinishBriefTask,
    OpenBriefTask,
    task_of,
)
from services.campaigns.reactions import REACTION
from services.campaigns.reactions.briefing import react
from shared.contracts.campaigns import BriefTaskDone, BriefTaskDropped, BriefTaskOpened
from shared.contracts.ordering import OrderCancelled, OrderWithdrawn
from shared.kernel.message import Command, Event
from tests.campaigns.words import (
    BO,
    DEFINITION,
    EAST,
    ID,
    MACHINE,
    ORDER,
    PACKAGE,
    REFERENCE,
    approved,
    prepared,
)
from tests.facts import id_of, recorded
from tests.spec import spec
from tests.world import MONDAY

given = spec(TASK)
ASKS: dict[str, Any] = {"id": id_of("command"), "at": MONDAY, "by": MACHINE, "task_id": task_of(ORDER)}
WHOSE: dict[str, Any] = {"order_id": ORDER, "package_id": PACKAGE, "entity_id": EAST}
opening = OpenBriefTask(**ASKS, **WHOSE, campaign_id=ID)
finishing = FinishBriefTask(**ASKS | {"by": BO})
dropping = DropBriefTask(**ASKS, reason="No staff")
opened = BriefTaskOpened(task_id=task_of(ORDER), **WHOSE, campaign_id=ID, at=MONDAY)
done = BriefTaskDone(task_id=task_of(ORDER), by="bo", at=MONDAY)
dropped = BriefTaskDropped(task_id=task_of(ORDER), at=MONDAY, reason="No staff")
BRIEF = DEFINITION.model_copy(update={"interface": "by_brief"})
by_brief = prepared.model_copy(update={"definition": BRIEF})
withdrawn = OrderWithdrawn(**WHOSE, at=MONDAY, by="anna", reason="No staff")
ended = OrderCancelled(**WHOSE, at=MONDAY, by="bo", because="central", reason="No staff")


def test_a_task_is_opened_once() -> None:
    given()(opening)(opened)
    for history in ((opened,), (opened, done), (opened, dropped)):
        given(*history)(opening)()


def test_a_task_is_done_once_and_what_was_dropped_is_not() -> None:
    given(opened)(finishing)(done)
    given(opened, done)(finishing)()
    given(opened, dropped)(finishing)("task.dropped")
    given()(finishing)("task.unknown")


def test_only_what_is_open_is_dropped() -> None:
    given(opened)(dropping)(dropped)
    for history in ((), (opened, done), (opened, dropped)):
        given(*history)(dropping)()


@pytest.fixture
def memory() -> Iterable[sqlite3.Connection]:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    for projection in REACTION.memory:
        for table in projection.tables:
            db.execute(table)
    yield db
    db.close()


def hear(db: sqlite3.Connection, *events: Event) -> list[Command]:
    """What the last of these facts leads to, each told twice."""
    commands: list[Command] = []
    for version, event in enumerate(events):
        fact = recorded(event, "thing-1", version)
        for projection in REACTION.memory:
            for statement in (*projection.apply(fact), *projection.apply(fact)):
                db.execute(*statement)
        commands = list(react(fact, lambda sql, params: [dict(row) for row in db.execute(sql, dict(params))]))
    return commands


@pytest.mark.parametrize("last", [0, 1])
def test_an_approved_order_by_brief_opens_a_task_whichever_is_heard_last(
    memory: sqlite3.Connection, last: int
) -> None:
    facts: list[Event] = [by_brief, approved()]
    (command,) = hear(memory, facts[1 - last], facts[last])
    assert isinstance(command, OpenBriefTask)
    assert (command.task_id, command.campaign_id) == (task_of(ORDER), ID)


def test_a_task_of_an_order_that_creates_nothing_is_about_the_reference(memory: sqlite3.Connection) -> None:
    (command,) = hear(memory, by_brief, approved("nothing"))
    assert isinstance(command, OpenBriefTask)
    assert command.campaign_id == REFERENCE


def test_an_order_by_form_opens_no_task(memory: sqlite3.Connection) -> None:
    assert hear(memory, prepared, approved()) == []
    assert hear(memory, prepared, approved(), withdrawn) == []


@pytest.mark.parametrize("end", [withdrawn, ended])
def test_the_end_of_an_order_drops_its_task(memory: sqlite3.Connection, end: Event) -> None:
    (command,) = hear(memory, by_brief, approved(), end)
    assert isinstance(command, DropBriefTask)
    assert (command.task_id, command.reason) == (task_of(ORDER), "No staff")

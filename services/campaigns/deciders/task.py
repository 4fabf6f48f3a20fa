"""A task of head office: to carry out an order that was given in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from shared.contracts.campaigns import BriefTaskDone, BriefTaskDropped, BriefTaskOpened, TaskEvent
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, TaskId, derive
from shared.kernel.message import Command


def task_of(order_id: OrderId) -> TaskId:
    """One order is one task, so its id follows from the order's."""
    return TaskId(derive("task", order_id))


class OpenBriefTask(Command):
    """An order by brief was approved."""

    task_id: TaskId
    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    campaign_id: CampaignId


class FinishBriefTask(Command):
    """It is carried out."""

    task_id: TaskId


class DropBriefTask(Command):
    """Its order ended."""

    task_id: TaskId
    reason: str


TaskCommand = OpenBriefTask | FinishBriefTask | DropBriefTask


@dataclass(frozen=True, slots=True)
class Task:
    """How far it has come."""

    status: Literal["none", "open", "done", "dropped"] = "none"


def decide(command: TaskCommand, task: Task) -> Sequence[TaskEvent] | Refused:
    """Opened once, and then done or dropped once."""
    match command:
        case OpenBriefTask():
            return (
                [BriefTaskOpened(**command.model_dump(exclude={"id", "by"}))] if task.status == "none" else []
            )
        case FinishBriefTask():
            return _finish(command, task)
        case DropBriefTask():
            dropped = BriefTaskDropped(**command.model_dump(exclude={"id", "by"}))
            return [dropped] if task.status == "open" else []
    assert_never(command)


def evolve(task: Task, event: TaskEvent) -> Task:
    """What a fact does to what we remember."""
    del task
    match event:
        case BriefTaskOpened():
            return Task("open")
        case BriefTaskDone():
            return Task("done")
        case BriefTaskDropped():
            return Task("dropped")
    assert_never(event)


def _finish(command: FinishBriefTask, task: Task) -> Sequence[TaskEvent] | Refused:
    match task.status:
        case "none":
            return Refused("task.unknown", "missing")
        case "dropped":
            return Refused("task.dropped", "conflict")
        case "done":
            return []
        case "open":
            return [BriefTaskDone(task_id=command.task_id, by=command.by.id, at=command.at)]


TASK: Decider[Task, TaskCommand, TaskEvent] = Decider(
    category="task",
    initial=Task(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.task_id,
    commands=(OpenBriefTask, FinishBriefTask, DropBriefTask),
)

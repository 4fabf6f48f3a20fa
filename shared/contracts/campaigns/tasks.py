"""What campaigns states of its tasks: orders in words, which head office carries out."""

from pydantic import AwareDatetime

from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, TaskId
from shared.kernel.message import Event


class BriefTaskOpened(Event):
    """An order by brief was approved: head office is to make it come true. Version 0 of task-{task_id}.

    `task_id` is derive("task", order_id). `campaign_id` is the campaign that the order creates, or the reference
    where it creates none. The two texts are the order's, and stand in its facts.
    """

    task_id: TaskId
    order_id: OrderId
    package_id: PackageId
    entity_id: EntityId
    campaign_id: CampaignId
    at: AwareDatetime


class BriefTaskDone(Event):
    """Somebody in head office carried it out."""

    task_id: TaskId
    by: str
    at: AwareDatetime


class BriefTaskDropped(Event):
    """The order ended before anybody carried it out."""

    task_id: TaskId
    at: AwareDatetime
    reason: str


TaskEvent = BriefTaskOpened | BriefTaskDone | BriefTaskDropped

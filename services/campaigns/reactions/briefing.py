"""Orders in words become tasks of head office."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from services.campaigns.deciders.task import DropBriefTask, OpenBriefTask, task_of
from services.campaigns.projections import seen, seen_orders
from services.campaigns.reactions.creating import CAMPAIGNS, campaign_of
from shared.contracts.campaigns import CampaignPrepared, Definition
from shared.contracts.ordering import OrderApproved, OrderCancelled, OrderWithdrawn
from shared.kernel.ids import OrderId, derive
from shared.kernel.message import Command, Recorded
from shared.kernel.projection import Recall, Row


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """Open a task when an order by brief is approved, drop it when the order ends.

    An order may be heard of before its reference; it then waits in memory for it.
    """
    event = recorded.event
    match event:
        case OrderApproved():
            rows = recall(seen_orders.ORDER, {"order_id": str(event.order_id)})
            yield from (command for row in rows for command in _opened(row, recall))
        case CampaignPrepared():
            rows = recall(seen_orders.OF_REFERENCE, {"campaign_id": str(event.campaign_id)})
            yield from (command for row in rows for command in _opened(row, recall))
        case OrderWithdrawn() | OrderCancelled():
            for row in recall(seen_orders.ORDER, {"order_id": str(event.order_id)}):
                if _by_brief(row, recall):
                    yield DropBriefTask(
                        id=derive(recorded.id, "drop"),
                        at=recorded.recorded_at,
                        by=CAMPAIGNS,
                        task_id=task_of(event.order_id),
                        reason=event.reason,
                    )


def _opened(row: Row, recall: Recall) -> Iterator[Command]:
    if row["status"] != "approved" or not _by_brief(row, recall):
        return
    order_id = OrderId(UUID(row["order_id"]))
    creates = recall(seen.CREATES, {"order_id": row["order_id"]})
    yield OpenBriefTask(
        id=derive(row["fact_id"], "brief"),
        at=datetime.fromisoformat(row["fact_at"]),
        by=CAMPAIGNS,
        task_id=task_of(order_id),
        order_id=order_id,
        package_id=row["package_id"],
        entity_id=row["entity_id"],
        campaign_id=campaign_of(order_id) if creates else row["reference_id"],
    )


def _by_brief(row: Row, recall: Recall) -> bool:
    (reference,) = recall(seen.REFERENCE, {"campaign_id": row["reference_id"]}) or (None,)
    return (
        reference is not None
        and Definition.model_validate_json(reference["definition"]).interface == "by_brief"
    )

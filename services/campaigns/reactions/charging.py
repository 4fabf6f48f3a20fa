"""What an order costs: shared out at publication, reserved, committed and released as the order goes."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from services.campaigns.deciders.aim import aim_of, others_of
from services.campaigns.deciders.budget_commands import (
    AssignShare,
    CommitCost,
    ReleaseCost,
    ReserveCost,
    budget_of,
)
from services.campaigns.deciders.shares import allot
from services.campaigns.projections import recipients, seen, seen_orders, seen_packages
from services.campaigns.reactions.creating import CAMPAIGNS, as_ordered
from shared.contracts.campaigns import CampaignPrepared, CostReserved, Definition, ShareAssigned
from shared.contracts.catalog import CostTerms, PackagePublished
from shared.contracts.ordering import (
    OrderApproved,
    OrderCancelled,
    OrderPlaced,
    OrderRejected,
    OrderWithdrawn,
)
from shared.kernel.ids import CampaignId, EntityId, derive
from shared.kernel.message import Command, Recorded
from shared.kernel.projection import Recall, Row


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """Reserve, commit, release.

    Topics keep no order between them: an order may be heard of before its package, its reference or its share. It
    then waits in memory, and whichever comes last charges it; the commands' ids are the same either way.
    """
    event = recorded.event
    match event:
        case OrderPlaced() | OrderApproved() | OrderRejected() | OrderWithdrawn() | OrderCancelled():
            rows = recall(seen_orders.ORDER, {"order_id": str(event.order_id)})
        case CostReserved():
            rows = recall(seen_orders.ORDER, {"order_id": str(event.order_id)})
        case CampaignPrepared():
            rows = recall(seen_orders.OF_REFERENCE, {"campaign_id": str(event.campaign_id)})
        case PackagePublished():
            yield from _shared(recorded, event, recall)
            rows = recall(seen_orders.OF_PACKAGE, _place(event, ""))
        case ShareAssigned():
            rows = recall(seen_orders.OF_PACKAGE, _place(event, str(event.entity_id)))
        case _:
            return
    for row in rows:
        yield from _charged(row, recall)


def _shared(recorded: Recorded, event: PackagePublished, recall: Recall) -> Iterator[Command]:
    """Everybody's share of the fixed costs, nobody's left out, so that they sum to the whole."""
    terms = event.details.costs
    guests = [row["entity_id"] for row in recall(seen_packages.AUDIENCE, _place(event, ""))]
    if not terms.fixed_cents or not guests:
        return
    shares = allot(terms.fixed_cents, _weights(terms, guests, recall))
    for entity_id, fixed_cents in zip(guests, shares, strict=True):
        whose = EntityId(UUID(entity_id))
        yield AssignShare(
            id=derive(recorded.id, "share", entity_id),
            at=recorded.recorded_at,
            by=CAMPAIGNS,
            budget_id=budget_of(whose, event.reference_id),
            entity_id=whose,
            campaign_id=event.reference_id,
            package_id=event.package_id,
            edition=event.edition,
            fixed_cents=fixed_cents,
        )


def _weights(terms: CostTerms, guests: list[str], recall: Recall) -> list[int]:
    if terms.rule == "equal":
        return [1] * len(guests)
    if terms.rule == "by_share":
        known = {str(share.entity_id): share.weight for share in terms.shares}
    else:
        known = {row["entity_id"]: row["found"] for row in recall(recipients.VOLUMES, {})}
    return [known.get(entity_id, 0) for entity_id in guests]


def _charged(row: Row, recall: Recall) -> Iterator[Command]:
    """What this order is to its budget now; nothing while something it hangs on is not known, or costs nothing."""
    reserve = _reserve(row, recall)
    if reserve is None or not (row["reserved"] or reserve.message_cents or reserve.fixed_cents):
        return
    whose: dict[str, Any] = {"at": reserve.at, "by": CAMPAIGNS}
    whose |= {"budget_id": reserve.budget_id, "order_id": reserve.order_id}
    if row["status"] in {"placed", "approved"}:
        yield reserve
    if row["status"] == "approved":
        yield CommitCost(id=derive(row["fact_id"], "commit"), **whose)
    elif row["status"] != "placed":
        yield ReleaseCost(id=derive(row["fact_id"], "release"), **whose, because=row["status"])


def _reserve(row: Row, recall: Recall) -> ReserveCost | None:
    (package,) = recall(seen_packages.EDITION, row) or (None,)
    (reference,) = recall(seen.REFERENCE, {"campaign_id": row["reference_id"]}) or (None,)
    if package is None or reference is None:
        return None
    terms = CostTerms.model_validate_json(package["costs"])
    fixed_cents = _share(terms, row, recall)
    if fixed_cents is None:
        return None
    definition = as_ordered(reference, row, recall)
    entity_id, campaign_id = EntityId(UUID(row["entity_id"])), CampaignId(UUID(row["reference_id"]))
    return ReserveCost(
        id=derive(row["fact_id"], "reserve"),
        at=datetime.fromisoformat(row["fact_at"]),
        by=CAMPAIGNS,
        budget_id=budget_of(entity_id, campaign_id),
        entity_id=entity_id,
        campaign_id=campaign_id,
        package_id=row["package_id"],
        edition=row["edition"],
        order_id=row["order_id"],
        messages=_messages(definition, row, reference, recall) if definition.message_cost_cents else 0,
        message_cents=definition.message_cost_cents,
        fixed_cents=fixed_cents,
        subsidy_percent=terms.subsidy_percent,
        anew=row["status"] == "placed",
    )


def _share(terms: CostTerms, row: Row, recall: Recall) -> int | None:
    """The entity's share of the fixed costs; None while it is still to be told."""
    (guest,) = recall(seen_packages.INVITATION, row) or (None,)
    if not terms.fixed_cents or guest is None or guest["late"]:
        return 0
    (share,) = recall(seen_orders.SHARE_OF, row) or (None,)
    return int(share["fixed_cents"]) if share else None


def _messages(definition: Definition, row: Row, reference: Row, recall: Recall) -> int:
    """How many messages the order comes to as its entity's recipients are now; none where no count can be taken."""
    values = json.loads(row["entries"])
    aim = aim_of(definition, values, reference["starts_at"])
    if aim is None:
        return 0
    crowd = recipients.NOBODY
    if definition.pressure:
        others = others_of(definition, values, reference["starts_at"], recall(seen_orders.OTHERS, row))
        crowd = recipients.Crowd(others, definition.pressure.most)
    (found,) = recall(*recipients.count_of(aim.wanted, row["entity_id"], crowd))
    return aim.cut(int(found["found"]))


def _place(event: PackagePublished | ShareAssigned, entity_id: str) -> dict[str, Any]:
    return {"package_id": str(event.package_id), "edition": event.edition, "entity_id": entity_id}

"""What campaigns states of money: what an entity may spend on a reference campaign, and what its orders cost.

All amounts are in hundredths of the installation's currency.
"""

from typing import Literal

from pydantic import AwareDatetime

from shared.kernel.ids import BudgetId, CampaignId, EntityId, OrderId, PackageId
from shared.kernel.message import Event

Because = Literal["rejected", "withdrawn", "cancelled", "revised"]


class BudgetSet(Event):
    """Head office said what an entity may spend on a reference campaign; it warns, and never stops an order.

    The stream is budget-{derive("budget", entity_id, campaign_id)}, and may begin with any of these facts.
    """

    budget_id: BudgetId
    entity_id: EntityId
    campaign_id: CampaignId
    amount_cents: int
    by: str
    at: AwareDatetime


class ShareAssigned(Event):
    """What an invited entity bears of a package's fixed costs, before any subsidy. It stands for this edition.

    Stated at publication for everybody in the audience, so that the shares sum to the fixed costs; who is invited
    later bears none of them.
    """

    budget_id: BudgetId
    entity_id: EntityId
    campaign_id: CampaignId
    package_id: PackageId
    edition: int
    fixed_cents: int
    at: AwareDatetime


class CostReserved(Event):
    """An order was handed in. `messages` × `message_cents` + `fixed_cents` = `subsidy_cents` + `own_cents`.

    The subsidy is what head office bears. An entity's share of the fixed costs is in one of its orders only.
    """

    budget_id: BudgetId
    entity_id: EntityId
    campaign_id: CampaignId
    package_id: PackageId
    edition: int
    order_id: OrderId
    messages: int
    message_cents: int
    fixed_cents: int
    subsidy_cents: int
    own_cents: int
    at: AwareDatetime


class CostCommitted(Event):
    """The order was approved: what was reserved for it is owed."""

    budget_id: BudgetId
    order_id: OrderId
    own_cents: int
    at: AwareDatetime


class CostReleased(Event):
    """The order ended, was rejected, or was revised and is reserved anew: nothing is kept for it from here on."""

    budget_id: BudgetId
    order_id: OrderId
    own_cents: int
    at: AwareDatetime
    because: Because


BudgetEvent = BudgetSet | ShareAssigned | CostReserved | CostCommitted | CostReleased

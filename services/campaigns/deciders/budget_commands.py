"""What can be asked of a budget, and what its next decision must remember."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.contracts.campaigns import Because
from shared.kernel.ids import BudgetId, CampaignId, EntityId, OrderId, PackageId, derive
from shared.kernel.message import Command


def budget_of(entity_id: EntityId, campaign_id: CampaignId) -> BudgetId:
    """An entity has one budget for each reference campaign."""
    return BudgetId(derive("budget", entity_id, campaign_id))


class SetBudget(Command):
    """Say what an entity may spend on a reference campaign."""

    budget_id: BudgetId
    entity_id: EntityId
    campaign_id: CampaignId
    amount_cents: int


class AssignShare(Command):
    """Say what an entity bears of a package's fixed costs."""

    budget_id: BudgetId
    entity_id: EntityId
    campaign_id: CampaignId
    package_id: PackageId
    edition: int
    fixed_cents: int


class ReserveCost(Command):
    """Keep what an order costs. `anew` reckons again where something is kept already."""

    budget_id: BudgetId
    entity_id: EntityId
    campaign_id: CampaignId
    package_id: PackageId
    edition: int
    order_id: OrderId
    messages: int
    message_cents: int
    fixed_cents: int
    subsidy_percent: int
    anew: bool


class CommitCost(Command):
    """The order was approved."""

    budget_id: BudgetId
    order_id: OrderId


class ReleaseCost(Command):
    """The order goes no further."""

    budget_id: BudgetId
    order_id: OrderId
    because: Because


BudgetCommand = SetBudget | AssignShare | ReserveCost | CommitCost | ReleaseCost


@dataclass(frozen=True, slots=True)
class Charge:
    """What is kept for one order, and whether it is owed already."""

    package_id: PackageId
    edition: int
    messages: int
    message_cents: int
    fixed_cents: int
    subsidy_cents: int
    own_cents: int
    committed: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent, and what is kept for each live order."""

    amount_cents: int | None = None
    shares: frozenset[tuple[PackageId, int]] = frozenset()
    charges: Mapping[OrderId, Charge] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def reserved_cents(self) -> int:
        """The entity's own part of all orders that wait for their approval."""
        return sum(charge.own_cents for charge in self.charges.values() if not charge.committed)

    @property
    def committed_cents(self) -> int:
        """The entity's own part of all approved orders."""
        return sum(charge.own_cents for charge in self.charges.values() if charge.committed)

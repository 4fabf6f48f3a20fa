"""What campaigns does to itself when others have spoken, or it has itself."""

from collections.abc import Iterator

from services.campaigns.projections.own_rules import SEEN_RULES
from services.campaigns.projections.seen import SEEN
from services.campaigns.projections.seen_children import SEEN_CHILDREN
from services.campaigns.projections.seen_orders import SEEN_ORDERS
from services.campaigns.projections.seen_packages import SEEN_PACKAGES
from services.campaigns.reactions import briefing, charging, creating, reviewing
from shared.kernel.message import Command, Recorded
from shared.kernel.projection import Reaction, Recall


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """What is created and called off, what head office is to do, what reviewers said, and what it costs."""
    yield from creating.react(recorded, recall)
    yield from briefing.react(recorded, recall)
    yield from reviewing.react(recorded)
    yield from charging.react(recorded, recall)


REACTION = Reaction(
    react=react,
    hears=(
        "ordering.orders",
        "catalog.packages",
        "campaigns.campaigns",
        "campaigns.budgets",
        "approval.requests",
    ),
    memory=(SEEN, SEEN_CHILDREN, SEEN_PACKAGES, SEEN_ORDERS, SEEN_RULES),
)

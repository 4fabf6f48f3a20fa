"""The ledger of what taking part costs, over many orders: what the API shows is what the stored facts fold to."""

from typing import Any

import pytest

from shared import codec
from shared.contracts.campaigns import CostCommitted, CostReleased, CostReserved
from tests.journeys.story import Story
from tests.journeys.test_costs import PRICED, cents, recipients

FIXED, SUBSIDY = 100_001, 33
AMOUNTS = {"East": 2_000_003, "North": 700_007, "South": 1}
SPENT = ("reserved", "committed")


@pytest.mark.row("N10")
async def test_the_totals_of_every_entity_are_what_the_facts_of_all_its_orders_fold_to(story: Story) -> None:
    await recipients(story, East=8, North=5, South=3)
    reference_id = await story.reference("by_campaign", definition=PRICED)
    audience, costs = list(story.entities.values()), {"fixed_cents": FIXED, "subsidy_percent": SUBSIDY}
    for label, amount in AMOUNTS.items():
        path = f"/campaigns/{reference_id}/budgets/{story.entities[label]}"
        assert (await story.central.put(path, {"amount_cents": amount})).status_code == 200
    placed = {}
    for label in ("first", "second"):
        package_id = await story.published(
            "by_campaign", reference_id=reference_id, label=label, audience=audience, costs=costs
        )
        for who, quantity in (("anna", 7), ("nils", 3), ("sara", 2)):
            placed[who, label] = await story.placed(package_id, who, quantity=quantity)
    await same(story, reference_id, East=(2, 0), North=(2, 0), South=(2, 0))
    for one in (("anna", "first"), ("anna", "second"), ("nils", "first")):
        await story.central.made(f"/orders/{placed[one]}/approve", {"comment": "Welcome"})
    await same(story, reference_id, East=(0, 2), North=(1, 1), South=(2, 0))
    await story.central.made(f"/orders/{placed['anna', 'second']}/cancel", {"reason": "Recalled"})
    await story.people["nils"].made(f"/orders/{placed['nils', 'second']}/withdraw", {})
    again = f"/orders/{placed['sara', 'first']}"
    await story.central.made(f"{again}/reject", {"comment": "Fewer"})
    await same(story, reference_id, East=(0, 1), North=(0, 1), South=(1, 0))
    await story.people["sara"].patch(again, {"values": {"greeting": "Hej", "quantity": 1}})
    await story.people["sara"].made(f"{again}/place", {})
    await same(story, reference_id, East=(0, 1), North=(0, 1), South=(2, 0))


async def same(story: Story, reference_id: str, **orders: tuple[int, int]) -> None:
    """So many orders reserve and commit something, and every total is what the facts fold to, to the öre."""
    await story.world.settle()
    charges = await folded(story)
    counted = {label: tuple(len(charges[label][state]) for state in SPENT) for label in orders}
    assert counted == orders
    totals = {
        label: {state: sum(own for own in by_state[state]) for state in SPENT}
        for label, by_state in charges.items()
    }
    for label, total in totals.items():
        total["left"] = AMOUNTS[label] - total["reserved"] - total["committed"]
    assert await shown(story, reference_id) == totals


async def shown(story: Story, reference_id: str) -> dict[str, dict[str, int]]:
    """As the API tells it."""
    found = (await story.central.read("/budgets", campaign=reference_id))["items"]
    names = {entity_id: label for label, entity_id in story.entities.items()}
    wanted = (*SPENT, "left")
    return {names[one["entity_id"]]: dict(zip(wanted, cents(one, *wanted), strict=True)) for one in found}


async def folded(story: Story) -> dict[str, dict[str, list[int]]]:
    """What each order costs its entity, by the entity's label and by where its cost has got, from the stored facts."""
    store = story.world.product.house.desks["campaigns"].store
    names = {entity_id: label for label, entity_id in story.entities.items()}
    charges: dict[Any, tuple[str, str, int]] = {}
    for stored in await store.tail(0, 10_000):
        match fact := codec.read(stored).event:
            case CostReserved():
                whole = fact.messages * fact.message_cents + fact.fixed_cents
                assert fact.own_cents + fact.subsidy_cents == whole
                assert abs(100 * fact.subsidy_cents - SUBSIDY * whole) < 100, "to the nearest öre"
                charges[fact.order_id] = (names[str(fact.entity_id)], "reserved", fact.own_cents)
            case CostCommitted():
                label, _, own = charges[fact.order_id]
                charges[fact.order_id] = (label, "committed", own)
            case CostReleased():
                del charges[fact.order_id]
    return {
        label: {
            state: [own for *where, own in charges.values() if where == [label, state]] for state in SPENT
        }
        for label in names.values()
    }

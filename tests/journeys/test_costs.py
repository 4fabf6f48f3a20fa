"""What taking part costs: shared out, shown before ordering, reserved, committed and released."""

from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.story import DEFINITION, Story

PRICED = DEFINITION | {"message_cost_cents": 250}
FIXED = 100_01


async def recipients(story: Story, **counts: int) -> None:
    """So many recipients of thirty-five in each entity."""
    rows = "".join(
        f"{story.entities[label]},{label}{n},{label}{n}@example.test,1990\n"
        for label, count in counts.items()
        for n in range(count)
    )
    sent = await story.world.client.post(
        "/api/v1/recipients/import",
        files={"file": ("r.csv", f"entity_id,name,email,birth_year\n{rows}".encode(), "text/csv")},
        headers=story.central._headers({"Idempotency-Key": "r"}),
    )
    assert sent.status_code == 200, sent.text


async def offered(story: Story, **costs: Any) -> tuple[str, str]:
    """A published package with these costs, for East, North and South; its reference and its id."""
    reference_id = await story.reference("by_campaign", definition=PRICED)
    audience = list(story.entities.values())
    package_id = await story.published(
        "by_campaign", reference_id=reference_id, audience=audience, costs={"fixed_cents": FIXED, **costs}
    )
    return reference_id, package_id


async def budget(story: Story, reference_id: str, label: str = "East") -> dict[str, Any]:
    """What the budget of an entity shows now, with its orders."""
    await story.world.settle()
    found = (await story.central.read("/budgets", campaign=reference_id))["items"]
    (line,) = [one for one in found if one["entity_id"] == story.entities[label]]
    return await story.central.read(f"/budgets/{line['budget_id']}")


def cents(found: dict[str, Any], *names: str) -> list[int]:
    """These amounts in hundredths."""
    return [int(Decimal(found[name]["amount"]) * 100) for name in names]


@pytest.mark.row("I13")
@pytest.mark.rule("R27")
@pytest.mark.parametrize(
    ("rule", "shares"),
    [("equal", (3334, 3334, 3333)), ("by_volume", (7501, 2500, 0)), ("by_share", (1429, 2857, 5715))],
)
async def test_the_shares_of_the_fixed_costs_sum_to_them_by_every_rule(
    story: Story, rule: str, shares: tuple[int, ...]
) -> None:
    await recipients(story, East=3, North=1)
    weights = [
        {"entity_id": story.entities[label], "weight": weight}
        for label, weight in (("East", 1), ("North", 2), ("South", 4))
    ]
    more = {"shares": weights} if rule == "by_share" else {}
    _, package_id = await offered(story, rule=rule, **more)
    found = await story.central.read(f"/packages/{package_id}/shares")
    names = {entity_id: label for label, entity_id in story.entities.items()}
    assert found["fixed"] == {"amount": "100.01", "currency": "SEK"}
    told = {names[one["entity_id"]]: cents(one, "share")[0] for one in found["items"]}
    assert sum(told.values()) == FIXED
    given = tuple(told[label] for label in ("East", "North", "South"))
    assert (tuple(sorted(given, reverse=True)) if rule == "equal" else given) == shares
    mine = await story.people["anna"].read(f"/packages/{package_id}/shares")
    assert [one["entity_id"] for one in mine["items"]] == [story.entities["East"]]


@pytest.mark.row("I12")
async def test_costs_are_reserved_at_order_committed_at_approval_and_released_at_cancel(story: Story) -> None:
    await recipients(story, East=4)
    reference_id, package_id = await offered(story, subsidy_percent=50)
    path = f"/campaigns/{reference_id}/budgets/{story.entities['East']}"
    assert (await story.central.put(path, {"amount_cents": 5000})).status_code == 200
    asked = {"kind": "budget", "values": {"greeting": "Hej"}}
    before = await story.people["anna"].made(f"/packages/{package_id}/evaluations", asked)
    assert before["budget"] == {"left": {"amount": "50.00", "currency": "SEK"}, "exceeded": False}
    order_id = await story.placed(package_id, "anna")
    placed = await budget(story, reference_id)
    (charge,) = placed["orders"]
    assert charge["messages"] == 4
    assert {name: charge[name] for name in ("fixed", "subsidy", "own")} == {
        name: before["costs"][name] for name in ("fixed", "subsidy", "own")
    }
    (own,) = cents(charge, "own")
    assert own + cents(charge, "subsidy")[0] == 4 * 250 + cents(charge, "fixed")[0]
    assert cents(placed, "reserved", "committed", "left") == [own, 0, 5000 - own]
    await story.central.made(f"/orders/{order_id}/approve", {})
    approved = await budget(story, reference_id)
    assert cents(approved, "reserved", "committed", "left") == [0, own, 5000 - own]
    await story.central.made(f"/orders/{order_id}/cancel", {"reason": "Recalled"})
    ended = await budget(story, reference_id)
    assert cents(ended, "reserved", "committed", "left") == [0, 0, 5000]
    assert [one["status"] for one in ended["orders"]] == ["released"]


async def test_a_budget_warns_before_ordering_and_stops_nobody(story: Story) -> None:
    await recipients(story, East=4)
    reference_id, package_id = await offered(story, fixed_cents=0)
    anna, asked = story.people["anna"], {"kind": "budget", "values": {"greeting": "Hej"}}
    path = f"/packages/{package_id}/evaluations"
    assert (await anna.made(path, asked))["budget"] is None
    wish = {"amount_cents": 999}
    await story.central.put(f"/campaigns/{reference_id}/budgets/{story.entities['East']}", wish)
    assert (await anna.made(path, asked))["budget"] == {
        "left": {"amount": "9.99", "currency": "SEK"},
        "exceeded": True,
    }
    order_id = await story.placed(package_id, "anna")
    assert cents(await budget(story, reference_id), "reserved", "left") == [1000, -1]
    again = await anna.made(f"/orders/{order_id}/evaluations", {"kind": "budget"})
    assert cents(again["budget"], "left") == [999]


async def test_a_rejected_order_keeps_nothing_and_one_placed_again_is_reckoned_anew(story: Story) -> None:
    await recipients(story, East=4)
    reference_id, package_id = await offered(story)
    order_id = await story.placed(package_id, "anna")
    first = await budget(story, reference_id)
    await story.central.made(f"/orders/{order_id}/reject", {"comment": "Fewer"})
    assert cents(await budget(story, reference_id), "reserved") == [0]
    values = {"values": {"greeting": "Hej", "quantity": 2}}
    assert (await story.people["anna"].patch(f"/orders/{order_id}", values)).status_code == 200
    await story.people["anna"].made(f"/orders/{order_id}/place", {})
    again = await budget(story, reference_id)
    (charge,) = again["orders"]
    assert (charge["status"], charge["messages"]) == ("reserved", 2)
    assert cents(again, "reserved")[0] == cents(first, "reserved")[0] - 2 * 250


async def test_a_budget_is_head_offices_to_set_and_its_entitys_to_see(story: Story) -> None:
    reference_id, _ = await offered(story)
    path = f"/campaigns/{reference_id}/budgets/{story.entities['East']}"
    anna, nils = story.people["anna"], story.people["nils"]
    assert (await anna.put(path, {"amount_cents": 1})).status_code == 403
    assert (await story.central.put(path, {"amount_cents": -1})).status_code == 422
    nowhere = f"/campaigns/{story.entities['East']}/budgets/{story.entities['East']}"
    assert (await story.central.put(nowhere, {"amount_cents": 1})).status_code == 404
    made = await story.central.put(path, {"amount_cents": 12345})
    assert made.json()["amount"] == {"amount": "123.45", "currency": "SEK"}
    mine = f"/budgets/{made.json()['budget_id']}"
    assert (await anna.read(mine))["left"] == {"amount": "123.45", "currency": "SEK"}
    assert (await nils.get(mine)).status_code == 404
    assert made.json()["budget_id"] not in str(await nils.read("/budgets"))


async def test_who_is_invited_later_bears_no_part_of_what_others_share_already(story: Story) -> None:
    await recipients(story, South=1)
    reference_id = await story.reference("by_campaign", definition=PRICED)
    package_id = await story.published("by_campaign", reference_id=reference_id, costs={"fixed_cents": FIXED})
    everybody = list(story.entities.values())
    answer = await story.central.put(f"/packages/{package_id}/audience", {"entities": everybody})
    assert answer.status_code == 200, answer.text
    await story.world.settle()
    await story.placed(package_id, "sara")
    assert cents(await budget(story, reference_id, "South"), "reserved") == [250]
    shared = (await story.central.read(f"/packages/{package_id}/shares"))["items"]
    assert [one["entity_id"] for one in shared if one["entity_id"] == story.entities["South"]] == []
    assert len(shared) == 2

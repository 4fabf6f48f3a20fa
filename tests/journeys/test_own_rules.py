"""An entity's own ceiling of contacts: set in place of head office's, for what it orders from then on."""

from typing import Any

import pytest

from tests.journeys.story import Story
from tests.journeys.test_pressure import asked, offered, recipients

CENTRAL = {"most": 2, "days": 10}
OWN = {"most": 1, "days": 14}
LEFT_OUT = {"because": "pressure", "count": 3, "whose": "entity", **OWN}


async def pressed(story: Story) -> tuple[str, dict[str, Any]]:
    """A package with head office's rule, of whose six people in East three are reached once already."""
    await recipients(story)
    elder = await story.published("by_campaign", label="Elder")
    package_id = await offered(story, pressure=CENTRAL)
    await story.approved(elder, "anna", age_segment="30-49")
    assert await asked(story, package_id) == (6, [])
    return package_id, await story.central.read(f"/packages/{package_id}")


def place(story: Story, package: dict[str, Any], label: str = "East") -> str:
    """Where the rule of this entity stands."""
    return f"/campaigns/{package['reference_id']}/rules/{story.entities[label]}"


async def target(story: Story, order_id: str) -> tuple[int, list[dict[str, Any]]]:
    """How many the order reaches as it stands, and who is left out."""
    found = await story.people["anna"].made(f"/orders/{order_id}/evaluations", {"kind": "target"})
    return found["target"]["count"], found["left_out"]


async def child_of(story: Story, order_id: str) -> dict[str, Any]:
    """What the approved order created."""
    anna = story.people["anna"]
    return await anna.read(f"/campaigns/{(await anna.read(f'/orders/{order_id}'))['campaign_id']}")


async def later(story: Story) -> None:
    """A minute passes, with all that was said before it heard by everybody."""
    await story.world.settle()
    await story.world.advance(minutes=1)


@pytest.mark.rule("R41")
async def test_an_own_rule_replaces_the_central_one_in_what_its_entity_orders_and_is_named(
    story: Story,
) -> None:
    package_id, package = await pressed(story)
    anna, nils = story.people["anna"], story.people["nils"]
    answer = await anna.put(place(story, package), OWN)
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"] == {**OWN, "whose": "entity"}
    assert answer.json()["central"] == {**CENTRAL, "whose": "central"}
    assert await asked(story, package_id) == (3, [LEFT_OUT])
    norths = await nils.read(place(story, package, "North"))
    assert (norths["own"], norths["counts"]) == (None, {**CENTRAL, "whose": "central"})
    await later(story)
    order_id = await story.approved(package_id, "anna")
    child = await child_of(story, order_id)
    assert (child["target"], child["left_out"]) == ({"count": 3, "of": 6}, [LEFT_OUT])
    assert child["definition"]["pressure"] == {**OWN, "whose": "entity"}
    budgets = (await anna.read("/budgets", campaign=package["reference_id"]))["items"]
    assert [one["committed"]["amount"] for one in budgets] == ["3.00"]
    reference = await story.central.read(f"/campaigns/{package['reference_id']}")
    assert reference["definition"]["pressure"] == {**CENTRAL, "whose": "central"}


@pytest.mark.rule("R41")
async def test_what_is_ordered_keeps_the_rule_with_which_it_was_ordered(story: Story) -> None:
    package_id, package = await pressed(story)
    anna = story.people["anna"]
    order_id = await story.placed(package_id, "anna")
    await later(story)
    assert (await anna.put(place(story, package), OWN)).status_code == 200
    assert await asked(story, package_id) == (3, [LEFT_OUT])
    assert await target(story, order_id) == (6, [])
    await story.central.made(f"/orders/{order_id}/approve", {})
    await story.world.settle()
    assert (await child_of(story, order_id))["target"]["count"] == 6


@pytest.mark.rule("R41")
async def test_a_rejected_order_is_ordered_anew_under_the_rule_that_holds_then(story: Story) -> None:
    package_id, package = await pressed(story)
    anna = story.people["anna"]
    assert (await anna.put(place(story, package), OWN)).status_code == 200
    await later(story)
    order_id = await story.placed(package_id, "anna")
    await later(story)
    lifted = await anna.delete(place(story, package))
    assert (lifted.status_code, lifted.json()["own"]) == (200, None)
    assert await asked(story, package_id) == (6, [])
    assert await target(story, order_id) == (3, [LEFT_OUT])
    await story.central.made(f"/orders/{order_id}/reject", {"comment": "Later"})
    await later(story)
    assert await target(story, order_id) == (6, [])
    assert (await anna.patch(f"/orders/{order_id}", {"comment": "Now"})).status_code == 200
    await anna.made(f"/orders/{order_id}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order_id}/approve", {})
    await story.world.settle()
    assert (await child_of(story, order_id))["target"]["count"] == 6


@pytest.mark.rule("R41")
async def test_a_central_rule_that_has_become_the_narrower_counts(story: Story) -> None:
    package_id, package = await pressed(story)
    path = f"/campaigns/{package['reference_id']}"
    assert (await story.people["anna"].put(place(story, package), OWN)).status_code == 200
    definition = (await story.central.read(path))["definition"]
    for ceiling, whose in (({"most": 1, "days": 30}, "central"), (CENTRAL, "entity")):
        answer = await story.central.patch(path, {"definition": {**definition, "pressure": ceiling}})
        assert answer.status_code == 200, answer.text
        count, (left_out,) = await asked(story, package_id)
        assert (count, left_out["whose"]) == (3, whose)


@pytest.mark.rule("R41")
async def test_an_own_rule_that_lets_more_through_is_refused_with_the_way_out(story: Story) -> None:
    _, package = await pressed(story)
    refused = await story.people["anna"].put(place(story, package), {"most": 3, "days": 14})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "campaign.own-rule-wider")
    assert [one["field"] for one in problem["errors"]] == ["most"]
    assert "most as 2 or fewer and days as 10 or more" in problem["way_out"]
    without = await story.central.read(f"/packages/{await story.published('by_form')}")
    nothing = await story.people["anna"].put(place(story, without), OWN)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "campaign.no-central-rule")


async def test_head_office_sets_it_for_an_entity_with_a_mark_and_other_entities_never_see_it(
    story: Story,
) -> None:
    _, package = await pressed(story)
    path, anna, nils = place(story, package), story.people["anna"], story.people["nils"]
    assert (await story.central.put(path, OWN)).status_code == 200
    (said,) = (await anna.read(path))["said"]
    east = story.entities["East"]
    assert (said["who"], said["on_behalf_of"], said["most"]) == (story.central.id, east, 1)
    journal = (await story.central.read(f"/campaigns/{package['reference_id']}/journal"))["entries"][-1]
    assert (journal["what"], journal["who"], journal["for_whom"]) == ("OwnRuleSet", story.central.id, east)
    for answer in (await nils.get(path), await nils.put(path, OWN), await nils.delete(path)):
        assert answer.status_code == 404
    uninvited = place(story, package, "South")
    assert (await story.people["sara"].put(uninvited, OWN)).status_code == 404

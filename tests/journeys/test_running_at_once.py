"""What an approved order becomes: under which program and budget, and whether it runs with no further click."""

import pytest

from tests.journeys.story import DEFINITION, Story, day


@pytest.mark.row("B15")
@pytest.mark.parametrize("kind", ["by_campaign", "local"])
async def test_an_approved_order_creates_its_campaign_under_the_program_and_budget_to_charge(
    story: Story, kind: str
) -> None:
    duration = {"duration_days": 10} if kind == "local" else {}
    definition = DEFINITION | {"program": "Spring for all", "budget": "Marketing 2026", **duration}
    package_id = await story.published(kind, reference_id=await story.reference(kind, definition=definition))
    anna, nils = story.people["anna"], story.people["nils"]
    await story.approved(package_id, "nils")
    body = {"values": {"greeting": "Hej"}, "parameters": {"program": "Spring in East"}}
    order = await anna.made(f"/packages/{package_id}/orders", body)
    await anna.made(f"/orders/{order['order_id']}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order['order_id']}/approve", {})
    await story.world.settle()
    charged = []
    for person in (anna, nils):
        (mine,) = (await person.read("/campaigns"))["items"]
        found = await person.read(f"/campaigns/{mine['campaign_id']}")
        charged.append((found["program"], found["budget"]))
    assert charged == [("Spring in East", "Marketing 2026"), ("Spring for all", "Marketing 2026")]


async def test_a_local_campaign_runs_in_the_time_that_its_order_names(story: Story) -> None:
    package_id = await story.published("local")
    anna = story.people["anna"]
    body = {"values": {"greeting": "Hej"}, "parameters": {"starts_at": day(20), "ends_at": day(25)}}
    order = await anna.made(f"/packages/{package_id}/orders", body)
    await anna.made(f"/orders/{order['order_id']}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order['order_id']}/approve", {})
    await story.world.settle()
    (mine,) = (await anna.read("/campaigns"))["items"]
    assert (mine["starts_at"][:10], mine["ends_at"][:10]) == (day(20)[:10], day(25)[:10])


@pytest.mark.row("C24")
@pytest.mark.parametrize("kind", ["by_campaign", "local"])
async def test_the_approval_starts_the_run_and_without_the_choice_the_entity_does(
    story: Story, kind: str
) -> None:
    at_once = await story.published(kind, start_targeting=True, label="At once")
    by_hand = await story.published(kind, label="By hand")
    for package_id, status in ((at_once, "running"), (by_hand, "available")):
        order_id = await story.approved(package_id, "anna")
        order = await story.people["anna"].read(f"/orders/{order_id}")
        found = await story.people["anna"].read(f"/campaigns/{order['campaign_id']}")
        assert found["status"] == status


async def test_the_run_starts_no_earlier_than_the_campaign_is_available(story: Story) -> None:
    package_id = await story.published("by_campaign", start_targeting=True, available_at=day(10))
    await story.approved(package_id, "anna")
    (mine,) = (await story.people["anna"].read("/campaigns"))["items"]
    assert mine["status"] == "created"
    await story.world.advance(days=9)
    (mine,) = (await story.people["anna"].read("/campaigns"))["items"]
    assert mine["status"] == "running"

"""What an entity has before it, seen before it orders: packages, campaigns, and days to keep free."""

from typing import Any

import pytest

from tests.journeys.story import Story


async def conflicts(story: Story, who: str, package_id: str, **days: str) -> dict[str, Any]:
    return await story.people[who].read(f"/packages/{package_id}/conflicts", **days)


@pytest.mark.row("N14")
async def test_blackouts_and_other_campaigns_are_seen_before_ordering(story: Story) -> None:
    anna, nils, east = story.people["anna"], story.people["nils"], story.entities["East"]
    taken = await story.published("by_campaign", label="First")
    await story.approved(taken, "anna")
    package_id = await story.package("by_campaign", label="Second", approval={"reviewers": []})
    await story.central.made(f"/packages/{package_id}/approve", {})
    await story.world.settle()
    nothing = await conflicts(story, "nils", package_id)
    assert (nothing["clear"], nothing["blackouts"], nothing["campaigns"]) == (True, [], [])

    easter = await story.central.made(
        "/blackouts", {"label": "Easter", "starts_on": "2026-04-03", "ends_on": "2026-04-06"}
    )
    stock = await anna.made(
        "/blackouts", {"label": "Stock-taking", "starts_on": "2026-03-10", "ends_on": "2026-03-10"}
    )
    assert (easter["entity_id"], stock["entity_id"]) == (None, east)
    await story.central.made(
        "/blackouts", {"label": "Summer", "starts_on": "2026-07-01", "ends_on": "2026-07-31"}
    )
    before = await conflicts(story, "anna", package_id)
    assert (before["clear"], [day["label"] for day in before["blackouts"]]) == (
        False,
        ["Stock-taking", "Easter"],
    )
    (campaign,) = before["campaigns"]
    assert campaign["name"].startswith("OU1_OP")
    assert [day["label"] for day in (await conflicts(story, "nils", package_id))["blackouts"]] == ["Easter"]
    assert (await anna.read("/orders", package=package_id))["items"] == []

    days = {"from": "2026-03-11", "until": "2026-04-02"}
    assert (await conflicts(story, "nils", package_id, **days))["clear"] is True
    own = await conflicts(story, "anna", taken)
    assert own["campaigns"] == []
    assert (await anna.delete(f"/blackouts/{stock['blackout_id']}")).json()["lifted"] is True
    after = await conflicts(story, "anna", package_id)
    assert [day["label"] for day in after["blackouts"]] == ["Easter"]
    for_north = await story.central.read(f"/packages/{package_id}/conflicts", entity=story.entities["North"])
    assert for_north == await conflicts(story, "nils", package_id)
    asked = await story.central.get(f"/packages/{package_id}/conflicts")
    assert (asked.status_code, asked.json()["code"]) == (422, "calendar.entity-missing")
    foreign = await nils.get(f"/packages/{package_id}/conflicts", entity=east)
    assert foreign.status_code == 404


@pytest.mark.row("N14")
async def test_the_calendar_shows_an_entitys_packages_campaigns_and_blackouts_over_time(story: Story) -> None:
    anna, east = story.people["anna"], story.entities["East"]
    package_id = await story.published("simple", label="Shared")
    await story.central.made(
        "/blackouts", {"label": "Easter", "starts_on": "2026-04-03", "ends_on": "2026-04-06"}
    )
    path = f"/entities/{east}/calendar"
    calendar = await anna.read(path)
    assert (calendar["from"], calendar["until"]) == ("2026-03-03", "2027-03-03")
    assert [one["label"] for one in calendar["packages"]] == ["Shared"]
    assert [one["label"] for one in calendar["blackouts"]] == ["Easter"]
    assert calendar["campaigns"] == []

    order_id = await story.approved(package_id, "anna")
    (campaign,) = (await anna.read(path))["campaigns"]
    assert campaign["label"] == "Spring simple"
    spring = await anna.read(path, **{"from": "2026-04-20", "until": "2026-05-10"})
    assert ([one["label"] for one in spring["packages"]], spring["campaigns"], spring["blackouts"]) == (
        ["Shared"],
        [],
        [],
    )
    await story.central.made(f"/orders/{order_id}/cancel", {"reason": "Rebuilding"})
    await story.world.settle()
    assert (await anna.read(path))["campaigns"] == []
    assert (await story.central.read(path))["packages"] == (await anna.read(path))["packages"]
    assert (await story.people["nils"].get(path)).status_code == 404
    wrong = await anna.get(path, **{"from": "2026-05-10", "until": "2026-04-20"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "calendar.days-reversed")


async def test_an_entity_keeps_days_free_for_itself_and_lifts_no_others(story: Story) -> None:
    anna, north = story.people["anna"], story.entities["North"]
    days = {"label": "Closed", "starts_on": "2026-05-01", "ends_on": "2026-05-01"}
    refused = await anna.post("/blackouts", days | {"entity_id": north})
    assert (refused.status_code, refused.json()["code"]) == (403, "blackout.not-yours")
    everybodys = await story.central.made("/blackouts", days)
    norths = await story.central.made("/blackouts", days | {"entity_id": north})
    assert [one["blackout_id"] for one in (await anna.read("/blackouts"))["items"]] == [
        everybodys["blackout_id"]
    ]
    assert len((await story.central.read("/blackouts", limit=1))["items"]) == 1
    everywhere = await story.central.read("/blackouts", limit=1)
    rest = await story.central.read("/blackouts", limit=1, cursor=everywhere["next"])
    found = {one["blackout_id"] for one in everywhere["items"] + rest["items"]}
    assert found == {everybodys["blackout_id"], norths["blackout_id"]}
    assert (await anna.delete(f"/blackouts/{everybodys['blackout_id']}")).status_code == 403
    assert (await anna.delete(f"/blackouts/{norths['blackout_id']}")).status_code == 404
    assert (await anna.get(f"/blackouts/{norths['blackout_id']}")).status_code == 404

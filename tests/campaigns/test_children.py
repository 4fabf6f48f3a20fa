"""An entity's own campaigns over HTTP, from their order to their end."""

from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.story import TEMPLATES, Story, day

AVAILABLE = 10
SECRET = "Only in this shop"


async def children(story: Story, reference_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await story.central.read(f"/campaigns/{reference_id}/children"))["items"]
    return found


async def one_child(story: Story, **more: Any) -> tuple[str, dict[str, Any]]:
    """A reference with one child, Anna's, available at once unless a date is given."""
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id, **more)
    await story.approved(package_id, "anna")
    (child,) = await children(story, reference_id)
    return reference_id, child


# Children and local campaigns.


@pytest.mark.row("B07")
async def test_only_the_template_by_campaign_gives_orders_children(story: Story) -> None:
    for kind, expected in (("by_campaign", 1), ("by_form", 0), ("simple", 0)):
        reference_id = await story.reference(kind)
        await story.approved(await story.published(kind, reference_id=reference_id), "anna")
        assert len(await children(story, reference_id)) == expected


@pytest.mark.row("B09")
async def test_a_simple_package_needs_no_form_of_its_own(story: Story) -> None:
    dates = {"starts_at": day(1), "ends_at": day(40)}
    body = {"template": TEMPLATES["simple"], "label": "Plain", **dates}
    reference_id = (await story.central.made("/campaigns", body))["campaign_id"]
    package_id = await story.published("simple", reference_id=reference_id)
    anna = story.people["anna"]
    order = await anna.made(f"/packages/{package_id}/orders", {"label": "Ours"})
    assert order["form"] == []
    await anna.made(f"/orders/{order['order_id']}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order['order_id']}/approve", {})
    await story.world.settle()
    assert (await anna.read(f"/orders/{order['order_id']}"))["status"] == "available"


@pytest.mark.row("G01")
async def test_replaying_everything_still_leaves_one_child_per_order(story: Story) -> None:
    reference_id, child = await one_child(story, available_at=day(5))
    await story.world.advance(days=5)
    house = story.world.product.house
    desk = house.desks["campaigns"]
    stream = f"campaign-{child['campaign_id']}"
    before = [stored.id for stored in await desk.store.read(stream)]
    await house.stop()
    for table in ("checkpoints", "progress"):
        await desk.db.write(
            f"DELETE FROM {table} WHERE consumer = :consumer", {"consumer": "campaigns.reactions"}
        )
    desk.consumers["campaigns.reactions"]._versions.clear()
    await house.start()
    for source in house.desks.values():
        events = await source.store.tail(0, 10_000)
        if {stored.category for stored in events} & {"order", "entity", "campaign", "package"}:
            await desk.consumers["campaigns.reactions"].caught_up(source.service.name, events[-1].position)
    await story.world.settle()
    assert [stored.id for stored in await desk.store.read(stream)] == before
    assert [one["campaign_id"] for one in await children(story, reference_id)] == [child["campaign_id"]]


@pytest.mark.row("G04", "G15")
async def test_a_child_shows_its_entitys_values_and_is_changed_once_available_only(story: Story) -> None:
    _, child = await one_child(story, available_at=day(AVAILABLE))
    anna, path = story.people["anna"], f"/campaigns/{child['campaign_id']}"
    found = await anna.read(path)
    assert found["content"]["en"]["body"].startswith("Hello from anna")
    change = {"values": {"greeting": SECRET}}
    await story.world.advance(days=AVAILABLE - 1, seconds=-1)
    early = await anna.patch(path, change)
    assert (early.status_code, early.json()["code"]) == (409, "campaign.not-available-yet")
    await story.world.advance(seconds=2)
    late = await anna.patch(path, change)
    assert (late.status_code, late.json()["changed"]) == (200, ["greeting"])
    assert late.json()["content"]["en"]["body"].startswith(SECRET)
    mixed = await anna.patch(path, {**change, "label": "Mine"})
    assert (mixed.status_code, mixed.json()["code"]) == (422, "campaign.values-alone")
    central = await story.central.patch(path, change)
    assert (central.status_code, central.json()["code"]) == (403, "campaign.entitys-own")
    journal = await anna.read(f"{path}/journal")
    assert [entry["what"] for entry in journal["entries"]] == [
        "ChildCampaignCreated",
        "CampaignMadeAvailable",
        "LocalChangeMade",
    ]


@pytest.mark.row("G05")
async def test_each_runs_its_own_whatever_state_it_is_in(story: Story) -> None:
    reference_id, child = await one_child(story)
    anna = story.people["anna"]
    own, parent = f"/campaigns/{child['campaign_id']}", f"/campaigns/{reference_id}"
    assert (await story.central.post(f"{own}/start", {})).status_code == 403
    assert (await anna.post(f"{parent}/start", {})).status_code == 404
    assert (await anna.made(f"{own}/start", {}))["status"] == "running"
    assert (await story.central.post(f"{own}/start", {})).status_code == 403
    assert (await story.central.post(f"{own}/stop", {})).status_code == 403
    assert (await story.central.made(f"{parent}/start", {}))["status"] == "running"
    assert (await anna.made(f"{own}/stop", {}))["status"] == "finished"
    await story.world.advance(days=40)
    assert (await story.central.read(parent))["status"] == "finished"


@pytest.mark.row("G06")
async def test_the_parent_lists_every_child_with_status_start_and_end(story: Story) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    for who in ("anna", "nils"):
        await story.approved(package_id, who)
    first, second = await children(story, reference_id)
    await story.people["anna" if first["entity_id"] == story.entities["East"] else "nils"].made(
        f"/campaigns/{first['campaign_id']}/start", {}
    )
    found = await children(story, reference_id)
    assert [one["status"] for one in found] == ["running", "available"]
    assert {(one["starts_at"][:10], one["ends_at"][:10]) for one in found} == {(day(1)[:10], day(40)[:10])}
    page = await story.central.read(f"/campaigns/{reference_id}/children", limit=1)
    rest = await story.central.read(f"/campaigns/{reference_id}/children", limit=1, cursor=page["next"])
    assert [one["campaign_id"] for one in page["items"] + rest["items"]] == [
        first["campaign_id"],
        second["campaign_id"],
    ]
    assert (await story.central.get(f"/campaigns/{uuid4()}/children")).status_code == 404


@pytest.mark.row("G08")
async def test_a_local_campaign_comes_at_approval_and_date_once_and_lasts_its_duration(story: Story) -> None:
    package_id = await story.published("local", available_at=day(5))
    order_id = await story.approved(package_id, "anna")
    anna = story.people["anna"]
    await story.world.advance(days=4, seconds=-1)
    assert (await anna.read("/campaigns"))["items"] == []
    await story.world.advance(days=2)
    (campaign,) = (await anna.read("/campaigns"))["items"]
    assert (campaign["order_id"], campaign["status"]) == (order_id, "available")
    assert (campaign["starts_at"][:10], campaign["ends_at"][:10]) == (day(5)[:10], day(15)[:10])


async def test_an_order_withdrawn_before_its_date_never_gets_a_local_campaign(story: Story) -> None:
    package_id = await story.published("local", available_at=day(5))
    order_id = await story.approved(package_id, "anna")
    gone = await story.people["anna"].post(f"/orders/{order_id}/withdraw", {"reason": "No staff"})
    assert gone.status_code == 200, gone.text
    await story.world.advance(days=10)
    assert (await story.people["anna"].read("/campaigns"))["items"] == []


@pytest.mark.row("G10")
async def test_an_order_leads_to_its_campaign_and_back(story: Story) -> None:
    _, child = await one_child(story)
    anna = story.people["anna"]
    order = await anna.read(f"/orders/{child['order_id']}")
    assert order["campaign_id"] == child["campaign_id"]
    assert (await anna.read(f"/campaigns/{order['campaign_id']}"))["order_id"] == order["order_id"]


async def test_a_tracking_reference_leads_to_one_child_and_one_parent(story: Story) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    for who in ("anna", "nils"):
        await story.approved(package_id, who)
    found = await children(story, reference_id)
    assert len({one["tracking"] for one in found}) == 2
    for one in found:
        resolved = await story.central.read(f"/campaigns/tracking/{one['tracking']}")
        assert resolved["child"]["campaign_id"] == one["campaign_id"]
        assert resolved["parent"]["campaign_id"] == reference_id
    assert (await story.central.read(f"/campaigns/{reference_id}"))["tracking"] is None
    own = await story.people["anna"].read("/campaigns")
    await story.people["anna"].made(f"/campaigns/{own['items'][0]['campaign_id']}/start", {})
    assert {one["tracking"] for one in await children(story, reference_id)} == {
        one["tracking"] for one in found
    }
    for nobody in (uuid4(), reference_id):
        assert (await story.central.get(f"/campaigns/tracking/{nobody}")).status_code == 404
    assert (await story.central.get("/campaigns/tracking/children")).status_code == 422
    assert (await story.people["anna"].get(f"/campaigns/tracking/{found[0]['tracking']}")).status_code == 403


async def test_a_cancelled_reference_takes_its_children_along_and_can_be_used_again(story: Story) -> None:
    reference_id, child = await one_child(story)
    path = f"/campaigns/{reference_id}"
    assert (await story.central.post(f"{path}/cancel", {"reason": " "})).status_code == 422
    await story.central.made(f"{path}/cancel", {"reason": "Supplier left"})
    await story.world.settle()
    (gone,) = await children(story, reference_id)
    assert (gone["campaign_id"], gone["status"], gone["reason"]) == (
        child["campaign_id"],
        "cancelled",
        "Supplier left",
    )
    assert (await story.central.made(f"{path}/reinitialise", {}))["status"] == "prepared"
    again = await story.central.post(f"/campaigns/{child['campaign_id']}/reinitialise", {})
    assert (again.status_code, again.json()["code"]) == (409, "campaign.only-reference")


async def test_an_entity_calls_its_own_child_off(story: Story) -> None:
    reference_id, child = await one_child(story)
    gone = await story.people["anna"].made(f"/campaigns/{child['campaign_id']}/cancel", {"reason": "Fire"})
    assert (gone["status"], gone["reason"]) == ("cancelled", "Fire")
    assert (await story.central.read(f"/campaigns/{reference_id}"))["status"] == "prepared"


@pytest.mark.rule("R26")
async def test_a_reference_revised_later_leaves_its_children_as_they_were(story: Story) -> None:
    reference_id, child = await one_child(story)
    await story.central.patch(f"/campaigns/{reference_id}", {"label": "Other", "definition": {}})
    found = await story.central.read(f"/campaigns/{child['campaign_id']}")
    assert (found["label"], found["definition"]["fields"][0]["name"]) == (
        "Spring by_campaign",
        "contact_date",
    )

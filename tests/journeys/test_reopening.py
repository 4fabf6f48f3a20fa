"""Orders that nobody may change any more, and that head office gives back."""

import pytest

from tests.journeys.story import Story
from tests.journeys.test_documents import PNG, deliver


async def test_a_locked_order_is_reopened_changed_and_answered_anew_with_its_whole_history(
    story: Story,
) -> None:
    anna, package_id = story.people["anna"], await story.published("by_form", available_at=story.day(30))
    order_id = await story.approved(package_id)
    path = f"/orders/{order_id}"
    locked = await anna.patch(path, {"values": {"quantity": 50}})
    assert (locked.status_code, locked.json()["code"]) == (409, "order.locked")
    assert (await anna.post(f"{path}/reopen", {"reason": "Mine"})).status_code == 403
    await story.world.advance(days=20)
    opened = await story.central.made(f"{path}/reopen", {"reason": "The hall is smaller"})
    assert (opened["status"], opened["reopened_at"][:10]) == (
        "revising",
        story.world.clock().isoformat()[:10],
    )
    changed = await anna.patch(path, {"values": {"quantity": 50}})
    assert (changed.status_code, changed.json()["status"]) == (200, "revising")
    await anna.made(f"{path}/place", {})
    await story.world.settle()
    (request,) = (await story.central.read("/approvals", subject=order_id, status="open"))["items"]
    assert request["subject_version"] == 2
    await story.central.made(f"{path}/approve", {})
    await story.world.settle()
    order = await anna.read(path)
    assert (order["status"], order["values"]["quantity"], order["reopened_at"]) == ("approved", 50, None)
    await story.world.advance(days=10)
    assert (await anna.read(path))["status"] == "available"
    entries = (await anna.read(f"{path}/journal"))["entries"]
    told = [(entry["what"], entry["why"]) for entry in entries if entry["what"] == "OrderReopened"]
    assert told == [("OrderReopened", "The hall is smaller")]
    assert [entry["what"] for entry in entries].count("OrderMadeAvailable") == 1


async def test_a_reopened_order_by_campaign_keeps_its_child_and_becomes_available_though_its_date_passed(
    story: Story,
) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id, available_at=story.day(10))
    order_id = await story.approved(package_id)
    await story.central.made(f"/orders/{order_id}/reopen", {"reason": "Wrong segment"})
    await story.world.advance(days=9)
    await story.people["anna"].made(f"/orders/{order_id}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order_id}/approve", {})
    await story.world.settle()
    (child,) = (await story.central.read(f"/campaigns/{reference_id}/children"))["items"]
    order = await story.people["anna"].read(f"/orders/{order_id}")
    assert (order["status"], order["campaign_id"]) == ("available", child["campaign_id"])


@pytest.mark.row("C17", "C18")
async def test_a_subscription_is_locked_at_the_deadline_unless_it_is_reopened_and_silence_then_means_in(
    story: Story,
) -> None:
    await story.published("by_form", approval_mode="automatic", available_at=story.day(40))
    await story.world.advance(days=14)
    anna, nils = story.people["anna"], story.people["nils"]
    mine, theirs = [(await one.read("/orders"))["items"][0]["order_id"] for one in (anna, nils)]
    late = await anna.patch(f"/orders/{mine}", {"values": {"greeting": "Hej"}})
    assert (late.status_code, late.json()["code"]) == (409, "order.locked")
    for order_id in (mine, theirs):
        opened = await story.central.made(f"/orders/{order_id}/reopen", {"reason": "Hall moved"})
        assert opened["status"] == "pre_subscribed"
    assert (await anna.patch(f"/orders/{mine}", {"values": {"greeting": "Hej"}})).status_code == 200
    left = await nils.made(f"/orders/{theirs}/withdraw", {})
    assert left["status"] == "withdrawn"
    await story.world.advance(days=3)
    order = await anna.read(f"/orders/{mine}")
    assert (order["status"], order["decided_by"], order["values"]) == (
        "approved",
        "silence",
        {"greeting": "Hej"},
    )
    assert (await nils.read(f"/orders/{theirs}"))["status"] == "withdrawn"
    assert (await story.central.read("/approvals", subject=mine))["items"] == []


async def test_a_document_is_taken_out_and_its_journal_keeps_that_it_was_there(story: Story) -> None:
    order_id = await story.placed(await story.published("by_form"))
    (document,) = (await deliver(story, order_id, "front.png", PNG)).json()["documents"]
    path = f"/orders/{order_id}/documents/{document['document_id']}"
    assert (await story.people["nils"].delete(path)).status_code == 404
    gone = await story.people["anna"].delete(path)
    assert (gone.status_code, gone.json()["documents"]) == (200, [])
    assert (await story.people["anna"].get(path)).status_code == 404
    again = await deliver(story, order_id, "front.png", PNG, key="again")
    assert len(again.json()["documents"]) == 1
    what = [entry["what"] for entry in (await story.central.read(f"/orders/{order_id}/journal"))["entries"]]
    assert what[-3:] == ["DocumentAttached", "OrderDocumentRemoved", "DocumentAttached"]


@pytest.mark.parametrize("kind", ["by_campaign", "local"])
@pytest.mark.parametrize("days", [1, 10])
async def test_an_order_approved_anew_brings_its_new_values_to_a_campaign_that_has_not_started(
    story: Story, kind: str, days: int
) -> None:
    anna, package_id = story.people["anna"], await story.published(kind, available_at=story.day(6))
    order_id = await story.approved(package_id, quantity=100)
    await story.central.made(f"/orders/{order_id}/reopen", {"reason": "The hall is smaller"})
    await story.world.advance(days=days)
    assert (await anna.patch(f"/orders/{order_id}", {"values": {"quantity": 50}})).status_code == 200
    await anna.made(f"/orders/{order_id}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order_id}/approve", {})
    await story.world.advance(days=10)
    order = await anna.read(f"/orders/{order_id}")
    campaign = await anna.read(f"/campaigns/{order['campaign_id']}")
    assert (campaign["status"], campaign["values"]["quantity"]) == ("available", 50)

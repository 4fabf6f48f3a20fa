"""Ordering in words: two texts, and a task for head office."""

import pytest

from tests.journeys.story import DEFINITION, Story

WORDS = {"targeting": "Families near the harbour", "content": "Come and taste the new bread"}
BRIEF = {"interface": "by_brief", "duration_days": 10}


async def begun(story: Story) -> str:
    """A published local package by brief; its id."""
    reference_id = await story.reference("local", definition=BRIEF)
    return await story.published("local", reference_id=reference_id)


async def ordered(story: Story, package_id: str) -> str:
    """Anna's approved order in words; its id."""
    anna = story.people["anna"]
    order = await anna.made(f"/packages/{package_id}/orders", {"values": WORDS})
    await anna.made(f"/orders/{order['order_id']}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order['order_id']}/approve", {})
    await story.world.settle()
    return str(order["order_id"])


@pytest.mark.row("B10")
async def test_the_order_has_two_texts_and_head_office_gets_the_task_to_execute(story: Story) -> None:
    package_id = await begun(story)
    anna = story.people["anna"]
    fields = (await anna.read(f"/packages/{package_id}/form"))["fields"]
    assert [(field["name"], field["kind"]) for field in fields] == [
        ("targeting", "text"),
        ("content", "text"),
    ]
    assert fields[0]["label"] == {"sv": "Målgrupp", "en": "Targeting"}
    assert (await story.central.read("/tasks"))["items"] == []
    order_id = await ordered(story, package_id)
    (waiting,) = (await story.central.read("/tasks", status="open"))["items"]
    assert (waiting["order_id"], waiting["entity_id"]) == (order_id, story.entities["East"])
    task = f"/tasks/{waiting['task_id']}"
    assert (await story.central.read(task))["brief"] == WORDS
    start = f"/campaigns/{waiting['campaign_id']}/start"
    refused = await anna.post(start, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "campaign.head-office-runs-it")
    assert (await story.central.made(start, {}))["status"] == "running"
    done = await story.central.made(f"{task}/done", {})
    assert (done["status"], done["ended_by"]) == ("done", story.central.id)
    assert (await story.central.read("/tasks", status="open"))["items"] == []
    journal = await story.central.read(f"{task}/journal")
    assert [entry["what"] for entry in journal["entries"]] == ["BriefTaskOpened", "BriefTaskDone"]


async def test_a_task_is_head_offices_alone_and_goes_with_its_order(story: Story) -> None:
    order_id = await ordered(story, await begun(story))
    (waiting,) = (await story.central.read("/tasks"))["items"]
    task = f"/tasks/{waiting['task_id']}"
    assert (await story.people["anna"].get(task)).status_code == 403
    await story.central.made(f"/orders/{order_id}/cancel", {"reason": "Recalled"})
    await story.world.settle()
    dropped = await story.central.read(task)
    assert (dropped["status"], dropped["reason"]) == ("dropped", "Recalled")
    late = await story.central.post(f"{task}/done", {})
    assert (late.status_code, late.json()["code"]) == (409, "task.dropped")
    nowhere = await story.central.post(f"/tasks/{order_id}/done", {})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "task.unknown")


async def test_a_brief_with_other_fields_is_refused(story: Story) -> None:
    definition = DEFINITION | BRIEF
    body = {"template": "opLocal", "label": "Brief", "definition": definition}
    refused = await story.central.post("/campaigns", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign.brief-has-two-texts")

"""The standard page of an order over HTTP, within the limits of its reference campaign."""

from typing import Any

import pytest

from tests.journeys.story import DEFINITION, Story
from tests.journeys.test_documents import PNG, deliver


async def offered(story: Story, kind: str = "local", **definition: Any) -> str:
    """A published package whose reference campaign says this about its orders; its id."""
    duration = {"duration_days": 10} if kind == "local" else {}
    reference_id = await story.reference(kind, definition={**DEFINITION, **duration, **definition})
    return await story.published(kind, reference_id=reference_id)


async def begun(story: Story, package_id: str, **parameters: Any) -> str:
    """An order of East with its greeting and these parameters; its id."""
    body = {"values": {"greeting": "Hej"}, "parameters": parameters}
    return str((await story.people["anna"].made(f"/packages/{package_id}/orders", body))["order_id"])


@pytest.mark.row("E10")
async def test_start_end_program_budget_owner_reviewers_and_documents_are_on_the_order(story: Story) -> None:
    anna = story.people["anna"]
    package_id = await offered(story, program="Spring for all", budget="Marketing 2026")
    page = (await anna.read(f"/packages/{package_id}/form"))["page"]
    assert page["fields"] == [
        *("starts_at", "ends_at", "program", "budget", "owner", "reviewers", "description", "documents")
    ]
    assert page["defaults"] == {"program": "Spring for all", "budget": "Marketing 2026"}
    wish = {
        "starts_at": story.day(20),
        "ends_at": story.day(30),
        "program": "Spring in East",
        "budget": "East 2026",
        "owner": anna.id,
        "reviewers": [anna.id, story.reviewer.id],
        "description": "Both shops",
    }
    order_id = await begun(story, package_id, **wish)
    assert (await deliver(story, order_id, "front.png", PNG)).status_code == 201
    seen = await story.central.read(f"/orders/{order_id}")
    assert seen["parameters"] == wish | {
        name: wish[name].replace("+00:00", "Z") for name in ("starts_at", "ends_at")
    }
    assert [document["name"] for document in seen["documents"]] == ["front.png"]
    changed = await anna.patch(f"/orders/{order_id}", {"parameters": {"budget": None, "program": "All"}})
    assert (changed.json()["parameters"]["budget"], changed.json()["parameters"]["program"]) == ("", "All")
    await anna.made(f"/orders/{order_id}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order_id}/approve", {})
    await story.world.settle()
    (fact,) = [
        entry["fact"]
        for entry in (await story.central.read(f"/orders/{order_id}/journal"))["entries"]
        if entry["what"] == "OrderApproved"
    ]
    assert (fact["parameters"]["program"], fact["parameters"]["reviewers"]) == ("All", wish["reviewers"])


@pytest.mark.row("B16")
async def test_a_third_reviewer_is_refused_when_two_are_the_most_and_none_hides_the_field(
    story: Story,
) -> None:
    anna = story.people["anna"]
    three = [anna.id, story.reviewer.id, story.central.id]
    package_id = await offered(story, most_reviewers=2)
    order_id = await begun(story, package_id, reviewers=three[:2])
    third = await anna.patch(f"/orders/{order_id}", {"parameters": {"reviewers": three}})
    assert (third.status_code, third.json()["code"]) == (422, "order.reviewers-too-many")
    assert third.json()["errors"][0]["field"] == "parameters.reviewers"
    assert (await anna.read(f"/orders/{order_id}"))["parameters"]["reviewers"] == three[:2]
    hidden = await offered(story, most_reviewers=0)
    page = (await anna.read(f"/packages/{hidden}/form"))["page"]
    assert "reviewers" not in page["fields"]
    other = await anna.post(f"/packages/{hidden}/orders", {"parameters": {"reviewers": three[:1]}})
    assert (other.status_code, other.json()["code"]) == (422, "order.reviewers-hidden")


@pytest.mark.row("B17")
async def test_a_third_upload_is_refused_when_two_are_the_most_and_none_hides_the_field(
    story: Story,
) -> None:
    anna = story.people["anna"]
    order_id = await begun(story, await offered(story, most_documents=2))
    answers = [await deliver(story, order_id, f"{n}.txt", f"text {n}".encode(), key=str(n)) for n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[2].json()["code"] == "order.documents-too-many"
    assert len((await anna.read(f"/orders/{order_id}"))["documents"]) == 2
    hidden = await offered(story, most_documents=0)
    assert "documents" not in (await anna.read(f"/packages/{hidden}/form"))["page"]["fields"]
    none = await deliver(story, await begun(story, hidden), "a.txt", b"text", key="none")
    assert (none.status_code, none.json()["code"]) == (422, "order.documents-hidden")


@pytest.mark.row("B18")
@pytest.mark.rule("R25")
async def test_a_hidden_page_is_skipped_and_hidden_program_data_is_not_taken(story: Story) -> None:
    anna = story.people["anna"]
    charged = {"program": "Spring for all", "budget": "Marketing 2026"}
    skipped = await offered(story, hide_parameters=True, most_documents=0, **charged)
    assert (await anna.read(f"/packages/{skipped}/form"))["page"]["fields"] == []
    refused = await anna.post(f"/packages/{skipped}/orders", {"parameters": {"description": "Both"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "order.parameters-hidden")
    order_id = await story.approved(skipped)
    order = await anna.read(f"/orders/{order_id}")
    assert (order["status"], order["parameters"]["program"]) == ("available", "")
    campaign = await anna.read(f"/campaigns/{order['campaign_id']}")
    assert {name: campaign["definition"][name] for name in charged} == charged
    program = await offered(story, hide_program=True)
    shown = (await anna.read(f"/packages/{program}/form"))["page"]
    assert (set(shown["fields"]) & {"program", "budget"}, shown["defaults"]) == (set(), {})
    refused = await anna.post(f"/packages/{program}/orders", {"parameters": {"budget": "East"}})
    assert refused.json()["code"] == "order.program-hidden"


@pytest.mark.row("F06")
async def test_reviewers_are_chosen_until_the_approval_takes_effect_and_no_later(story: Story) -> None:
    anna = story.people["anna"]
    order_id = await story.placed(await offered(story, "by_form"))
    chosen = await anna.patch(f"/orders/{order_id}", {"parameters": {"reviewers": [story.reviewer.id]}})
    assert (chosen.status_code, chosen.json()["status"]) == (200, "placed")
    await story.world.settle()
    await story.central.made(f"/orders/{order_id}/approve", {})
    await story.world.settle()
    late = await anna.patch(f"/orders/{order_id}", {"parameters": {"reviewers": [anna.id]}})
    assert (late.status_code, late.json()["code"]) == (409, "order.locked")
    assert (await anna.read(f"/orders/{order_id}"))["parameters"]["reviewers"] == [story.reviewer.id]


async def test_nobody_of_another_entity_is_named_as_reviewer_or_owner(story: Story) -> None:
    anna, nils = story.people["anna"], story.people["nils"]
    order_id = await begun(story, await offered(story))
    for wish in ({"reviewers": [nils.id]}, {"owner": nils.id}, {"owner": order_id}):
        refused = await anna.patch(f"/orders/{order_id}", {"parameters": wish})
        assert (refused.status_code, refused.json()["code"]) == (422, "order.person-unknown")

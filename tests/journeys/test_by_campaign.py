"""The main job: from a published package to a child campaign per approved order."""

import pytest

from tests.journeys.story import Story, day

AVAILABLE = 10


async def children(story: Story, reference_id: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await story.central.read(f"/campaigns/{reference_id}/children"))[
        "items"
    ]
    return found


@pytest.mark.row("G01", "G06", "G10", "E18", "F04")
async def test_one_order_is_refused_revised_and_placed_again_and_every_approved_order_gets_one_child(
    story: Story,
) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id, available_at=day(AVAILABLE))
    east = await story.approved(package_id, "anna", age_segment="18-29")
    north = await story.placed(package_id, "nils")
    refused = await story.central.post(f"/orders/{north}/reject", {"comment": "Choose another segment"})
    assert refused.status_code in {200, 202}, refused.text
    await story.world.settle()
    assert (await story.people["nils"].read(f"/orders/{north}"))["status"] == "rejected"
    letters = await story.notices("N7", north)
    assert ["Choose another segment" in str(letter) for letter in letters] == [True]
    revised = await story.people["nils"].patch(
        f"/orders/{north}", {"values": {"greeting": "Hej", "age_segment": "50+"}}
    )
    assert revised.status_code == 200, revised.text
    await story.people["nils"].made(f"/orders/{north}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{north}/approve", {})
    await story.world.settle()
    found = await children(story, reference_id)
    assert sorted(str(child["order_id"]) for child in found) == sorted([east, north])
    assert {child["entity_id"] for child in found} == {story.entities["East"], story.entities["North"]}
    for child in found:
        assert child["status"] == "created"
        assert str(child["name"]).startswith("OU")


@pytest.mark.row("G15", "G04", "C10", "G09")
async def test_a_child_is_changed_by_its_entity_once_available_and_not_a_second_before(story: Story) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id, available_at=day(AVAILABLE))
    await story.approved(package_id, "anna")
    await story.approved(package_id, "nils")
    child, sibling = await children(story, reference_id)
    change = {"values": {"greeting": "Only in this shop"}}
    owner = story.people["anna" if child["entity_id"] == story.entities["East"] else "nils"]
    path = f"/campaigns/{child['campaign_id']}"
    await story.world.advance(days=AVAILABLE - 1, seconds=-1)
    for early in (await owner.patch(path, change), await owner.post(f"{path}/start", {})):
        assert (early.status_code, early.json()["code"]) == (409, "campaign.not-available-yet")
    assert (await owner.read(f"/orders/{child['order_id']}"))["status"] == "approved"
    assert await story.told("N8") == []
    await story.world.advance(seconds=1)
    late = await owner.patch(path, change)
    assert late.status_code == 200, late.text
    assert "Only in this shop" in late.json()["content"]["en"]["body"]
    assert "Only in this shop" not in str(await story.central.read(f"/campaigns/{sibling['campaign_id']}"))
    assert "Only in this shop" not in str(await story.central.read(f"/campaigns/{reference_id}"))
    assert await story.told("N8") == ["anna", "nils"]
    order = await owner.read(f"/orders/{child['order_id']}")
    assert (order["status"], order["campaign_id"]) == ("available", child["campaign_id"])


@pytest.mark.rule("R27")
async def test_the_content_is_the_same_for_every_entity_and_its_values_only_fill_in_fields(
    story: Story,
) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    for who in ("anna", "nils"):
        await story.approved(package_id, who, greeting=f"Hej från {who}, {{{{ age_segment }}}}")
    reference = await story.central.read(f"/campaigns/{reference_id}")
    for who in ("anna", "nils"):
        (mine,) = (await story.people[who].read("/campaigns"))["items"]
        path = f"/campaigns/{mine['campaign_id']}"
        child = await story.people[who].read(path)
        assert child["definition"]["content"] == reference["definition"]["content"]
        said = f"Hej från {who}, {{{{ age_segment }}}} – för dig i gruppen 30-49."
        assert child["content"]["sv"] == {"subject": "Vårens erbjudande", "body": said}
        words = {"sv": {"subject": "Bara här", "body": "Eget"}}
        for wish in ({"definition": {**child["definition"], "content": words}}, {"values": {"body": "Eget"}}):
            refused = await story.people[who].patch(path, wish)
            assert refused.json()["code"] in {"campaign.only-values", "campaign.field-unknown"}
        assert (await story.people[who].read(path))["content"] == child["content"]


@pytest.mark.row("G05")
async def test_the_entity_runs_its_child_and_head_office_the_parent(story: Story) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    await story.approved(package_id, "anna")
    (child,) = await children(story, reference_id)
    path = f"/campaigns/{child['campaign_id']}/start"
    assert (await story.central.post(path, {})).status_code == 403
    assert (await story.people["anna"].post(path, {})).status_code == 200
    parent = f"/campaigns/{reference_id}/start"
    assert (await story.people["anna"].post(parent, {})).status_code == 404
    assert (await story.central.post(parent, {})).status_code == 200


@pytest.mark.row("B07")
async def test_only_by_campaign_orders_have_children(story: Story) -> None:
    for kind in ("by_campaign", "by_form"):
        reference_id = await story.reference(kind)
        await story.approved(await story.published(kind, reference_id=reference_id), "anna")
        assert len(await children(story, reference_id)) == (1 if kind == "by_campaign" else 0)


@pytest.mark.row("E16")
async def test_an_order_can_be_withdrawn_until_it_is_available_and_takes_its_child_along(
    story: Story,
) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id, available_at=day(AVAILABLE))
    order_id = await story.approved(package_id, "anna")
    gone = await story.people["anna"].post(f"/orders/{order_id}/withdraw", {"reason": "No staff"})
    assert gone.status_code == 200, gone.text
    await story.world.settle()
    assert [child["status"] for child in await children(story, reference_id)] == ["cancelled"]
    north = await story.approved(package_id, "nils")
    await story.world.advance(days=AVAILABLE)
    late = await story.people["nils"].post(f"/orders/{north}/withdraw", {})
    assert late.status_code == 409
    assert (await story.people["nils"].read(f"/orders/{north}"))["status"] == "available"

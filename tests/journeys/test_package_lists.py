"""How head office finds its packages, and what the list tells of them."""

from typing import Any

import pytest

from tests.journeys.story import Story


@pytest.mark.row("I01")
async def test_packages_are_filtered_by_status_and_late_is_pending_past_its_deadline(story: Story) -> None:
    draft = await story.package("simple")
    waiting = await story.submitted("simple", label="Waits long", approval=_terms(story, 5))
    late = await story.submitted("simple", label="Waits no longer", approval=_terms(story, 1))
    refused = await story.submitted("simple", label="Refused")
    await story.reviewer.made(f"/packages/{refused}/reject", {"comment": "No"})
    await story.world.settle()

    async def found(**params: Any) -> list[str]:
        return sorted(one["package_id"] for one in (await story.central.read("/packages", **params))["items"])

    assert await found(status="pending") == sorted([waiting, late])
    assert await found(status="late") == []
    await story.world.advance(days=1)
    assert await found(status="late") == []
    await story.world.advance(seconds=1)
    assert await found(status="late") == [late]
    assert await found(status="pending") == sorted([waiting, late])
    assert await found(status=["draft", "rejected"]) == sorted([draft, refused])
    assert await found(status="pending", q="no longer") == [late]


def _terms(story: Story, days: int) -> dict[str, Any]:
    return {"reviewers": [f"person:{story.reviewer.id}"], "answer_within_days": days}


@pytest.mark.row("C25")
async def test_orders_land_in_the_folder_that_the_package_chose(story: Story) -> None:
    package_id = await story.published("by_form", order_folder="Orders 2026")
    order_id = await story.placed(package_id)
    order = await story.central.read(f"/orders/{order_id}")
    assert (order["package_id"], order["order_folder"]) == (package_id, "Orders 2026")
    await story.central.patch(f"/packages/{package_id}", {"order_folder": "Orders of spring"})
    await story.world.settle()
    assert (await story.central.read(f"/orders/{order_id}"))["order_folder"] == "Orders of spring"


@pytest.mark.row("I02")
async def test_the_summary_tells_label_type_campaign_and_folders(story: Story) -> None:
    reference_id = await story.reference("by_form")
    package_id = await story.package("by_form", reference_id=reference_id, order_folder="Orders 2026")
    campaign = await story.central.read(f"/campaigns/{reference_id}")
    (summary,) = (await story.central.read("/packages"))["items"]
    assert (summary["label"], summary["kind"], summary["level"]) == (
        "Spring offer",
        "by_form",
        "collaborative",
    )
    assert (summary["folder"], summary["order_folder"]) == ("Spring", "Orders 2026")
    assert summary["reference"] == {
        "campaign_id": reference_id,
        "name": f"OP{campaign['number']}",
        "label": "Spring by_form",
    }
    assert summary["name"] == f"CAT{(await story.central.read(f'/packages/{package_id}'))['number']}"


@pytest.mark.row("C27")
async def test_the_owner_is_recorded_with_who_assigned_it_and_can_be_filtered_by(story: Story) -> None:
    own = await story.package("simple", nature="Offer")
    handed = await story.package("simple", nature="Information")
    answer = await story.central.put(f"/packages/{handed}/owner", {"owner": story.reviewer.id})
    assert answer.status_code == 200, answer.text
    for owner, nature, package_id in (
        (story.central.id, "Offer", own),
        (story.reviewer.id, "Information", handed),
    ):
        (found,) = (await story.central.read("/packages", owner=owner))["items"]
        assert (found["package_id"], found["nature"]) == (package_id, nature)
        assert (await story.central.read("/packages", nature=nature))["items"] == [found]
    entry = (await story.central.read(f"/packages/{handed}/journal"))["entries"][-1]
    assert (entry["what"], entry["who"]) == ("PackageAssigned", story.central.id)
    assert entry["fact"]["owner"] == story.reviewer.id

"""A package begun again: its former edition stays readable, with its documents and its orders."""

import pytest

from tests.journeys.story import Story
from tests.journeys.test_package_documents import PDF, attach


@pytest.mark.row("N12")
async def test_the_old_edition_stays_readable_with_its_orders(story: Story) -> None:
    package_id = await story.package("by_form", description="Two for one")
    (document,) = (await attach(story, package_id, "flyer.pdf", PDF)).json()["documents"]
    await story.central.made(f"/packages/{package_id}/submit", {})
    await story.world.settle()
    await story.reviewer.made(f"/packages/{package_id}/approve", {"comment": "Good"})
    await story.world.advance(days=1)
    order_id = await story.approved(package_id, "anna")
    await story.central.made(f"/packages/{package_id}/reinitialise", {"reason": "Once more"})
    await story.central.patch(f"/packages/{package_id}", {"description": "Three for two"})
    await story.central.delete(f"/packages/{package_id}/documents/{document['document_id']}")
    await story.central.put(
        f"/packages/{package_id}/audience", {"entities": [story.entities["South"]], "reason": "Moved"}
    )
    await story.world.settle()

    listed = (await story.central.read(f"/packages/{package_id}/editions"))["items"]
    assert [(one["edition"], one["status"], one["current"], one["reason"]) for one in listed] == [
        (1, "published", False, "Once more"),
        (2, "draft", True, ""),
    ]
    for reader, audience in (
        (story.central, sorted([story.entities["East"], story.entities["North"]])),
        (story.people["anna"], [story.entities["East"]]),
    ):
        old = await reader.read(f"/packages/{package_id}/editions/1")
        assert (old["description"], old["audience"], old["documents"]) == (
            "Two for one",
            audience,
            [document],
        )
        file = await reader.get(f"/packages/{package_id}/editions/1/documents/{document['document_id']}")
        assert file.content == PDF
        orders = (await reader.read("/orders", package=package_id))["items"]
        assert [(one["order_id"], one["edition"], one["status"]) for one in orders] == [
            (order_id, 1, "available")
        ]
    new = await story.central.read(f"/packages/{package_id}/editions/2")
    assert (new["description"], new["audience"], new["documents"]) == (
        "Three for two",
        [story.entities["South"]],
        [],
    )
    anna, sara = story.people["anna"], story.people["sara"]
    assert [one["edition"] for one in (await anna.read(f"/packages/{package_id}/editions"))["items"]] == [1]
    assert not {"owner", "approval"} & (await anna.read(f"/packages/{package_id}/editions/1")).keys()
    assert (await anna.get(f"/packages/{package_id}/editions/2")).status_code == 404
    assert (await sara.get(f"/packages/{package_id}/editions/1")).status_code == 404
    assert (await sara.get(f"/packages/{package_id}/editions")).status_code == 404

"""Packages from draft to list, and out of it again."""

import pytest

from tests.journeys.story import Story, day


@pytest.mark.row("D03", "D11", "D12", "E01", "C07", "A04")
async def test_a_package_is_approved_published_at_its_start_and_told_to_its_audience_alone(
    story: Story,
) -> None:
    package_id = await story.submitted("by_campaign")
    (request,) = (await story.reviewer.read("/approvals", mine="true", status="open"))["items"]
    assert request["deadline"].startswith(day(3)[:19])
    assert await story.told("N1", package_id) == ["rut"]
    await story.reviewer.made(f"/packages/{package_id}/approve", {"comment": "Good"})
    await story.world.advance(hours=23, minutes=59, seconds=59)
    anna, sara = story.people["anna"], story.people["sara"]
    assert (await anna.read("/packages"))["items"] == []
    assert await story.told("N4", package_id) == []
    await story.world.advance(seconds=1)
    assert [p["package_id"] for p in (await anna.read("/packages"))["items"]] == [package_id]
    assert (await sara.read("/packages"))["items"] == []
    assert (await sara.get(f"/packages/{package_id}")).status_code == 404
    assert await story.told("N4", package_id) == ["anna", "nils"]
    letters = await story.notices("N4", package_id)
    assert all(package_id in str(letter) for letter in letters)
    await story.world.advance(days=59)
    assert (await anna.read("/packages"))["items"] == []
    assert (await story.central.read(f"/packages/{package_id}"))["status"] == "unavailable"


@pytest.mark.row("E14", "E15")
async def test_the_deadline_closes_ordering_to_the_second_and_is_told_once(story: Story) -> None:
    package_id = await story.published("simple", registration_deadline=day(14))
    drafted = await story.people["nils"].made(
        f"/packages/{package_id}/orders", {"values": {"greeting": "Hej"}}
    )
    await story.world.advance(days=13)
    on_time = await story.people["anna"].post(
        f"/packages/{package_id}/orders", {"values": {"greeting": "Hej"}}
    )
    assert on_time.status_code == 201, on_time.text
    assert (
        await story.people["anna"].post(f"/orders/{on_time.json()['order_id']}/place", {})
    ).status_code == 200
    await story.world.advance(seconds=1)
    late = await story.people["nils"].post(f"/orders/{drafted['order_id']}/place", {})
    assert (late.status_code, late.json()["code"]) == (409, "order.registration-closed")
    await story.world.advance(days=2)
    assert await story.told("N9", package_id) == ["anna", "nils"]


@pytest.mark.row("I07", "I05", "K05")
async def test_cancelling_a_collaborative_package_ends_orders_and_campaigns_and_tells_all_why(
    story: Story,
) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    approved = await story.approved(package_id, "anna")
    placed = await story.placed(package_id, "nils")
    (child,) = (await story.central.read(f"/campaigns/{reference_id}/children"))["items"]
    runs = {reference_id: story.central, child["campaign_id"]: story.people["anna"]}
    for campaign_id, person in runs.items():
        assert (await person.made(f"/campaigns/{campaign_id}/start", {}))["status"] == "running"
    assert (await story.central.post(f"/packages/{package_id}/cancel", {"reason": " "})).status_code == 422
    await story.central.made(f"/packages/{package_id}/cancel", {"reason": "The supplier left"})
    await story.world.settle()
    for order_id in (approved, placed):
        order = await story.central.read(f"/orders/{order_id}")
        assert (order["status"], order["reason"]) == ("cancelled", "The supplier left")
    for campaign_id, person in runs.items():
        assert (await person.read(f"/campaigns/{campaign_id}"))["status"] == "cancelled"
        again = await person.post(f"/campaigns/{campaign_id}/start", {})
        assert (again.status_code, again.json()["code"]) == (409, "campaign.wrong-status")
    assert (await story.central.read("/approvals", subject=placed, status="open"))["items"] == []
    assert await story.told("N10", package_id) == ["anna", "nils"]
    assert all("The supplier left" in str(letter) for letter in await story.notices("N10", package_id))


@pytest.mark.row("I06")
async def test_a_cancelled_local_package_leaves_the_list_and_its_orders_alone(story: Story) -> None:
    package_id = await story.published("local")
    order_id = await story.approved(package_id, "anna")
    await story.central.made(f"/packages/{package_id}/cancel", {"reason": "Sold out"})
    await story.world.settle()
    assert (await story.people["anna"].read("/packages"))["items"] == []
    assert (await story.people["anna"].read(f"/orders/{order_id}"))["status"] == "available"
    (campaign,) = (await story.people["anna"].read("/campaigns"))["items"]
    assert campaign["status"] == "available"


@pytest.mark.row("C11")
async def test_an_entity_taken_out_of_the_audience_loses_its_open_order_and_hears_why(story: Story) -> None:
    package_id = await story.published("simple")
    order_id = await story.placed(package_id, "anna")
    body = {"entities": [story.entities["North"], story.entities["South"]], "reason": "Region moved"}
    changed = await story.central.put(f"/packages/{package_id}/audience", body)
    assert changed.status_code == 200, changed.text
    await story.world.settle()
    order = await story.people["anna"].read(f"/orders/{order_id}")
    assert (order["status"], order["reason"]) == ("cancelled", "Region moved")
    assert await story.told("N4", package_id) == ["anna", "nils", "sara"]
    journal = await story.central.read(f"/packages/{package_id}/journal")
    changes = [entry["what"] for entry in journal["entries"] if entry["what"].startswith("Entity")]
    assert changes == ["EntityInvited", "EntityInvited", "EntityWithdrawn", "EntityInvited"]


@pytest.mark.row("D13")
async def test_a_rejected_package_shows_its_comment_and_keeps_a_journal(story: Story) -> None:
    package_id = await story.submitted("simple")
    empty = await story.reviewer.post(f"/packages/{package_id}/reject", {"comment": ""})
    assert empty.status_code == 422
    await story.reviewer.made(f"/packages/{package_id}/reject", {"comment": "Wrong dates"})
    await story.world.settle()
    package = await story.central.read(f"/packages/{package_id}")
    assert package["status"] == "rejected"
    assert "Wrong dates" in str(package)
    assert await story.told("package-rejected", package_id) == ["bo"]
    journal = await story.central.read(f"/packages/{package_id}/journal")
    last = journal["entries"][-1]
    assert (last["what"], last["why"], last["fact"]["by"]) == (
        "PackageRejected",
        "Wrong dates",
        story.reviewer.id,
    )


@pytest.mark.row("D06", "F07")
async def test_reminders_come_at_their_moments_and_stop_with_the_answer(story: Story) -> None:
    terms = {
        "reviewers": [f"person:{story.reviewer.id}"],
        "answer_within_days": 4,
        "reminders": [{"at": day(1)}, {"hours_before": 48}, {"hours_before": 12}],
    }
    package_id = await story.submitted("simple", approval=terms, starts_at=day(5))
    await story.world.advance(hours=23)
    assert await story.told("N2", package_id) == []
    await story.world.advance(hours=1)
    assert await story.told("N2", package_id) == ["rut"]
    await story.world.advance(days=1)
    assert await story.told("N2", package_id) == ["rut", "rut"]
    await story.reviewer.made(f"/packages/{package_id}/approve", {})
    await story.world.advance(days=3)
    assert await story.told("N2", package_id) == ["rut", "rut"]
    order_terms = {"answer_within_days": 2, "reminders": [{"hours_before": 24}]}
    other = await story.published(
        "simple", order_approval=order_terms, starts_at=day(5), registration_deadline=day(20)
    )
    order_id = await story.placed(other, "anna")
    (request,) = (await story.central.read("/approvals", subject=order_id))["items"]
    # Handed in on the sixth day: five passed above, and one until its package was published.
    assert request["deadline"][:19] == story.day(8)[:19]
    await story.world.advance(days=1, seconds=-1)
    assert await story.told("N2", order_id) == []
    await story.world.advance(seconds=1)
    assert await story.told("N2", order_id) == ["bo", "rut"]


async def test_silence_at_the_deadline_calls_head_office_in(story: Story) -> None:
    package_id = await story.submitted("simple", starts_at=day(9))
    assert (await story.central.post(f"/packages/{package_id}/approve", {})).status_code in {403, 404}
    other = await story.world.person("cia", "central")
    await story.world.settle()
    assert (await other.post(f"/packages/{package_id}/approve", {})).status_code in {403, 404}
    await story.world.advance(days=3)
    assert "cia" in await story.told("overdue", package_id)
    late = await other.post(f"/packages/{package_id}/approve", {"comment": "For Rut"})
    assert late.status_code in {200, 202}, late.text
    await story.world.settle()
    assert (await story.central.read(f"/packages/{package_id}"))["status"] == "approved"


@pytest.mark.row("C20")
async def test_the_description_stands_on_the_package_and_in_the_mail(story: Story) -> None:
    words = "Spring flowers for every shop – order by Friday"
    package_id = await story.published("by_form", description=words)
    assert (await story.people["anna"].read(f"/packages/{package_id}"))["description"] == words
    letters = await story.notices("N4", package_id)
    assert len(letters) == 2
    for letter in letters:
        page = await story.world.client.get(f"/mailbox/{letter['notice_id']}")
        assert page.status_code == 200
        assert words in page.text

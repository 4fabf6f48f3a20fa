"""By form, simple and local: the same orders and approvals, with other consequences."""

import pytest

from tests.journeys.story import Story, day


@pytest.mark.row("F01", "B09")
@pytest.mark.parametrize("kind", ["simple", "by_form", "by_campaign", "local"])
async def test_one_set_of_rules_drives_order_and_approval_of_every_kind(story: Story, kind: str) -> None:
    package_id = await story.published(kind)
    order_id = await story.placed(package_id, "anna")
    own = await story.people["anna"].post(f"/orders/{order_id}/approve", {})
    assert own.status_code in {403, 404}
    await story.central.made(f"/orders/{order_id}/approve", {"comment": "Yes"})
    await story.world.settle()
    again = await story.reviewer.post(f"/orders/{order_id}/reject", {"comment": "No"})
    assert again.status_code == 409
    order = await story.people["anna"].read(f"/orders/{order_id}")
    assert order["status"] == "available"
    assert (order["campaign_id"] is None) == (kind in {"simple", "by_form"})


@pytest.mark.row("G08")
async def test_a_local_campaign_is_created_at_approval_and_date_not_earlier_and_not_twice(
    story: Story,
) -> None:
    reference_id = await story.reference("local")
    package_id = await story.published("local", reference_id=reference_id, available_at=day(5))
    order_id = await story.approved(package_id, "anna")
    anna = story.people["anna"]
    await story.world.advance(days=4, seconds=-1)
    assert (await anna.read("/campaigns"))["items"] == []
    await story.world.advance(seconds=1)
    await story.world.advance(days=3)
    (campaign,) = (await anna.read("/campaigns"))["items"]
    assert campaign["order_id"] == order_id
    assert campaign["starts_at"].startswith(day(5)[:10])
    assert campaign["ends_at"].startswith(day(15)[:10])
    assert await story.told("N8", order_id) == ["anna"]


@pytest.mark.row("C15")
async def test_who_does_not_order_takes_no_part_in_manual_mode(story: Story) -> None:
    package_id = await story.published("simple")
    await story.approved(package_id, "anna")
    await story.world.advance(days=20)
    found = (await story.central.read("/orders", package=package_id))["items"]
    assert [order["entity_id"] for order in found] == [story.entities["East"]]


@pytest.mark.row("C16", "C17", "C18")
async def test_automatic_mode_subscribes_every_entity_which_may_change_or_leave_alone(story: Story) -> None:
    package_id = await story.published("by_form", approval_mode="automatic")
    await story.world.settle()
    found = (await story.central.read("/orders", package=package_id))["items"]
    assert sorted(order["entity_id"] for order in found) == sorted(
        [story.entities["East"], story.entities["North"]]
    )
    assert {order["status"] for order in found} == {"pre_subscribed"}
    assert await story.told("N5", package_id) == ["anna", "nils"]
    mine = (await story.people["anna"].read("/orders"))["items"][0]["order_id"]
    changed = await story.people["anna"].patch(f"/orders/{mine}", {"values": {"greeting": "Hej"}})
    assert changed.status_code == 200, changed.text
    journal = await story.people["anna"].read(f"/orders/{mine}/journal")
    assert [
        entry["fact"]["values"] for entry in journal["entries"] if entry["what"] == "OrderParametersEntered"
    ] == [{"greeting": "Hej"}]
    theirs = (await story.people["nils"].read("/orders"))["items"][0]["order_id"]
    left = await story.people["nils"].post(f"/orders/{theirs}/withdraw", {"reason": "Not this time"})
    assert left.status_code == 200, left.text
    assert left.json()["status"] == "withdrawn"
    await story.world.advance(days=14)
    statuses = {
        o["order_id"]: o["status"] for o in (await story.central.read("/orders", package=package_id))["items"]
    }
    assert statuses[mine] in {"approved", "available"}
    assert statuses[theirs] == "withdrawn"
    assert (await story.central.read("/approvals", subject=mine))["items"] == []


@pytest.mark.row("B19")
async def test_the_orders_segment_changes_count_date_and_text(story: Story) -> None:
    rows = [
        f"{story.entities['East']},Person {n},p{n}@example.test,{year},Visby,email"
        for n, year in enumerate((2003, 2004, 1985, 1986, 1987, 1950))
    ]
    file = "entity_id,name,email,birth_year,city,channel\n" + "\n".join(rows) + "\n"
    token = story.central._headers({"Idempotency-Key": "import-1"})
    sent = await story.world.client.post(
        "/api/v1/recipients/import", files={"file": ("people.csv", file.encode(), "text/csv")}, headers=token
    )
    assert sent.status_code in {200, 201}, sent.text
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    await story.approved(package_id, "anna", age_segment="18-29", contact_date="2026-03-25")
    (child,) = (await story.people["anna"].read("/campaigns"))["items"]
    found = await story.people["anna"].read(f"/campaigns/{child['campaign_id']}")
    assert found["target"] == {"count": 2, "of": 6}
    assert found["contact_on"] == "2026-03-25"
    assert "18-29" in found["content"]["en"]["body"]
    await story.people["anna"].patch(
        f"/campaigns/{child['campaign_id']}", {"values": {"age_segment": "30-49"}}
    )
    changed = await story.people["anna"].read(f"/campaigns/{child['campaign_id']}")
    assert changed["target"]["count"] == 3
    assert "30-49" in changed["content"]["sv"]["body"]

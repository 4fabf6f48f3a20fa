"""Ordering over HTTP: from the form to the approved order."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.contracts.campaigns import CampaignSettingsRevised, Definition, Field
from shared.contracts.catalog import PackageCancelled
from shared.kernel.ids import CampaignId, PackageId
from tests.facts import id_of
from tests.ordering.shelf import DEADLINE, FIELDS, HELLO, Shelf, day
from tests.world import Person


async def orders(person: Person, **filters: object) -> list[str]:
    return [order["order_id"] for order in (await person.read("/orders", **filters))["items"]]


@pytest.mark.row("A07")
async def test_a_local_person_sees_its_own_orders_only_and_head_office_all(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    east, north = await shelf.placed(package_id), await shelf.placed(package_id, shelf.nils)
    assert await orders(shelf.anna) == [east]
    assert await orders(shelf.anna, entity=shelf.north) == []
    assert await orders(shelf.bo) == [north, east]
    assert (await shelf.anna.get(f"/orders/{north}")).status_code == 404
    assert (await shelf.anna.get(f"/orders/{north}/journal")).status_code == 404
    nowhere = id_of("nothing")
    for order_id in (north, str(nowhere)):
        for action in ("place", "withdraw"):
            assert (await shelf.anna.post(f"/orders/{order_id}/{action}", {})).status_code == 404
        assert (await shelf.anna.patch(f"/orders/{order_id}", {"label": "Mine"}, 99)).status_code == 404
    assert (await shelf.anna.post(f"/orders/{north}/cancel", {"reason": "Mine"})).status_code == 403
    assert await shelf.facts(north) == ["OrderDrafted", "OrderParametersEntered", "OrderPlaced"]


@pytest.mark.row("E03")
async def test_a_local_person_enters_its_own_information_and_nobody_elses(shelf: Shelf) -> None:
    package_id = await shelf.offer(audience=[shelf.east])
    assert (await shelf.nils.post(f"/packages/{package_id}/orders", {})).status_code == 404
    assert (await shelf.nils.get(f"/packages/{package_id}/form")).status_code == 404
    foreign = {"entity_id": shelf.east}
    assert (await shelf.nils.post(f"/packages/{package_id}/orders", foreign)).status_code == 404
    order_id = await shelf.drafted(package_id)
    assert (await shelf.nils.patch(f"/orders/{order_id}", {"values": HELLO}, 0)).status_code == 404
    own = await shelf.anna.patch(f"/orders/{order_id}", {"values": {"quantity": 12}})
    assert own.status_code == 200, own.text
    assert own.json()["values"] == {"greeting": "Hej", "quantity": 12}


@pytest.mark.row("B06")
@pytest.mark.rule("R26")
async def test_a_field_added_to_the_campaign_is_on_the_next_form(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    order_id = await shelf.drafted(package_id)
    form = await shelf.anna.read(f"/packages/{package_id}/form")
    assert [one["name"] for one in form["fields"]] == [one.name for one in FIELDS]
    assert form["fields"][0]["label"] == {"sv": "Hälsning", "en": "Greeting"}
    campaign_id = CampaignId(id_of("spring campaign"))
    parking = Field(name="parking", label={"sv": "Parkering", "en": "Parking"}, default="Free")
    revised = CampaignSettingsRevised(
        campaign_id=campaign_id, label="spring", definition=Definition(fields=(*FIELDS, parking))
    )
    await shelf.world.tell("campaigns", f"campaign-{campaign_id}", revised)
    shown = (await shelf.anna.read(f"/packages/{package_id}/form"))["fields"][-1]
    assert (shown["label"]["sv"], shown["value"], shown["is_default"]) == ("Parkering", "Free", True)
    assert (await shelf.anna.read(f"/orders/{order_id}"))["form"][-1]["name"] == "parking"
    entered = await shelf.anna.patch(f"/orders/{order_id}", {"values": {"parking": "Behind"}})
    assert entered.json()["values"]["parking"] == "Behind"


@pytest.mark.row("B14")
async def test_an_unfilled_field_takes_its_default_which_is_stored_as_one(shelf: Shelf) -> None:
    order_id = await shelf.placed(await shelf.offer())
    order = await shelf.anna.read(f"/orders/{order_id}")
    assert order["values"] == HELLO
    assert order["defaults"] == {"segment": "30-49", "contact_date": "2026-03-20"}
    journal = await shelf.bo.read(f"/orders/{order_id}/journal")
    fact = journal["entries"][-1]["fact"]
    assert (fact["values"], fact["defaults"]) == (order["values"], order["defaults"])


@pytest.mark.row("F05")
async def test_a_reviewer_sees_every_value_with_defaults_label_and_comment(shelf: Shelf) -> None:
    order_id = await shelf.placed(await shelf.offer(), label="Spring in East", comment="Two shops")
    order = await shelf.bo.read(f"/orders/{order_id}")
    seen = {field["name"]: (field["value"], field["is_default"]) for field in order["form"]}
    assert seen == {
        "greeting": ("Hej", False),
        "segment": ("30-49", True),
        "contact_date": ("2026-03-20", True),
        "quantity": (None, False),
    }


@pytest.mark.row("E09")
async def test_label_and_comment_are_stored_and_shown_to_the_reviewer(shelf: Shelf) -> None:
    order_id = await shelf.placed(await shelf.offer(), label="Spring in East", comment="Två butiker")
    await shelf.anna.patch(f"/orders/{order_id}", {"comment": "Tre butiker"})
    order = await shelf.bo.read(f"/orders/{order_id}")
    assert (order["label"], order["comment"]) == ("Spring in East", "Tre butiker")


@pytest.mark.row("E12")
async def test_an_order_is_edited_until_it_is_approved_and_not_after(shelf: Shelf) -> None:
    order_id = await shelf.placed(await shelf.offer(available_at=day(20)))
    edited = await shelf.anna.patch(f"/orders/{order_id}", {"values": {"segment": "18-29"}})
    assert (edited.status_code, edited.json()["status"]) == (200, "placed")
    await shelf.answer(order_id)
    late = await shelf.anna.patch(f"/orders/{order_id}", {"values": {"segment": "30-49"}})
    assert (late.status_code, late.json()["code"]) == (409, "order.locked")
    assert (await shelf.anna.read(f"/orders/{order_id}"))["values"]["segment"] == "18-29"


@pytest.mark.row("E13")
async def test_an_abandoned_draft_has_a_number_and_never_counts_as_an_order(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    draft = await shelf.anna.made(f"/packages/{package_id}/orders", {})
    assert (draft["name"], draft["status"]) == (f"ORD{draft['number']}", "draft")
    placed = await shelf.placed(package_id, shelf.nils)
    await shelf.close(package_id)
    assert await orders(shelf.bo) == [placed]
    assert await orders(shelf.bo, package=package_id) == [placed]
    assert await orders(shelf.bo, status="draft") == [draft["order_id"]]
    assert await orders(shelf.anna) == [draft["order_id"]]
    assert (await shelf.bo.read(f"/orders/{placed}"))["number"] == draft["number"] + 1
    assert await shelf.facts(draft["order_id"]) == ["OrderDrafted"]


@pytest.mark.row("E14")
async def test_an_order_one_second_late_is_refused_with_the_deadline(shelf: Shelf) -> None:
    package_id = await shelf.offer(registration_deadline=DEADLINE)
    draft = await shelf.drafted(package_id, shelf.nils)
    await shelf.world.until(DEADLINE)
    in_time = await shelf.anna.post(f"/packages/{package_id}/orders", {"values": HELLO})
    assert in_time.status_code == 201, in_time.text
    assert (await shelf.anna.post(f"/orders/{in_time.json()['order_id']}/place", {})).status_code == 200
    await shelf.world.advance(seconds=1)
    late = await shelf.nils.post(f"/orders/{draft}/place", {})
    assert (late.status_code, late.json()["code"]) == (409, "order.registration-closed")
    assert "9 March 2026" in late.json()["detail"]
    again = await shelf.nils.post(f"/packages/{package_id}/orders", {})
    assert again.status_code == 409
    assert (await shelf.nils.read(f"/orders/{draft}"))["status"] == "draft"


@pytest.mark.row("E16")
async def test_an_own_order_is_withdrawn_until_its_availability_date(shelf: Shelf) -> None:
    package_id = await shelf.offer(available_at=day(10))
    east, north = await shelf.approved(package_id), await shelf.approved(package_id, shelf.nils)
    await shelf.world.until(day(10) - timedelta(seconds=1))
    gone = await shelf.anna.made(f"/orders/{east}/withdraw", {"reason": "No staff"})
    assert (gone["status"], gone["reason"]) == ("withdrawn", "No staff")
    await shelf.world.advance(seconds=1)
    late = await shelf.nils.post(f"/orders/{north}/withdraw")
    assert (late.status_code, late.json()["code"]) == (409, "order.in-use")
    assert (await shelf.nils.read(f"/orders/{north}"))["status"] == "available"
    assert (await shelf.anna.read(f"/orders/{east}"))["status"] == "withdrawn"


@pytest.mark.row("E17")
async def test_head_office_cancels_an_order_whose_history_stays(shelf: Shelf) -> None:
    order_id = await shelf.approved(await shelf.offer())
    assert (await shelf.bo.post(f"/orders/{order_id}/cancel", {"reason": " "})).status_code == 422
    before = await shelf.facts(order_id)
    ended = await shelf.bo.made(f"/orders/{order_id}/cancel", {"reason": "The shop is being rebuilt"})
    assert (ended["status"], ended["reason"]) == ("cancelled", "The shop is being rebuilt")
    assert await shelf.facts(order_id) == [*before, "OrderCancelled"]
    assert (await shelf.anna.read(f"/orders/{order_id}"))["values"] == HELLO


@pytest.mark.row("E18", "F04")
async def test_a_rejected_order_shows_its_comment_and_is_revised_and_placed_again(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    order_id = await shelf.placed(package_id)
    await shelf.answer(order_id, refusal="Choose another segment")
    order = await shelf.anna.read(f"/orders/{order_id}")
    assert (order["status"], order["rejection_comment"]) == ("rejected", "Choose another segment")
    second = await shelf.anna.post(f"/packages/{package_id}/orders", {"values": HELLO})
    assert (second.status_code, second.json()["code"]) == (409, "order.already-there")
    assert f"ORD{order['number']}" in second.json()["detail"]
    revised = await shelf.anna.patch(f"/orders/{order_id}", {"values": {"segment": "18-29"}})
    assert revised.json()["status"] == "revising"
    again = await shelf.anna.made(f"/orders/{order_id}/place", {})
    assert (again["status"], again["revision"], again["number"]) == ("placed", 2, order["number"])
    await shelf.answer(order_id, revision=1)
    assert (await shelf.anna.read(f"/orders/{order_id}"))["status"] == "placed"
    await shelf.answer(order_id, revision=2)
    assert (await shelf.anna.read(f"/orders/{order_id}"))["status"] == "available"


async def test_a_withdrawn_order_makes_room_for_another_and_is_not_approved_late(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    first = await shelf.placed(package_id)
    await shelf.anna.made(f"/orders/{first}/withdraw", {})
    await shelf.answer(first)
    assert (await shelf.anna.read(f"/orders/{first}"))["status"] == "withdrawn"
    second = await shelf.placed(package_id)
    assert second != first
    assert await orders(shelf.anna, status="placed") == [second]


@pytest.mark.rule("R10")
async def test_several_orders_where_the_package_lets_there_be_more(shelf: Shelf) -> None:
    package_id = await shelf.offer("local", multiple_creation=True, audience=[])
    first, second = await shelf.drafted(package_id), await shelf.drafted(package_id)
    assert first != second
    assert await orders(shelf.anna) == [second, first]


async def test_a_campaign_that_is_ready_makes_its_order_available(shelf: Shelf) -> None:
    package_id = await shelf.offer("by_campaign", available_at=day(10))
    order_id = await shelf.approved(package_id)
    assert (await shelf.anna.read(f"/orders/{order_id}"))["status"] == "approved"
    await shelf.world.until(day(10))
    campaign_id = await shelf.campaign_ready(order_id, package_id, shelf.east)
    order = await shelf.anna.read(f"/orders/{order_id}")
    assert (order["status"], order["campaign_id"]) == ("available", campaign_id)


async def test_a_package_called_off_ends_its_orders_with_the_reason(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    placed, draft = await shelf.placed(package_id), await shelf.drafted(package_id, shelf.nils)
    fact = PackageCancelled(
        package_id=PackageId(UUID(package_id)),
        edition=1,
        reference_id=CampaignId(id_of("spring campaign")),
        at=shelf.world.clock(),
        by=shelf.bo.id,
        reason="The supplier left",
        cascades=True,
    )
    await shelf.tell(package_id, fact)
    for order_id in (placed, draft):
        order = await shelf.bo.read(f"/orders/{order_id}")
        assert (order["status"], order["reason"]) == ("cancelled", "The supplier left")
    late = await shelf.anna.post(f"/packages/{package_id}/orders", {})
    assert (late.status_code, late.json()["code"]) == (409, "order.package-cancelled")


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"greting": "Hej"}, "order.field-unknown", "values.greting"),
        ({"segment": "99+"}, "order.field-no-choice", "values.segment"),
        ({"contact_date": "soon"}, "order.field-no-date", "values.contact_date"),
        ({"quantity": "12"}, "order.field-no-number", "values.quantity"),
    ],
)
async def test_a_wrong_entry_names_its_field_and_nothing_is_kept(
    shelf: Shelf, values: dict[str, str], code: str, field: str
) -> None:
    package_id = await shelf.offer()
    answer = await shelf.anna.post(f"/packages/{package_id}/orders", {"values": values})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == field
    assert await orders(shelf.anna) == []


async def test_a_required_field_is_asked_for_when_the_order_is_handed_in(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    draft = await shelf.anna.made(f"/packages/{package_id}/orders", {})
    answer = await shelf.anna.post(f"/orders/{draft['order_id']}/place", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "order.field-missing")
    assert answer.json()["errors"][0]["field"] == "values.greeting"


@pytest.mark.parametrize("body", ['{"values": {"greeting": NaN}}', '{"values": []}', '{"lable": "x"}', "{"])
async def test_a_body_that_cannot_be_understood_changes_nothing(shelf: Shelf, body: str) -> None:
    package_id = await shelf.offer()
    headers = shelf.anna._headers({"Idempotency-Key": "1", "Content-Type": "application/json"})
    path = f"/api/v1/packages/{package_id}/orders"
    answer = await shelf.world.client.post(path, content=body.encode(), headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert await orders(shelf.anna) == []

"""An order's whole life through the API; second orders; who hears of a new order."""

import pytest

from tests.journeys.story import DEFINITION, Story


@pytest.mark.row("C23")
async def test_a_second_order_is_refused_unless_the_package_allows_many(story: Story) -> None:
    anna = story.people["anna"]
    once = await story.published("simple")
    first = await story.placed(once, "anna")
    again = await anna.post(f"/packages/{once}/orders", {"values": {"greeting": "Hej"}})
    assert (again.status_code, again.json()["code"]) == (409, "order.already-there")
    assert (await anna.read("/orders", package=once))["items"][0]["order_id"] == first
    many = await story.published("simple", multiple_creation=True)
    orders = [await story.placed(many, "anna") for _ in range(3)]
    assert len({*orders}) == 3
    assert len((await story.central.read("/orders", package=many))["items"]) == 3


@pytest.mark.row("E04", "A05")
async def test_head_office_hears_of_a_new_order_or_the_entitys_own_reviewers_do(story: Story) -> None:
    package_id = await story.published("by_form")
    order_id = await story.placed(package_id, "anna")
    assert await story.told("N6", order_id) == ["bo", "rut"]
    reviewer = await story.world.person("eva", "local", entity=story.entities["North"])
    await story.world.group(story.entities["North"], "order-reviewers", reviewer)
    await story.world.settle()
    theirs = await story.placed(package_id, "nils")
    assert await story.told("N6", theirs) == ["eva"]
    (letter,) = await story.notices("N6", theirs)
    assert letter["status"] == "sent"


@pytest.mark.row("I17")
@pytest.mark.rule("R40")
async def test_an_order_is_created_evaluated_placed_approved_run_and_cancelled_by_the_api_alone(
    story: Story,
) -> None:
    rows = "".join(f"{story.entities['East']},P{n},p{n}@example.test,{1990 + n}\n" for n in range(5))
    sent = await story.world.client.post(
        "/api/v1/recipients/import",
        files={"file": ("r.csv", f"entity_id,name,email,birth_year\n{rows}".encode(), "text/csv")},
        headers=story.central._headers({"Idempotency-Key": "r"}),
    )
    assert sent.json()["stored"] == 5
    reference_id = await story.reference("by_campaign", definition=DEFINITION | {"message_cost_cents": 250})
    package_id = await story.published("by_campaign", reference_id=reference_id)
    anna = story.people["anna"]
    order = await anna.made(
        f"/packages/{package_id}/orders", {"values": {"greeting": "Hej", "age_segment": "30-49"}}
    )
    path = f"/orders/{order['order_id']}"
    evaluated = await anna.made(f"{path}/evaluations", {"kind": "target"})
    assert evaluated["target"] == {"count": 5, "of": 5}
    assert evaluated["taken_at"] == story.world.clock().isoformat()
    younger = await anna.made(f"{path}/evaluations", {"kind": "target", "values": {"age_segment": "18-29"}})
    assert younger["target"]["count"] == 0
    priced = await anna.made(f"{path}/evaluations", {"kind": "budget"})
    assert (priced["target"]["count"], priced["amount"]) == (5, {"amount": "12.50", "currency": "SEK"})
    words = await anna.made(f"{path}/evaluations", {"kind": "content"})
    assert words["content"]["sv"]["body"].startswith("Hej")
    wrong = await anna.post(f"{path}/evaluations", {"kind": "target", "values": {"age_segment": "0-17"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "values.age_segment")
    assert (await story.people["nils"].post(f"{path}/evaluations", {"kind": "target"})).status_code == 404
    await anna.made(f"{path}/place", {})
    await story.world.settle()
    await story.central.made(f"{path}/approve", {})
    await story.world.settle()
    campaign_id = (await anna.read(path))["campaign_id"]
    assert (await anna.made(f"/campaigns/{campaign_id}/start", {}))["status"] == "running"
    await story.central.made(f"{path}/cancel", {"reason": "Recalled"})
    await story.world.settle()
    assert (await anna.read(path))["status"] == "cancelled"
    assert (await anna.read(f"/campaigns/{campaign_id}"))["status"] == "cancelled"

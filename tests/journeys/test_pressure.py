"""The ceiling of contacts: who is reached often enough by what is approved already is left out, and it is said why."""

from typing import Any

import pytest

from tests.journeys.story import DEFINITION, Story

CEILING = {"most": 1, "days": 10}


async def recipients(story: Story) -> None:
    """Six people in East: three of them thirty-five, and three who are twenty-two."""
    rows = "".join(
        f"{story.entities['East']},P{n},p{n}@example.test,{born}\n"
        for n, born in enumerate((1991, 1991, 1991, 2004, 2004, 2004))
    )
    sent = await story.world.client.post(
        "/api/v1/recipients/import",
        files={"file": ("r.csv", f"entity_id,name,email,birth_year\n{rows}".encode(), "text/csv")},
        headers=story.central._headers({"Idempotency-Key": "r"}),
    )
    assert sent.status_code == 200, sent.text


async def offered(story: Story, **more: Any) -> str:
    """A published package whose target is everybody between 18 and 49; its id."""
    everybody = [{"attribute": "age_from", "value": 18}, {"attribute": "age_to", "value": 49}]
    definition = DEFINITION | {"query": everybody, "message_cost_cents": 100, **more}
    return await story.published(
        "by_campaign", reference_id=await story.reference("by_campaign", definition=definition)
    )


async def asked(story: Story, package_id: str, **values: Any) -> tuple[int, list[dict[str, Any]]]:
    """How many East would reach with this package, and who is left out."""
    path = f"/packages/{package_id}/evaluations"
    found = await story.people["anna"].made(path, {"kind": "target", "values": values})
    return found["target"]["count"], found["left_out"]


@pytest.mark.row("B20")
async def test_a_contact_over_the_ceiling_is_left_out_and_the_reason_is_shown(story: Story) -> None:
    await recipients(story)
    elder = await story.published("by_campaign", label="Elder")
    package_id = await offered(story, pressure=CEILING)
    assert await asked(story, package_id) == (6, [])
    await story.approved(elder, "anna", age_segment="30-49")
    reason = {"because": "pressure", "count": 3, "whose": "central", **CEILING}
    assert await asked(story, package_id) == (3, [reason])
    assert await asked(story, package_id, contact_date="2026-03-30") == (6, [])
    assert await asked(story, package_id, contact_date="2026-03-29") == (3, [reason])
    order_id = await story.approved(package_id, "anna")
    order = await story.people["anna"].read(f"/orders/{order_id}")
    child = await story.people["anna"].read(f"/campaigns/{order['campaign_id']}")
    assert (child["target"], child["left_out"]) == ({"count": 3, "of": 6}, [reason])
    (budget,) = (await story.people["anna"].read("/budgets"))["items"]
    assert budget["committed"]["amount"] == "3.00"


async def test_more_contacts_are_allowed_by_a_higher_ceiling_or_none(story: Story) -> None:
    await recipients(story)
    elder = await story.published("by_campaign")
    await story.approved(elder, "anna", age_segment="30-49")
    assert await asked(story, await offered(story)) == (6, [])
    assert await asked(story, await offered(story, pressure={"most": 2, "days": 10})) == (6, [])


async def test_what_is_called_off_presses_nobody(story: Story) -> None:
    await recipients(story)
    elder = await story.published("by_campaign")
    package_id = await offered(story, pressure=CEILING)
    order_id = await story.approved(elder, "anna", age_segment="30-49")
    assert (await asked(story, package_id))[0] == 3
    await story.central.made(f"/orders/{order_id}/cancel", {"reason": "Recalled"})
    await story.world.settle()
    assert await asked(story, package_id) == (6, [])


@pytest.mark.parametrize("ceiling", [{"most": 0, "days": 10}, {"most": 1, "days": 0}, {"most": 1}])
async def test_a_ceiling_that_holds_nothing_is_refused(story: Story, ceiling: dict[str, int]) -> None:
    body = {
        "template": "opLocal",
        "label": "Pressed",
        "definition": {"duration_days": 3, "pressure": ceiling},
    }
    refused = await story.central.post("/campaigns", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "request.invalid")

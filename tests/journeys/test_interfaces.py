"""What head office chooses decides what the entity is asked."""

from typing import Any

import pytest

from tests.journeys.story import DEFINITION, TEMPLATES, Story, day

DATES = {"starts_at": day(1), "ends_at": day(40)}


@pytest.mark.row("B03")
async def test_a_local_template_has_a_duration_and_each_campaign_gets_its_dates_from_it(story: Story) -> None:
    body = {"template": "opLocal", "label": "Local", "definition": DEFINITION | {"duration_days": 10}}
    refused = await story.central.post("/campaigns", body | DATES)
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign.local-has-duration")
    made = await story.central.made("/campaigns", body)
    assert (made["starts_at"], made["ends_at"], made["definition"]["duration_days"]) == (None, None, 10)
    package_id = await story.published("local", reference_id=made["campaign_id"])
    await story.approved(package_id, "anna")
    await story.world.advance(days=3)
    await story.approved(package_id, "nils")
    lasted = []
    for who, begun in (("anna", 1), ("nils", 4)):
        (mine,) = (await story.people[who].read("/campaigns"))["items"]
        lasted.append((mine["starts_at"][:10], mine["ends_at"][:10]))
        assert lasted[-1] == (story.day(begun)[:10], story.day(begun + 10)[:10])
    assert lasted[0] != lasted[1]


@pytest.mark.row("B08")
async def test_the_template_for_target_approval_hides_the_audience_and_asks_for_the_approval_mode(
    story: Story,
) -> None:
    asks = {
        kind: (await story.central.read(f"/templates/{name}"))["package_asks"]
        for kind, name in TEMPLATES.items()
    }
    assert asks["by_target_approval"] == ["approval_mode"]
    assert all("audience" in asked for kind, asked in asks.items() if kind != "by_target_approval")
    package_id = await story.submitted("by_target_approval", approval_mode="automatic")
    found = await story.central.read(f"/packages/{package_id}")
    assert (found["status"], found["kind"]) == ("pending", "by_target_approval")
    without = await story.package("by_campaign", audience=[])
    refused = await story.central.post(f"/packages/{without}/submit", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "package.audience-missing")


@pytest.mark.row("B11")
async def test_the_form_sets_target_content_size_and_day_as_the_campaign_says(story: Story) -> None:
    rows = "".join(f"{story.entities['East']},P{n},p{n}@example.test,{1980 + n}\n" for n in range(10))
    await story.world.client.post(
        "/api/v1/recipients/import",
        files={"file": ("r.csv", f"entity_id,name,email,birth_year\n{rows}".encode(), "text/csv")},
        headers=story.central._headers({"Idempotency-Key": "r"}),
    )
    package_id = await story.published("by_form")
    anna = story.people["anna"]
    form = {field["name"]: field for field in (await anna.read(f"/packages/{package_id}/form"))["fields"]}
    assert list(form) == ["contact_date", "age_segment", "greeting", "quantity"]
    assert form["age_segment"]["choices"] == ["18-29", "30-49", "50+"]
    path = f"/packages/{package_id}/evaluations"
    filled = {"greeting": "Hej", "age_segment": "30-49", "quantity": 7, "contact_date": "2026-04-01"}
    target = await anna.made(path, {"kind": "target", "values": filled})
    assert (target["target"]["count"], target["contact_on"]) == (7, "2026-04-01")
    unfilled = await anna.made(path, {"kind": "target"})
    assert (unfilled["target"]["count"], unfilled["contact_on"]) == (10, form["contact_date"]["default"])
    words = await anna.made(path, {"kind": "content", "values": filled})
    assert words["content"]["sv"]["body"] == "Hej – för dig i gruppen 30-49."


async def test_an_order_through_the_api_equals_one_from_the_form(story: Story) -> None:
    created = []
    for interface in ("by_form", "by_external_form"):
        definition = DEFINITION | {"interface": interface}
        reference_id = await story.reference("by_campaign", definition=definition)
        package_id = await story.published("by_campaign", reference_id=reference_id)
        fields = (await story.people["anna"].read(f"/packages/{package_id}/form"))["fields"]
        entered = {"greeting": "Hej", "age_segment": "50+"}
        order_id = await story.approved(package_id, "anna", **entered)
        order = await story.people["anna"].read(f"/orders/{order_id}")
        child = await story.people["anna"].read(f"/campaigns/{order['campaign_id']}")
        what_is_ordered = {name: order[name] for name in ("values", "defaults", "status", "label")}
        what_it_made = {name: child[name] for name in ("values", "content", "target", "status", "kind")}
        created.append((fields, what_is_ordered, what_it_made))
    assert created[0] == created[1]
    assert created[0][1]["values"] == {"greeting": "Hej", "age_segment": "50+"}


@pytest.mark.row("B13")
async def test_a_pre_set_campaign_asks_the_entity_for_nothing(story: Story) -> None:
    asking = {"interface": "pre_set", "fields": [{"name": "greeting", "required": True}]}
    body: dict[str, Any] = {"template": TEMPLATES["by_campaign"], "label": "Set", **DATES}
    refused = await story.central.post("/campaigns", body | {"definition": asking})
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign.pre-set-asks")
    made = await story.central.made("/campaigns", body | {"definition": {"interface": "pre_set"}})
    package_id = await story.published("by_campaign", reference_id=made["campaign_id"])
    anna = story.people["anna"]
    assert (await anna.read(f"/packages/{package_id}/form"))["fields"] == []
    order = await anna.made(f"/packages/{package_id}/orders", {"label": "As it is"})
    entered = await anna.patch(f"/orders/{order['order_id']}", {"values": {"greeting": "Hej"}})
    assert entered.status_code == 422
    placed = await anna.made(f"/orders/{order['order_id']}/place", {})
    assert (placed["status"], placed["values"], placed["label"]) == ("placed", {}, "As it is")


@pytest.mark.row("B13")
async def test_a_pre_set_campaign_is_localised_neither_when_it_is_ordered_nor_afterwards(
    story: Story,
) -> None:
    fields = [{**field, "default": field.get("default", "Hej")} for field in DEFINITION["fields"]]
    definition = DEFINITION | {"interface": "pre_set", "fields": fields}
    values = {field["name"]: field["default"] for field in fields}
    reference_id = await story.reference("by_campaign", definition=definition)
    package_id = await story.published("by_campaign", reference_id=reference_id)
    anna = story.people["anna"]
    form = await anna.read(f"/packages/{package_id}/form")
    assert (form["fields"], "description" in form["page"]["fields"]) == ([], True)
    asked = {"values": {"greeting": "Hallå"}}
    refusals = [await anna.post(f"/packages/{package_id}/orders", asked)]
    order = await anna.made(f"/packages/{package_id}/orders", {"label": "As it is"})
    path = f"/orders/{order['order_id']}"
    refusals.append(await anna.patch(path, asked))
    for refused in refusals:
        assert (refused.status_code, refused.json()["code"]) == (422, "order.pre-set")
        assert [one["field"] for one in refused.json()["errors"]] == ["values.greeting"]
        assert "Leave values out" in refused.json()["way_out"]
    tried = await anna.post(f"{path}/evaluations", {"kind": "content", **asked})
    assert (tried.status_code, tried.json()["code"]) == (422, "campaign.pre-set")
    evaluated = await anna.made(f"{path}/evaluations", {"kind": "content"})
    assert evaluated["values"] == values
    assert (await anna.patch(path, {"comment": "Gladly"})).status_code == 200
    placed = await anna.made(f"{path}/place", {})
    assert (placed["values"], placed["defaults"], placed["form"]) == ({}, values, [])
    (fact,) = [
        one["fact"] for one in (await anna.read(f"{path}/journal"))["entries"] if one["what"] == "OrderPlaced"
    ]
    assert (fact["values"], fact["defaults"]) == ({}, values)
    await story.world.settle()
    await story.central.made(f"{path}/approve", {})
    await story.world.settle()
    child = f"/campaigns/{(await anna.read(path))['campaign_id']}"
    found = await anna.read(child)
    assert (found["values"], found["status"]) == (values, "available")
    assert found["content"] == evaluated["content"]
    assert found["content"]["sv"]["body"] == "Hej – för dig i gruppen 30-49."
    changed = await anna.patch(child, asked)
    assert (changed.status_code, changed.json()["code"]) == (422, "campaign.pre-set")


@pytest.mark.row("B21")
@pytest.mark.parametrize("kind", ["simple", "by_form", "by_campaign"])
async def test_by_form_on_a_collaborative_campaign_asks_for_a_form_and_shows_its_defaults(
    story: Story, kind: str
) -> None:
    body: dict[str, Any] = {"template": TEMPLATES[kind], "label": "Form", **DATES}
    made = await story.central.made("/campaigns", body | {"definition": {"interface": "by_form"}})
    path = f"/campaigns/{made['campaign_id']}"
    assert (made["definition"]["interface"], made["asks"]) == ("by_form", ["definition.fields"])
    fields = [
        {"name": "channel", "default": "email"},
        {"name": "comment", "default": "Hej"},
        {"name": "extra"},
    ]
    revised = await story.central.patch(path, {"definition": {"interface": "by_form", "fields": fields}})
    assert revised.status_code == 200, revised.text
    found = await story.central.read(path)
    assert (found["asks"], found["values"]) == ([], {"channel": "email", "comment": "Hej"})


@pytest.mark.row("B06")
async def test_a_field_with_help_and_limits_appears_in_the_form_as_soon_as_it_is_there(story: Story) -> None:
    reference_id = await story.reference("by_form")
    package_id = await story.published("by_form", reference_id=reference_id)
    price = {
        "name": "price",
        "kind": "money",
        "label": {"sv": "Pris", "en": "Price"},
        "help": {"sv": "I öre", "en": "In hundredths"},
        "least": 100,
        "most": 9900,
        "default": 4900,
    }
    definition = DEFINITION | {"fields": [*DEFINITION["fields"], price]}
    revised = await story.central.patch(f"/campaigns/{reference_id}", {"definition": definition})
    assert revised.status_code == 200, revised.text
    await story.world.settle()
    fields = (await story.people["anna"].read(f"/packages/{package_id}/form"))["fields"]
    shown = fields[-1]
    assert {name: shown[name] for name in price} == price
    assert (shown["value"], shown["is_default"]) == (4900, True)
    wrong = DEFINITION | {"fields": [price | {"default": 1}]}
    refused = await story.central.patch(f"/campaigns/{reference_id}", {"definition": wrong})
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign.default-out-of-bounds")

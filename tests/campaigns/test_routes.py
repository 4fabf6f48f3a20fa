"""Templates, references, children and local campaigns over HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from tests.campaigns.test_children import one_child
from tests.journeys.story import DEFINITION, TEMPLATES, Story, day
from tests.world import Person

KINDS = list(TEMPLATES)


# Templates and references.


@pytest.mark.row("B01")
async def test_five_templates_exist_and_using_one_does_not_alter_it(story: Story) -> None:
    before = await story.central.read("/templates")
    assert sorted(one["name"] for one in before["items"]) == sorted(TEMPLATES.values())
    for kind in KINDS:
        reference_id = await story.reference(kind)
        revised = await story.central.patch(
            f"/campaigns/{reference_id}", {"label": "Changed", "definition": {"duration_days": 3}}
        )
        assert revised.status_code == 200, revised.text
    assert await story.central.read("/templates") == before
    one = f"/templates/{TEMPLATES['by_form']}"
    assert (await story.central.read(one))["definition"]["interface"] == "by_form"
    for refused in (await story.central.patch(one, {}, 0), await story.central.put(one, {})):
        assert refused.status_code == 405
    assert (await story.people["anna"].get("/templates")).status_code == 403


@pytest.mark.parametrize("name", ["opNone", "%00", "..%2Fetc", "{x}", "Å ö", "a" * 3000])
async def test_a_template_of_any_other_name_is_not_there(story: Story, name: str) -> None:
    assert (await story.central.get(f"/templates/{name}")).status_code == 404


@pytest.mark.row("B04")
@pytest.mark.parametrize("kind", KINDS)
async def test_the_template_fixes_the_kind_that_a_campaign_begins_as(story: Story, kind: str) -> None:
    reference_id = await story.reference(kind)
    found = await story.central.read(f"/campaigns/{reference_id}")
    assert (found["kind"], found["template"], found["status"]) == (kind, TEMPLATES[kind], "prepared")
    body = {"template": TEMPLATES[kind], "label": "Odd", "kind": "simple"}
    for refused in (
        await story.central.post("/campaigns", body),
        await story.central.patch(f"/campaigns/{reference_id}", {"template": "opLocal"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "request.invalid")
    assert (await story.central.read(f"/campaigns/{reference_id}"))["kind"] == kind


async def test_interface_defaults_dates_and_label_are_revised_in_one_place(story: Story) -> None:
    reference_id = await story.reference("by_form")
    path = f"/campaigns/{reference_id}"
    greeting = {"name": "greeting", "default": "Hej"}
    wish = {
        "label": "Summer",
        "starts_at": day(2),
        "ends_at": day(50),
        "definition": {"interface": "pre_set", "fields": [greeting], "program": "Summer", "budget": "Half"},
    }
    revised = await story.central.patch(path, wish)
    assert revised.status_code == 200, revised.text
    found = await story.central.read(path)
    assert (found["label"], found["kind"], found["template"]) == ("Summer", "by_form", TEMPLATES["by_form"])
    assert found["definition"]["interface"] == "pre_set"
    assert (found["values"], found["definition"]["budget"]) == ({"greeting": "Hej"}, "Half")
    assert (found["starts_at"][:10], found["ends_at"][:10]) == (day(2)[:10], day(50)[:10])
    stale = await story.central.patch(path, {"label": "Autumn"}, 0)
    assert (stale.status_code, stale.json()["code"]) == (412, "request.stale")
    assert revised.headers["etag"] == '"1"'


async def test_the_same_key_prepares_once(story: Story) -> None:
    body = {"template": "opLocal", "label": "Once", "definition": {"duration_days": 3}}
    key = str(uuid4())
    first, second = [await story.central.post("/campaigns", body, key=key) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    other = await story.central.post("/campaigns", body | {"label": "Twice"}, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "request.key-reused")


BODY = {"template": TEMPLATES["by_campaign"], "label": "Odd", "starts_at": day(1), "ends_at": day(2)}


@pytest.mark.parametrize(
    "wish",
    [
        {"template": "\u0001{x}"},
        {"template": ""},
        {"label": "x" * 201},
        {"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "0001-01-01T00:00:00+14:00"},
        {"ends_at": "9999-12-31T23:59:59-14:00"},
        {"starts_at": "2026-03-03T08:00:00"},
        {"definition": {"feilds": []}},
        {"definition": {"fields": [{"name": "Not A Name"}]}},
        {"definition": {"fields": [{"name": "one", "kind": "number", "default": "x"}]}},
        {"definition": {"message_cost_cents": -1}},
        {"definition": {"message_cost_cents": 10**30}},
        {"definition": {"duration_days": 10**12}},
        {"definition": {"query": [{"attribute": "city", "value": "x"}] * 2000}},
        {"definition": {"query": [{"attribute": "age_from", "value": "9" * 5000}]}},
        {"definition": {"query": [{"attribute": "age_from", "value": 10**30}]}},
        {"definition": {"query": [{"attribute": "shoe_size", "value": 1}]}},
        {"definition": {"max_size": "1e999"}},
        {"definition": {"max_size": "{{ nothing }}"}},
        {"definition": {"contact_on": "in a while"}},
        {"definition": {"content": {"en": {"subject": "{{" + "(" * 15_000, "body": ""}}}},
        {"definition": {"content": {"en": {"subject": "{{ x.__class__ }}", "body": ""}}}},
        {"definition": {"content": {"{en}": {"subject": "", "body": ""}}}},
    ],
)
async def test_nonsense_is_refused_and_never_breaks_anything(story: Story, wish: dict[str, Any]) -> None:
    answer = await story.central.post("/campaigns", BODY | wish)
    assert answer.status_code == 422, answer.text
    assert answer.json()["way_out"]
    await story.world.settle()
    assert (await story.central.read("/campaigns"))["items"] == []


async def test_whose_it_is_not_finds_nothing_to_do_or_see(story: Story) -> None:
    reference_id, child = await one_child(story)
    nils, anna = story.people["nils"], story.people["anna"]
    for person, one in ((nils, child["campaign_id"]), (anna, reference_id), (anna, str(uuid4()))):
        path = f"/campaigns/{one}"
        assert (await person.get(path)).status_code == 404
        assert (await person.get(f"{path}/journal")).status_code == 404
        assert (await person.patch(path, {"values": {"greeting": "x"}}, 0)).status_code in {404, 412}
        for verb, body in (("start", {}), ("stop", {}), ("cancel", {"reason": "x"})):
            assert (await person.post(f"{path}/{verb}", body)).status_code == 404
    assert (await nils.read("/campaigns"))["items"] == []
    assert [one["campaign_id"] for one in (await anna.read("/campaigns"))["items"]] == [child["campaign_id"]]


async def test_lists_page_filter_and_refuse_what_they_do_not_know(story: Story) -> None:
    made = [await story.reference(kind) for kind in ("local", "simple", "by_form")]
    first = await story.central.read("/campaigns", limit=2)
    rest = await story.central.read("/campaigns", limit=2, cursor=first["next"])
    assert [one["campaign_id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert [one["kind"] for one in (await story.central.read("/campaigns", kind="local"))["items"]] == [
        "local"
    ]
    assert len((await story.central.read("/campaigns", q="SPRING by"))["items"]) == 1
    assert (await story.central.read("/campaigns", status="running"))["items"] == []
    for wrong in ({"cursor": "%%%"}, {"colour": "red"}):
        assert (await story.central.get("/campaigns", **wrong)).status_code == 400
    for wrong in ({"q": "x" * 60_000}, {"kind": "none"}, {"limit": "0"}):
        assert (await story.central.get("/campaigns", **wrong)).status_code == 422


# What an order says counts in query, limit, day and words.


async def _imported(person: Person, entity: str, years: tuple[int, ...]) -> None:
    rows = [f"{entity},Person {n},p{n}@example.test,{year},Visby" for n, year in enumerate(years)]
    text = "entity_id,name,email,birth_year,city\n" + "\n".join(rows)
    sent = await person.world.client.post(
        "/api/v1/recipients/import",
        files={"file": ("people.csv", text.encode(), "text/csv")},
        headers=person._headers({"Idempotency-Key": str(uuid4())}),
    )
    assert sent.status_code == 200, sent.text


@pytest.mark.row("B19")
@pytest.mark.rule("R39")
async def test_the_orders_values_change_count_limit_day_and_words(story: Story) -> None:
    await _imported(story.central, story.entities["East"], (2003, 2004, 1985, 1986, 1987, 1950))
    _, child = await one_child(story)
    anna, path = story.people["anna"], f"/campaigns/{child['campaign_id']}"

    async def said(**values: Any) -> dict[str, Any]:
        answer = await anna.patch(path, {"values": values})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert (await said(age_segment="18-29"))["target"] == {"count": 2, "of": 6}
    middle = await said(age_segment="30-49", contact_date="2026-03-25")
    assert (middle["target"], middle["contact_on"]) == ({"count": 3, "of": 6}, "2026-03-25")
    assert "30-49" in middle["content"]["sv"]["body"]
    assert (await said(quantity=1))["target"]["count"] == 1
    assert (await said(quantity=0))["target"]["count"] == 3
    assert (await said(contact_date="2040-03-25"))["target"]["count"] == 2
    assert (await said(quantity=-4))["target"] == {"count": None, "of": 6}
    assert (await said(quantity=1e300))["target"]["count"] == 2


async def test_without_a_usable_age_the_count_is_unknown_and_the_page_still_there(story: Story) -> None:
    fields = [{"name": "age", "kind": "text"}, {"name": "town", "kind": "text"}]
    query = [{"attribute": "age_from", "value": "{{ age }}"}, {"attribute": "city", "value": "{{ town }}"}]
    definition = {"fields": fields, "query": query}
    body = {"template": TEMPLATES["by_form"], "label": "Free", "starts_at": day(1), "ends_at": day(9)}
    made = await story.central.made("/campaigns", body | {"definition": definition})
    assert made["target"] == {"count": None, "of": 0}


@pytest.mark.parametrize("language", ["en", "sv"])
async def test_every_refusal_says_what_to_do(story: Story, language: str) -> None:
    headers = {"Accept-Language": language}
    ages = [{"attribute": "age_from", "value": "{x}"}]
    wish = {"definition": DEFINITION | {"query": ages}}
    answer = await story.central.post("/campaigns", BODY | wish, **headers)
    told = answer.json()
    assert (told["code"], told["errors"][0]["pointer"]) == ("campaign.age-wrong", "/definition/query/0/value")
    assert "{x}" in told["detail"]

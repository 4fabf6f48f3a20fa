"""Level and mode of a campaign: changed with all its other settings, until a package stands on it."""

import asyncio
from typing import Any

import pytest

from tests.journeys.story import DEFINITION, TEMPLATES, Story, begin, day
from tests.world import World

FORM = {
    "interface": "by_form",
    "fields": [{"name": "greeting", "default": "Hej"}, {"name": "place", "required": True}],
    "content": {"en": {"subject": "Spring", "body": "{{ greeting }} from {{ place }}!"}},
}


async def bare(story: Story, kind: str) -> str:
    """A reference that has everything from its template; its id."""
    dates = {} if kind == "local" else {"starts_at": story.day(1), "ends_at": story.day(40)}
    body = {"template": TEMPLATES[kind], "label": "Spring", **dates}
    return str((await story.central.made("/campaigns", body))["campaign_id"])


@pytest.fixture
async def either_story(either_world: World) -> Story:
    """The beginning, on each database."""
    return await begin(either_world)


@pytest.mark.row("B05")
async def test_level_mode_interface_and_defaults_are_edited_in_one_place_and_hold_in_what_is_ordered(
    either_story: Story,
) -> None:
    story = either_story
    reference_id = await bare(story, "local")
    path = f"/campaigns/{reference_id}"
    wish = {"kind": "by_campaign", "definition": FORM, "starts_at": day(2), "ends_at": day(30)}
    revised = await story.central.patch(path, wish | {"label": "Summer"})
    assert revised.status_code == 200, revised.text
    found = await story.central.read(path)
    assert (found["kind"], found["template"], found["label"]) == ("by_campaign", "opLocal", "Summer")
    assert (found["starts_at"][:10], found["ends_at"][:10]) == (day(2)[:10], day(30)[:10])
    assert (found["definition"]["interface"], found["definition"]["duration_days"]) == ("by_form", None)
    assert found["values"] == {"greeting": "Hej"}
    kinds = {kind: await story.central.read("/campaigns", kind=kind) for kind in ("local", "by_campaign")}
    assert [len(kinds[kind]["items"]) for kind in kinds] == [0, 1]

    package_id = await story.published("by_campaign", reference_id=reference_id)
    package = await story.central.read(f"/packages/{package_id}")
    assert (package["kind"], package["level"]) == ("by_campaign", "collaborative")
    anna = story.people["anna"]
    form = (await anna.read(f"/packages/{package_id}/form"))["fields"]
    assert [(field["name"], field["value"]) for field in form] == [("greeting", "Hej"), ("place", None)]
    body = {"label": "Ours", "values": {"place": "Visby"}}
    order = await anna.made(f"/packages/{package_id}/orders", body)
    await anna.made(f"/orders/{order['order_id']}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order['order_id']}/approve", {})
    await story.world.settle()
    (child,) = (await story.central.read(f"{path}/children"))["items"]
    assert (child["kind"], child["parent_id"], child["ends_at"][:10]) == (
        "by_campaign",
        reference_id,
        day(30)[:10],
    )
    own = await anna.read(f"/campaigns/{child['campaign_id']}")
    assert own["content"]["en"]["body"] == "Hej from Visby!"


async def test_a_collaborative_campaign_becomes_local_and_each_order_gets_its_own_dates(story: Story) -> None:
    reference_id = await bare(story, "simple")
    path = f"/campaigns/{reference_id}"
    refused = await story.central.patch(path, {"kind": "local", "ends_at": day(30)})
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign.local-has-duration")
    short = {"kind": "local", "definition": DEFINITION}
    refused = await story.central.patch(path, short)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "definition.duration_days")
    revised = await story.central.patch(path, {"kind": "local"})
    assert revised.status_code == 200, revised.text
    found = await story.central.read(path)
    template = await story.central.read(f"/templates/{TEMPLATES['local']}")
    assert (found["kind"], found["starts_at"], found["ends_at"]) == ("local", None, None)
    assert found["definition"] == template["definition"]
    package_id = await story.published("local", reference_id=reference_id)
    await story.approved(package_id, "anna", age_segment="18-29")
    (mine,) = (await story.people["anna"].read("/campaigns"))["items"]
    assert (mine["kind"], mine["starts_at"][:10], mine["ends_at"][:10]) == (
        "local",
        story.day(1)[:10],
        story.day(15)[:10],
    )


async def test_the_journal_shows_what_the_kind_was_and_what_it_became(story: Story) -> None:
    path = f"/campaigns/{await bare(story, 'simple')}"
    for change in ({"kind": "by_form"}, {"label": "Summer"}):
        assert (await story.central.patch(path, change)).status_code == 200
    journal = await story.central.read(f"{path}/journal")
    told = [(entry["what"], entry["fact"]["kind"], entry["who"]) for entry in journal["entries"]]
    assert told == [
        ("CampaignPrepared", "simple", story.central.id),
        ("CampaignSettingsRevised", "by_form", story.central.id),
        ("CampaignSettingsRevised", None, story.central.id),
    ]
    assert journal["state"]["kind"] == "by_form"


@pytest.mark.row("B05")
async def test_once_a_package_stands_on_it_a_campaign_keeps_its_kind_until_that_is_cancelled(
    either_story: Story,
) -> None:
    story = either_story
    reference_id = await story.reference("by_form")
    path = f"/campaigns/{reference_id}"
    package_id = await story.package("by_form", reference_id=reference_id)
    wish: dict[str, Any] = {"kind": "by_campaign", "label": "Summer"}
    refused = await story.central.patch(path, wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign.in-use")
    assert refused.json()["errors"][0]["field"] == "kind"
    assert "POST /campaigns" in refused.json()["way_out"]
    found = await story.central.read(path)
    assert (found["kind"], found["label"]) == ("by_form", "Spring by_form")
    assert (await story.central.patch(path, {"label": "Autumn", "kind": "by_form"})).status_code == 200

    await story.central.made(f"/packages/{package_id}/cancel", {"reason": "Begun too early"})
    await story.world.settle()
    await story.central.made(f"{path}/reinitialise", {})
    assert (await story.central.patch(path, wish)).json()["kind"] == "by_campaign"
    await story.central.made(f"/packages/{package_id}/reinitialise", {"reason": "After all"})
    await story.world.settle()
    refused = await story.central.post(f"/packages/{package_id}/submit", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "package.reference-changed")
    refused = await story.central.patch(path, {"kind": "simple"})
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign.in-use")


async def test_what_was_ordered_from_keeps_its_kind_although_its_package_was_cancelled(story: Story) -> None:
    reference_id = await story.reference("local")
    package_id = await story.published("local", reference_id=reference_id)
    await story.placed(package_id, "anna")
    await story.central.made(f"/packages/{package_id}/cancel", {"reason": "Out of stock"})
    await story.world.settle()
    change = {"kind": "by_form", "starts_at": day(1), "ends_at": day(40)}
    refused = await story.central.patch(f"/campaigns/{reference_id}", change)
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign.in-use")


@pytest.mark.parametrize("package_first", [True, False])
async def test_a_package_begun_at_the_moment_of_the_change_is_offered_only_as_what_its_campaign_is(
    story: Story, package_first: bool
) -> None:
    for _ in range(5):
        reference_id = await story.reference("by_form")
        path = f"/campaigns/{reference_id}"
        await story.world.settle()
        story.world.position = None
        both = [
            story.package("by_form", reference_id=reference_id),
            story.central.patch(path, {"kind": "by_campaign"}, 0),
        ]
        done = await asyncio.gather(*(both if package_first else both[::-1]))
        package_id, changed = done if package_first else done[::-1]
        await story.world.settle()
        kind = (await story.central.read(path))["kind"]
        assert (changed.status_code, kind) in {(200, "by_campaign"), (409, "by_form")}
        begun_as = (await story.central.read(f"/packages/{package_id}"))["kind"]
        submitted = await story.central.post(f"/packages/{package_id}/submit", {})
        if begun_as == kind:
            assert submitted.status_code == 200, submitted.text
        else:
            assert (submitted.status_code, submitted.json()["code"]) == (409, "package.reference-changed")


async def test_an_entity_changes_nobodys_kind(story: Story) -> None:
    reference_id = await story.reference("by_campaign")
    package_id = await story.published("by_campaign", reference_id=reference_id)
    await story.approved(package_id, "anna")
    anna = story.people["anna"]
    (child,) = (await anna.read("/campaigns"))["items"]
    own, theirs = f"/campaigns/{child['campaign_id']}", f"/campaigns/{reference_id}"
    for path, version, expected in (
        (own, None, (409, "campaign.only-values")),
        (theirs, 0, (404, "campaign.unknown")),
    ):
        refused = await anna.patch(path, {"kind": "simple"}, version)
        assert (refused.status_code, refused.json()["code"]) == expected
    mixed = await anna.patch(own, {"kind": "simple", "values": {"greeting": "Hej"}})
    assert (mixed.status_code, mixed.json()["code"]) == (422, "campaign.values-alone")
    wrong = await story.central.patch(theirs, {"kind": "shared"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "request.invalid")


async def test_neither_the_change_nor_a_package_is_decided_before_what_its_caller_has_seen_is_known(
    story: Story,
) -> None:
    reference_id = await story.reference("by_form")
    package_id = await story.package("by_form", reference_id=await story.reference("by_form"))
    not_yet = {"Prefer": "wait=0"}
    asked = [
        ("PATCH", f"/campaigns/{reference_id}", {"kind": "simple"}, f"package-{package_id}@99", 503),
        ("PATCH", f"/campaigns/{reference_id}", {"label": "Summer"}, f"package-{package_id}@99", 200),
        ("POST", "/packages", {"template": "localEmpty"}, f"campaign-{reference_id}@99", 503),
    ]
    for method, path, body, seen, status in asked:
        headers = {**not_yet, "Samverkan-Position": seen, "If-Match": '"0"', "Idempotency-Key": seen}
        answer = await story.world.client.request(
            method, f"/api/v1{path}", json=body, headers=story.central._headers(headers)
        )
        assert answer.status_code == status, answer.text
    assert (await story.central.read(f"/campaigns/{reference_id}"))["kind"] == "by_form"

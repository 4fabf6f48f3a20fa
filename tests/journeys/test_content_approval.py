"""The content of an entity's campaign: its reviewers answer before it starts."""

from typing import Any

import pytest

from tests.journeys.post import Post, Said
from tests.journeys.story import DEFINITION, Story, day
from tests.world import Person

ASKING = DEFINITION | {"content_approval": True, "duration_days": 10}
YES = {"answer": "accept", "version": 1}


async def ordered(story: Story, *reviewers: Person, kind: str = "local", **package: Any) -> str:
    """Anna's campaign, made of an approved order which names these reviewers; its id."""
    reference_id = await story.reference(kind, definition=ASKING)
    package_id = await story.published(kind, reference_id=reference_id, **package)
    body = {"values": {"greeting": "Hej"}, "parameters": {"reviewers": [one.id for one in reviewers]}}
    order = await story.people["anna"].made(f"/packages/{package_id}/orders", body)
    await story.people["anna"].made(f"/orders/{order['order_id']}/place", {})
    await story.world.settle()
    await story.central.made(f"/orders/{order['order_id']}/approve", {})
    await story.world.settle()
    order = await story.people["anna"].read(f"/orders/{order['order_id']}")
    return str(order["campaign_id"])


async def colleague(story: Story, name: str, *groups: str, language: str = "en") -> Person:
    """Somebody of East, in these groups of East."""
    person = await story.world.person(name, "local", entity=story.entities["East"], language=language)
    for group in groups:
        await story.world.group(story.entities["East"], group, person)
    await story.world.settle()
    return person


async def handed_in(story: Story, campaign_id: str, by: Person | None = None) -> dict[str, Any]:
    """The request about the content that is handed in now."""
    await (by or story.people["anna"]).made(f"/campaigns/{campaign_id}/submit-content", {})
    return await waiting(story, campaign_id)


async def waiting(story: Story, campaign_id: str) -> dict[str, Any]:
    """The one request about this content that is open."""
    await story.world.settle()
    found = (await story.central.read("/approvals", subject=campaign_id, status="open"))["items"]
    (request,) = found
    return dict(request)


async def answer(story: Story, request: dict[str, Any], by: Person, **said: Any) -> None:
    body = YES | {"version": request["subject_version"]} | said
    await by.made(f"/approvals/{request['request_id']}/answer", body)
    await story.world.settle()


async def asked(story: Story, language: str = "en") -> tuple[str, Person, Person, dict[str, Any]]:
    """Anna's campaign, Otto whom its order named, Eva of East's group, and the request about the content."""
    otto = await colleague(story, "otto", language=language)
    eva = await colleague(story, "eva", "campaign-reviewers", language=language)
    campaign_id = await ordered(story, otto)
    return campaign_id, otto, eva, await handed_in(story, campaign_id)


async def known_as(story: Story, campaign_id: str) -> str:
    campaign = await story.people["anna"].read(f"/campaigns/{campaign_id}")
    return f"{campaign['label']} ({campaign['name']})"


@pytest.mark.row("A06")
async def test_the_reviewer_added_in_the_order_and_the_entitys_group_get_the_content_approval(
    post: Post,
) -> None:
    campaign_id, otto, eva, request = await asked(post.story, post.language)
    assert request["reviewers"] == [
        f"person:{otto.id}",
        f"group:{post.story.entities['East']}/campaign-reviewers",
    ]
    named = await known_as(post.story, campaign_id)
    await post.told(
        "N14",
        "eva",
        "otto",
        at=day(1),
        en=Said(f"[Approval of content] {named}", ["Please answer by Friday 6 March 2026 at 10:00."]),
        sv=Said(f"[Innehållsgodkännande] {named}", ["Svara senast fredag 6 mars 2026 kl. 10:00."]),
    )
    for person in (otto, eva):
        assert [one["mine"] for one in (await person.read("/approvals", mine="true"))["items"]] == [True]
    await answer(post.story, request, otto, comment="Fine")
    await post.told(
        "content-approved",
        "anna",
        at=day(1),
        en=Said(
            f"[Content approved] {named}", ["The content of your entity's campaign is approved.", "Fine"]
        ),
        sv=Said(f"[Innehåll godkänt] {named}", ["Innehållet i er enhets kampanj är godkänt.", "Fine"]),
    )


@pytest.mark.row("A06")
@pytest.mark.parametrize("who", ["otto", "eva"])
async def test_only_they_answer_and_the_first_answer_lets_the_campaign_start(story: Story, who: str) -> None:
    campaign_id, otto, eva, request = await asked(story)
    anna, start = story.people["anna"], f"/campaigns/{campaign_id}/start"
    refused = await anna.post(start, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign.content-not-approved")
    address = f"/approvals/{request['request_id']}/answer"
    for person, status, code in (
        (anna, 403, "request.own-work"),
        (story.central, 403, "request.not-reviewer"),
        (story.people["nils"], 404, "request.unknown"),
    ):
        said = await person.post(address, YES)
        assert (said.status_code, said.json()["code"]) == (status, code)
    first, second = (otto, eva) if who == "otto" else (eva, otto)
    await answer(story, request, first)
    late = await second.post(address, YES | {"answer": "refuse", "comment": "No"})
    assert (late.status_code, late.json()["code"]) == (409, "request.answered")
    shown = (await anna.read(f"/campaigns/{campaign_id}"))["content_approval"]
    assert (shown["status"], shown["version"], shown["answered_by"]) == ("approved", 1, first.id)
    assert (await anna.made(start, {}))["status"] == "running"


@pytest.mark.parametrize("kind", ["local", "by_campaign"])
async def test_before_anything_is_handed_in_the_campaign_says_so_and_does_not_start(
    story: Story, kind: str
) -> None:
    anna, campaign_id = story.people["anna"], await ordered(story, kind=kind)
    shown = (await anna.read(f"/campaigns/{campaign_id}"))["content_approval"]
    assert (shown["status"], shown["version"]) == ("missing", 0)
    refused = await anna.post(f"/campaigns/{campaign_id}/start", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign.content-not-approved")
    assert (await handed_in(story, campaign_id))["reviewers"] == ["role:central"]


async def test_refused_content_is_changed_and_handed_in_again_with_what_differs(post: Post) -> None:
    story, anna = post.story, post.story.people["anna"]
    otto = await colleague(story, "otto", language=post.language)
    campaign_id = await ordered(story, otto)
    first = await handed_in(story, campaign_id)
    await answer(story, first, otto, answer="refuse", comment="Say it shorter")
    shown = (await anna.read(f"/campaigns/{campaign_id}"))["content_approval"]
    assert (shown["status"], shown["comment"]) == ("refused", "Say it shorter")
    named = await known_as(story, campaign_id)
    await post.told(
        "content-refused",
        "anna",
        at=day(1),
        en=Said(f"[Content rejected] {named}", ["Say it shorter"]),
        sv=Said(f"[Innehåll avvisat] {named}", ["Say it shorter"]),
    )
    assert (await anna.patch(f"/campaigns/{campaign_id}", {"values": {"greeting": "Hi"}})).status_code == 200
    second = await handed_in(story, campaign_id)
    assert second["changes"] == [{"field": "values.greeting", "before": "Hej", "after": "Hi"}]
    assert (second["subject_version"], second["reopens"]) == (2, first["request_id"])
    journal = (await anna.read(f"/campaigns/{campaign_id}/journal"))["entries"]
    assert [(one["what"], one["why"]) for one in journal[-4:]] == [
        ("ContentSubmitted", ""),
        ("ContentRefused", "Say it shorter"),
        ("LocalChangeMade", ""),
        ("ContentSubmitted", ""),
    ]


async def test_a_change_takes_back_what_waits_and_what_was_approved(story: Story) -> None:
    otto = await colleague(story, "otto")
    campaign_id = await ordered(story, otto)
    waits = await handed_in(story, campaign_id)
    await changed(story, campaign_id, "Hi")
    gone = await otto.post(f"/approvals/{waits['request_id']}/answer", YES)
    assert (gone.status_code, gone.json()["code"]) == (409, "request.withdrawn")
    await answer(story, await handed_in(story, campaign_id), otto)
    await changed(story, campaign_id, "Ahoy")
    found = await story.central.read("/approvals", subject=campaign_id, status="open")
    assert found["items"] == []


async def changed(story: Story, campaign_id: str, greeting: str) -> None:
    """Anna says it otherwise; what was handed in counts no longer."""
    anna = story.people["anna"]
    edited = await anna.patch(f"/campaigns/{campaign_id}", {"values": {"greeting": greeting}})
    assert (edited.status_code, edited.json()["content_approval"]["status"]) == (200, "changed")
    await story.world.settle()
    refused = await anna.post(f"/campaigns/{campaign_id}/start", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign.content-not-approved")


async def test_head_office_hands_content_in_for_the_entity_and_the_journal_says_so(story: Story) -> None:
    campaign_id = await ordered(story, await colleague(story, "otto"))
    await handed_in(story, campaign_id, by=story.central)
    journal = (await story.people["anna"].read(f"/campaigns/{campaign_id}/journal"))["entries"]
    last = journal[-1]
    assert (last["what"], last["who"], last["for_whom"]) == (
        "ContentSubmitted",
        story.central.id,
        story.entities["East"],
    )


async def test_what_starts_by_itself_is_handed_in_by_itself_and_starts_when_it_is_approved(
    story: Story,
) -> None:
    anna, otto = story.people["anna"], await colleague(story, "otto")
    campaign_id = await ordered(story, otto, anna, start_targeting=True)
    request = await waiting(story, campaign_id)
    assert (await anna.read(f"/campaigns/{campaign_id}"))["status"] == "available"
    own = await anna.post(f"/approvals/{request['request_id']}/answer", YES)
    assert (own.status_code, own.json()["code"]) == (403, "request.own-work")
    assert await story.told("N14") == ["otto"]
    await answer(story, request, otto)
    assert (await anna.read(f"/campaigns/{campaign_id}"))["status"] == "running"


async def test_a_cancelled_campaign_waits_for_no_answer(story: Story) -> None:
    anna, otto = story.people["anna"], await colleague(story, "otto")
    campaign_id = await ordered(story, otto)
    request = await handed_in(story, campaign_id)
    await anna.made(f"/campaigns/{campaign_id}/cancel", {"reason": "No staff"})
    await story.world.settle()
    gone = await otto.read(f"/approvals/{request['request_id']}")
    assert (gone["status"], gone["comment"]) == ("withdrawn", "No staff")


async def test_silence_about_content_calls_head_office_in(story: Story) -> None:
    campaign_id = await ordered(story, await colleague(story, "otto"))
    request = await handed_in(story, campaign_id)
    await story.world.advance(days=3)
    assert await story.told("overdue", request["request_id"]) == ["bo", "rut"]
    await answer(story, request, story.central)
    shown = (await story.people["anna"].read(f"/campaigns/{campaign_id}"))["content_approval"]
    assert shown["status"] == "approved"


async def test_without_the_switch_nobody_is_asked_and_the_campaign_starts(story: Story) -> None:
    package_id = await story.published("local")
    order = await story.people["anna"].read(f"/orders/{await story.approved(package_id)}")
    campaign = f"/campaigns/{order['campaign_id']}"
    assert (await story.people["anna"].read(campaign))["content_approval"] is None
    refused = await story.people["anna"].post(f"{campaign}/submit-content", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign.content-not-asked")
    assert (await story.people["anna"].made(f"{campaign}/start", {}))["status"] == "running"

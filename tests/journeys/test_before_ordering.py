"""What an order would come to, asked before there is one: how many, how much, in which words."""

from typing import Any

import pytest

from tests.journeys.story import DEFINITION, Story, day

BODY = "Dear {{ recipient_name }},\n\n{{ greeting }} <b>{{ age_segment }}</b>"
PRICED = DEFINITION | {
    "message_cost_cents": 250,
    "content": {"en": {"subject": "Hello {{ recipient_name }}", "body": BODY}},
}
SEED = {"name": "Siv & Son", "email": "seed@example.test"}


async def begun(story: Story) -> tuple[str, str]:
    """A published package by campaign with five recipients in East: its address for evaluations, and its id."""
    people = (("email", 1990), ("email", 1991), ("email", 1992), ("sms", 1990), ("post", 1950))
    rows = "".join(
        f"{story.entities['East']},P{n},p{n}@example.test,{born},{channel}\n"
        for n, (channel, born) in enumerate(people)
    )
    sent = await story.world.client.post(
        "/api/v1/recipients/import",
        files={"file": ("r.csv", f"entity_id,name,email,birth_year,channel\n{rows}".encode(), "text/csv")},
        headers=story.central._headers({"Idempotency-Key": "r"}),
    )
    assert sent.json()["stored"] == 5, sent.text
    reference_id = await story.reference("by_campaign", definition=PRICED)
    package_id = await story.published("by_campaign", reference_id=reference_id)
    return f"/packages/{package_id}/evaluations", package_id


@pytest.mark.row("E05", "E06")
async def test_the_count_of_each_delivery_follows_the_criteria_and_no_order_exists(story: Story) -> None:
    path, package_id = await begun(story)
    anna = story.people["anna"]
    found = await anna.made(path, {"kind": "target", "values": {"age_segment": "30-49"}})
    assert found["target"] == {"count": 4, "of": 5}
    assert found["deliveries"] == [{"channel": "email", "count": 3}, {"channel": "sms", "count": 1}]
    assert (found["contact_on"], found["taken_at"]) == (day(18)[:10], story.world.clock().isoformat())
    cut = await anna.made(path, {"kind": "target", "values": {"age_segment": "30-49", "quantity": 3}})
    assert cut["target"]["count"] == 3
    assert [one["count"] for one in cut["deliveries"]] == [2, 1]
    assert (await anna.read("/orders"))["items"] == []
    assert (await story.central.read("/orders", package=package_id))["items"] == []
    await story.world.advance(hours=1)
    later = await anna.made(path, {"kind": "target"})
    assert later["taken_at"] > found["taken_at"]


@pytest.mark.row("E05", "E07")
async def test_the_amount_is_the_cost_of_a_message_times_the_count(story: Story) -> None:
    path, _ = await begun(story)
    found = await story.people["anna"].made(path, {"kind": "budget", "values": {"age_segment": "30-49"}})
    assert found["amount"] == {"amount": "10.00", "currency": "SEK"}
    amounts = {one["channel"]: one["amount"]["amount"] for one in found["deliveries"]}
    assert amounts == {"email": "7.50", "sms": "2.50"}


@pytest.mark.row("E05", "E08")
async def test_the_message_is_shown_as_its_reader_would_get_it_in_text_and_html(story: Story) -> None:
    path, _ = await begun(story)
    asked = {"kind": "content", "values": {"greeting": "Welcome", "age_segment": "50+"}, "seed": SEED}
    plain = await story.people["anna"].made(path, asked)
    assert plain["to"] == "seed@example.test"
    assert plain["content"]["en"] == {
        "subject": "Hello Siv & Son",
        "body": "Dear Siv & Son,\n\nWelcome <b>50+</b>",
    }
    page = (await story.people["anna"].made(path, asked | {"form": "html"}))["content"]["en"]["body"]
    assert "<p>Dear Siv &amp; Son,</p><p>Welcome &lt;b&gt;50+&lt;/b&gt;</p>" in page
    assert page.startswith('<!doctype html><html lang="en">')
    unnamed = await story.people["anna"].made(path, {"kind": "content"})
    assert unnamed["content"]["en"]["subject"] == "Hello …"


async def test_head_office_asks_for_an_entity_and_others_only_for_their_own(story: Story) -> None:
    path, _ = await begun(story)
    asked = {"kind": "target", "values": {"age_segment": "30-49"}}

    async def status(who: Any, **more: Any) -> tuple[int, str]:
        answer = await who.post(path, asked | more)
        return answer.status_code, answer.json().get("code", "")

    east, south = story.entities["East"], story.entities["South"]
    assert (await story.central.made(path, asked | {"entity_id": east}))["target"]["count"] == 4
    assert await status(story.central) == (422, "evaluation.entity-missing")
    assert await status(story.central, entity_id=south) == (404, "request.no-such-thing")
    assert await status(story.people["sara"]) == (404, "request.no-such-thing")
    assert await status(story.people["nils"], entity_id=east) == (404, "request.no-such-thing")
    assert (await story.people["nils"].made(path, asked))["target"] == {"count": 0, "of": 0}
    assert await status(story.people["anna"], values={"age_segment": "0-17"}) == (422, "campaign.value-wrong")


async def test_what_is_not_on_offer_is_evaluated_by_head_office_alone(story: Story) -> None:
    package_id = await story.package("by_campaign")
    await story.world.settle()
    path, asked = f"/packages/{package_id}/evaluations", {"kind": "target"}
    assert (await story.people["anna"].post(path, asked)).status_code == 404
    ours = await story.central.post(path, asked | {"entity_id": story.entities["East"]})
    assert ours.status_code == 200, ours.text

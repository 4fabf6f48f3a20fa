"""How people want to be told, over HTTP and a real mail server: digests, quiet hours, and what is only read."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from shared.contracts.catalog import PersonActivated
from shared.kernel.ids import EntityId, PersonId
from tests.journeys.post import Post, open_post
from tests.journeys.story import day
from tests.notifier.post_office import part

EVENING = {"quiet_from": "18:00", "quiet_to": "08:00"}


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """The story in English."""
    async with open_post(tmp_path, "en") as opened:
        yield opened


async def chosen(post: Post, name: str, **how: Any) -> None:
    answer = await post.story.people[name].put("/notices/preferences", how)
    assert answer.status_code == 200, answer.text
    await post.story.world.settle()


@pytest.mark.row("K06")
async def test_ten_events_in_quiet_hours_make_one_digest_after_them(post: Post) -> None:
    story, world = post.story, post.story.world
    await chosen(post, "anna", **EVENING)
    reference_id = await story.reference("by_campaign")
    for number in range(10):
        package_id = await story.submitted(
            "by_campaign",
            reference_id=reference_id,
            label=f"Offer {number}",
            starts_at=day(0.5 + number / 100),
        )
        await story.reviewer.made(f"/packages/{package_id}/approve", {})
    await world.advance(hours=20)
    assert post.office.to("anna") == []
    assert len(post.office.to("nils")) == 10
    assert {
        notice["status"]
        for notice in await story.notices("N4")
        if notice["person_id"] == story.people["anna"].id
    } == {"held"}
    await world.advance(hours=2, seconds=-1)
    assert post.office.to("anna") == []
    await world.advance(seconds=1)
    await world.settle()
    (digest,) = post.office.to("anna")
    assert digest["Subject"] == "[Digest] 10 notices"
    for kind in ("plain", "html"):
        words = part(digest, kind)
        for number in range(10):
            assert words.count(f"[Campaign subscription] Offer {number} (CAT{number + 1})") == 1
        assert words.count("Without a registration your entity does not take part.") == 10
    (file,) = digest.iter_attachments()
    assert len(list(Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT"))) == 10
    await world.advance(days=2)
    assert len(post.office.to("anna")) == 1
    mine = (await story.people["anna"].read("/notices", limit=200))["items"]
    assert sorted(notice["status"] for notice in mine) == ["in_digest"] * 10 + ["sent"]


@pytest.mark.row("K06")
async def test_quiet_hours_are_those_of_the_persons_own_time_zone(post: Post) -> None:
    actor = post.story.people["nils"].actor
    living = PersonActivated(
        person_id=PersonId(actor.id),
        roles=("local",),
        entity_id=EntityId(actor.entity_id) if actor.entity_id else None,
        language="en",
        time_zone="Asia/Tokyo",
    )
    await post.story.world.tell("catalog", f"person-{actor.id}", living)
    for name in ("anna", "nils"):
        await chosen(post, name, **EVENING)
    await post.story.published("by_campaign")
    assert (len(post.office.to("anna")), post.office.to("nils")) == (1, []), "ten in Stockholm, six in Tokyo"
    await post.story.world.advance(hours=14, seconds=-1)
    assert post.office.to("nils") == []
    await post.story.world.advance(seconds=1)
    await post.story.world.settle()
    assert [mail["Subject"] for mail in post.office.to("nils")] == ["[Digest] 1 notice"]


@pytest.mark.row("K06")
async def test_who_wants_one_mail_a_day_gets_it_at_the_chosen_hour(post: Post) -> None:
    await chosen(post, "anna", digest_at="12:00")
    await post.story.published("by_campaign")
    await post.story.world.advance(hours=2, seconds=-1)
    assert post.office.to("anna") == []
    await post.story.world.advance(seconds=1)
    await post.story.world.settle()
    assert [mail["Subject"] for mail in post.office.to("anna")] == ["[Digest] 1 notice"]


@pytest.mark.row("K06")
async def test_what_is_not_wanted_by_mail_is_there_to_read_and_never_sent(post: Post) -> None:
    await chosen(post, "anna", not_by_mail=["N4"])
    await post.story.published("by_campaign")
    await post.story.world.advance(days=1)
    assert (post.office.to("anna"), len(post.office.to("nils"))) == ([], 1)
    (kept,) = (await post.story.people["anna"].read("/notices"))["items"]
    assert (kept["kind"], kept["status"]) == ("N4", "not_by_mail")
    await chosen(post, "anna")
    await post.story.world.advance(days=1)
    assert post.office.to("anna") == [], "a later choice sends nothing afterwards"


@pytest.mark.row("K06")
async def test_everybody_chooses_and_sees_their_own_preferences_alone(post: Post) -> None:
    anna, nils = post.story.people["anna"], post.story.people["nils"]
    await chosen(post, "anna", **EVENING, not_by_mail=["N9"])
    said = await anna.read("/notices/preferences")
    assert said == {**EVENING, "digest_at": "", "not_by_mail": ["N9"], "version": 0}
    assert (await nils.read("/notices/preferences"))["quiet_from"] == ""
    half = await anna.put("/notices/preferences", {"quiet_from": "22:00"})
    assert (half.status_code, half.json()["code"]) == (422, "preferences.half-quiet")
    for wrong in ({"digest_at": "25:00"}, {"not_by_mail": ["N99"]}, {"sound": "off"}):
        assert (await anna.put("/notices/preferences", wrong)).status_code == 422

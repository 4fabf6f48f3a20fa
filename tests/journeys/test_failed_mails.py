"""Mails that the server does not take: tried again after longer and longer waits, and seen by head office."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.post import Post, open_post


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """The story in English."""
    async with open_post(tmp_path, "en") as opened:
        yield opened


async def failing(post: Post, status: str) -> list[tuple[str, int, str]]:
    """Who was not told, after how many attempts and why, as head office reads it."""
    await post.story.world.settle()
    names = {person.id: name for name, person in post.story.world.people.items()}
    found = (await post.story.central.read("/notices", status=status))["items"]
    return [(names[one["person_id"]], one["attempts"], one["error"]) for one in found]


async def test_a_busy_server_is_asked_again_after_longer_and_longer_waits(post: Post) -> None:
    post.office.refusals = [("mail", "451 busy, try later")] * 2
    await post.story.submitted("by_campaign")
    assert await failing(post, "waiting") == [("rut", 1, "SMTPDataError 451")]
    await post.story.world.advance(seconds=59)
    assert await failing(post, "waiting") == [("rut", 1, "SMTPDataError 451")]
    await post.story.world.advance(seconds=1)
    assert await failing(post, "waiting") == [("rut", 2, "SMTPDataError 451")]
    assert post.office.to("rut") == []
    await post.story.world.advance(minutes=5)
    assert await failing(post, "waiting") == []
    assert len(post.office.to("rut")) == 1


async def test_a_bounce_is_given_up_at_once_and_head_office_sees_whose(post: Post) -> None:
    post.office.refusals = [("recipient", "550 no such mailbox: {address}")]
    await post.story.submitted("by_campaign")
    assert await failing(post, "given_up") == [("rut", 1, "refused 550")]
    await post.story.world.advance(days=1)
    assert post.office.to("rut") == []
    assert await failing(post, "given_up") == [("rut", 1, "refused 550")]
    assert (await post.story.people["anna"].read("/notices", status="given_up"))["items"] == []


@pytest.mark.row("K06")
async def test_a_digest_that_fails_is_tried_again_as_one_mail(post: Post) -> None:
    anna = post.story.people["anna"]
    assert (await anna.put("/notices/preferences", {"digest_at": "12:00"})).status_code == 200
    await post.story.published("by_campaign")
    post.office.refusals = [("mail", "451 busy, try later")]
    await post.story.world.advance(hours=2)
    assert await failing(post, "waiting") == [("anna", 1, "SMTPDataError 451")]
    await post.story.world.advance(minutes=1)
    await post.story.world.settle()
    assert [mail["Subject"] for mail in post.office.to("anna")] == ["[Digest] 1 notice"]

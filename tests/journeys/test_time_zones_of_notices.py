"""A deadline is one instant: each reader is told of it by the clock of their own wall."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from shared.contracts.catalog import PersonActivated
from shared.kernel.ids import EntityId, PersonId
from tests.journeys.post import Post, open_post
from tests.journeys.story import day
from tests.notifier.post_office import part


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """The story in English."""
    async with open_post(tmp_path, "en") as opened:
        yield opened


async def moved(post: Post, name: str, time_zone: str) -> None:
    """This person lives in that time zone from now on."""
    actor = post.story.people[name].actor
    living = PersonActivated(
        person_id=PersonId(actor.id),
        roles=("local",),
        entity_id=EntityId(actor.entity_id) if actor.entity_id else None,
        language="en",
        time_zone=time_zone,
    )
    await post.story.world.tell("catalog", f"person-{actor.id}", living)


@pytest.mark.row("I16")
@pytest.mark.parametrize(
    ("deadline", "stockholm", "tokyo"),
    [
        (26.625, "Sunday 29 March 2026 at 01:00", "Sunday 29 March 2026 at 09:00"),
        (26.75, "Sunday 29 March 2026 at 05:00", "Sunday 29 March 2026 at 12:00"),
        (236.625, "Sunday 25 October 2026 at 02:00", "Sunday 25 October 2026 at 09:00"),
        (236.75, "Sunday 25 October 2026 at 04:00", "Sunday 25 October 2026 at 12:00"),
    ],
    ids=["before the clocks go forward", "after it", "before they go back", "after that"],
)
async def test_one_deadline_is_told_in_each_readers_own_time(
    post: Post, deadline: float, stockholm: str, tokyo: str
) -> None:
    await moved(post, "nils", "Asia/Tokyo")
    package_id = await post.story.published(
        "by_campaign", registration_deadline=day(deadline), ends_at=day(300)
    )
    for name, moment, zone in (("anna", stockholm, "Europe/Stockholm"), ("nils", tokyo, "Asia/Tokyo")):
        (mail,) = post.office.to(name)
        for kind in ("plain", "html"):
            words = " ".join(part(mail, kind).split())
            assert f"Register by {moment}." in words
            assert f"Times are those of {zone}." in words
        package = await post.story.people[name].read(f"/packages/{package_id}")
        assert datetime.fromisoformat(package["registration_deadline"]) == datetime.fromisoformat(
            day(deadline)
        )

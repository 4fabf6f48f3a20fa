"""The deadlines of real mails in a calendar: the right instant, and a later mail in place of an earlier one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.journeys.post import Post, open_post
from tests.journeys.story import day

SPRING_FORWARD = 26.625
"""Days until 29 March 2026, 00:00 UTC: an hour before Sweden's clocks go forward."""


@pytest.fixture(params=["en", "sv"])
async def post(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Post]:
    """The story, read in one language by everybody, six hours from Greenwich."""
    async with open_post(tmp_path, request.param, time_zone="America/Chicago") as opened:
        yield opened


def entries(mail: EmailMessage) -> dict[str, tuple[str, datetime]]:
    """Summary and instant by UID, of the calendar that a mail brings."""
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "deadlines.ics")
    calendar = Calendar.from_ical(file.get_payload(decode=True))
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    found = list(calendar.walk("VEVENT"))
    return {str(one["uid"]): (str(one["summary"]), one.decoded("dtstart").astimezone(UTC)) for one in found}


@pytest.mark.row("K07")
async def test_an_invitation_brings_its_deadlines_as_instants(post: Post) -> None:
    deadline, documents = day(SPRING_FORWARD), day(SPRING_FORWARD - 2)
    package_id = await post.story.published(
        "by_campaign", registration_deadline=deadline, personalization_deadline=documents
    )
    (mail,) = post.office.to("anna")
    words = {
        "en": ("Registration deadline", "Personalization deadline"),
        "sv": ("Registreringsdeadline", "Personaliseringsdeadline"),
    }[post.language]
    assert entries(mail) == {
        f"registration_deadline-{package_id}@samverkan": (
            f"{words[0]}: Spring offer (CAT1)",
            datetime.fromisoformat(deadline),
        ),
        f"personalization_deadline-{package_id}@samverkan": (
            f"{words[1]}: Spring offer (CAT1)",
            datetime.fromisoformat(documents),
        ),
    }


@pytest.mark.row("K07")
async def test_a_reminder_takes_the_place_of_the_entry_that_the_request_brought(post: Post) -> None:
    terms = {"reviewers": [f"person:{post.story.reviewer.id}"], "reminders": [{"hours_before": 24}]}
    await post.story.submitted("by_campaign", approval=terms, starts_at=day(9))
    await post.story.world.advance(days=2)
    asked, reminded = post.office.to("rut")
    assert entries(asked) == entries(reminded)
    ((_, instant),) = entries(asked).values()
    assert instant == datetime.fromisoformat(day(3))


async def test_a_notice_without_a_deadline_brings_no_calendar(post: Post) -> None:
    await post.story.submitted("by_campaign")
    (package,) = (await post.story.central.read("/packages"))["items"]
    await post.story.reviewer.made(f"/packages/{package['package_id']}/reject", {"comment": "Wrong dates"})
    await post.story.world.settle()
    (mail,) = post.office.to("bo")
    assert list(mail.iter_attachments()) == []

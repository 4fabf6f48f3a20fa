"""The moments of a question: listed, kept around the changes of the clocks, and shown where the reader is."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.catalog import PersonActivated
from shared.kernel.ids import PersonId
from tests.journeys.story import Story, day
from tests.world import Person

YES = {"answer": "accept", "version": 1}


async def asked(story: Story, **approval: Any) -> str:
    """A package that waits for Rut; the address of its request."""
    terms = {"reviewers": [f"person:{story.reviewer.id}"], **approval}
    package_id = await story.submitted("simple", approval=terms)
    (request,) = (await story.world.root().read("/approvals", subject=package_id))["items"]
    return f"/approvals/{request['request_id']}"


async def plan(reader: Person, path: str) -> list[tuple[str, str, str]]:
    """What, when and how it stands, of everything in the schedule."""
    items = (await reader.read(f"{path}/schedule"))["items"]
    return [(item["what"], item["at"][:19], item["state"]) for item in items]


async def moved_to(story: Story, person: Person, zone: str) -> None:
    """The person works in this time zone from now on."""
    activated = PersonActivated(
        person_id=PersonId(UUID(person.id)), roles=tuple(person.actor.roles), time_zone=zone
    )
    await story.world.tell("catalog", f"person-{person.id}", activated)


@pytest.mark.row("D07")
async def test_deadline_and_every_reminder_are_listed_with_what_has_come_of_them(story: Story) -> None:
    reminders = [{"at": day(1)}, {"hours_before": 48}, {"hours_before": 24}, {"hours_before": 1}]
    path = await asked(story, answer_within_days=4, reminders=reminders)
    moments = [day(1)[:19], day(2)[:19], day(3)[:19], day(4 - 1 / 24)[:19]]
    due = [("reminder", moment, "due") for moment in moments] + [("deadline", day(4)[:19], "due")]
    assert await plan(story.central, path) == due
    await story.world.advance(days=2)
    assert [state for *_, state in await plan(story.central, path)] == ["happened"] * 2 + ["due"] * 3
    await story.reviewer.made(f"{path}/answer", YES)
    assert [state for *_, state in await plan(story.central, path)] == ["happened"] * 2 + ["not_wanted"] * 3
    assert (await story.people["anna"].get(f"{path}/schedule")).status_code == 404


async def test_a_deadline_that_passed_in_silence_says_when(story: Story) -> None:
    path = await asked(story)
    await story.world.advance(days=4)
    (deadline,) = (await story.central.read(f"{path}/schedule"))["items"]
    assert (deadline["state"], deadline["happened_at"]) == ("happened", deadline["at"])


async def test_a_decision_is_reached_after_sign_in_and_not_before(story: Story) -> None:
    path = await asked(story)
    for method, address in (("GET", path), ("POST", f"{path}/answer")):
        stranger = await story.world.client.request(method, f"/api/v1{address}", json=YES)
        assert (stranger.status_code, stranger.json()["code"]) == (401, "request.not-signed-in")
    found = await story.reviewer.read(path)
    assert (found["mine"], found["status"]) == (True, "open")
    assert (await story.reviewer.made(f"{path}/answer", YES))["status"] == "accepted"


@pytest.mark.row("I16")
@pytest.mark.parametrize(
    ("deadline", "stockholm", "helsinki"),
    [
        ("2026-03-28T23:30:00+00:00", "2026-03-29T00:30:00+01:00", "2026-03-29T01:30:00+02:00"),
        ("2026-03-29T00:59:59+00:00", "2026-03-29T01:59:59+01:00", "2026-03-29T02:59:59+02:00"),
        ("2026-03-29T01:00:00+00:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+03:00"),
        ("2026-03-29T02:30:00+01:00", "2026-03-29T03:30:00+02:00", "2026-03-29T04:30:00+03:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T03:30:00+03:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+02:00"),
    ],
)
async def test_a_deadline_near_a_change_of_the_clocks_is_one_instant_shown_where_the_reader_is(
    story: Story, deadline: str, stockholm: str, helsinki: str
) -> None:
    moment = datetime.fromisoformat(deadline)
    await moved_to(story, story.reviewer, "Europe/Helsinki")
    path = await asked(story, answer_by=deadline, reminders=[{"hours_before": 2}])
    for person, zone, local in (
        (story.central, "Europe/Stockholm", stockholm),
        (story.reviewer, "Europe/Helsinki", helsinki),
    ):
        found = await person.read(f"{path}/schedule")
        reminder, last = found["items"]
        assert (found["time_zone"], last["local"]) == (zone, local)
        assert datetime.fromisoformat(last["at"]) == datetime.fromisoformat(last["local"]) == moment
        assert moment - datetime.fromisoformat(reminder["at"]) == timedelta(hours=2)
    await story.world.until(moment - timedelta(seconds=1))
    assert [state for *_, state in await plan(story.central, path)] == ["happened", "due"]
    await story.world.advance(seconds=1)
    assert [state for *_, state in await plan(story.central, path)] == ["happened", "happened"]
    assert (await story.central.read(path))["overdue"] is True


@pytest.mark.row("I16")
@pytest.mark.parametrize(
    ("submitted", "local"),
    [
        ("2026-03-27T09:00:00+01:00", "2026-03-30T10:00:00+02:00"),
        ("2026-10-23T09:00:00+02:00", "2026-10-26T08:00:00+01:00"),
    ],
)
async def test_three_days_are_seventy_two_hours_whatever_the_clocks_do(
    story: Story, submitted: str, local: str
) -> None:
    await story.world.until(datetime.fromisoformat(submitted))
    dates = {"starts_at": "2026-11-01T00:00:00+01:00", "ends_at": "2026-12-01T00:00:00+01:00"}
    package_id = await story.submitted("simple", **dates, registration_deadline="2026-11-20T00:00:00+01:00")
    (request,) = (await story.central.read("/approvals", subject=package_id))["items"]
    (last,) = (await story.central.read(f"/approvals/{request['request_id']}/schedule"))["items"]
    assert last["local"] == local

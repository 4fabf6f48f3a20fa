"""An approval pins a version: what is edited after it was handed in must be answered anew."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.journeys.story import Story

YES = {"answer": "accept", "version": 1}


async def requests_about(story: Story, subject: str) -> dict[str, list[dict[str, Any]]]:
    """All requests about a package or order, by status."""
    found = (await story.world.root().read("/approvals", subject=subject))["items"]
    by_status: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        by_status.setdefault(one["status"], []).append(one)
    return by_status


@pytest.mark.row("N03")
async def test_an_edit_after_submission_reopens_the_request_with_the_difference(story: Story) -> None:
    package_id = await story.published("simple")
    order_id = await story.placed(package_id)
    (first,) = (await requests_about(story, order_id))["open"]
    assert (first["changes"], first["reopens"]) == ([], None)
    anna = story.people["anna"]
    edited = await anna.patch(f"/orders/{order_id}", {"values": {"greeting": "Welcome"}})
    assert edited.status_code == 200, edited.text
    await story.world.settle()
    found = await requests_about(story, order_id)
    (second,) = found["open"]
    assert [one["request_id"] for one in found["withdrawn"]] == [first["request_id"]]
    assert second["changes"] == [
        {"field": "values.greeting", "before": "Hello from anna", "after": "Welcome"}
    ]
    assert second["reopens"] == first["request_id"]
    stale = await story.central.post(f"/approvals/{first['request_id']}/answer", YES)
    assert (stale.status_code, stale.json()["code"]) == (409, "request.withdrawn")
    assert (await anna.read(f"/orders/{order_id}"))["status"] == "placed"
    version = second["subject_version"]
    await story.central.made(f"/approvals/{second['request_id']}/answer", YES | {"version": version})
    await story.world.settle()
    order = await anna.read(f"/orders/{order_id}")
    assert order["status"] in {"approved", "available"}


@pytest.mark.row("N03")
async def test_what_differs_is_read_since_whichever_moment_one_looked_last(story: Story) -> None:
    order_id = await story.placed(await story.published("simple"))
    moments = [story.world.clock()]
    for greeting in ("Welcome", "Ahoy"):
        await story.world.advance(hours=1)
        edited = await story.people["anna"].patch(f"/orders/{order_id}", {"values": {"greeting": greeting}})
        assert edited.status_code == 200, edited.text
        await story.world.settle()
        moments.append(story.world.clock())
    (waiting,) = (await requests_about(story, order_id))["open"]
    path = f"/approvals/{waiting['request_id']}/diff"

    async def since(moment: datetime | None) -> tuple[list[dict[str, str]], str | None]:
        found = await story.reviewer.read(path, **({"since": moment.isoformat()} if moment else {}))
        return found["items"], found["since"] and datetime.fromisoformat(found["since"])

    def greeting(before: str) -> list[dict[str, str]]:
        return [{"field": "values.greeting", "before": before, "after": "Ahoy"}]

    first, second, third = moments
    assert await since(None) == (greeting("Welcome"), second) == (waiting["changes"], second)
    assert await since(first + timedelta(minutes=30)) == (greeting("Hello from anna"), first)
    assert await since(third) == ([], third)
    everything, nothing = await since(first - timedelta(hours=1))
    assert nothing is None
    assert {"field": "values.greeting", "before": "", "after": "Ahoy"} in everything
    assert (await story.people["nils"].get(path)).status_code == 404
    sheet = await story.reviewer.get(path, form="csv")
    assert sheet.text.splitlines()[1:] == ["values.greeting,Welcome,Ahoy"]


@pytest.mark.row("N03")
async def test_at_the_second_stage_the_same_differs_as_at_the_first(story: Story) -> None:
    second = {"reviewers": ["role:central"], "silence": "reject"}
    order_id = await story.placed(await story.published("by_campaign", second_approval=second))
    edited = await story.people["anna"].patch(f"/orders/{order_id}", {"values": {"greeting": "Welcome"}})
    assert edited.status_code == 200, edited.text
    await story.world.settle()
    for stage in (1, 2):
        (waiting,) = (await requests_about(story, order_id))["open"]
        assert waiting["stage"] == stage
        differs = (await story.central.read(f"/approvals/{waiting['request_id']}/diff"))["items"]
        assert [change["after"] for change in differs] == ["Welcome"]
        accepted = YES | {"version": waiting["subject_version"]}
        await story.world.root().made(f"/approvals/{waiting['request_id']}/answer", accepted)
        await story.world.settle()


@pytest.mark.row("N03", "L04")
async def test_who_edits_an_order_that_waits_does_not_approve_it(story: Story) -> None:
    package_id = await story.published("simple")
    order_id = await story.placed(package_id)
    edited = await story.central.patch(f"/orders/{order_id}", {"values": {"greeting": "Welcome"}})
    assert edited.status_code == 200, edited.text
    await story.world.settle()
    (waiting,) = (await requests_about(story, order_id))["open"]
    assert waiting["co_authors"] == [story.central.id]
    path, answer = f"/approvals/{waiting['request_id']}/answer", YES | {"version": waiting["subject_version"]}
    own = await story.central.post(path, answer)
    assert (own.status_code, own.json()["code"]) == (403, "request.own-work")
    assert (await story.reviewer.made(path, answer))["status"] == "accepted"


@pytest.mark.row("N03")
async def test_a_package_handed_in_again_shows_what_changed_since_it_was_refused(story: Story) -> None:
    package_id = await story.submitted("simple")
    early = await story.central.patch(f"/packages/{package_id}", {"label": "Summer offer"})
    assert (early.status_code, early.json()["code"]) == (409, "package.under-review")
    await story.reviewer.made(f"/packages/{package_id}/reject", {"comment": "Wrong season"})
    await story.world.settle()
    edited = await story.central.patch(f"/packages/{package_id}", {"label": "Summer offer"})
    assert edited.status_code == 200, edited.text
    await story.central.made(f"/packages/{package_id}/submit", {})
    await story.world.settle()
    (waiting,) = (await requests_about(story, package_id))["open"]
    assert waiting["changes"] == [{"field": "label", "before": "Spring offer", "after": "Summer offer"}]
    assert waiting["subject_version"] == 2

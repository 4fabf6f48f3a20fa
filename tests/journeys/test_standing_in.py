"""Who answers when a reviewer does not: deputies, delegates, and those who are called in."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.story import Story, day
from tests.world import MONDAY, Person

YES = {"answer": "accept", "version": 1}


async def waiting(story: Story, **approval: Any) -> dict[str, Any]:
    """A package of Bo's that waits for Rut; its request as an administrator sees it."""
    terms = {"reviewers": [f"person:{story.reviewer.id}"], **approval}
    package_id = await story.submitted("simple", approval=terms)
    (request,) = (await story.world.root().read("/approvals", subject=package_id))["items"]
    return dict(request)


async def facts_of(reader: Person, path: str) -> list[tuple[str, str, str]]:
    """What, who and why of every entry of a journal."""
    entries = (await reader.read(f"{path}/journal"))["entries"]
    return [(entry["what"], entry["who"], entry["why"]) for entry in entries]


@pytest.mark.row("N02")
async def test_a_deputy_answers_under_the_own_name_while_the_term_runs_and_no_longer(story: Story) -> None:
    rut, cia = story.reviewer, await story.world.person("cia", "central")
    await story.world.settle()
    request = await waiting(story, answer_within_days=30)
    path = f"/approvals/{request['request_id']}"
    term = {"deputy_id": cia.id, "starts_at": day(1), "ends_at": day(5), "reason": "On leave"}
    named = await rut.made("/deputies", term)
    assert (named["person_id"], named["named_by"], named["running"]) == (rut.id, rut.id, False)
    early = await cia.post(f"{path}/answer", YES)
    assert (early.status_code, early.json()["code"]) == (403, "request.not-reviewer")
    await story.world.advance(days=1)
    (mine,) = (await cia.read("/approvals", mine="true"))["items"]
    assert mine["request_id"] == request["request_id"]
    assert [one["person_id"] for one in (await cia.read("/deputies"))["items"]] == [rut.id]
    answered = await cia.made(f"{path}/answer", YES)
    assert (answered["answered_by"], answered["answered_for"]) == (cia.id, rut.id)
    assert await facts_of(rut, f"/deputies/{rut.id}") == [("DeputyNamed", rut.id, "On leave")]
    last = (await rut.read(f"{path}/journal"))["entries"][-1]
    assert (last["who"], last["fact"]["on_behalf_of"]) == (cia.id, rut.id)
    second = await waiting(story, answer_within_days=30)
    await story.world.until(MONDAY + timedelta(days=5))
    assert (await cia.read("/approvals", mine="true", status="open"))["items"] == []
    late = await cia.post(f"/approvals/{second['request_id']}/answer", YES)
    assert (late.status_code, late.json()["code"]) == (403, "request.not-reviewer")


@pytest.mark.row("N02")
async def test_a_deputy_is_dismissed_before_time_and_an_administrator_acts_under_the_own_name(
    story: Story,
) -> None:
    rut, cia = story.reviewer, await story.world.person("cia", "central")
    adam = await story.world.person("adam", "admin")
    await story.world.settle()
    request = await waiting(story)
    term = {"deputy_id": cia.id, "starts_at": day(0), "ends_at": day(5), "reason": "Ill"}
    refused = await cia.post("/deputies", term | {"person_id": rut.id, "deputy_id": cia.id})
    assert (refused.status_code, refused.json()["code"]) == (403, "deputy.not-yours")
    await adam.made("/deputies", term | {"person_id": rut.id})
    assert len((await cia.read("/approvals", mine="true"))["items"]) == 1
    dismissed = await rut.made(f"/deputies/{rut.id}/dismiss", {"reason": "Well again"})
    assert dismissed["running"] is False
    assert (await cia.read("/approvals", mine="true"))["items"] == []
    answer = await cia.post(f"/approvals/{request['request_id']}/answer", YES)
    assert answer.json()["code"] == "request.not-reviewer"
    assert await facts_of(adam, f"/deputies/{rut.id}") == [
        ("DeputyNamed", adam.id, "Ill"),
        ("DeputyDismissed", rut.id, "Well again"),
    ]


@pytest.mark.row("N02")
async def test_a_reviewer_delegates_and_the_journal_says_to_whom_and_why(story: Story) -> None:
    rut, cia = story.reviewer, await story.world.person("cia", "central")
    await story.world.settle()
    path = f"/approvals/{(await waiting(story))['request_id']}"
    to = {"to": f"person:{cia.id}", "reason": "Knows the supplier"}
    assert (await cia.post(f"{path}/delegate", to)).json()["code"] == "request.not-reviewer"
    nobody = await rut.post(f"{path}/delegate", to | {"to": f"person:{story.entities['East']}"})
    assert (nobody.status_code, nobody.json()["code"]) == (422, "request.reviewer-unknown")
    await rut.made(f"{path}/delegate", to)
    assert len((await cia.read("/approvals", mine="true"))["items"]) == 1
    answered = await cia.made(f"{path}/answer", YES)
    assert (answered["answered_by"], answered["answered_for"]) == (cia.id, rut.id)
    assert ("ApprovalDelegated", rut.id, "Knows the supplier") in await facts_of(rut, path)


@pytest.mark.row("N02")
async def test_silence_calls_in_those_whom_the_package_names_and_the_journal_says_why(story: Story) -> None:
    cia = await story.world.person("cia", "central")
    await story.world.settle()
    path = f"/approvals/{(await waiting(story, escalate_to=[f'person:{cia.id}']))['request_id']}"
    await story.world.advance(days=3)
    assert ("ApprovalEscalated", "silence", "Nobody answered in time") in await facts_of(cia, path)
    found = await cia.read(path)
    assert (found["overdue"], found["mine"], found["escalated_to"]) == (True, True, [f"person:{cia.id}"])
    assert (await cia.made(f"{path}/answer", YES))["status"] == "accepted"


@pytest.mark.row("L02")
async def test_neither_deputy_nor_delegate_opens_a_wall_between_entities(story: Story) -> None:
    anna, nils = story.people["anna"], story.people["nils"]
    eva = await story.world.person("eva", "local", entity=story.entities["East"])
    await story.world.group(story.entities["East"], "order-reviewers", eva)
    package_id = await story.published("simple")
    order_id = await story.placed(package_id)
    (request,) = (await eva.read("/approvals", subject=order_id))["items"]
    path = f"/approvals/{request['request_id']}"
    term = {"deputy_id": nils.id, "starts_at": day(0), "ends_at": day(50), "reason": "On leave"}
    theirs = await eva.post("/deputies", term)
    nobodys = await eva.post("/deputies", term | {"deputy_id": order_id})
    assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())
    assert theirs.json()["code"] == "deputy.unknown"
    to = {"to": f"person:{nils.id}", "reason": "On leave"}
    assert (await eva.post(f"{path}/delegate", to)).json()["code"] == "request.reviewer-unknown"
    assert (await nils.get(path)).status_code == 404
    assert (await nils.get(f"/deputies/{eva.id}")).status_code == 404
    own = await anna.post(f"{path}/answer", YES)
    assert (own.status_code, own.json()["code"]) == (403, "request.own-work")


@pytest.mark.row("L04")
@pytest.mark.parametrize("own_work", [False, True])
async def test_nobody_approves_their_own_package_unless_its_terms_say_so(
    story: Story, own_work: bool
) -> None:
    terms = {"reviewers": ["role:central"], "own_work": own_work}
    package_id = await story.submitted("simple", approval=terms)
    (request,) = (await story.central.read("/approvals", subject=package_id))["items"]
    assert (request["mine"], request["own_work"]) == (own_work, own_work)
    answer = await story.central.post(f"/packages/{package_id}/approve", {})
    if own_work:
        assert answer.status_code == 200, answer.text
        return
    assert (answer.status_code, answer.json()["code"]) == (403, "request.own-work")
    assert (await story.central.read(f"/packages/{package_id}"))["status"] == "pending"
    adam = await story.world.person("adam", "admin")
    await adam.made(f"/packages/{package_id}/approve", {})
    journal = await story.central.read(f"/approvals/{request['request_id']}/journal")
    assert journal["entries"][-1]["who"] == adam.id

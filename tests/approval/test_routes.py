"""Questions and answers over HTTP."""

import asyncio
from typing import Any

import pytest

from shared.contracts.catalog import PackageCancelled
from shared.kernel.ids import CampaignId, OrderId
from tests.approval.facts import ORDER, PACKAGE, day
from tests.approval.staff import NO, YES, Staff, answering, order_placed, package_submitted
from tests.facts import id_of
from tests.world import World


@pytest.mark.row("A05")
async def test_an_order_of_east_asks_easts_group_and_not_norths(world: World, staff: Staff) -> None:
    request = await order_placed(world, staff)
    assert request["reviewers"] == [f"group:{staff.east}/order-reviewers"]
    for reviewer in (staff.rut, staff.eva):
        (mine,) = (await reviewer.read("/approvals", mine="true"))["items"]
        assert (mine["request_id"], mine["mine"]) == (request["request_id"], True)
    assert (await staff.nils.read("/approvals", mine="true"))["items"] == []
    assert (await staff.nils.read("/approvals"))["items"] == []
    assert (await staff.nils.get(f"/approvals/{request['request_id']}")).status_code == 404
    assert (await staff.nils.get(f"/approvals/{request['request_id']}/journal")).status_code == 404
    refused = await staff.nils.post(answering(request), YES)
    assert (refused.status_code, refused.json()["code"]) == (404, "request.unknown")
    answered = await staff.rut.post(answering(request), YES)
    assert (answered.status_code, answered.json()["status"]) == (200, "accepted")


async def test_an_entity_without_reviewers_asks_head_office(world: World, staff: Staff) -> None:
    await world.group(staff.east, "order-reviewers")
    await world.settle()
    request = await order_placed(world, staff)
    assert request["reviewers"] == ["role:central"]
    assert (await staff.cia.post(answering(request), YES)).status_code == 200


@pytest.mark.row("A10")
async def test_an_administrators_answer_is_stored_under_the_administrators_name(
    world: World, staff: Staff
) -> None:
    request = await package_submitted(world, staff.bo, reviewers=(f"person:{staff.rut.id}",))
    admin = await world.person("adam", "admin")
    answered = await admin.made(answering(request), NO)
    assert (answered["status"], answered["answered_by"]) == ("refused", admin.id)
    journal = await admin.read(f"/approvals/{request['request_id']}/journal")
    last = journal["entries"][-1]
    assert (last["what"], last["who"], last["fact"]["by"]) == ("ApprovalRefused", admin.id, admin.id)


@pytest.mark.row("D01")
async def test_any_member_of_the_group_or_a_person_named_may_answer_a_package(
    world: World, staff: Staff
) -> None:
    await world.group(staff.east, "package-reviewers", staff.eva, staff.anna)
    await world.settle()
    reviewers = (f"person:{staff.rut.id}", f"group:{staff.east}/package-reviewers")
    for nth, reviewer in enumerate((staff.rut, staff.eva, staff.anna), start=1):
        request = await package_submitted(world, staff.bo, submission=nth, reviewers=reviewers)
        assert (await staff.cia.post(answering(request), YES)).json()["code"] == "request.not-reviewer"
        found = (await reviewer.read("/approvals", mine="true", status="open"))["items"]
        assert [item["request_id"] for item in found] == [request["request_id"]]
        answered = await reviewer.made(answering(request), {**YES, "version": nth})
        assert answered["answered_by"] == reviewer.id


@pytest.mark.row("D10")
async def test_of_two_simultaneous_answers_one_is_stored_and_the_other_told(
    world: World, staff: Staff
) -> None:
    request = await order_placed(world, staff)
    answers = await asyncio.gather(
        staff.rut.post(answering(request), YES),
        staff.eva.post(answering(request), NO),
        staff.cia.post(answering(request), {**NO, "comment": "Not now"}),
    )
    first, *late = sorted(answers, key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in (first, *late)] == [200, 409, 409]
    winner = first.json()["answered_by"]
    for refused in late:
        problem = refused.json()
        assert problem["code"] == "request.answered"
        assert winner in problem["detail"]
        assert "2 March 2026" in problem["detail"]
    journal = await staff.bo.read(f"/approvals/{request['request_id']}/journal")
    told = [entry["what"] for entry in journal["entries"]]
    assert sorted(told[2:]) == ["LateAnswerRefused"] * 2
    assert told[1] in {"ApprovalAccepted", "ApprovalRefused"}


async def test_the_winners_repeat_is_the_first_answer_again_and_the_losers_too(
    world: World, staff: Staff
) -> None:
    request = await order_placed(world, staff)
    for _ in range(2):
        won = await staff.rut.post(answering(request), YES, key="one")
        lost = await staff.eva.post(answering(request), NO, key="two")
        assert (won.status_code, lost.status_code) == (200, 409)
    assert won.headers["Idempotent-Replayed"] == "true"
    reused = await staff.rut.post(answering(request), NO, key="one")
    assert (reused.status_code, reused.json()["code"]) == (422, "request.key-reused")
    journal = await staff.bo.read(f"/approvals/{request['request_id']}/journal")
    assert len(journal["entries"]) == 3


@pytest.mark.row("F01")
async def test_the_same_rules_drive_packages_and_orders(world: World, staff: Staff) -> None:
    order = await order_placed(world, staff)
    package = await package_submitted(world, staff.bo, reviewers=(f"person:{staff.rut.id}",))
    for request, author in ((order, staff.anna), (package, staff.bo)):
        path = answering(request)
        own = await author.post(path, YES)
        assert (own.status_code, own.json()["code"]) == (403, "request.own-work")
        moved = await staff.rut.post(path, {**YES, "version": 7})
        assert (moved.status_code, moved.json()["code"]) == (412, "request.subject-moved")
        silent = await staff.rut.post(path, {"answer": "refuse", "version": 1})
        assert (silent.status_code, silent.json()["code"]) == (422, "request.comment-missing")
        assert silent.json()["errors"][0]["field"] == "comment"
        refused = await staff.rut.made(path, NO)
        assert (refused["status"], refused["comment"]) == ("refused", "Choose another date")


@pytest.mark.row("F03")
async def test_the_order_shows_its_question_to_its_own_entity_and_to_head_office(
    world: World, staff: Staff
) -> None:
    request = await order_placed(world, staff)
    for person, may in ((staff.anna, False), (staff.bo, True), (staff.rut, True)):
        (found,) = (await person.read("/approvals", subject=str(ORDER), status="open"))["items"]
        assert (found["request_id"], found["mine"]) == (request["request_id"], may)
    await staff.bo.made(answering(request), NO)
    (found,) = (await staff.anna.read("/approvals", subject=str(ORDER)))["items"]
    assert (found["status"], found["answered_by"], found["comment"]) == (
        "refused",
        staff.bo.id,
        NO["comment"],
    )


async def test_the_author_of_a_rejected_package_sees_the_comment_and_who_wrote_it(
    world: World, staff: Staff
) -> None:
    request = await package_submitted(world, staff.bo, reviewers=(f"person:{staff.rut.id}",))
    await staff.rut.made(answering(request), NO)
    (found,) = (await staff.bo.read("/approvals", subject=str(PACKAGE), status="refused"))["items"]
    assert (found["comment"], found["answered_by"]) == ("Choose another date", staff.rut.id)
    journal = await staff.bo.read(f"/approvals/{request['request_id']}/journal")
    assert (journal["entries"][-1]["why"], journal["entries"][-1]["who"]) == (
        "Choose another date",
        staff.rut.id,
    )


@pytest.mark.row("D06", "F07")
@pytest.mark.parametrize("subject", ["package", "order"])
async def test_both_kinds_of_reminder_come_at_their_moment_and_stop_with_the_answer(
    world: World, staff: Staff, subject: str
) -> None:
    terms: dict[str, Any] = {"answer_within_days": 4, "reminders": ({"at": day(1)}, {"hours_before": 48})}
    terms["reminders"] += ({"hours_before": 24},)
    if subject == "package":
        request = await package_submitted(world, staff.bo, reviewers=(f"person:{staff.rut.id}",), **terms)
    else:
        request = await order_placed(world, staff, **terms)
    assert request["deadline"].startswith(day(4).isoformat()[:19])
    assert [moment[:19] for moment in request["reminders"]] == [day(n).isoformat()[:19] for n in (1, 2, 3)]

    async def reminded() -> list[str]:
        journal = await world.root().read(f"/approvals/{request['request_id']}/journal")
        return [entry["at"][:19] for entry in journal["entries"] if entry["what"] == "ApprovalReminded"]

    await world.advance(hours=23, minutes=59, seconds=59)
    assert await reminded() == []
    await world.advance(seconds=1)
    assert await reminded() == [day(1).isoformat()[:19]]
    await world.advance(days=1)
    assert await reminded() == [day(1).isoformat()[:19], day(2).isoformat()[:19]]
    await staff.rut.made(answering(request), YES)
    await world.advance(days=5)
    assert len(await reminded()) == 2
    assert (await world.root().read(f"/approvals/{request['request_id']}"))["status"] == "accepted"


async def test_late_is_told_as_of_now_and_silence_calls_head_office_in(world: World, staff: Staff) -> None:
    request = await package_submitted(world, staff.bo, reviewers=(f"person:{staff.rut.id}",))
    path = f"/approvals/{request['request_id']}"
    assert (await staff.cia.post(answering(request), YES)).status_code == 403
    await world.advance(days=3, seconds=-1)
    assert (await staff.cia.read(path))["overdue"] is False
    await world.advance(seconds=1)
    found = await staff.cia.read(path)
    assert (found["status"], found["overdue"], found["escalated_to"]) == ("open", True, ["role:central"])
    assert found["mine"] is True
    assert (await staff.cia.made(answering(request), YES))["overdue"] is False


@pytest.mark.parametrize(("silence", "status"), [("approve", "accepted"), ("reject", "refused")])
async def test_silence_may_answer_and_a_late_answer_has_no_effect(
    world: World, staff: Staff, silence: str, status: str
) -> None:
    request = await order_placed(world, staff, silence=silence)
    await world.advance(days=3)
    found = await staff.rut.read(f"/approvals/{request['request_id']}")
    assert (found["status"], found["answered_by"]) == (status, "silence")
    late = await staff.rut.post(answering(request), YES)
    assert (late.status_code, late.json()["code"]) == (409, "request.answered")


async def test_who_was_deactivated_or_left_the_group_answers_no_more(world: World, staff: Staff) -> None:
    request = await order_placed(world, staff)
    await world.group(staff.east, "order-reviewers", staff.rut)
    await world.root().delete(f"/people/{staff.rut.id}")
    await world.settle()
    gone = await staff.rut.post(answering(request), YES)
    assert (gone.status_code, gone.json()["code"]) == (403, "request.person-inactive")
    left = await staff.eva.post(answering(request), YES)
    assert (left.status_code, left.json()["code"]) == (403, "request.not-reviewer")


async def test_a_cancelled_package_withdraws_its_question(world: World, staff: Staff) -> None:
    request = await package_submitted(world, staff.bo, reviewers=(f"person:{staff.rut.id}",))
    cancelled = PackageCancelled(
        package_id=PACKAGE,
        edition=1,
        reference_id=CampaignId(id_of("reference")),
        at=day(0),
        by=staff.bo.id,
        reason="Sold out",
        cascades=True,
    )
    await world.tell("catalog", f"package-{PACKAGE}", cancelled)
    found = await staff.rut.read(f"/approvals/{request['request_id']}")
    assert (found["status"], found["comment"]) == ("withdrawn", "Sold out")
    answered = await staff.rut.post(answering(request), YES)
    assert (answered.status_code, answered.json()["code"]) == (409, "request.withdrawn")


async def test_the_list_pages_by_deadline(world: World, staff: Staff) -> None:
    for nth in (3, 1, 2):
        order = OrderId(id_of(f"order {nth}"))
        await order_placed(world, staff, order=order, answer_within_days=nth)
    seen, cursor = [], None
    while True:
        found = await staff.bo.read("/approvals", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["deadline"][:10] for item in found["items"]]
        if not (cursor := found["next"]):
            break
    assert seen == [day(nth).isoformat()[:10] for nth in (1, 2, 3)]


@pytest.mark.rule("R18")
async def test_the_journal_lists_the_terms_as_of_a_moment_and_as_a_sheet(world: World, staff: Staff) -> None:
    request = await order_placed(world, staff, reminders=({"hours_before": 24},))
    await world.advance(days=2)
    await staff.rut.made(answering(request), {**NO, "comment": "=cmd()"})
    path = f"/approvals/{request['request_id']}/journal"
    journal = await staff.anna.read(path, as_of=day(1).isoformat())
    assert [entry["what"] for entry in journal["entries"]] == ["ApprovalRequested"]
    assert journal["entries"][0]["fact"]["deadline"].startswith("2026-03-05T09:00")
    sheet = await staff.anna.get(path, form="csv")
    assert "ApprovalReminded" in sheet.text
    assert "'=cmd()" in sheet.text

"""Decisions on packages and orders: the open request about them is answered."""

import asyncio

import pytest

from tests.approval.conftest import staff
from tests.approval.facts import ORDER, PACKAGE
from tests.approval.staff import Staff, order_placed, package_submitted, request_about
from tests.world import World

__all__ = ["staff"]

APPROVE, REJECT = f"/orders/{ORDER}/approve", f"/orders/{ORDER}/reject"


@pytest.mark.row("F03")
async def test_a_decision_where_the_order_is_seen_answers_its_request(world: World, staff: Staff) -> None:
    request = await order_placed(world, staff)
    answer = await staff.rut.post(REJECT, {"comment": "Choose another date"})
    assert answer.status_code in {200, 202}, answer.text
    found = await request_about(world, ORDER)
    assert (found["request_id"], found["status"]) == (request["request_id"], "refused")
    assert (found["answered_by"], found["comment"]) == (staff.rut.id, "Choose another date")


@pytest.mark.row("A05")
async def test_who_may_not_answer_may_not_decide(world: World, staff: Staff) -> None:
    await order_placed(world, staff)
    assert (await staff.nils.post(APPROVE, {})).status_code == 404
    own = await staff.anna.post(APPROVE, {})
    assert (own.status_code, own.json()["code"]) == (403, "request.own-work")
    silent = await staff.rut.post(REJECT, {"comment": ""})
    assert (silent.status_code, silent.json()["code"]) == (422, "request.comment-missing")
    moved = await staff.rut.post(APPROVE, {"version": 7})
    assert (moved.status_code, moved.json()["code"]) == (412, "request.subject-moved")
    assert (await request_about(world, ORDER))["status"] == "open"


@pytest.mark.row("D10")
async def test_of_two_simultaneous_decisions_one_counts_and_the_other_is_told(
    world: World, staff: Staff
) -> None:
    request = await package_submitted(world, staff.bo, reviewers=(f"person:{staff.rut.id}", "role:central"))
    answers = await asyncio.gather(
        staff.rut.post(f"/packages/{PACKAGE}/approve", {}),
        staff.cia.post(f"/packages/{PACKAGE}/reject", {"comment": "Not yet"}),
    )
    first, late = sorted(answers, key=lambda answer: answer.status_code)
    assert first.status_code in {200, 202}
    assert (late.status_code, late.json()["code"]) == (409, "request.answered")
    journal = await world.root().read(f"/approvals/{request['request_id']}/journal")
    assert [entry["what"] for entry in journal["entries"]][-1] == "LateAnswerRefused"


async def test_who_decides_late_is_told_who_was_first_and_in_their_language(
    world: World, staff: Staff
) -> None:
    await order_placed(world, staff)
    await staff.rut.post(APPROVE, {})
    late = await staff.cia.post(REJECT, {"comment": "No"}, **{"Accept-Language": "sv"})
    assert (late.status_code, late.json()["code"]) == (409, "request.answered")
    assert staff.rut.id in late.json()["detail"]
    assert late.json()["title"] == "Någon har redan svarat"


async def test_the_same_decision_with_the_same_key_is_the_first_one_again(world: World, staff: Staff) -> None:
    await order_placed(world, staff)
    first = await staff.rut.post(APPROVE, {}, key="once")
    again = await staff.rut.post(APPROVE, {}, key="once")
    assert first.status_code in {200, 202}
    assert again.status_code in {200, 202}
    assert again.headers["Idempotent-Replayed"] == "true"
    other = await staff.rut.post(REJECT, {"comment": "No"}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "request.key-reused")


async def test_what_nobody_sees_cannot_be_decided(world: World, staff: Staff) -> None:
    for path in (APPROVE, REJECT):
        assert (await staff.anna.post(path, {"comment": "So"})).status_code == 404
    assert (await staff.bo.post(f"/packages/{PACKAGE}/reject", {"comment": "So"})).status_code == 404
    assert (await staff.bo.post(f"/packages/{PACKAGE}/approve", {})).status_code == 404


async def test_a_decision_needs_a_sign_in_and_a_key(world: World, staff: Staff) -> None:
    request = await order_placed(world, staff)
    for path in (APPROVE, f"/approvals/{request['request_id']}/answer"):
        unknown = await world.client.post(f"/api/v1{path}", json={"answer": "accept", "version": 1})
        assert (unknown.status_code, unknown.json()["code"]) == (401, "request.not-signed-in")
    shown = await world.client.get(f"/api/v1/approvals/{request['request_id']}")
    assert (shown.status_code, request["subject_id"] in shown.text) == (401, False)
    headers = staff.rut._headers({})
    keyless = await world.client.post(f"/api/v1{APPROVE}", json={}, headers=headers)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "request.key-missing")
    assert (await staff.rut.post(APPROVE, {})).status_code in {200, 202}

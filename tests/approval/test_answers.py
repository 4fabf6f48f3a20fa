"""Many answers in one request, each for itself."""

from uuid import uuid4

from shared.kernel.ids import OrderId
from tests.approval.staff import NO, YES, Staff, answering, order_placed
from tests.facts import id_of
from tests.world import World


def an_order(number: int) -> OrderId:
    return OrderId(id_of(f"order {number}"))


async def test_each_answer_has_its_own_effect_or_its_own_problem(world: World, staff: Staff) -> None:
    first, second, third = [await order_placed(world, staff, order=an_order(nth)) for nth in range(3)]
    await staff.eva.post(answering(second), NO)
    unknown = str(uuid4())
    body = {
        "answers": [
            {**YES, "request_id": first["request_id"]},
            {**YES, "request_id": second["request_id"]},
            {**YES, "request_id": unknown},
            {**YES, "request_id": third["request_id"], "version": 7},
            {**NO, "request_id": third["request_id"]},
        ]
    }
    answered = await staff.rut.post("/approvals/answers", body, key="page")
    items = answered.json()["items"]
    assert [item["status"] for item in items] == [200, 409, 404, 412, 200]
    assert [(item["request"] or {}).get("status") for item in items] == [
        "accepted",
        None,
        None,
        None,
        "refused",
    ]
    assert items[1]["problem"]["code"] == "request.answered"
    assert staff.eva.id in items[1]["problem"]["detail"]
    again = await staff.rut.post("/approvals/answers", body, key="page")
    assert again.json() == answered.json()
    journal = await staff.bo.read(f"/approvals/{third['request_id']}/journal")
    assert [entry["what"] for entry in journal["entries"]] == ["ApprovalRequested", "ApprovalRefused"]


async def test_an_empty_or_endless_page_of_answers_is_refused(world: World, staff: Staff) -> None:
    one = {**YES, "request_id": str(uuid4())}
    for answers in ([], [one] * 201):
        refused = await staff.rut.post("/approvals/answers", {"answers": answers})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "answers"

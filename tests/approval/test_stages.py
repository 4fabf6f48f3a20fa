"""A chain of two stages: the second is asked when the first has said yes, and either may say no."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.approval.deciders.request import REQUEST
from services.approval.deciders.request_commands import (
    PassDeadline,
    RemindReviewers,
    RequestApproval,
    WithdrawRequest,
)
from shared.contracts.approval import ApprovalAccepted, ApprovalOverdue, ApprovalRefused, StageAccepted
from shared.contracts.catalog import ApprovalTerms
from shared.contracts.ordering import OrderWithdrawn
from shared.kernel.ids import derive
from tests.approval.facts import ORDER, PACKAGE, day, edited, placed, stage_accepted
from tests.approval.memory import Memory
from tests.approval.people import EAST, ID, MACHINE, RUT, answer, asked, outcome
from tests.facts import recorded
from tests.spec import spec

given = spec(REQUEST)
FIRST = asked(stages=2)
SECOND_TERMS = ApprovalTerms(answer_within_days=5, reminders=({"hours_before": 24},), silence="approve")


@pytest.fixture
def memory() -> Iterator[Memory]:
    opened = Memory()
    yield opened
    opened.db.close()


def test_a_yes_at_the_first_stage_is_not_the_last_word_and_a_no_is() -> None:
    given(FIRST)(answer(RUT))(StageAccepted(**outcome(RUT.id), stage=1))
    given(FIRST)(answer(RUT, "refuse"))(ApprovalRefused(**outcome(RUT.id)))


def test_the_second_stage_has_the_last_word() -> None:
    second = asked(stage=2, stages=2)
    given(second)(answer(RUT))(ApprovalAccepted(**outcome(RUT.id)))
    given(second)(answer(RUT, "refuse"))(ApprovalRefused(**outcome(RUT.id)))


@pytest.mark.parametrize(
    ("silence", "stage", "means"),
    [
        ("approve", 1, StageAccepted),
        ("approve", 2, ApprovalAccepted),
        ("reject", 1, ApprovalRefused),
        ("reject", 2, ApprovalRefused),
    ],
)
def test_silence_acts_at_its_own_stage_alone(silence: Any, stage: int, means: Any) -> None:
    question = asked(stage=stage, stages=2, silence=silence)
    more: dict[str, Any] = {"stage": 1} if means is StageAccepted else {}
    given(question)(PassDeadline(id=derive("deadline"), at=day(3), by=MACHINE, request_id=ID))(
        ApprovalOverdue(request_id=ID, at=day(3), silence=silence),
        means(**outcome("silence", at=day(3), comment="", **more)),
    )


def test_an_answered_stage_is_answered_once() -> None:
    accepted = StageAccepted(**outcome(RUT.id), stage=1)
    given(FIRST, accepted)(answer(RUT))()


def test_the_first_stage_knows_that_another_follows_and_the_second_begins_with_its_yes(
    memory: Memory,
) -> None:
    first = recorded(placed(EAST, second=SECOND_TERMS), f"order-{ORDER}")
    request, *_ = memory.hear(first)
    assert isinstance(request, RequestApproval)
    assert (request.stage, request.stages, request.silence) == (1, 2, "escalate")
    yes = recorded(stage_accepted(request.request_id), f"request-{request.request_id}", 1, at=day(1))
    second, reminder, deadline = memory.hear(yes)
    assert isinstance(second, RequestApproval)
    assert (second.stage, second.stages, second.reviewers) == (2, 2, ("role:central",))
    assert (second.deadline, second.silence, second.requested_by) == (day(6), "approve", "anna")
    assert (second.subject_id, second.subject_version, second.entity_id) == (ORDER, 1, EAST)
    assert isinstance(reminder, RemindReviewers)
    assert isinstance(deadline, PassDeadline)
    assert (reminder.at, deadline.at) == (day(5), day(6))


def test_one_stage_remains_one_stage(memory: Memory) -> None:
    request, *_ = memory.hear(recorded(placed(EAST), f"order-{ORDER}"))
    assert isinstance(request, RequestApproval)
    assert (request.stage, request.stages) == (1, 1)


def test_an_order_that_ends_while_the_second_stage_is_asked_withdraws_it(memory: Memory) -> None:
    first = recorded(placed(EAST, second=SECOND_TERMS), "order-1")
    memory.hear(first)
    yes = recorded(stage_accepted(derive("request", first.id)), "request-1", 1)
    memory.hear(yes)
    gone = OrderWithdrawn(order_id=ORDER, package_id=PACKAGE, entity_id=EAST, at=day(2), by="anna")
    withdrawn = memory.hear(recorded(gone, "order-1", 1))
    assert {one.request_id for one in withdrawn if isinstance(one, WithdrawRequest)} == {
        derive("request", first.id),
        derive("request", yes.id),
    }


@pytest.mark.parametrize(
    "ends",
    [OrderWithdrawn(order_id=ORDER, package_id=PACKAGE, entity_id=EAST, at=day(2), by="anna"), edited()],
)
def test_a_yes_to_what_has_moved_on_asks_no_second_stage(memory: Memory, ends: Any) -> None:
    first = recorded(placed(EAST, second=SECOND_TERMS), "order-1")
    memory.hear(first)
    memory.hear(recorded(ends, "order-1", 1))
    assert memory.hear(recorded(stage_accepted(derive("request", first.id)), "request-1", 1)) == []

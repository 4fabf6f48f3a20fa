"""An answer is to one version: what is edited after it was handed in is asked about anew, with the difference."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.approval.deciders.difference import difference
from services.approval.deciders.request import REQUEST
from services.approval.deciders.request_commands import RequestApproval, WithdrawRequest
from services.approval.reactions import EDITED
from shared.contracts.approval import ApprovalAccepted, Change
from shared.contracts.catalog import ApprovalTerms, PackageDetails, PackageDetailsRevised, PackageDrafted
from shared.contracts.ordering import OrderApproved, OrderRejected, OrderRevised, Values
from shared.kernel.ids import CampaignId, RequestId, derive
from tests.approval.facts import ORDER, PACKAGE, day, edited, placed, stage_accepted, submitted
from tests.approval.memory import Memory
from tests.approval.people import EAST, EASTS_GROUP, EVA, answer, asked, outcome
from tests.facts import id_of, recorded
from tests.spec import spec

given = spec(REQUEST)
REJECTED: dict[str, Any] = {"order_id": ORDER, "package_id": PACKAGE, "entity_id": EAST, "at": day(1)}
DETAILS = PackageDetails(label="Spring", folder="2026", starts_at=day(1), ends_at=day(60))


@pytest.fixture
def memory() -> Iterator[Memory]:
    opened = Memory()
    yield opened
    opened.db.close()


def request_in(commands: Any) -> RequestApproval:
    (found,) = (one for one in commands if isinstance(one, RequestApproval))
    return found


def test_an_edit_of_what_waits_withdraws_its_question_and_asks_again_with_the_difference(
    memory: Memory,
) -> None:
    first = recorded(placed(EAST), "order-1", 1)
    memory.hear(first)
    withdrawn, again, deadline = memory.hear(recorded(edited(quantity=200), "order-1", 2, at=day(1)))
    assert isinstance(withdrawn, WithdrawRequest)
    assert (withdrawn.request_id, withdrawn.reason) == (derive("request", first.id), EDITED)
    assert isinstance(again, RequestApproval)
    assert again.changes == (
        Change(field="values.greeting", before="Hello", after="Welcome"),
        Change(field="values.quantity", before="100", after="200"),
    )
    assert (again.reopens, again.subject_version) == (derive("request", first.id), 1)
    assert (again.deadline, deadline.at) == (day(4), day(4))


def test_hearing_an_edit_twice_asks_once(memory: Memory) -> None:
    memory.hear(recorded(placed(EAST), "order-1", 1))
    fact = recorded(edited(), "order-1", 2)
    once = memory.hear(fact)
    assert memory.hear(fact) == once != []


def test_the_next_edit_shows_what_it_changed_itself(memory: Memory) -> None:
    memory.hear(recorded(placed(EAST), "order-1", 1))
    memory.hear(recorded(edited(), "order-1", 2))
    again = request_in(memory.hear(recorded(edited(quantity=7), "order-1", 3)))
    assert again.changes == (Change(field="values.quantity", before="100", after="7"),)


def test_a_draft_and_a_rejected_order_are_edited_without_a_question(memory: Memory) -> None:
    assert memory.hear(recorded(edited(), "order-1", 1)) == []
    memory.hear(recorded(placed(EAST), "order-1", 2))
    rejected = OrderRejected(**REJECTED, by="rut", comment="No")
    memory.hear(recorded(rejected, "order-1", 3))
    revised = OrderRevised(order_id=ORDER, by="anna", values={"greeting": "Ahoy", "quantity": 100})
    assert memory.hear(recorded(revised, "order-1", 4)) == []


def test_an_order_placed_again_shows_the_difference_to_what_was_rejected(memory: Memory) -> None:
    first = recorded(placed(EAST), "order-1", 1)
    memory.hear(first)
    memory.hear(recorded(OrderRejected(**REJECTED, by="rut", comment="No"), "order-1", 2))
    values: Values = {"greeting": "Ahoy", "quantity": 100}
    again = request_in(memory.hear(recorded(placed(EAST, revision=2, values=values), "order-1", 4)))
    assert again.changes == (Change(field="values.greeting", before="Hello", after="Ahoy"),)
    assert (again.reopens, again.subject_version) == (derive("request", first.id), 2)


def test_who_edits_what_waits_has_worked_on_it_and_does_not_approve_it(memory: Memory) -> None:
    memory.hear(recorded(placed(EAST), "order-1", 1))
    again = request_in(memory.hear(recorded(edited(by=EVA.id), "order-1", 2)))
    assert (again.requested_by, again.co_authors) == ("anna", (EVA.id,))
    given(asked(co_authors=(EVA.id,)))(answer(EVA, member_of=(EASTS_GROUP,)))("request.own-work")
    given(asked())(answer(EVA, member_of=(EASTS_GROUP,)))(ApprovalAccepted(**outcome(EVA.id)))


def test_an_answer_says_when_its_version_was_stated_so_that_one_which_crossed_an_edit_is_known(
    memory: Memory,
) -> None:
    first = request_in(memory.hear(recorded(placed(EAST, second=ApprovalTerms()), "order-1", 1)))
    yes = recorded(stage_accepted(first.request_id), "request-1", 1, at=day(2))
    assert (first.pinned_at, request_in(memory.hear(yes)).pinned_at) == (day(0), day(0))
    again = request_in(memory.hear(recorded(edited(), "order-1", 2, at=day(1))))
    assert again.pinned_at == day(1)
    late = answer(EVA, at=day(3), member_of=(EASTS_GROUP,))
    given(asked(pinned_at=day(1)))(late)(ApprovalAccepted(**outcome(EVA.id, at=day(3), pinned_at=day(1))))


def test_an_edit_that_crossed_the_answer_leaves_no_question_behind(memory: Memory) -> None:
    first = recorded(placed(EAST), "order-1", 1)
    memory.hear(first)
    edit = recorded(edited(), "order-1", 2)
    memory.hear(edit)
    answered = placed(EAST).model_dump(include={"order_id", "number", "entity_id", "offer"})
    approved = OrderApproved(
        **answered,
        at=day(1),
        by="rut",
        creates="nothing",
        request_id=RequestId(derive("request", first.id)),
    )
    (left,) = memory.hear(recorded(approved, "order-1", 3))
    assert isinstance(left, WithdrawRequest)
    assert left.request_id == derive("request", edit.id)


def test_a_package_submitted_again_shows_the_difference_of_its_details(memory: Memory) -> None:
    drafted = PackageDrafted(
        package_id=PACKAGE,
        number=12,
        kind="simple",
        reference_id=CampaignId(id_of("reference")),
        owner="bo",
        details=DETAILS,
    )
    memory.hear(recorded(drafted, "package-1"))
    first = request_in(memory.hear(recorded(submitted(), "package-1", 1)))
    assert (first.changes, first.reopens) == ((), None)
    details = DETAILS.model_copy(update={"label": "Summer", "registration_deadline": day(14)})
    revised = PackageDetailsRevised(package_id=PACKAGE, edition=1, details=details)
    waiting = request_in(memory.hear(recorded(revised, "package-1", 2)))
    deadline = Change(
        field="registration_deadline", after=details.model_dump(mode="json")["registration_deadline"]
    )
    assert waiting.changes == (Change(field="label", before="Spring", after="Summer"), deadline)
    again = request_in(memory.hear(recorded(submitted(submission=2), "package-1", 3)))
    assert (again.changes, again.reopens) == ((), waiting.request_id)


def test_fields_are_told_by_their_path_and_absent_ones_as_empty() -> None:
    before = {"label": "A", "values": {"size": 1, "late": False}, "tags": ["x"]}
    after = {"label": "A", "values": {"size": 1, "late": True, "note": None}, "tags": ["x", "y"]}
    assert difference(before, after) == (
        Change(field="tags", before='["x"]', after='["x", "y"]'),
        Change(field="values.late", before="false", after="true"),
    )
    assert difference({}, {"label": "B"}) == (Change(field="label", after="B"),)

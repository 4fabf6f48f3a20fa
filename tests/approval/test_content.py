"""The content of a campaign is asked about: of whom, for how long, and not of those who wrote it."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.approval.deciders.request import REQUEST
from services.approval.deciders.request_commands import RequestApproval, WithdrawRequest
from services.approval.reactions import EDITED, REPLACED
from shared.contracts.approval import ApprovalAccepted, Change
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignReordered,
    ContentApproved,
    ContentSubmitted,
    Definition,
    LocalChangeMade,
)
from shared.contracts.catalog import GroupMembersChanged, PersonDeactivated, Reminder
from shared.contracts.ordering import Values
from shared.kernel.ids import CampaignId, PersonId, derive
from shared.kernel.message import Event
from tests.approval.facts import GREETED, ORDER, PACKAGE, day, edited, placed
from tests.approval.memory import Memory
from tests.approval.people import ABOUT_ORDER, ADAM, ANNA, BO, EAST, NILS, RUT, answer, asked, outcome
from tests.facts import id_of, recorded
from tests.spec import spec

given = spec(REQUEST)
CAMPAIGN = CampaignId(id_of("campaign"))
STREAM = f"campaign-{CAMPAIGN}"
WHOSE: dict[str, Any] = {
    "campaign_id": CAMPAIGN,
    "package_id": PACKAGE,
    "entity_id": EAST,
    "order_id": ORDER,
    "at": day(0),
}
OTTO = PersonId(id_of("otto"))
EASTS = f"group:{EAST}/campaign-reviewers"
ABOUT_CONTENT = ABOUT_ORDER | {
    "subject": "content",
    "subject_id": CAMPAIGN,
    "reviewers": (f"person:{RUT.id}", EASTS),
}


def content(by: str = ANNA.id, version: int = 1, **more: Any) -> ContentSubmitted:
    """What was handed in on Monday at nine, by whom the order named Otto for it."""
    told: dict[str, Any] = {"label": "Spring", "values": GREETED, "reviewers": (OTTO,)}
    return ContentSubmitted(**WHOSE, **{**told, **more}, by=by, version=version)


def group(*members: str) -> GroupMembersChanged:
    people = tuple(PersonId(id_of(name)) for name in members)
    return GroupMembersChanged(entity_id=EAST, group="campaign-reviewers", members=people)


@pytest.fixture
def memory() -> Iterator[Memory]:
    opened = Memory()
    yield opened
    opened.db.close()


def hear(memory: Memory, event: Event, version: int = 3, stream: str = STREAM) -> list[Any]:
    return list(memory.hear(recorded(event, stream, version)))


def request_in(commands: Any) -> RequestApproval:
    (found,) = (one for one in commands if isinstance(one, RequestApproval))
    return found


@pytest.mark.parametrize(
    ("members", "named", "reviewers"),
    [
        (["rut"], (OTTO,), (f"person:{OTTO}", EASTS)),
        ([], (OTTO,), (f"person:{OTTO}",)),
        (["rut"], (), (EASTS,)),
        ([], (), ("role:central",)),
    ],
)
def test_asked_are_those_named_in_the_order_and_the_entitys_group_and_else_head_office(
    memory: Memory, members: list[str], named: tuple[PersonId, ...], reviewers: tuple[str, ...]
) -> None:
    hear(memory, group(*members), stream=f"entity-{EAST}")
    request = request_in(hear(memory, content(reviewers=named)))
    assert request.reviewers == reviewers
    assert (request.subject, request.subject_id, request.subject_version) == ("content", CAMPAIGN, 1)
    assert (request.package_id, request.entity_id, request.requested_by) == (PACKAGE, EAST, ANNA.id)


def test_who_has_left_is_not_asked_though_the_order_named_them(memory: Memory) -> None:
    hear(memory, PersonDeactivated(person_id=OTTO), stream=f"person-{OTTO}")
    assert request_in(hear(memory, content())).reviewers == ("role:central",)


def test_content_is_asked_about_on_the_terms_of_its_order_but_for_reviewers_and_dates(memory: Memory) -> None:
    told = {"answer_within_days": 5, "silence": "central", "own_work": True, "answer_by": day(1)}
    reminders = (Reminder(hours_before=24), Reminder(at=day(2)))
    terms = told | {"reminders": reminders, "reviewers": (f"person:{BO.id}",)}
    hear(memory, placed(EAST), 1, f"order-{ORDER}")
    hear(memory, placed(EAST, revision=2, **terms), 2, f"order-{ORDER}")
    request = request_in(hear(memory, content()))
    assert (request.deadline, request.silence, request.own_work) == (day(5), "central", True)
    assert (request.reminders, request.reviewers) == ((day(4),), (f"person:{OTTO}",))


def test_content_waits_three_days_and_silence_calls_others_in_where_nothing_else_was_said(
    memory: Memory,
) -> None:
    request = request_in(hear(memory, content()))
    assert (request.deadline, request.silence, request.escalate_to) == (day(3), "escalate", ())
    assert (request.own_work, request.stages) == (False, 1)


def test_whoever_ordered_edited_or_changed_it_has_worked_on_it(memory: Memory) -> None:
    hear(memory, placed(EAST, by="orderer"), 1, f"order-{ORDER}")
    hear(memory, edited(by="editor"), 2, f"order-{ORDER}")
    request = request_in(hear(memory, content(by="campaigns", authors=("changer",))))
    assert (request.requested_by, request.co_authors) == ("campaigns", ("changer", "editor", "orderer"))


def test_a_change_takes_back_what_waits_and_asks_nothing_until_it_is_handed_in_again(memory: Memory) -> None:
    first = request_in(hear(memory, content()))
    change = LocalChangeMade(campaign_id=CAMPAIGN, entity_id=EAST, by=ANNA.id, values={"greeting": "Ahoy"})
    (withdrawn,) = hear(memory, change, 4)
    assert isinstance(withdrawn, WithdrawRequest)
    assert (withdrawn.request_id, withdrawn.reason) == (first.request_id, EDITED)
    commands = hear(memory, content(version=2, values=GREETED | {"greeting": "Ahoy"}), 5)
    again = request_in(commands)
    assert again.changes == (Change(field="values.greeting", before="Hello", after="Ahoy"),)
    assert (again.reopens, again.subject_version) == (first.request_id, 2)
    assert {one.reason for one in commands if isinstance(one, WithdrawRequest)} == {REPLACED}


@pytest.mark.parametrize(("values", "withdrawn"), [({"greeting": "Ahoy"}, True), ({}, False)])
def test_an_order_approved_anew_takes_content_back_where_it_says_something_else(
    memory: Memory, values: Values, withdrawn: bool
) -> None:
    hear(memory, content())
    anew = CampaignReordered(
        campaign_id=CAMPAIGN,
        order_id=ORDER,
        definition=Definition(),
        values=values,
        approved_at=day(1),
        at=day(1),
    )
    assert [type(one) for one in hear(memory, anew, 4)] == ([WithdrawRequest] if withdrawn else [])
    (row,) = memory.recall("SELECT closed FROM seen_submissions")
    assert row["closed"] == int(withdrawn)


def test_a_cancelled_campaign_is_asked_about_no_more(memory: Memory) -> None:
    first = request_in(hear(memory, content()))
    off = CampaignCancelled(campaign_id=CAMPAIGN, by="anna", at=day(1), reason="No staff")
    (withdrawn,) = hear(memory, off, 4)
    assert isinstance(withdrawn, WithdrawRequest)
    assert (withdrawn.request_id, withdrawn.reason) == (first.request_id, "No staff")


def test_approved_content_is_closed(memory: Memory) -> None:
    hear(memory, content())
    hear(memory, ContentApproved(**WHOSE, version=1, by=RUT.id), 4)
    (row,) = memory.recall("SELECT closed FROM seen_submissions")
    assert row["closed"] == 1


def test_handed_in_content_heard_twice_is_asked_about_once(memory: Memory) -> None:
    assert hear(memory, content()) == hear(memory, content()) != []
    assert request_in(hear(memory, content())).request_id == derive(
        "request", recorded(content(), STREAM, 3).id
    )


def test_those_asked_and_administrators_answer_and_nobody_else() -> None:
    question = asked(ABOUT_CONTENT)
    for person, groups in ((RUT, ()), (ADAM, ()), (NILS, (EASTS,))):
        said = answer(person, member_of=groups)
        given(question)(said)(ApprovalAccepted(**outcome(person.id, ABOUT_CONTENT)))
    given(question)(answer(BO))("request.not-reviewer")
    given(question)(answer(NILS))("request.unknown")
    given(question)(answer(ANNA, member_of=(EASTS,)))("request.own-work")

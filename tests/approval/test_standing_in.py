"""Who answers for somebody else: delegates and deputies."""

from typing import Any

from services.approval.deciders.deputy import DEPUTY, DismissDeputy, NameDeputy
from services.approval.deciders.request import REQUEST
from services.approval.deciders.request_commands import DelegateAnswer, Principal
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalDelegated,
    ApprovalEscalated,
    DeputyDismissed,
    DeputyNamed,
    LateAnswerRefused,
)
from shared.kernel.ids import PersonId, derive
from shared.kernel.message import Actor
from tests.approval.facts import day
from tests.approval.people import (
    ABOUT_PACKAGE,
    ADAM,
    ANNA,
    BO,
    CIA,
    EASTS_GROUP,
    EVA,
    ID,
    NILS,
    RUT,
    TUESDAY,
    answer,
    asked,
    outcome,
)
from tests.facts import id_of
from tests.spec import spec

given = spec(REQUEST)
named = spec(DEPUTY)
TO_EVA = ApprovalDelegated(request_id=ID, by=RUT.id, to=f"person:{EVA.id}", at=TUESDAY, reason="On leave")
FOR_RUT = (Principal(person_id=RUT.id, names=(f"person:{RUT.id}", EASTS_GROUP)),)
TERM: dict[str, Any] = {
    "person_id": PersonId(id_of("rut")),
    "deputy_id": PersonId(id_of("eva")),
    "starts_at": day(1),
    "ends_at": day(8),
    "reason": "On leave",
}
RUTS_DEPUTY = DeputyNamed(**TERM, by=RUT.id, at=day(0))
DISMISSED = DeputyDismissed(person_id=TERM["person_id"], by=RUT.id, at=day(2), reason="Back again")


def delegate(by: Actor = RUT, **more: Any) -> DelegateAnswer:
    groups = (EASTS_GROUP,) if by is RUT else ()
    fields = {"request_id": ID, "to": f"person:{EVA.id}", "reason": " On leave ", "member_of": groups}
    return DelegateAnswer(id=derive("delegate", by.id), at=TUESDAY, by=by, **{**fields, **more})


def name(by: Actor = RUT, **more: Any) -> NameDeputy:
    return NameDeputy(id=derive("name", by.id), at=day(0), by=by, **{**TERM, **more})


def dismiss(by: Actor = RUT, **more: Any) -> DismissDeputy:
    fields = {"person_id": TERM["person_id"], "reason": "Back again", "at": day(2)}
    return DismissDeputy(id=derive("dismiss", by.id), by=by, **{**fields, **more})


def test_a_reviewer_lets_another_answer_and_says_why() -> None:
    given(asked())(answer(EVA))("request.not-reviewer")
    given(asked())(delegate())(TO_EVA)
    given(asked(), TO_EVA)(answer(EVA))(ApprovalAccepted(**outcome(EVA.id, on_behalf_of=RUT.id)))
    given(asked(), TO_EVA)(delegate())()
    given(asked())(delegate(reason=" "))("request.reason-missing")
    given(asked())(delegate(reachable=False))("request.reviewer-unknown")


def test_who_delegated_may_still_answer_and_a_reviewer_needs_no_delegation() -> None:
    given(asked(), TO_EVA)(answer(RUT))(ApprovalAccepted(**outcome(RUT.id)))
    given(asked())(delegate(to=EASTS_GROUP))()


def test_only_who_may_answer_delegates_and_nobody_passes_on_what_was_passed_on() -> None:
    given(asked())(delegate(EVA))("request.not-reviewer")
    given(asked())(delegate(ANNA, member_of=(EASTS_GROUP,)))("request.own-work")
    given(asked())(delegate(NILS))("request.unknown")
    given()(delegate())("request.unknown")
    given(asked(), TO_EVA)(delegate(EVA, to=f"person:{CIA.id}"))("request.not-in-person")


def test_what_is_answered_is_delegated_no_more() -> None:
    given(asked(), ApprovalAccepted(**outcome(CIA.id)))(delegate())("request.over")


def test_a_delegation_to_the_author_does_not_make_it_its_own_reviewer() -> None:
    to_anna = TO_EVA.model_copy(update={"to": f"person:{ANNA.id}"})
    given(asked(), to_anna)(answer(ANNA))("request.own-work")


def test_handing_over_to_head_office_ends_what_the_silent_had_delegated() -> None:
    question = asked(silence="central")
    handed_over = ApprovalEscalated(request_id=ID, to=("role:central",), at=day(3))
    given(question, TO_EVA, handed_over)(answer(EVA, at=day(4)))("request.not-reviewer")


def test_a_deputy_answers_under_the_own_name_for_whom_is_away() -> None:
    stands_in = answer(EVA, stands_in_for=FOR_RUT)
    given(asked())(stands_in)(ApprovalAccepted(**outcome(EVA.id, on_behalf_of=RUT.id)))
    given(asked(ABOUT_PACKAGE))(stands_in)(
        ApprovalAccepted(**outcome(EVA.id, ABOUT_PACKAGE, on_behalf_of=RUT.id))
    )
    given(asked(reviewers=(f"person:{CIA.id}",)))(stands_in)("request.not-reviewer")


def test_a_deputy_who_comes_late_is_remembered_with_whom_it_was_for() -> None:
    late = LateAnswerRefused(
        request_id=ID,
        by=EVA.id,
        at=TUESDAY,
        answered_by=CIA.id,
        answer="accept",
        on_behalf_of=RUT.id,
        comment="So be it",
    )
    given(asked(), ApprovalAccepted(**outcome(CIA.id)))(answer(EVA, stands_in_for=FOR_RUT))(late)


def test_neither_the_authors_deputy_nor_an_author_as_deputy_approves_own_work() -> None:
    for_anna = (Principal(person_id=ANNA.id, names=(f"person:{ANNA.id}", EASTS_GROUP)),)
    given(asked())(answer(EVA, stands_in_for=for_anna))("request.not-reviewer")
    given(asked())(answer(ANNA, stands_in_for=FOR_RUT))("request.own-work")
    given(asked(own_work=True))(answer(EVA, stands_in_for=for_anna))(
        ApprovalAccepted(**outcome(EVA.id, on_behalf_of=ANNA.id))
    )


def test_the_deputy_of_head_office_answers_every_order() -> None:
    for_bo = (Principal(person_id=BO.id, names=(f"person:{BO.id}", "role:central")),)
    given(asked())(answer(EVA, stands_in_for=for_bo))(ApprovalAccepted(**outcome(EVA.id, on_behalf_of=BO.id)))


def test_a_person_names_a_deputy_for_a_term_and_says_why() -> None:
    named()(name())(RUTS_DEPUTY)
    named(RUTS_DEPUTY)(name())()
    named()(name(reason=" "))("deputy.reason-missing")
    named()(name(deputy_id=TERM["person_id"]))("deputy.oneself")
    named()(name(reachable=False))("deputy.unknown")
    named()(name(ends_at=day(1)))("deputy.term-reversed")
    named()(name(starts_at=day(-2), ends_at=day(0)))("deputy.term-over")


def test_the_next_deputy_takes_the_place_of_the_former() -> None:
    cia = PersonId(id_of("cia"))
    named(RUTS_DEPUTY)(name(deputy_id=cia))(RUTS_DEPUTY.model_copy(update={"deputy_id": cia}))


def test_only_the_person_and_an_administrator_say_who_the_deputy_is() -> None:
    named()(name(EVA))("deputy.not-yours")
    named()(name(BO))("deputy.not-yours")
    named()(name(ADAM))(RUTS_DEPUTY.model_copy(update={"by": ADAM.id}))
    named(RUTS_DEPUTY)(dismiss(EVA))("deputy.not-yours")


def test_a_deputy_is_dismissed_once_and_before_the_term_is_over() -> None:
    named(RUTS_DEPUTY)(dismiss())(DISMISSED)
    named(RUTS_DEPUTY)(dismiss(reason=""))("deputy.reason-missing")
    named(RUTS_DEPUTY, DISMISSED)(dismiss())()
    named()(dismiss())()
    named(RUTS_DEPUTY)(dismiss(at=day(8)))()

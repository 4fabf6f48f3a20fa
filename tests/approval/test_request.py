"""The rules of a request: who may answer, once, by when, and what silence means."""

from datetime import datetime
from typing import Any

import pytest

from services.approval.deciders.answering import NOBODY_ANSWERED
from services.approval.deciders.request import REQUEST
from services.approval.deciders.request_commands import (
    PassDeadline,
    RemindReviewers,
    RequestApproval,
    WithdrawRequest,
)
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalRefused,
    ApprovalReminded,
    ApprovalWithdrawn,
    LateAnswerRefused,
)
from shared.kernel.ids import derive
from tests.approval.facts import day
from tests.approval.people import (
    ABOUT_ORDER,
    ABOUT_PACKAGE,
    ADAM,
    ANNA,
    BO,
    CIA,
    EVA,
    ID,
    MACHINE,
    NILS,
    RUT,
    THURSDAY,
    answer,
    asked,
    outcome,
)
from tests.spec import spec

given = spec(REQUEST)


def remind(nth: int, at: datetime) -> RemindReviewers:
    return RemindReviewers(id=derive("remind", nth), at=at, by=MACHINE, request_id=ID, nth=nth)


def deadline(at: datetime = THURSDAY) -> PassDeadline:
    return PassDeadline(id=derive("deadline"), at=at, by=MACHINE, request_id=ID)


def withdraw() -> WithdrawRequest:
    return WithdrawRequest(id=derive("withdraw"), at=day(1), by=MACHINE, request_id=ID, reason="Called off")


accepted = ApprovalAccepted(**outcome(RUT.id))
withdrawn = ApprovalWithdrawn(request_id=ID, at=day(1), reason="Called off")


def test_a_request_is_opened_once_however_often_it_is_asked_for() -> None:
    command = RequestApproval(id=derive("ask"), at=day(0), by=MACHINE, **ABOUT_ORDER)
    given()(command)(asked())
    given(asked())(command)()


def test_a_member_of_the_reviewers_answers() -> None:
    given(asked())(answer(RUT))(accepted)
    given(asked())(answer(RUT, "refuse"))(ApprovalRefused(**outcome(RUT.id)))


def test_head_office_may_answer_every_order() -> None:
    given(asked())(answer(BO))(ApprovalAccepted(**outcome(BO.id)))


def test_head_office_answers_a_package_only_where_it_is_named_or_called_in() -> None:
    given(asked(ABOUT_PACKAGE))(answer(CIA))("request.not-reviewer")
    given(asked(ABOUT_PACKAGE, reviewers=("role:central",)))(answer(CIA))(
        ApprovalAccepted(**outcome(CIA.id, ABOUT_PACKAGE))
    )
    called_in = ApprovalEscalated(request_id=ID, to=("role:central",), at=day(3), reason=NOBODY_ANSWERED)
    given(asked(ABOUT_PACKAGE), called_in)(answer(CIA))(ApprovalAccepted(**outcome(CIA.id, ABOUT_PACKAGE)))


def test_an_administrator_may_always_answer_and_under_no_other_name() -> None:
    given(asked(ABOUT_PACKAGE, requested_by=ADAM.id))(answer(ADAM))(
        ApprovalAccepted(**outcome(ADAM.id, ABOUT_PACKAGE))
    )


def test_nobody_approves_their_own_work() -> None:
    given(asked())(answer(ANNA))("request.own-work")
    given(asked(ABOUT_PACKAGE, reviewers=("role:central",)))(answer(BO))("request.own-work")


def test_the_terms_may_let_an_author_answer_who_is_also_a_reviewer() -> None:
    theirs = asked(ABOUT_PACKAGE, reviewers=("role:central",), own_work=True)
    given(theirs)(answer(BO))(ApprovalAccepted(**outcome(BO.id, ABOUT_PACKAGE)))
    given(asked(ABOUT_PACKAGE, own_work=True))(answer(BO))("request.not-reviewer")


def test_a_colleague_who_is_no_reviewer_is_refused_and_a_stranger_finds_nothing() -> None:
    given(asked())(answer(EVA))("request.not-reviewer")
    given(asked())(answer(NILS))("request.unknown")
    given(asked(ABOUT_PACKAGE))(answer(NILS))("request.unknown")
    given()(answer(RUT))("request.unknown")


def test_who_was_deactivated_answers_no_more() -> None:
    given(asked())(answer(RUT, active=False))("request.person-inactive")


def test_an_answer_to_another_version_is_refused() -> None:
    given(asked(subject_version=2))(answer(RUT))("request.subject-moved")


@pytest.mark.rule("R20")
def test_a_refusal_says_why() -> None:
    given(asked())(answer(RUT, "refuse", comment="  "))("request.comment-missing")


@pytest.mark.rule("R19")
def test_the_second_answer_is_remembered_and_has_no_effect() -> None:
    late = LateAnswerRefused(
        request_id=ID, by=BO.id, at=day(1), answered_by=RUT.id, answer="refuse", comment="So be it"
    )
    given(asked(), accepted)(answer(BO, "refuse"))(late)
    given(asked(), accepted, late)(answer(BO, "refuse"))(late)


def test_saying_the_same_again_changes_nothing() -> None:
    given(asked(), accepted)(answer(RUT))()


def test_a_withdrawn_question_takes_no_answer() -> None:
    given(asked())(withdraw())(withdrawn)
    given(asked(), withdrawn)(answer(RUT))("request.withdrawn")
    given(asked(), withdrawn)(withdraw())()
    given(asked(), accepted)(withdraw())()


@pytest.mark.rule("R17")
def test_reminders_come_at_their_moment_once_and_stop_with_the_answer() -> None:
    reminded = ApprovalReminded(request_id=ID, nth=1, at=day(1))
    given(asked())(remind(1, day(1)))(reminded)
    given(asked())(remind(2, day(1)))()
    given(asked(), reminded)(remind(1, day(1)))()
    given(asked())(remind(3, day(3)))()
    given(asked(), accepted)(remind(2, day(2)))()
    given()(remind(1, day(1)))()


def test_silence_escalates_to_head_office_and_leaves_the_question_open() -> None:
    overdue = ApprovalOverdue(request_id=ID, at=day(3), silence="escalate")
    called_in = ApprovalEscalated(request_id=ID, to=("role:central",), at=day(3), reason=NOBODY_ANSWERED)
    given(asked(ABOUT_PACKAGE))(deadline())(overdue, called_in)
    given(asked(ABOUT_PACKAGE), overdue, called_in)(deadline())()
    given(asked(ABOUT_PACKAGE), overdue, called_in)(answer(RUT, at=day(4)))(
        ApprovalAccepted(**outcome(RUT.id, ABOUT_PACKAGE, day(4)))
    )


def test_silence_calls_in_those_whom_the_terms_name() -> None:
    question = asked(ABOUT_PACKAGE, escalate_to=(f"person:{EVA.id}",))
    overdue = ApprovalOverdue(request_id=ID, at=day(3), silence="escalate")
    called_in = ApprovalEscalated(request_id=ID, to=(f"person:{EVA.id}",), at=day(3), reason=NOBODY_ANSWERED)
    given(question)(deadline())(overdue, called_in)
    given(question)(answer(EVA))("request.unknown")
    given(question, overdue, called_in)(answer(EVA))(ApprovalAccepted(**outcome(EVA.id, ABOUT_PACKAGE)))
    given(question, overdue, called_in)(answer(CIA))("request.not-reviewer")


@pytest.mark.rule("R15")
def test_silence_may_hand_the_question_over_to_head_office() -> None:
    question = asked(ABOUT_PACKAGE, silence="central", reviewers=(f"person:{CIA.id}", f"person:{RUT.id}"))
    overdue = ApprovalOverdue(request_id=ID, at=day(3), silence="central")
    handed_over = ApprovalEscalated(request_id=ID, to=("role:central",), at=day(3), reason=NOBODY_ANSWERED)
    given(question)(deadline())(overdue, handed_over)
    given(question, overdue, handed_over)(answer(RUT))("request.unknown")
    given(question, overdue, handed_over)(answer(CIA))(ApprovalAccepted(**outcome(CIA.id, ABOUT_PACKAGE)))


@pytest.mark.parametrize(("silence", "means"), [("approve", ApprovalAccepted), ("reject", ApprovalRefused)])
def test_silence_may_answer(silence: Any, means: Any) -> None:
    overdue = ApprovalOverdue(request_id=ID, at=day(3), silence=silence)
    by_silence = means(**outcome("silence", at=day(3), comment=""))
    given(asked(silence=silence))(deadline())(overdue, by_silence)
    late = LateAnswerRefused(
        request_id=ID, by=RUT.id, at=day(4), answered_by="silence", answer="accept", comment="So be it"
    )
    given(asked(silence=silence))(answer(RUT, at=day(4)))(overdue, by_silence, late)
    given(asked(silence=silence))(answer(RUT, at=day(3)))(ApprovalAccepted(**outcome(RUT.id, at=day(3))))


def test_a_deadline_that_is_not_there_yet_or_matters_no_more_does_nothing() -> None:
    given(asked())(deadline(day(2)))()
    given(asked(), accepted)(deadline())()
    given()(deadline())()

"""What people do with a request before its answer: ask more reviewers, ask questions, and tell."""

from typing import Any

from services.approval.deciders.request import REQUEST
from services.approval.deciders.request_commands import AddReviewers, AnswerQuestion, AskQuestion
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalWithdrawn,
    QuestionAnswered,
    QuestionAsked,
    ReviewersAdded,
)
from shared.kernel.ids import derive
from shared.kernel.message import Actor
from tests.approval.facts import day
from tests.approval.people import (
    ABOUT_PACKAGE,
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
WHY = "It touches her budget"
ADDED = ReviewersAdded(request_id=ID, reviewers=(f"person:{EVA.id}",), by=RUT.id, at=TUESDAY, reason=WHY)
QUESTION = id_of("question")
ASKED = QuestionAsked(request_id=ID, question_id=QUESTION, by=RUT.id, at=TUESDAY, text="With freight?")
TOLD = QuestionAnswered(request_id=ID, question_id=QUESTION, by=ANNA.id, at=TUESDAY, text="Without")
OVER = ApprovalWithdrawn(request_id=ID, at=day(1), reason="Called off")


def add(by: Actor = RUT, *reviewers: str, **more: Any) -> AddReviewers:
    groups = (EASTS_GROUP,) if by is RUT else ()
    named = reviewers or (f"person:{EVA.id}",)
    fields = {"request_id": ID, "reviewers": named, "reason": f" {WHY} ", "member_of": groups}
    return AddReviewers(id=derive("add", by.id), at=TUESDAY, by=by, **{**fields, **more})


def ask(by: Actor = RUT, **more: Any) -> AskQuestion:
    fields = {"request_id": ID, "question_id": QUESTION, "text": " With freight? "}
    return AskQuestion(id=derive("ask", by.id), at=TUESDAY, by=by, **{**fields, **more})


def tell(by: Actor = ANNA, **more: Any) -> AnswerQuestion:
    fields = {"request_id": ID, "question_id": QUESTION, "text": "Without"}
    return AnswerQuestion(id=derive("tell", by.id), at=TUESDAY, by=by, **{**fields, **more})


def test_reviewers_are_added_with_a_reason_and_answer_in_their_own_name() -> None:
    given(asked())(add())(ADDED)
    given(asked(), ADDED)(answer(EVA))(ApprovalAccepted(**outcome(EVA.id)))
    given(asked(), ADDED)(answer(RUT))(ApprovalAccepted(**outcome(RUT.id)))
    given(asked())(add(reason="  "))("request.reason-missing")
    given(asked())(add(reachable=False))("request.reviewer-unknown")


def test_who_is_asked_already_is_not_added_again() -> None:
    given(asked(), ADDED)(add())()
    both = (f"person:{EVA.id}", EASTS_GROUP, f"person:{EVA.id}")
    given(asked())(add(RUT, *both))(ADDED)


def test_reviewers_and_head_office_add_and_nobody_else() -> None:
    given(asked(ABOUT_PACKAGE))(add(BO))(ADDED.model_copy(update={"by": BO.id}))
    given(asked())(add(CIA))(ADDED.model_copy(update={"by": CIA.id}))
    given(asked())(add(EVA))("request.not-reviewer")
    given(asked())(add(ANNA, member_of=(EASTS_GROUP,)))("request.own-work")
    given(asked())(add(NILS))("request.unknown")
    given(asked())(add(CIA, active=False))("request.person-inactive")


def test_an_added_author_is_still_no_reviewer_of_its_own_work() -> None:
    anna_too = ADDED.model_copy(update={"reviewers": (f"person:{ANNA.id}",)})
    given(asked(), anna_too)(answer(ANNA))("request.own-work")


def test_whoever_sees_what_waits_asks_about_it_and_tells() -> None:
    given(asked())(ask())(ASKED)
    given(asked())(ask(ANNA))(ASKED.model_copy(update={"by": ANNA.id}))
    given(asked(), ASKED)(tell())(TOLD)
    given(asked(), ASKED)(tell(CIA))(TOLD.model_copy(update={"by": CIA.id}))
    given(asked())(ask(NILS))("request.unknown")
    given(asked(), ASKED)(tell(NILS))("request.unknown")
    given(asked())(ask(active=False))("request.person-inactive")


def test_a_question_has_a_text_and_one_answer() -> None:
    given(asked())(ask(text=" "))("request.text-missing")
    given(asked(), ASKED)(tell(text=""))("request.text-missing")
    given(asked(), ASKED)(ask())()
    given(asked())(tell())("request.question-unknown")
    given(asked(), ASKED, TOLD)(tell(CIA))("request.question-answered")


def test_a_question_leaves_the_request_open_and_its_end_ends_the_talk() -> None:
    given(asked(), ASKED)(answer(RUT))(ApprovalAccepted(**outcome(RUT.id)))
    given(asked(), OVER)(ask())("request.over")
    given(asked(), ASKED, OVER)(tell())("request.over")
    given(asked(), OVER)(add())("request.over")

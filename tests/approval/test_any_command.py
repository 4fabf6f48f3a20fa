"""Random commands, legal and illegal, in any order: whatever is asked of a request, its promises hold."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.approval.deciders.request import REQUEST
from services.approval.deciders.request_commands import (
    AddReviewers,
    AnswerQuestion,
    AnswerRequest,
    AskQuestion,
    DelegateAnswer,
    PassDeadline,
    Principal,
    RemindReviewers,
    RequestApproval,
    RequestCommand,
    WithdrawRequest,
)
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalOverdue,
    ApprovalRefused,
    ApprovalReminded,
    ApprovalRequested,
    ApprovalWithdrawn,
    LateAnswerRefused,
    QuestionAnswered,
    RequestEvent,
    StageAccepted,
)
from shared.kernel.decider import Refused
from shared.kernel.ids import RequestId, derive
from shared.kernel.message import Actor
from tests.approval.facts import day
from tests.approval.people import (
    ABOUT_ORDER,
    ABOUT_PACKAGE,
    ADAM,
    ANNA,
    BO,
    CIA,
    EASTS_GROUP,
    EVA,
    MACHINE,
    NILS,
    RUT,
)
from tests.facts import id_of

PEOPLE = (ANNA, RUT, EVA, NILS, BO, CIA, ADAM)
NAMES = (*(f"person:{one.id}" for one in PEOPLE), EASTS_GROUP, "role:central")
OUTCOMES = (StageAccepted, ApprovalAccepted, ApprovalRefused)
QUESTIONS = (id_of("first"), id_of("second"))
STAGES = (RequestId(id_of("stage 1")), RequestId(id_of("stage 2")))

somebody = some.sampled_from(PEOPLE)
names = some.sampled_from(NAMES)
stage = some.sampled_from((0, 0, 0, 1)).map(STAGES.__getitem__)
rarely = some.integers(0, 7).map(lambda one: one == 0)


class AnyCommand(RuleBasedStateMachine):
    """Two requests of a chain; the second is opened by the first one's yes, as the reaction does."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.count = day(0), 0
        self.facts: dict[RequestId, list[RequestEvent]] = {one: [] for one in STAGES}
        self.terms: dict[str, Any] = {}

    @initialize(
        about=some.sampled_from([ABOUT_ORDER, ABOUT_PACKAGE]),
        silence=some.sampled_from(["escalate", "central", "approve", "reject"]),
        own_work=some.booleans(),
        stages=some.sampled_from([1, 2]),
        co_authors=some.sampled_from([(), (EVA.id,)]),
        reviewers=some.lists(names, min_size=1, max_size=3, unique=True).map(tuple),
    )
    def asked(self, about: dict[str, Any], **terms: Any) -> None:
        self.terms = about | terms
        self._do(self._question(1))

    @rule(hours=some.sampled_from([0, 1, 12, 24, 72]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(which=stage, by=somebody, word=some.sampled_from(["accept", "refuse"]), more=some.data())
    def is_answered(self, which: RequestId, by: Actor, word: Any, more: Any) -> None:
        version, comment = (
            more.draw(some.sampled_from([1, 1, 1, 2])),
            more.draw(some.sampled_from(["", "So"])),
        )
        said = {"answer": word, "version": version, "comment": comment}
        self._do(AnswerRequest(**self._person(which, by, more), **said))
        if isinstance(self.facts[STAGES[0]][-1], StageAccepted):
            self._do(self._question(2))

    @rule(which=stage, by=somebody, to=names, more=some.data())
    def is_delegated(self, which: RequestId, by: Actor, to: str, more: Any) -> None:
        self._do(DelegateAnswer(**self._person(which, by, more), to=to, reason="Busy"))

    @rule(which=stage, by=somebody, one=names, more=some.data())
    def gets_more_reviewers(self, which: RequestId, by: Actor, one: str, more: Any) -> None:
        self._do(AddReviewers(**self._person(which, by, more), reviewers=(one,), reason="Hers too"))

    @rule(which=stage, by=somebody, question=some.sampled_from(QUESTIONS), more=some.data())
    def is_talked_about(self, which: RequestId, by: Actor, question: Any, more: Any) -> None:
        kind = more.draw(some.sampled_from([AskQuestion, AnswerQuestion]))
        self._do(kind(**self._person(which, by, more), question_id=question, text="Well?"))

    @rule(which=stage, nth=some.integers(1, 3))
    def reminds(self, which: RequestId, nth: int) -> None:
        self._do(RemindReviewers(**self._asks(MACHINE), request_id=which, nth=nth))

    @rule(which=stage, early=rarely)
    def reaches_its_deadline(self, which: RequestId, early: bool) -> None:
        self.now = self.now if early else max(self.now, self.terms["deadline"])
        self._do(PassDeadline(**self._asks(MACHINE), request_id=which))

    @rule(which=stage, really=rarely)
    def is_withdrawn(self, which: RequestId, really: bool) -> None:
        if really:
            self._do(WithdrawRequest(**self._asks(MACHINE), request_id=which))

    @rule()
    def is_asked_again(self) -> None:
        self._do(self._question(1))

    @invariant()
    def one_outcome_per_stage_and_nothing_after_it_but_late_answers(self) -> None:
        for facts in self.facts.values():
            ends = [n for n, one in enumerate(facts) if isinstance(one, (*OUTCOMES, ApprovalWithdrawn))]
            assert len(ends) <= 1
            after = facts[ends[0] + 1 :] if ends else []
            assert all(isinstance(one, LateAnswerRefused) for one in after)

    @invariant()
    def silence_acts_once_and_at_the_deadline(self) -> None:
        for facts in self.facts.values():
            overdue = [one for one in facts if isinstance(one, ApprovalOverdue)]
            assert len(overdue) <= 1
            assert all(one.at >= self.terms["deadline"] for one in overdue)
            by_silence = [one for one in facts if isinstance(one, OUTCOMES) and one.by == "silence"]
            assert len(by_silence) == (len(overdue) if self.terms["silence"] in {"approve", "reject"} else 0)

    @invariant()
    def no_author_decides_its_own_work(self) -> None:
        authors = {self.terms.get("requested_by"), *self.terms.get("co_authors", ())}
        for one in (one for facts in self.facts.values() for one in facts if isinstance(one, OUTCOMES)):
            if not self.terms["own_work"]:
                assert authors.isdisjoint({one.by, one.on_behalf_of})

    @invariant()
    def a_late_answer_is_told_who_was_first(self) -> None:
        for facts in self.facts.values():
            first = [one.by for one in facts if isinstance(one, OUTCOMES)]
            assert {one.answered_by for one in facts if isinstance(one, LateAnswerRefused)} <= set(first)

    @invariant()
    def a_stage_is_asked_once_and_the_second_only_after_the_yes_of_the_first(self) -> None:
        first, second = (self.facts[one] for one in STAGES)
        for facts in (first, second):
            assert [isinstance(one, ApprovalRequested) for one in facts] == [
                True,
                *[False] * (len(facts) - 1),
            ][: len(facts)]
        assert bool(second) == any(isinstance(one, StageAccepted) for one in first)
        assert not any(isinstance(one, ApprovalAccepted) for one in first) or self.terms["stages"] == 1

    @invariant()
    def reminders_and_told_questions_come_once(self) -> None:
        for facts in self.facts.values():
            nth = [one.nth for one in facts if isinstance(one, ApprovalReminded)]
            told = [one.question_id for one in facts if isinstance(one, QuestionAnswered)]
            assert len(nth) == len(set(nth))
            assert len(told) == len(set(told))

    def _do(self, command: RequestCommand) -> None:
        """Decide, append what follows, and show that a machine's repeat changes nothing."""
        facts = self.facts[command.request_id]
        outcome = REQUEST.decide(command, REQUEST.fold(facts))
        new = [] if isinstance(outcome, Refused) else outcome
        facts += new
        if command.by is MACHINE:
            assert REQUEST.decide(command, REQUEST.fold(facts)) == []
        if any(isinstance(one, StageAccepted) for one in new):
            self._do(self._question(2))

    def _asks(self, by: Actor) -> dict[str, Any]:
        self.count += 1
        return {"id": derive("any", self.count), "at": self.now, "by": by}

    def _person(self, which: RequestId, by: Actor, more: Any) -> dict[str, Any]:
        away = more.draw(some.sampled_from([None, None, ANNA, BO, RUT]))
        groups = (EASTS_GROUP,) if by in {RUT, EVA} else ()
        principal = away and Principal(person_id=away.id, names=(f"person:{away.id}", EASTS_GROUP))
        return {
            **self._asks(by),
            "request_id": which,
            "member_of": groups,
            "stands_in_for": (principal,) if principal and away is not by else (),
            "active": not more.draw(rarely),
        }

    def _question(self, nth: int) -> RequestApproval:
        return RequestApproval(
            **{**self.terms, **self._asks(MACHINE), "request_id": STAGES[nth - 1], "stage": nth}
        )


TestAnyCommand = AnyCommand.TestCase
TestAnyCommand.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)

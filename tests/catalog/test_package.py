"""Rules of editing a package, one line each."""

from typing import Any

import pytest

from services.catalog.deciders.package import PACKAGE
from services.catalog.deciders.package_commands import (
    SubmitPackage,
)
from tests.catalog.offers import day, details
from tests.catalog.package_facts import (
    APPROVED,
    CANCEL,
    CLOSED,
    EAST,
    EXPIRED,
    NORTH,
    OFFERED,
    PENDING,
    REJECTED,
    SUBMITTED,
    TERMS,
    asks,
    audience,
    cancelled,
    draft,
    drafted,
    invited,
    revise,
    revised,
    withdrawn,
)
from tests.spec import spec

given = spec(PACKAGE)


def test_a_package_is_drafted_with_its_audience() -> None:
    given()(draft())(drafted(), invited())
    given(drafted())(draft())()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reference_id": None}, "package.reference-missing"),
        ({"reference_kind": None}, "package.reference-unknown"),
        ({"reference_cancelled": True}, "package.reference-cancelled"),
        ({"reference_kind": "local"}, "package.reference-local"),
        ({"template": "localEmpty"}, "package.reference-not-local"),
        ({"unknown": (EAST,)}, "package.entity-unknown"),
        ({"wish": {"label": " "}}, "package.label-missing"),
        ({"wish": {"folder": ""}}, "package.folder-missing"),
        ({"wish": {"starts_at": None}}, "package.start-missing"),
        ({"wish": {"ends_at": None}}, "package.end-missing"),
        ({"wish": {"ends_at": day(1)}}, "package.dates-reversed"),
        ({"wish": {"registration_deadline": day(31)}}, "package.registration-outside"),
        ({"wish": {"registration_deadline": day(1)}}, "package.registration-outside"),
        (
            {"template": "localEmpty", "reference_kind": "local", "wish": {"approval_mode": "automatic"}},
            "package.mode-not-local",
        ),
        ({"wish": {"costs": {"rule": "by_share"}}}, "package.shares-missing"),
        (
            {"wish": {"costs": {"rule": "by_share", "shares": [{"entity_id": EAST, "weight": 0}]}}},
            "package.shares-missing",
        ),
    ],
)
def test_a_draft_that_does_not_hold_together_is_refused(more: dict[str, Any], code: str) -> None:
    given()(draft(**more))(code)


@pytest.mark.rule("R5")
def test_optional_dates_block_nothing_wherever_they_lie() -> None:
    wish = {"personalization_deadline": day(90), "available_at": day(-9)}
    given()(draft(wish=wish, audience=()))(drafted(**wish))


def test_costs_a_second_stage_and_the_start_of_targeting_are_details_like_the_others() -> None:
    wish = {
        "costs": {"fixed_cents": 90_00, "rule": "by_share", "shares": [{"entity_id": EAST, "weight": 2}]},
        "second_approval": {"reviewers": ("role:central",), "answer_within_days": 1},
        "start_targeting": True,
    }
    given()(draft(wish=wish, audience=()))(drafted(**wish))
    given(drafted())(revise(start_targeting=True))(revised(details(start_targeting=True)))
    given(*OFFERED)(revise(costs={"fixed_cents": 1}))("package.detail-locked")


def test_nothing_happens_to_a_package_that_was_never_drafted() -> None:
    given()(CANCEL)("package.unknown")


def test_details_are_revised_in_draft_and_after_a_rejection_which_makes_it_a_draft() -> None:
    given(drafted())(revise(label="Summer"))(revised(details(label="Summer")))
    given(drafted())(revise(label="Spring"))()
    given(drafted())(revise(label=" "))("package.label-missing")
    mended = revised(details(approval=TERMS, label="Summer"))
    given(*PENDING, REJECTED)(revise(label="Summer"))(mended)
    again = SUBMITTED.model_copy(update={"submission": 2})
    given(*PENDING, REJECTED, mended)(SubmitPackage(**asks()))(again)
    given(*PENDING, REJECTED)(SubmitPackage(**asks()))("package.not-draft")


def test_nothing_changes_under_a_reviewers_eyes_nor_when_all_is_over() -> None:
    given(*PENDING)(revise(label="Summer"))("package.under-review")
    given(*OFFERED, EXPIRED)(revise(label="Summer"))("package.over")
    given(drafted(), cancelled(cascades=True))(revise(label="Summer"))("package.over")


def test_after_publication_only_dates_and_texts_are_revised() -> None:
    given(*OFFERED)(revise(ends_at=day(40)))(revised(details(approval=TERMS, ends_at=day(40))))
    given(*OFFERED)(revise(multiple_creation=True))("package.detail-locked")
    given(*OFFERED)(revise(starts_at=day(2)))("package.already-started")
    given(*OFFERED)(revise(registration_deadline=None))("package.registration-missing")
    given(*OFFERED, CLOSED)(revise(registration_deadline=day(20)))("package.registration-closed")


def test_the_audience_becomes_what_was_wanted_one_fact_per_entity() -> None:
    given(drafted(), invited(EAST))(audience(NORTH))(withdrawn(EAST), invited(NORTH))
    given(drafted(), invited(EAST))(audience(EAST, EAST))()
    given(drafted())(audience(EAST, unknown=(EAST,)))("package.entity-unknown")
    given(drafted(), invited(EAST))(audience(EAST, unknown=(EAST,)))()
    given(*OFFERED)(audience(EAST, NORTH))(invited(NORTH, published=True))
    given(*OFFERED, EXPIRED)(audience(NORTH))("package.over")


@pytest.mark.parametrize("history", [PENDING, (*PENDING, APPROVED), OFFERED])
def test_the_last_entity_stays_once_a_package_was_submitted(history: tuple[Any, ...]) -> None:
    given(*history)(audience())("package.last-entity")


def test_the_last_entity_of_a_draft_may_go() -> None:
    given(drafted(), invited())(audience())(withdrawn(EAST))

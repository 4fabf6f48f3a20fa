"""Rules of offering a package, one line each."""

from datetime import datetime
from typing import Any

import pytest

from services.catalog.deciders.package import PACKAGE
from services.catalog.deciders.package_commands import (
    ApprovePackage,
    CancelPackage,
    CloseRegistration,
    ExpirePackage,
    ReinitialisePackage,
    SubmitPackage,
)
from shared.contracts.catalog import (
    PackageApproved,
    PackageDetailsRevised,
)
from tests.catalog.offers import day, details
from tests.catalog.package_facts import (
    ACCEPT,
    AGAIN,
    APPROVED,
    CANCEL,
    CLOSED,
    EXPIRED,
    OFFERED,
    PACKAGE_ID,
    PENDING,
    REFUSE,
    REINITIALISE,
    REJECTED,
    SUBMITTED,
    TERMS,
    asks,
    cancelled,
    drafted,
    invited,
    publish,
    published,
    revise,
    revised,
)
from tests.spec import spec
from tests.world import MONDAY

given = spec(PACKAGE)


@pytest.mark.parametrize("kind", ["simple", "by_form", "by_campaign"])
@pytest.mark.rule("R4", "R7")
def test_a_shared_schedule_needs_a_deadline_and_an_audience_to_be_submitted(kind: str) -> None:
    submit = SubmitPackage(**asks())
    given(drafted(kind))(submit)("package.audience-missing")
    given(drafted(kind, registration_deadline=None), invited())(submit)("package.registration-missing")
    given(drafted(kind))(ApprovePackage(**asks()))("package.audience-missing")
    given(drafted(kind, approval=TERMS), invited())(submit)(SUBMITTED)
    given(*PENDING)(submit)()


@pytest.mark.parametrize("kind", ["local", "by_target_approval"])
@pytest.mark.rule("R8")
def test_local_and_target_approval_packages_need_neither(kind: str) -> None:
    given(drafted(kind, registration_deadline=None, approval=TERMS))(SubmitPackage(**asks()))(SUBMITTED)


@pytest.mark.parametrize("ask", [SubmitPackage, ApprovePackage])
def test_a_package_whose_reference_became_another_kind_is_not_offered(ask: type[Any]) -> None:
    draft = (drafted(), invited())
    given(*draft)(ask(**asks(), reference_kind="simple"))("package.reference-changed")
    given(*PENDING, REJECTED, revised(details()))(ask(**asks(), reference_kind="local"))(
        "package.reference-changed"
    )
    for known in ("by_campaign", None):
        given(*draft, cancelled(cascades=True))(ask(**asks(), reference_kind=known))("package.not-draft")
    given(*PENDING, APPROVED)(ApprovePackage(**asks(), reference_kind="simple"))()


def test_what_would_be_over_at_once_is_not_submitted() -> None:
    given(drafted(), invited())(SubmitPackage(**asks(day(30))))("package.already-ended")


@pytest.mark.rule("R15")
def test_head_office_approves_directly_only_where_no_reviewer_is_named() -> None:
    direct = ApprovePackage(**asks(), comment="Go")
    approved = PackageApproved(package_id=PACKAGE_ID, edition=1, by="bo", at=MONDAY, comment="Go")
    given(drafted(), invited())(direct)(approved)
    given(drafted(), invited(), approved)(direct)()
    given(drafted(approval=TERMS), invited())(direct)("package.reviewers-named")
    given(*PENDING)(direct)("package.under-review")
    given(*PENDING, REJECTED)(direct)("package.not-draft")


def test_an_answer_counts_for_the_submission_it_was_asked_about() -> None:
    given(*PENDING)(ACCEPT)(APPROVED)
    given(*PENDING)(REFUSE)(REJECTED)
    given(*PENDING, APPROVED)(ACCEPT)()
    given(*PENDING, APPROVED)(REFUSE)()
    given(*PENDING, REJECTED)(ACCEPT)()
    later = (
        *PENDING,
        AGAIN,
        invited(edition=2),
        SUBMITTED.model_copy(update={"submission": 2, "edition": 2}),
    )
    given(*later)(ACCEPT)()
    given(*later)(REFUSE)()


@pytest.mark.rule("R1", "R15")
def test_an_approved_package_is_published_at_its_start_and_not_before() -> None:
    approved = (*PENDING, APPROVED)
    offered = published(approval=TERMS)
    given(*approved)(publish(day(0.9)))()
    given(*approved)(publish(day(1)))(offered)
    given(*approved)(publish(day(1), edition=2))()
    given(*PENDING)(publish(day(1)))()
    given(*OFFERED)(publish(day(1)))()
    given(*approved, revised(details(approval=TERMS, starts_at=day(3))))(publish(day(1)))()
    given(*approved)(publish(day(30)))(EXPIRED)


@pytest.mark.rule("R9")
def test_a_local_package_without_audience_is_open_to_all() -> None:
    approved = PackageApproved(package_id=PACKAGE_ID, edition=1, by="bo", at=MONDAY)
    given(drafted("local"), approved)(publish(day(1)))(published("local", invited=None))
    given(drafted("by_target_approval"), approved)(publish(day(1)))(
        published("by_target_approval", invited=0)
    )


def test_registration_closes_once_at_the_deadline_that_is_valid() -> None:
    def close(at: datetime) -> CloseRegistration:
        return CloseRegistration(**asks(at), edition=1)

    given(*OFFERED)(close(day(10)))(CLOSED)
    given(*OFFERED, CLOSED)(close(day(10)))()
    given(*OFFERED, revised(details(registration_deadline=day(12))))(close(day(10)))()
    given(*PENDING, APPROVED)(close(day(10)))()


def test_a_package_expires_at_the_end_that_is_valid() -> None:
    def expire(at: datetime) -> ExpirePackage:
        return ExpirePackage(**asks(at), edition=1)

    given(*OFFERED)(expire(day(30)))(EXPIRED)
    given(*OFFERED, EXPIRED)(expire(day(30)))()
    given(*OFFERED, revised(details(ends_at=day(40))))(expire(day(30)))()
    given(*OFFERED, AGAIN)(expire(day(30)))()


@pytest.mark.rule("R21")
def test_a_package_is_cancelled_for_a_reason_and_only_a_shared_one_cascades() -> None:
    given(*OFFERED)(CANCEL)(cancelled(cascades=True))
    given(drafted("local"))(CANCEL)(cancelled(cascades=False))
    given(drafted(), cancelled(cascades=True))(CANCEL)()
    given(drafted())(CancelPackage(**asks(), reason=" "))("package.reason-missing")


@pytest.mark.parametrize(
    "last", [SUBMITTED, APPROVED, REJECTED, published(), EXPIRED, cancelled(cascades=True)]
)
@pytest.mark.rule("R22")
def test_from_everywhere_a_package_begins_again_as_a_new_edition_for_the_same_audience(last: Any) -> None:
    given(drafted(), invited(), last)(REINITIALISE)(AGAIN, invited(edition=2))
    given(drafted(), invited(), last)(ReinitialisePackage(**asks(), reason=""))("package.reason-missing")


def test_a_draft_is_in_editing_already() -> None:
    given(drafted())(REINITIALISE)()
    given(*OFFERED, CLOSED, AGAIN, invited(edition=2))(revise(registration_deadline=day(20)))(
        PackageDetailsRevised(
            package_id=PACKAGE_ID, edition=2, details=details(registration_deadline=day(20), approval=TERMS)
        )
    )

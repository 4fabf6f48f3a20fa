"""Deadlines around the two nights of a year in which Swedish clocks are moved: the same instant for everybody."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from services.approval.projections.request_list import REQUEST_LIST
from services.catalog.projections import package_list
from services.notifier.projections.notice_list import NOTICE_LIST
from shared import codec
from shared.contracts.catalog import ApprovalTerms, PackageSubmitted, Reminder
from shared.contracts.notifier import NoticeQueued
from shared.kernel.ids import PackageId
from shared.kernel.moment import stamp
from tests.approval.memory import Memory
from tests.facts import id_of, recorded
from tests.notifier.hall import requested

SWEDEN = ZoneInfo("Europe/Stockholm")
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
"""When the clocks went from two to three, and when from three to two."""
ZONES = some.just(SWEDEN) | some.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


def request_by(moment: datetime) -> str:
    fact = requested("role:central").model_copy(update={"deadline": moment})
    return next(str(params["deadline"]) for _, params in REQUEST_LIST.apply(recorded(fact)))


def notice_at(moment: datetime) -> str:
    whose = {"notice_id": id_of("notice"), "person_id": id_of("anna"), "because_of": id_of("order")}
    fact = NoticeQueued(**whose, kind="N6", language="sv", at=moment)  # type: ignore[arg-type]
    return next(str(params["at"]) for _, params in NOTICE_LIST.apply(recorded(fact)))


STAMPS = {
    "timers and tables": stamp,
    "requests": request_by,
    "notices": notice_at,
}


@some.composite
def around(draw: some.DrawFn) -> datetime:
    """A moment within four days of a change, as somebody somewhere would write it."""
    change = draw(some.sampled_from([SPRING, AUTUMN]))
    away = timedelta(microseconds=draw(some.integers(-(4 * 86_400 * 10**6), 4 * 86_400 * 10**6)))
    return (change + away).astimezone(draw(ZONES))


@pytest.mark.row("I16")
@pytest.mark.rule("R44")
@pytest.mark.parametrize("table", STAMPS)
@given(one=around(), other=around())
@example(
    one=datetime(2026, 10, 25, 2, 30, tzinfo=SWEDEN),
    other=datetime(2026, 10, 25, 2, 10, tzinfo=SWEDEN, fold=1),
)
def test_moments_are_kept_so_that_they_sort_as_they_follow_each_other(
    table: str, one: datetime, other: datetime
) -> None:
    kept = STAMPS[table]
    assert (kept(one) < kept(other)) == (one.timestamp() < other.timestamp())
    assert datetime.fromisoformat(kept(one)).timestamp() == one.timestamp()


@pytest.mark.row("I16")
@pytest.mark.rule("R16", "R17")
@given(since=around(), days=some.integers(1, 7), hours=some.integers(1, 23))
def test_three_days_are_three_times_twenty_four_hours_for_everybody(
    since: datetime, days: int, hours: int
) -> None:
    terms = ApprovalTerms(
        reviewers=("role:central",), answer_within_days=days, reminders=(Reminder(hours_before=hours),)
    )
    said = PackageSubmitted(
        package_id=PackageId(id_of("package")), edition=1, submission=1, by="bo", at=since, approval=terms
    )
    heard = codec.decode("PackageSubmitted", 1, said.model_dump_json().encode())
    request, reminder, end = Memory().hear(recorded(heard, "package-1"))
    assert request.deadline.timestamp() == since.timestamp() + days * 86_400
    assert (end.at.timestamp(), reminder.at.timestamp()) == (
        request.deadline.timestamp(),
        request.deadline.timestamp() - hours * 3600,
    )
    (deadline,) = (
        params["approval_deadline"]
        for _, params in package_list.apply(recorded(heard, "package-1"))
        if "approval_deadline" in params
    )
    assert datetime.fromisoformat(str(deadline)) == request.deadline.astimezone(UTC)

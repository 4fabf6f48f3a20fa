"""Preferences and digests: when somebody may be told, and what meets in one mail."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.notifier.deciders.digest import DIGEST, CloseDigest, CollectNotice
from services.notifier.deciders.notice import NOTICE, QueueNotice, ReleaseNotice
from services.notifier.deciders.preferences import PREFERENCES, ChoosePreferences
from services.notifier.hours import held_until
from services.notifier.reactions import react
from shared.contracts.notifier import (
    DigestClosed,
    NoticeCollected,
    NoticeQueued,
    NoticeReleased,
    PreferencesChosen,
)
from shared.kernel.ids import NoticeId, PersonId
from shared.kernel.message import Actor
from tests.facts import id_of, recorded
from tests.notifier.hall import Memory, day
from tests.spec import spec
from tests.world import MONDAY

DIGEST_ID, ANNA = NoticeId(id_of("digest")), PersonId(id_of("anna"))
FIRST, SECOND = NoticeId(id_of("first")), NoticeId(id_of("second"))
READER: dict[str, Any] = {"person_id": ANNA, "language": "en", "time_zone": "Asia/Tokyo"}
HOURS = {"quiet_from": "22:00", "quiet_to": "07:00", "digest_at": ""}


def asks(at: datetime = MONDAY) -> dict[str, Any]:
    return {"id": id_of("command"), "at": at, "by": Actor(id="notifier")}


def collect(notice_id: NoticeId) -> CollectNotice:
    return CollectNotice(**asks(), digest_id=DIGEST_ID, notice_id=notice_id)


def collected(notice_id: NoticeId, *, late: bool = False) -> NoticeCollected:
    return NoticeCollected(digest_id=DIGEST_ID, notice_id=notice_id, at=MONDAY, late=late)


close = CloseDigest(**asks(day(1)), digest_id=DIGEST_ID, **READER)
closed = DigestClosed(digest_id=DIGEST_ID, **READER, notices=(FIRST, SECOND), at=day(1))


def test_a_digest_holds_each_notice_once_and_closes_once() -> None:
    given = spec(DIGEST)
    given()(collect(FIRST))(collected(FIRST))
    given(collected(FIRST))(collect(FIRST))()
    given(collected(FIRST), collected(SECOND))(close)(closed)
    given(collected(FIRST), collected(SECOND), closed)(close)()
    given()(close)()


def test_who_comes_after_the_digest_is_late_and_goes_out_alone(memory: Memory) -> None:
    spec(DIGEST)(collected(FIRST), closed)(collect(NoticeId(id_of("third"))))(
        collected(NoticeId(id_of("third")), late=True)
    )
    (release,) = react(recorded(collected(FIRST, late=True)), memory.recall)
    assert isinstance(release, ReleaseNotice)
    assert release.notice_id == FIRST
    held = NoticeQueued(
        notice_id=FIRST, kind="N9", because_of=id_of("fact"), at=MONDAY, held_until=day(1), **READER
    )
    released = NoticeReleased(notice_id=FIRST, at=release.at)
    spec(NOTICE)(held)(release)(released)
    spec(NOTICE)(held, released)(release)()
    assert NOTICE.fold([held]).status == "held"
    assert NOTICE.fold([held, released]).status == "due"


def test_a_closed_digest_is_one_notice_with_all_that_was_kept_back(memory: Memory) -> None:
    for _ in range(2):
        (queue,) = react(recorded(closed), memory.recall)
        assert isinstance(queue, QueueNotice)
        assert (queue.notice_id, queue.kind, queue.person_id) == (DIGEST_ID, "digest", ANNA)
        assert queue.facts == {"notices": f"{FIRST} {SECOND}"}
        assert queue.held_until is None


def choose(**more: Any) -> ChoosePreferences:
    given = {
        "quiet_from": "",
        "quiet_to": "",
        "digest_at": "",
        "not_by_mail": (),
        "time_zone": "Europe/Stockholm",
    }
    return ChoosePreferences(**asks(), person_id=ANNA, **given | more)


def test_the_last_choice_counts_and_the_same_again_is_nothing() -> None:
    given = spec(PREFERENCES)
    chosen = PreferencesChosen(
        person_id=ANNA, quiet_from="22:00", quiet_to="07:00", time_zone="Europe/Stockholm", at=day(-1)
    )
    given()(choose(digest_at="08:00"))(
        PreferencesChosen(person_id=ANNA, digest_at="08:00", time_zone="Europe/Stockholm", at=MONDAY)
    )
    given(chosen)(choose(quiet_from="22:00", quiet_to="07:00"))()
    given(chosen)(choose())(PreferencesChosen(person_id=ANNA, time_zone="Europe/Stockholm", at=MONDAY))
    for wrong in (
        {"quiet_from": "22:00"},
        {"quiet_to": "07:00"},
        {"quiet_from": "22:00", "quiet_to": "22:00"},
    ):
        given()(choose(**wrong))("preferences.half-quiet")


@pytest.mark.parametrize(
    ("hours", "zone", "at", "until"),
    [
        ({}, "Europe/Stockholm", "2026-03-02T20:59", ""),
        ({}, "Europe/Stockholm", "2026-03-02T21:00", "2026-03-03T06:00"),
        ({}, "Europe/Stockholm", "2026-03-03T05:59", "2026-03-03T06:00"),
        ({}, "Europe/Stockholm", "2026-03-03T06:00", ""),
        ({}, "Asia/Tokyo", "2026-03-02T14:00", "2026-03-02T22:00"),
        ({}, "", "2026-03-02T21:00", "2026-03-03T06:00"),
        # Over the nights in which Sweden's clocks go forward, and back: it ends at seven on the wall.
        ({}, "Europe/Stockholm", "2026-03-28T21:00", "2026-03-29T05:00"),
        ({}, "Europe/Stockholm", "2026-10-24T20:00", "2026-10-25T06:00"),
        (
            {"quiet_from": "12:00", "quiet_to": "13:00"},
            "Europe/Stockholm",
            "2026-03-02T11:30",
            "2026-03-02T12:00",
        ),
        (
            {"quiet_from": "", "quiet_to": "", "digest_at": "08:00"},
            "",
            "2026-03-02T06:30",
            "2026-03-02T07:00",
        ),
        (
            {"quiet_from": "", "quiet_to": "", "digest_at": "08:00"},
            "",
            "2026-03-02T07:00",
            "2026-03-03T07:00",
        ),
        ({"digest_at": "05:00"}, "", "2026-03-02T09:00", "2026-03-03T06:00"),
    ],
)
def test_quiet_hours_are_those_of_the_persons_own_wall(
    hours: dict[str, str], zone: str, at: str, until: str
) -> None:
    chosen = {**HOURS, **hours, "time_zone": "Europe/Stockholm"}
    found = held_until(chosen, datetime.fromisoformat(at).replace(tzinfo=UTC), zone)
    assert (f"{found:%Y-%m-%dT%H:%M}" if found else "") == until

"""What catalog does when it hears something: the same, however often it hears it."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.catalog.deciders.package_commands import (
    ApprovePackage,
    CloseRegistration,
    ExpirePackage,
    PublishPackage,
    RejectPackage,
)
from services.catalog.reactions import REACTION
from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.contracts.catalog import (
    PackageApproved,
    PackageCancelled,
    PackageDetailsRevised,
    PackageDrafted,
    PackagePublished,
)
from shared.kernel.ids import CampaignId, PackageId, RequestId
from shared.kernel.message import Command, Event
from tests.catalog.offers import day, details
from tests.facts import id_of, recorded
from tests.world import MONDAY

PACKAGE_ID = PackageId(id_of("package"))
REFERENCE = CampaignId(id_of("reference"))
DRAFTED = PackageDrafted(
    package_id=PACKAGE_ID, number=12, kind="simple", reference_id=REFERENCE, owner="bo", details=details()
)
APPROVED = PackageApproved(package_id=PACKAGE_ID, edition=1, by="rut", at=MONDAY)
PUBLISHED = PackagePublished(
    package_id=PACKAGE_ID,
    edition=1,
    number=12,
    kind="simple",
    reference_id=REFERENCE,
    at=day(1),
    details=details(),
)
CANCELLED = PackageCancelled(
    package_id=PACKAGE_ID, edition=1, reference_id=REFERENCE, at=MONDAY, by="bo", reason="Out", cascades=True
)
ANSWER: dict[str, Any] = {
    "request_id": RequestId(id_of("request")),
    "subject_id": PACKAGE_ID,
    "subject_version": 3,
    "by": "rut",
    "at": MONDAY,
    "comment": "Hm",
}


def heard(*events: Event, at: datetime = MONDAY) -> list[Command]:
    """What the last of these facts leads to, asked twice with its memory brought up to it twice."""
    with sqlite3.connect(":memory:") as db:
        db.row_factory = sqlite3.Row
        for table in (table for part in REACTION.memory for table in part.tables):
            db.execute(table)

        def recall(sql: str, params: Any) -> Sequence[Any]:
            return db.execute(sql, params).fetchall()

        answers = []
        for version, event in enumerate([*events, events[-1]]):
            fact = recorded(event, "package-1", min(version, len(events) - 1), at)
            for part in REACTION.memory:
                for sql, params in part.apply(fact):
                    db.execute(sql, params)
            answers.append(list(REACTION.react(fact, recall)))
    db.close()
    assert answers[-1] == answers[-2]
    return answers[-1]


def told(commands: Sequence[Command]) -> list[tuple[type[Command], datetime]]:
    return [(type(command), command.at) for command in commands]


def test_an_approved_package_is_published_at_its_start_or_now() -> None:
    assert told(heard(DRAFTED, APPROVED)) == [(PublishPackage, day(1))]
    assert told(heard(DRAFTED, APPROVED, at=day(4))) == [(PublishPackage, day(4))]


def test_a_published_package_is_closed_and_expires() -> None:
    expected = [(CloseRegistration, day(10)), (ExpirePackage, day(30))]
    assert told(heard(DRAFTED, APPROVED, PUBLISHED)) == expected
    endless = PUBLISHED.model_copy(update={"details": details(registration_deadline=None)})
    assert told(heard(DRAFTED, APPROVED, endless)) == [(ExpirePackage, day(30))]


def test_moved_dates_set_new_timers_where_they_matter() -> None:
    moved = PackageDetailsRevised(
        package_id=PACKAGE_ID, edition=1, details=details(starts_at=day(2), registration_deadline=day(12))
    )
    assert heard(DRAFTED, moved) == []
    assert told(heard(DRAFTED, APPROVED, moved)) == [(PublishPackage, day(2))]
    expected = [(CloseRegistration, day(12)), (ExpirePackage, day(30))]
    assert told(heard(DRAFTED, APPROVED, PUBLISHED, moved)) == expected
    assert heard(DRAFTED, APPROVED, PUBLISHED, CANCELLED, moved) == []
    assert told(heard(DRAFTED, moved, APPROVED)) == [(PublishPackage, day(2))]


def test_answers_about_packages_are_heeded_and_others_are_not() -> None:
    (yes,) = heard(ApprovalAccepted(**ANSWER, subject="package"))
    assert isinstance(yes, ApprovePackage)
    assert (yes.package_id, yes.submission, yes.answered_by, yes.comment) == (PACKAGE_ID, 3, "rut", "Hm")
    (no,) = heard(ApprovalRefused(**ANSWER, subject="package"))
    assert isinstance(no, RejectPackage)
    assert (no.submission, no.comment) == (3, "Hm")
    assert heard(ApprovalAccepted(**ANSWER, subject="order")) == []

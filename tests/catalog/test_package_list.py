"""The rows of packages: set and never added to, so that a fact told twice leaves them as once."""

import sqlite3
from typing import Any

from services.catalog.projections import package_list
from services.catalog.projections.package_list import PACKAGE_LIST
from services.catalog.projections.reference_list import REFERENCE_LIST
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignReinitialised,
    CampaignSettingsRevised,
    Definition,
)
from shared.contracts.catalog import (
    ApprovalTerms,
    EntityInvited,
    EntityWithdrawn,
    PackageApproved,
    PackageAssigned,
    PackageCancelled,
    PackageDetailsRevised,
    PackageDocumentAttached,
    PackageDocumentRemoved,
    PackageDrafted,
    PackageExpired,
    PackagePublished,
    PackageReinitialised,
    PackageRejected,
    PackageSubmitted,
    RegistrationClosed,
)
from shared.kernel.ids import CampaignId, EntityId, PackageId, RequestId
from shared.kernel.message import Event
from tests.catalog.offers import day, details, prepared
from tests.facts import id_of, recorded
from tests.world import MONDAY

ID = PackageId(id_of("package"))
REFERENCE = CampaignId(id_of("simple"))
EAST, NORTH = EntityId(id_of("east")), EntityId(id_of("north"))
REQUEST = RequestId(id_of("request"))
FLYER: dict[str, Any] = {
    "edition": 2,
    "by": "bo",
    "at": day(31),
    "name": "flyer.pdf",
    "media_type": "application/pdf",
    "size": 7,
    "sha256": "flyer",
}
STORY: list[Event] = [
    PackageDrafted(
        package_id=ID, number=12, kind="simple", reference_id=REFERENCE, owner="bo", details=details()
    ),
    EntityInvited(package_id=ID, edition=1, entity_id=EAST),
    EntityInvited(package_id=ID, edition=1, entity_id=NORTH),
    PackageSubmitted(package_id=ID, edition=1, submission=1, by="bo", at=MONDAY, approval=ApprovalTerms()),
    PackageRejected(package_id=ID, edition=1, by="rut", at=MONDAY, comment="No", request_id=REQUEST),
    PackageDetailsRevised(package_id=ID, edition=1, details=details(label="Smör & Åkrar 100%")),
    EntityWithdrawn(package_id=ID, edition=1, entity_id=NORTH, reason="Moved"),
    PackageSubmitted(package_id=ID, edition=1, submission=2, by="bo", at=day(0.5), approval=ApprovalTerms()),
    PackageApproved(package_id=ID, edition=1, by="rut", at=day(0.6)),
    PackagePublished(
        package_id=ID,
        edition=1,
        number=12,
        kind="simple",
        reference_id=REFERENCE,
        at=day(1),
        details=details(),
    ),
    RegistrationClosed(package_id=ID, edition=1, at=day(10)),
    PackageExpired(package_id=ID, edition=1, at=day(30)),
    PackageReinitialised(package_id=ID, edition=2, at=day(31), by="bo", reason="Once more"),
    EntityInvited(package_id=ID, edition=2, entity_id=EAST),
    PackageAssigned(package_id=ID, owner="rut", by="bo", at=day(31)),
    PackageSubmitted(package_id=ID, edition=2, submission=3, by="bo", at=day(31), approval=ApprovalTerms()),
    PackageRejected(package_id=ID, edition=2, by="rut", at=day(31), comment="No flyer", request_id=REQUEST),
    PackageDocumentAttached(package_id=ID, document_id=id_of("flyer"), **FLYER),
    PackageRejected(package_id=ID, edition=2, by="rut", at=day(31), comment="Old flyer", request_id=REQUEST),
    PackageDocumentRemoved(package_id=ID, edition=2, document_id=id_of("flyer"), by="bo", at=day(31)),
    PackageCancelled(
        package_id=ID, edition=2, reference_id=REFERENCE, at=day(32), by="bo", reason="Out", cascades=True
    ),
]


def rows_after(count: int, times: int = 1) -> tuple[dict[str, Any], list[Any]]:
    """The package's row and its audience after so many facts of the story, each applied so many times."""
    with sqlite3.connect(":memory:") as db:
        db.row_factory = sqlite3.Row
        for table in (*PACKAGE_LIST.tables, *REFERENCE_LIST.tables):
            db.execute(table)
        for sql, params in REFERENCE_LIST.apply(recorded(prepared("simple"))):
            db.execute(sql, params)
        for version, event in enumerate(STORY[:count]):
            for _ in range(times):
                for sql, params in PACKAGE_LIST.apply(recorded(event, f"package-{ID}", version)):
                    db.execute(sql, params)
        eyes = {"package_id": str(ID), "central": 1, "mine": "", "now": ""}
        row = dict(db.execute(package_list.ONE, eyes).fetchone())
        audience = [
            tuple(one) for one in db.execute("SELECT entity_id, edition FROM package_audience ORDER BY 1")
        ]
    db.close()
    return row, audience


def test_applied_twice_is_applied_once() -> None:
    for count in range(1, len(STORY) + 1):
        assert rows_after(count, 2) == rows_after(count)


def test_every_fact_moves_the_row() -> None:
    seen = [rows_after(count)[0] for count in range(1, len(STORY) + 1)]
    assert [row["status"] for row in seen] == [
        "draft", "draft", "draft", "pending", "rejected", "draft", "draft", "pending", "approved", "published",
        "published", "unavailable", "draft", "draft", "draft", "pending", "rejected", "draft", "rejected",
        "draft", "cancelled",
    ]  # fmt: skip
    assert [row["version"] for row in seen] == list(range(len(STORY)))
    assert seen[4]["reason"] == "No"
    assert seen[7]["approval_deadline"] == "2026-03-05T21:00:00.000000+00:00"
    assert (seen[10]["registration_closed"], seen[12]["registration_closed"]) == (1, 0)
    assert (seen[11]["published_at"] is None, seen[12]["published_at"]) == (False, None)
    assert (seen[13]["owner"], seen[14]["owner"]) == ("bo", "rut")
    assert (seen[-1]["reason"], seen[-1]["edition"], seen[-1]["reference_number"]) == ("Out", 2, 27)
    assert rows_after(len(STORY))[1] == [(str(EAST), 2)]
    assert "åkrar" in rows_after(6)[0]["found_by"]


def test_a_reference_is_of_the_kind_that_was_said_last() -> None:
    became = CampaignSettingsRevised(
        campaign_id=prepared("local").campaign_id, label="Now", definition=Definition(), kind="by_form"
    )
    later = became.model_copy(update={"label": "Later", "kind": None})
    with sqlite3.connect(":memory:") as db:
        db.execute(REFERENCE_LIST.tables[0])
        seen = []
        for version, event in enumerate((prepared("local"), became, became, later)):
            for sql, params in REFERENCE_LIST.apply(recorded(event, version=version)):
                db.execute(sql, params)
            seen.append(db.execute("SELECT kind, label FROM reference_list").fetchone())
    db.close()
    assert seen == [
        ("local", "Reference local"), ("by_form", "Now"), ("by_form", "Now"), ("by_form", "Later"),
    ]  # fmt: skip


def test_a_reference_that_was_called_off_can_be_used_again() -> None:
    campaign_id = prepared("simple").campaign_id
    off = CampaignCancelled(campaign_id=campaign_id, by="bo", at=MONDAY, reason="Out")
    again = CampaignReinitialised(campaign_id=campaign_id, by="bo", at=MONDAY)
    with sqlite3.connect(":memory:") as db:
        db.execute(REFERENCE_LIST.tables[0])
        seen = []
        for event in (prepared("simple"), off, again):
            for sql, params in REFERENCE_LIST.apply(recorded(event)):
                db.execute(sql, params)
            seen.append(db.execute("SELECT cancelled FROM reference_list").fetchone()[0])
    db.close()
    assert seen == [0, 1, 0]

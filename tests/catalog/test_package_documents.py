"""Rules and rows of what belongs to a package beside its details: its files, and who answers for it."""

import sqlite3
from typing import Any

import pytest

from services.catalog.deciders.documents import MOST_DOCUMENTS
from services.catalog.deciders.package import PACKAGE
from services.catalog.deciders.package_commands import (
    AssignPackage,
    AttachDocument,
    RemoveDocument,
    SubmitPackage,
)
from services.catalog.projections import package_documents
from services.catalog.projections.package_documents import PACKAGE_DOCUMENTS
from shared.contracts.catalog import PackageAssigned, PackageDocumentAttached, PackageDocumentRemoved
from shared.kernel.ids import PersonId
from tests.catalog.package_facts import (
    AGAIN,
    EXPIRED,
    OFFERED,
    PACKAGE_ID,
    PENDING,
    REJECTED,
    SUBMITTED,
    asks,
    cancelled,
    drafted,
)
from tests.facts import id_of, recorded
from tests.spec import spec
from tests.world import MONDAY

given = spec(PACKAGE)
FLYER: dict[str, Any] = {"name": "flyer.pdf", "media_type": "application/pdf", "size": 7}
RUT = PersonId(id_of("rut"))


def attach(name: str = "flyer") -> AttachDocument:
    return AttachDocument(**asks(), document_id=id_of(name), sha256=name, **FLYER)


def attached(name: str = "flyer", edition: int = 1) -> PackageDocumentAttached:
    return PackageDocumentAttached(
        package_id=PACKAGE_ID,
        edition=edition,
        document_id=id_of(name),
        by="bo",
        at=MONDAY,
        sha256=name,
        **FLYER,
    )


def remove(name: str = "flyer") -> RemoveDocument:
    return RemoveDocument(**asks(), document_id=id_of(name))


def removed(name: str = "flyer", edition: int = 1) -> PackageDocumentRemoved:
    return PackageDocumentRemoved(
        package_id=PACKAGE_ID, edition=edition, document_id=id_of(name), by="bo", at=MONDAY
    )


def test_a_file_is_attached_once_and_removed() -> None:
    given(drafted())(attach())(attached())
    given(drafted(), attached())(attach())()
    given(drafted(), attached())(attach("price list"))(attached("price list"))
    given(drafted(), attached())(remove())(removed())
    given(drafted(), attached(), removed())(remove())("package.document-unknown")
    given(drafted(), attached(), removed())(attach())(attached())


def test_files_are_added_to_what_is_offered_and_stay_with_a_new_edition() -> None:
    given(*OFFERED)(attach())(attached())
    given(*OFFERED, attached(), AGAIN)(attach())()
    given(*OFFERED, attached(), AGAIN)(remove())(removed(edition=2))


@pytest.mark.parametrize(
    ("history", "code"),
    [
        ((*PENDING[:-1], attached(), SUBMITTED), "package.under-review"),
        ((*OFFERED, attached(), EXPIRED), "package.over"),
        ((*OFFERED, attached(), cancelled(cascades=True)), "package.over"),
    ],
)
def test_files_are_as_fixed_as_the_details(history: tuple[Any, ...], code: str) -> None:
    given(*history)(attach("other"))(code)
    given(*history)(remove())(code)


def test_a_new_file_mends_a_rejected_package() -> None:
    again = SUBMITTED.model_copy(update={"submission": 2})
    given(*PENDING, REJECTED, attached())(SubmitPackage(**asks()))(again)


def test_a_package_has_no_more_files_than_a_mail_can_carry() -> None:
    full = [attached(f"file {number}") for number in range(MOST_DOCUMENTS)]
    given(drafted(), *full)(attach())("package.documents-full")
    given(drafted(), *full[1:])(attach())(attached())


def test_a_package_is_handed_over_to_somebody_of_head_office_at_any_time() -> None:
    handed = PackageAssigned(package_id=PACKAGE_ID, owner=str(RUT), by="bo", at=MONDAY)
    for history in ((drafted(),), PENDING, OFFERED, (*OFFERED, EXPIRED)):
        given(*history)(AssignPackage(**asks(), owner=RUT, suits=True))(handed)
        given(*history, handed)(AssignPackage(**asks(), owner=RUT, suits=True))()
        given(*history)(AssignPackage(**asks(), owner=RUT, suits=False))("package.owner-unknown")


def names_in(
    edition: int, *events: PackageDocumentAttached | PackageDocumentRemoved, times: int = 1
) -> list[str]:
    with sqlite3.connect(":memory:") as db:
        for table in PACKAGE_DOCUMENTS.tables:
            db.execute(table)
        for version, event in enumerate(events):
            for _ in range(times):
                for sql, params in PACKAGE_DOCUMENTS.apply(recorded(event, f"package-{PACKAGE_ID}", version)):
                    db.execute(sql, params)
        found = db.execute(package_documents.OF, {"package_id": str(PACKAGE_ID), "edition": edition})
        ids = {str(id_of(name)): name for name in ("flyer", "old")}
        names = sorted(ids[row[0]] for row in found)
    db.close()
    return names


def test_every_edition_has_the_files_that_it_had_however_often_it_is_told() -> None:
    story = (attached("old"), attached("flyer", edition=2), removed("old", edition=2))
    for times in (1, 2):
        assert names_in(1, *story, times=times) == ["old"]
        assert names_in(2, *story, times=times) == ["flyer"]
        assert names_in(3, *story, times=times) == ["flyer"]
    assert names_in(1, attached("old"), removed("old")) == []

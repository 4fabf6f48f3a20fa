"""How far content has come, as a row: every fact twice leaves what once leaves."""

import sqlite3
from typing import Any

import pytest

from services.campaigns.projections.content_list import CONTENT_LIST, MISSING, ONE
from shared.contracts.campaigns import ContentRefused
from shared.kernel.message import Event
from tests.campaigns.test_content import answered, asking, changed, submitted
from tests.campaigns.test_reordering import reordered
from tests.campaigns.words import ID, available
from tests.facts import recorded


def row(times: int, *events: Event) -> dict[str, Any] | None:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    for table in CONTENT_LIST.tables:
        db.execute(table)
    for version, event in enumerate((asking, available, *events)):
        for _ in range(times):
            for statement in CONTENT_LIST.apply(recorded(event, "campaign-1", version)):
                db.execute(*statement)
    found = db.execute(ONE, {"campaign_id": str(ID)}).fetchone()
    db.close()
    return dict(found) if found else None


@pytest.mark.parametrize(
    ("events", "status", "version", "answered_by", "comment"),
    [
        ((submitted(),), "submitted", 1, None, ""),
        ((submitted(), answered()), "approved", 1, "rut", "So be it"),
        ((submitted(), answered(ContentRefused)), "refused", 1, "rut", "So be it"),
        ((submitted(), answered(ContentRefused), changed), "changed", 1, "rut", "So be it"),
        ((submitted(), answered(ContentRefused), submitted(2)), "submitted", 2, None, ""),
        ((submitted(), answered(), reordered()), "changed", 1, "rut", "So be it"),
        ((submitted(), answered(), reordered(values={})), "approved", 1, "rut", "So be it"),
    ],
)
def test_the_row_follows_the_facts(
    events: tuple[Event, ...], status: str, version: int, answered_by: str | None, comment: str
) -> None:
    found = row(1, *events)
    assert found is not None
    assert (found["status"], found["version"]) == (status, version)
    assert (found["answered_by"], found["comment"]) == (answered_by, comment)
    assert row(2, *events) == found
    assert found.keys() == MISSING.keys()


def test_what_was_never_handed_in_has_no_row() -> None:
    assert row(1, changed) is None

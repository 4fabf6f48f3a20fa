"""The list of notices as rows: every fact twice leaves what once leaves."""

import sqlite3

from services.notifier.projections.notice_list import NOTICE_LIST
from tests.facts import recorded
from tests.notifier.test_notice import failed, queued, retried, sent


def rows(times: int) -> list[tuple[object, ...]]:
    db = sqlite3.connect(":memory:")
    for table in NOTICE_LIST.tables:
        db.execute(table)
    for version, event in enumerate((queued, failed, retried, sent)):
        for _ in range(times):
            for statement in NOTICE_LIST.apply(recorded(event, "notice-1", version)):
                db.execute(*statement)
    found = db.execute("SELECT status, attempts, error, message_id, version FROM notice_list").fetchall()
    found += db.execute("SELECT * FROM notice_about").fetchall()
    db.close()
    return found


def test_every_fact_told_twice_leaves_the_same_rows() -> None:
    assert rows(2) == rows(1)
    assert rows(1)[0] == ("sent", 1, None, "<1@here>", 3)
    assert len(rows(1)) == 2

"""Every notice with what became of it: one's own for everybody, all of them for head office."""

import json
from collections.abc import Iterator

from shared.contracts.notifier import (
    DigestClosed,
    NoticeFailed,
    NoticeQueued,
    NoticeReleased,
    NoticeRetried,
    NoticeSent,
)
from shared.kernel.message import Params, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Projection, Statement, narrowed

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS notice_list (
        notice_id TEXT PRIMARY KEY, kind TEXT NOT NULL, person_id TEXT NOT NULL, language TEXT NOT NULL,
        because_of TEXT NOT NULL, about TEXT NOT NULL, facts TEXT NOT NULL, at TEXT NOT NULL,
        status TEXT NOT NULL, attempts BIGINT NOT NULL, error TEXT, retry_at TEXT, sent_at TEXT,
        message_id TEXT, held_until TEXT, digest_id TEXT, documents TEXT NOT NULL, version BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS notice_about (
        subject_id TEXT NOT NULL, notice_id TEXT NOT NULL, PRIMARY KEY (subject_id, notice_id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS notice_list_by_moment ON notice_list (at DESC, notice_id)",
    "CREATE INDEX IF NOT EXISTS notice_list_by_person ON notice_list (person_id, at DESC, notice_id)",
)
IN_JSON = ("about", "facts", "documents")
QUEUED = """
INSERT INTO notice_list
    (notice_id, kind, person_id, language, because_of, about, facts, documents, at, held_until, status, attempts,
    version)
VALUES
    (:notice_id, :kind, :person_id, :language, :because_of, :about, :facts, :documents, :at, :held_until, :status, 0,
    :version)
ON CONFLICT (notice_id) DO NOTHING
"""
CONCERNS = """
INSERT INTO notice_about (subject_id, notice_id) VALUES (:subject_id, :notice_id) ON CONFLICT DO NOTHING
"""
SENT = """
UPDATE notice_list SET status = 'sent', message_id = :message_id, sent_at = :at, error = NULL,
    retry_at = NULL, version = :version
WHERE notice_id = :notice_id
"""
FAILED = """
UPDATE notice_list SET status = :status, attempts = :attempt, error = :error, retry_at = :retry_at,
    version = :version
WHERE notice_id = :notice_id
"""
RETRIED = """
UPDATE notice_list SET status = 'queued', retry_at = NULL, version = :version WHERE notice_id = :notice_id
"""

IN_DIGEST = """
UPDATE notice_list SET status = 'in_digest', digest_id = :digest_id
WHERE notice_id = :notice_id AND status = 'held'
"""

ONE = "SELECT * FROM notice_list WHERE notice_id = :notice_id AND (:only = '' OR person_id = :only)"
NARROWING = {
    "only": "person_id = :only",
    "kind": "kind = :kind",
    "status": "status = :status",
    "about": "notice_id IN (SELECT notice_id FROM notice_about WHERE subject_id = :about)",
}


def listed(asked: Params) -> Statement:
    """The page that is asked for, newest first."""
    where = f"at <= :at AND (at < :at OR notice_id > :after){narrowed(NARROWING, asked)}"
    return f"SELECT * FROM notice_list WHERE {where} ORDER BY at DESC, notice_id LIMIT :limit", asked


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per notice, one per thing that it is about."""
    event, version = recorded.event, recorded.version
    match event:
        case NoticeQueued():
            row = event.model_dump(mode="json")
            row |= {name: json.dumps(row[name], ensure_ascii=False) for name in IN_JSON}
            status = "held" if event.held_until else "queued"
            until = stamp(event.held_until) if event.held_until else None
            row |= {"status": status if event.by_mail else "not_by_mail", "held_until": until}
            yield QUEUED, row | {"at": stamp(event.at), "version": version}
            for subject_id in event.about.values():
                yield CONCERNS, {"subject_id": str(subject_id), "notice_id": str(event.notice_id)}
        case NoticeSent():
            yield SENT, event.model_dump(mode="json") | {"at": stamp(event.at), "version": version}
        case NoticeFailed():
            retry_at = stamp(event.retry_at) if event.retry_at else None
            status = "waiting" if retry_at else "given_up"
            row = event.model_dump(mode="json", exclude={"at"})
            yield FAILED, row | {"status": status, "retry_at": retry_at, "version": version}
        case DigestClosed():
            for notice_id in event.notices:
                yield IN_DIGEST, {"notice_id": str(notice_id), "digest_id": str(event.digest_id)}
        case NoticeRetried() | NoticeReleased():
            yield RETRIED, {"notice_id": str(event.notice_id), "version": version}


NOTICE_LIST = Projection(
    "notifier.notice_list", 4, TABLES, apply, hears=("notifier.notices", "notifier.digests")
)

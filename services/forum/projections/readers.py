"""What a thread can be about, and which entity may read it. Head office reads all."""

from collections.abc import Iterator
from uuid import UUID

from shared.contracts.campaigns import CampaignPrepared, ChildCampaignCreated, LocalCampaignCreated
from shared.contracts.catalog import (
    EntityInvited,
    EntityRegistered,
    EntityWithdrawn,
    PackageDrafted,
    PackagePublished,
    PersonActivated,
)
from shared.contracts.forum import ForumSubject
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS forum_subjects (
        subject_id TEXT PRIMARY KEY, subject TEXT NOT NULL, open_to_all BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS forum_readers (
        subject_id TEXT NOT NULL, entity_id TEXT NOT NULL, offered BIGINT NOT NULL,
        PRIMARY KEY (subject_id, entity_id)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS forum_people (
        person_id TEXT PRIMARY KEY, central BIGINT NOT NULL, entity_id TEXT NOT NULL
    )
    """,
)
SUBJECT = """
INSERT INTO forum_subjects (subject_id, subject, open_to_all) VALUES (:subject_id, :subject, 0)
ON CONFLICT (subject_id) DO NOTHING
"""
OPENED = "UPDATE forum_subjects SET open_to_all = :open_to_all WHERE subject_id = :subject_id"
INVITED = """
INSERT INTO forum_readers (subject_id, entity_id, offered) VALUES (:subject_id, :entity_id, 0)
ON CONFLICT (subject_id, entity_id) DO NOTHING
"""
OFFERED_TO = """
INSERT INTO forum_readers (subject_id, entity_id, offered) VALUES (:subject_id, :entity_id, 1)
ON CONFLICT (subject_id, entity_id) DO UPDATE SET offered = 1
"""
OFFERED = "UPDATE forum_readers SET offered = 1 WHERE subject_id = :subject_id"
WITHDRAWN = "DELETE FROM forum_readers WHERE subject_id = :subject_id AND entity_id = :entity_id"
ACTIVATED = """
INSERT INTO forum_people (person_id, central, entity_id) VALUES (:person_id, :central, :entity_id)
ON CONFLICT (person_id) DO UPDATE SET central = :central, entity_id = :entity_id
"""

_READS = """
(forum_subjects.open_to_all = 1 OR EXISTS (SELECT 1 FROM forum_readers
    WHERE forum_readers.subject_id = forum_subjects.subject_id AND offered = 1
        AND forum_readers.entity_id = {entity_id}))
"""
READABLE = f"""
SELECT subject FROM forum_subjects
WHERE subject_id = :subject_id AND (:central = 1 OR {_READS.format(entity_id=":entity_id")})
"""
"""What this thread is about, for those who may read it."""
BARRED = f"""
SELECT forum_followers.person_id FROM forum_followers
JOIN forum_people ON forum_people.person_id = forum_followers.person_id
JOIN forum_subjects ON forum_subjects.subject_id = :subject_id
WHERE forum_followers.thread_id = :thread_id AND forum_people.central = 0
    AND NOT {_READS.format(entity_id="forum_people.entity_id")}
"""
"""Followers who may not read it any more. Of whom nothing is known yet is not among them."""


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per thing, one per entity that may read about it, one per person.

    A package is read about by those to whom it was ever offered, until their invitation is taken back.
    """
    event = recorded.event
    match event:
        case PackageDrafted():
            yield _subject("package", event.package_id)
        case EntityInvited():
            yield _reader(event.package_id, event.entity_id, offered=event.published)
            yield OPENED, {"subject_id": str(event.package_id), "open_to_all": 0}
        case EntityWithdrawn():
            yield WITHDRAWN, {"subject_id": str(event.package_id), "entity_id": str(event.entity_id)}
        case PackagePublished():
            yield _subject("package", event.package_id)
            yield OFFERED, {"subject_id": str(event.package_id)}
            to_all = event.kind == "local" and event.invited is None
            yield OPENED, {"subject_id": str(event.package_id), "open_to_all": int(to_all)}
        case CampaignPrepared():
            yield _subject("campaign", event.campaign_id)
        case ChildCampaignCreated() | LocalCampaignCreated():
            yield _subject("campaign", event.campaign_id)
            yield _reader(event.campaign_id, event.entity_id)
        case EntityRegistered():
            yield _subject("entity", event.entity_id)
            yield _reader(event.entity_id, event.entity_id)
        case PersonActivated():
            central = not {"central", "admin"}.isdisjoint(event.roles)
            person = {"person_id": str(event.person_id), "entity_id": str(event.entity_id or "")}
            yield ACTIVATED, person | {"central": int(central)}


def _subject(subject: ForumSubject, subject_id: UUID) -> Statement:
    return SUBJECT, {"subject": subject, "subject_id": str(subject_id)}


def _reader(subject_id: UUID, entity_id: UUID, *, offered: bool = True) -> Statement:
    place = {"subject_id": str(subject_id), "entity_id": str(entity_id)}
    return (OFFERED_TO if offered else INVITED), place


READERS = Projection(
    "forum.readers",
    1,
    TABLES,
    apply,
    hears=("catalog.packages", "catalog.entities", "catalog.people", "campaigns.campaigns"),
)

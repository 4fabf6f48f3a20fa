"""The tables of the forum: every fact twice leaves what once leaves; and what an entity may read follows its offers."""

import sqlite3
from typing import Any

import pytest

from services.forum.deciders.thread import thread_id_of
from services.forum.projections import contents, readers
from services.forum.projections.messages import MESSAGES
from services.forum.projections.readers import READERS
from services.forum.reactions import REACTION, react
from shared.contracts.catalog import (
    EntityInvited,
    EntityRegistered,
    EntityWithdrawn,
    PackageDetails,
    PackagePublished,
    PersonActivated,
    PersonDeactivated,
)
from shared.contracts.forum import MessagePosted
from shared.kernel.ids import CampaignId, EntityId, PackageId, PersonId
from shared.kernel.message import Event, Params
from shared.kernel.projection import Projection, Row
from tests.facts import id_of, recorded
from tests.forum.test_thread import PLACE, corrected, followed, posted, withdrawn
from tests.world import MONDAY

EAST, NORTH, PACKAGE = EntityId(id_of("East")), EntityId(id_of("North")), PackageId(PLACE["subject_id"])
STORY: tuple[Event, ...] = (followed("anna"), posted("anna"), followed("bo"), corrected(), withdrawn())


def published(kind: str, invited: int | None) -> PackagePublished:
    details = PackageDetails(label="Spring", folder="", starts_at=MONDAY, ends_at=MONDAY)
    return PackagePublished(
        package_id=PACKAGE,
        edition=1,
        number=12,
        kind=kind,
        reference_id=CampaignId(id_of("reference")),
        at=MONDAY,
        details=details,
        invited=invited,
    )


def invited(entity: EntityId, edition: int = 1, *, late: bool = False) -> EntityInvited:
    return EntityInvited(package_id=PACKAGE, edition=edition, entity_id=entity, published=late)


def opened(*projections: Projection) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    for table in (*(table for one in projections for table in one.tables), *contents.TABLES):
        db.execute(table)
    return db


def hear(db: sqlite3.Connection, projection: Projection, *facts: Event, times: int = 1) -> None:
    for version, fact in enumerate(facts):
        for _ in range(times):
            for statement in projection.apply(recorded(fact, f"thread-{PLACE['thread_id']}", version)):
                db.execute(*statement)


@pytest.mark.parametrize("times", [1, 2])
def test_a_withdrawn_message_keeps_its_place_and_its_trace(times: int) -> None:
    db = opened(MESSAGES)
    hear(db, MESSAGES, *STORY, times=times)
    (row,) = map(dict, db.execute("SELECT * FROM forum_messages"))
    anna, at = str(id_of("anna")), "2026-03-02T09:00:00.000000+00:00"
    assert (row["number"], row["posted_by"], row["posted_at"]) == (1, anna, at)
    assert (row["revision"], row["corrected_at"], row["withdrawn_by"], row["withdrawn_at"]) == (
        1,
        at,
        anna,
        at,
    )
    assert db.execute("SELECT count(*) FROM forum_followers").fetchone()[0] == 2
    db.close()


def who_reads(*facts: Event) -> str:
    """Of East and North, those that may read the package's thread; the same when everything is told twice."""
    found = []
    for times in (1, 2):
        db = opened(READERS)
        hear(db, READERS, *facts, times=times)
        asked = {"subject_id": str(PACKAGE), "central": 0}
        names = {"East": EAST, "North": NORTH}
        found.append(
            " ".join(
                name
                for name, id_ in names.items()
                if db.execute(readers.READABLE, {**asked, "entity_id": str(id_)}).fetchone()
            )
        )
        db.close()
    assert found[0] == found[1]
    return found[0]


def test_an_entity_reads_about_a_package_once_it_is_offered_to_it() -> None:
    assert who_reads(invited(EAST)) == ""
    assert who_reads(invited(EAST), published("simple", 1)) == "East"
    assert who_reads(invited(EAST), published("simple", 1), invited(NORTH, late=True)) == "East North"


def test_who_was_offered_an_edition_reads_on_while_the_next_one_is_prepared() -> None:
    again = (invited(EAST, 2), invited(NORTH, 2))
    assert who_reads(invited(EAST), published("simple", 1), *again) == "East"


def test_an_invitation_that_is_taken_back_ends_the_reading() -> None:
    gone = EntityWithdrawn(package_id=PACKAGE, edition=1, entity_id=EAST, reason="Closed")
    assert who_reads(invited(EAST), invited(NORTH), published("simple", 2), gone) == "North"


def test_a_local_package_without_an_audience_is_read_about_by_all_until_it_has_one() -> None:
    assert who_reads(published("local", None)) == "East North"
    assert who_reads(published("local", None), invited(EAST, late=True)) == "East"
    assert who_reads(published("by_target_approval", None)) == ""


def test_an_entity_reads_its_own_thread_and_not_anothers() -> None:
    db = opened(READERS)
    hear(db, READERS, EntityRegistered(entity_id=EAST, number=1, label="East"))
    own: dict[str, Any] = {"subject_id": str(EAST), "central": 0}
    assert db.execute(readers.READABLE, {**own, "entity_id": str(EAST)}).fetchone()["subject"] == "entity"
    assert db.execute(readers.READABLE, {**own, "entity_id": str(NORTH)}).fetchone() is None
    db.close()


def taken_back(*facts: Event) -> list[Any]:
    """The messages that the reaction withdraws while it hears these facts."""
    db = opened(*REACTION.memory)

    def recall(sql: str, params: Params) -> list[Row]:
        return [dict(row) for row in db.execute(sql, params).fetchall()]

    found = []
    for version, fact in enumerate(facts):
        one = recorded(fact, "any-1", version)
        for part in REACTION.memory:
            for statement in part.apply(one):
                db.execute(*statement)
        once, twice = list(react(one, recall)), list(react(one, recall))
        assert once == twice
        found += [command.message_id for command in once]  # type: ignore[attr-defined]
    db.close()
    return found


def test_who_is_erased_takes_the_own_words_along_whichever_is_heard_first() -> None:
    anna = PersonId(id_of("anna"))
    gone, back = PersonDeactivated(person_id=anna), PersonActivated(person_id=anna, roles=("local",))
    message: MessagePosted = posted("anna")
    others = posted("bo").model_copy(update={"message_id": id_of("another")})
    assert taken_back(message, others, gone) == [message.message_id]
    assert taken_back(gone, others, message) == [message.message_id]
    assert taken_back(gone, back, message) == []
    assert thread_id_of(PACKAGE) == message.thread_id

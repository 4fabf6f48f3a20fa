"""Who hears that a package was rejected, and why: its author always, entities once they have been offered it."""

from typing import Any
from uuid import UUID

import pytest

from services.notifier.reactions import react
from shared.contracts.catalog import (
    EntityInvited,
    EntityRegistered,
    GroupMembersChanged,
    PackageAssigned,
    PackageDetailsRevised,
    PackageReinitialised,
    PackageRejected,
    PackageSubmitted,
    PersonActivated,
)
from shared.contracts.catalog.terms import ApprovalTerms
from shared.kernel.ids import EntityId, PersonId
from shared.kernel.message import Event
from tests.facts import id_of, recorded
from tests.notifier.hall import (
    OF_PACKAGE,
    PACKAGE,
    Hall,
    Memory,
    day,
    details,
    drafted,
    invited,
    offer,
    published,
)

SECOND: dict[str, Any] = {"package_id": PACKAGE, "edition": 2}


def rejected(edition: int = 1) -> PackageRejected:
    return PackageRejected(package_id=PACKAGE, edition=edition, by="rut", at=day(1), comment="Wrong dates")


def submitted(by: str) -> PackageSubmitted:
    terms = ApprovalTerms(silence="escalate")
    return PackageSubmitted(package_id=PACKAGE, edition=1, submission=1, by=by, at=day(0), approval=terms)


def begun_again(*entities: str) -> list[Event]:
    """A second edition for these entities, by another name."""
    again = PackageReinitialised(**SECOND, by="bo", at=day(0.5), reason="Once more")
    revised = PackageDetailsRevised(**SECOND, details=details(label="Secret offer", message="Not yet"))
    return [again, *(EntityInvited(**SECOND, entity_id=EntityId(UUID(one))) for one in entities), revised]


async def test_a_rejected_package_is_told_to_its_owner_and_to_who_submitted_it(hall: Hall) -> None:
    bo, rut = (hall.people[name].id for name in ("bo", "rut"))
    await hall.tell("catalog", OF_PACKAGE, drafted(owner=bo), submitted(rut), rejected())
    assert await hall.told("package-rejected", PACKAGE) == ["bo", "rut"]
    for name in ("bo", "rut"):
        assert "Wrong dates" in (await hall.mail("package-rejected", name))["text"]


async def test_whoever_the_package_was_assigned_to_is_told_and_not_who_had_it_before(hall: Hall) -> None:
    bo, rut = (hall.people[name].id for name in ("bo", "rut"))
    handed_over = PackageAssigned(package_id=PACKAGE, owner=rut, by=bo, at=day(0))
    await hall.tell("catalog", OF_PACKAGE, drafted(owner=bo), handed_over, rejected())
    assert await hall.told("package-rejected") == ["rut"]


@pytest.mark.parametrize("kind", ["by_campaign", "local"])
async def test_of_a_package_that_was_never_published_no_entity_hears(hall: Hall, kind: str) -> None:
    east = invited(hall.entities["East"])
    await hall.tell("catalog", OF_PACKAGE, drafted(kind, owner=hall.people["bo"].id), east, rejected())
    assert await hall.told() == ["bo"]


async def test_entities_that_were_offered_an_edition_before_and_are_invited_again_are_told(
    hall: Hall,
) -> None:
    await offer(hall, "East", "North", owner=hall.people["bo"].id)
    east, south = (hall.entities[label] for label in ("East", "South"))
    await hall.tell("catalog", OF_PACKAGE, *begun_again(east, south), rejected(2))
    assert await hall.told("edition-rejected", PACKAGE) == ["anna"]
    assert await hall.told("package-rejected", PACKAGE) == ["bo"]


async def test_an_edition_that_was_rejected_itself_offered_nobody_anything(hall: Hall) -> None:
    east = hall.entities["East"]
    await hall.tell(
        "catalog", OF_PACKAGE, drafted(), invited(east), rejected(), *begun_again(east), rejected(2)
    )
    assert await hall.told("edition-rejected") == []


@pytest.mark.parametrize(("kind", "told"), [("local", ["anna", "nils", "nora", "sara"]), ("by_campaign", [])])
async def test_what_was_open_to_all_concerns_all_and_nothing_else_does(
    hall: Hall, kind: str, told: list[str]
) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted(kind), published(kind), *begun_again(), rejected(2))
    assert await hall.told("edition-rejected") == told


@pytest.mark.parametrize(
    ("name", "subject", "sentence"),
    [
        ("nils", "[Ny utgåva avvisad] Spring offer (CAT12)", "Order på en tidigare utgåva som har godkänts"),
        (
            "nora",
            "[New edition rejected] Spring offer (CAT12)",
            "Orders on an earlier edition that were approved",
        ),
    ],
)
async def test_entities_read_the_comment_and_nothing_else_of_the_draft(
    hall: Hall, name: str, subject: str, sentence: str
) -> None:
    await offer(hall, "North")
    await hall.tell("catalog", OF_PACKAGE, *begun_again(hall.entities["North"]), rejected(2))
    mail = await hall.mail("edition-rejected", name)
    assert mail["subject"] == subject
    for part in ("text", "html"):
        assert "Wrong dates" in mail[part]
        assert sentence in mail[part]
        assert f":8400/packages/{PACKAGE}/editions" in mail[part]
        assert "Secret offer" not in mail[part]
    (notice,) = (await hall.people[name].read("/notices", kind="edition-rejected"))["items"]
    assert notice["facts"] == {
        "package": "Spring offer",
        "package_name": "CAT12",
        "level": "by_campaign",
        "entity": "North",
        "comment": "Wrong dates",
    }


def test_a_rejection_is_told_once_however_often_it_is_heard(memory: Memory) -> None:
    bo, anna = (PersonId(id_of(name)) for name in ("bo", "anna"))
    east = EntityId(id_of("east"))
    place = [
        PersonActivated(person_id=bo, roles=("central",)),
        PersonActivated(person_id=anna, roles=("local",), entity_id=east),
        EntityRegistered(entity_id=east, number=1, label="East"),
        GroupMembersChanged(entity_id=east, group="notify", members=(anna,)),
    ]
    first = [drafted(owner=str(bo)), invited(str(east)), published()]
    facts = [*first, *begun_again(str(east)), rejected(2)]
    story = [recorded(fact, OF_PACKAGE, number) for number, fact in enumerate(facts)]
    memory.hear([*(recorded(one, f"there-{nth}") for nth, one in enumerate(place)), *story])
    once = list(react(story[-1], memory.recall))
    before = memory.dump()
    memory.hear(story)
    assert list(react(story[-1], memory.recall)) == once
    assert memory.dump() == before
    told = [(one.kind, one.person_id) for one in once]  # type: ignore[attr-defined]
    assert told == [("edition-rejected", anna), ("package-rejected", bo)]

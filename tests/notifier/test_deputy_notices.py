"""Who is named as a deputy, or is one no longer: told so, once, in both languages, and without a name."""

from typing import Any
from uuid import UUID

from services.notifier.reactions import react
from shared.contracts.approval import DeputyDismissed, DeputyNamed
from shared.contracts.catalog import PersonActivated
from shared.kernel.ids import PersonId
from tests.facts import id_of, recorded
from tests.notifier.hall import Hall, Memory, day

PARTS = ("text", "html")


def person(hall: Hall, name: str) -> PersonId:
    return PersonId(UUID(hall.people[name].id))


async def name(hall: Hall, deputy: str, by: str = "rut", at: float = 0, ends: float = 4) -> None:
    """Rut will be away; who stands in for her is said by this person."""
    term: dict[str, Any] = {"starts_at": day(2), "ends_at": day(ends), "reason": "Parental leave"}
    who = {"person_id": person(hall, "rut"), "deputy_id": person(hall, deputy), "by": hall.people[by].id}
    await hall.tell("approval", f"deputy-{hall.people['rut'].id}", DeputyNamed(**who, **term, at=day(at)))


async def dismiss(hall: Hall, by: str = "rut") -> None:
    said = DeputyDismissed(
        person_id=person(hall, "rut"), by=hall.people[by].id, at=day(1), reason="Back already"
    )
    await hall.tell("approval", f"deputy-{hall.people['rut'].id}", said)


async def test_the_deputy_alone_is_told_from_when_until_when(hall: Hall) -> None:
    await name(hall, "bo")
    assert await hall.told() == await hall.told("deputy-named", hall.people["rut"].id) == ["bo"]
    mail = await hall.mail("deputy-named", "bo")
    assert mail["subject"] == "[Deputy] You have been named as deputy"
    assert "From: Wednesday 4 March 2026 at 10:00" in mail["text"]
    assert "Until: Friday 6 March 2026 at 10:00" in mail["text"]
    for part in PARTS:
        assert "You have been named as another person's deputy." in mail[part].replace("&#39;", "'")
        assert ":8400/deputies" in mail[part]
        assert "Parental leave" not in mail[part]


async def test_a_swedish_reader_is_told_both_in_swedish(hall: Hall) -> None:
    await name(hall, "nils")
    await dismiss(hall)
    named, dismissed = await hall.mail("deputy-named", "nils"), await hall.mail("deputy-dismissed", "nils")
    assert named["subject"] == "[Ersättare] Du har utsetts till ersättare"
    assert dismissed["subject"] == "[Ersättare] Du är inte längre ersättare"
    assert "Från: onsdag 4 mars 2026 kl. 10:00" in named["text"]
    assert "Till: fredag 6 mars 2026 kl. 10:00" in named["text"]
    for part in PARTS:
        assert "Du har utsetts till ersättare för en annan person." in named[part]
        assert "Du är inte längre ersättare för en annan person." in dismissed[part]


async def test_who_is_dismissed_or_replaced_is_told_that_it_is_over_without_the_others_term(
    hall: Hall,
) -> None:
    await name(hall, "bo")
    await name(hall, "nils", at=1)
    assert await hall.told("deputy-dismissed") == ["bo"]
    mail = await hall.mail("deputy-dismissed", "bo")
    assert mail["subject"] == "[Deputy] You are no longer a deputy"
    for part in PARTS:
        assert "You can no longer answer as a deputy what this person is asked." in mail[part]
        assert "2026" not in mail[part]
    await dismiss(hall)
    assert await hall.told("deputy-dismissed") == ["bo", "nils"]


async def test_a_longer_term_is_told_as_one_and_dismisses_nobody(hall: Hall) -> None:
    await name(hall, "bo")
    await name(hall, "bo", ends=6)
    assert await hall.told("deputy-named") == ["bo", "bo"]
    assert await hall.told("deputy-dismissed") == []


async def test_who_named_themselves_has_left_or_was_deputy_long_ago_is_told_nothing(hall: Hall) -> None:
    await name(hall, "ida")
    await name(hall, "bo", by="bo")
    assert await hall.told() == []
    await name(hall, "nils", at=4)
    assert await hall.told() == ["nils"]


def test_naming_and_replacing_are_told_once_however_often_they_are_heard(memory: Memory) -> None:
    bo, cia, rut = (PersonId(id_of(one)) for one in ("bo", "cia", "rut"))
    people = [PersonActivated(person_id=one, roles=("central",)) for one in (bo, cia, rut)]
    term: dict[str, Any] = {"person_id": rut, "starts_at": day(0), "ends_at": day(4), "by": str(rut)}
    story = [DeputyNamed(**term, deputy_id=bo, at=day(0)), DeputyNamed(**term, deputy_id=cia, at=day(1))]
    facts = [recorded(fact, f"deputy-{rut}", version) for version, fact in enumerate(story)]
    memory.hear([*(recorded(one, f"person-{nth}") for nth, one in enumerate(people)), *facts])
    once = [list(react(fact, memory.recall)) for fact in facts]
    before = memory.dump()
    memory.hear(facts)
    assert [list(react(fact, memory.recall)) for fact in facts] == once
    assert memory.dump() == before
    told = [(one.kind, one.person_id) for commands in once for one in commands]  # type: ignore[attr-defined]
    assert told == [("deputy-named", bo), ("deputy-dismissed", bo), ("deputy-named", cia)]

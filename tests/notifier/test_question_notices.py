"""Who hears of a question about a request and of its answer, when, and what the mails say in both languages."""

from typing import Any
from uuid import UUID

import pytest

from services.notifier.reactions import react
from shared.contracts.approval import QuestionAnswered, QuestionAsked
from shared.contracts.catalog import PersonActivated
from shared.kernel.ids import PersonId
from tests.facts import id_of, recorded
from tests.notifier.hall import (
    OF_ORDER,
    OF_PACKAGE,
    OF_REQUEST,
    ORDER,
    PACKAGE,
    REQUEST,
    Hall,
    Memory,
    day,
    drafted,
    placed,
    requested,
)

QUESTION: dict[str, Any] = {"request_id": REQUEST, "question_id": id_of("question")}
PARTS = ("text", "html")


def asks(by: str) -> QuestionAsked:
    return QuestionAsked(**QUESTION, by=by, at=day(1), text="With freight?")


def answers(by: str) -> QuestionAnswered:
    return QuestionAnswered(**QUESTION, by=by, at=day(2), text="Without")


async def waiting(hall: Hall, placer: str = "nora", label: str = "North", *editors: str) -> None:
    """An order waits for Bo; others than whoever placed it have edited it."""
    order, by = placed(hall.entities[label], hall.people[placer].id), hall.people[placer].id
    about = {"subject": "order", "entity_id": UUID(hall.entities[label]), "requested_by": by}
    about["co_authors"] = tuple(hall.people[name].id for name in editors)
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("ordering", OF_ORDER, order)
    await hall.tell("approval", OF_REQUEST, requested(f"person:{hall.people['bo'].id}", **about))


async def test_whoever_handed_it_in_or_edited_it_is_told_of_the_question_and_nobody_else(hall: Hall) -> None:
    await waiting(hall, "nora", "North", "nils", "rut")
    await hall.tell("approval", OF_REQUEST, asks(hall.people["bo"].id))
    assert await hall.told("question-asked", ORDER) == ["nils", "nora", "rut"]


async def test_whoever_asks_is_not_told_of_their_own_question(hall: Hall) -> None:
    await waiting(hall, "nora", "North", "nils")
    await hall.tell("approval", OF_REQUEST, asks(hall.people["nora"].id))
    assert await hall.told("question-asked") == ["nils"]


async def test_who_has_left_or_belongs_to_another_entity_is_not_told_of_a_question(hall: Hall) -> None:
    await waiting(hall, "anna", "East", "ida", "sara")
    await hall.tell("approval", OF_REQUEST, asks(hall.people["bo"].id))
    assert await hall.told("question-asked") == ["anna"]


async def test_whoever_submitted_a_package_is_told_of_a_question_about_it(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("approval", OF_REQUEST, requested("role:central", requested_by=hall.people["bo"].id))
    await hall.tell("approval", OF_REQUEST, asks(hall.people["rut"].id))
    assert await hall.told("question-asked", PACKAGE) == ["bo"]
    assert (await hall.mail("question-asked", "bo"))["subject"] == "[Question] Spring offer (CAT12)"


async def test_whoever_asked_is_told_the_answer_and_nobody_else(hall: Hall) -> None:
    await waiting(hall)
    await hall.tell("approval", OF_REQUEST, asks(hall.people["bo"].id))
    assert await hall.told("question-answered") == []
    await hall.tell("approval", OF_REQUEST, answers(hall.people["nora"].id))
    assert await hall.told("question-answered", ORDER) == ["bo"]


async def test_who_answers_their_own_question_is_told_nothing(hall: Hall) -> None:
    await waiting(hall)
    await hall.tell("approval", OF_REQUEST, asks(hall.people["bo"].id), answers(hall.people["bo"].id))
    assert await hall.told("question-answered") == []


async def test_the_mail_says_the_question_in_the_readers_language_and_leads_to_the_request(
    hall: Hall,
) -> None:
    await waiting(hall, "nora", "North", "nils")
    await hall.tell("approval", OF_REQUEST, asks(hall.people["bo"].id))
    swedish, english = await hall.mail("question-asked", "nils"), await hall.mail("question-asked", "nora")
    assert swedish["subject"] == "[Fråga] Two shops (ORD28)"
    assert english["subject"] == "[Question] Two shops (ORD28)"
    assert "Fråga: With freight?" in swedish["text"]
    assert "Question: With freight?" in english["text"]
    for part in PARTS:
        assert "som du har lämnat in, ändrat eller ansvarar för." in swedish[part]
        assert "which you handed in, edited or answer for." in english[part]
        assert all("With freight?" in mail[part] for mail in (swedish, english))
        assert all(f":8400/approvals/{REQUEST}" in mail[part] for mail in (swedish, english))


@pytest.mark.parametrize(
    ("asker", "subject", "lines"),
    [
        ("nils", "[Fråga besvarad] Two shops (ORD28)", ("Fråga: With freight?", "Svar: Without")),
        ("rut", "[Question answered] Two shops (ORD28)", ("Question: With freight?", "Answer: Without")),
    ],
)
async def test_the_mail_says_question_and_answer(
    hall: Hall, asker: str, subject: str, lines: tuple[str, ...]
) -> None:
    await waiting(hall)
    await hall.tell("approval", OF_REQUEST, asks(hall.people[asker].id), answers(hall.people["nora"].id))
    mail = await hall.mail("question-answered", asker)
    assert mail["subject"] == subject
    assert all(line in mail["text"] for line in lines)
    for part in PARTS:
        assert all(said in mail[part] for said in ("With freight?", "Without", f":8400/approvals/{REQUEST}"))


@pytest.mark.parametrize(
    ("chosen", "status"),
    [
        ({"quiet_from": "08:00", "quiet_to": "12:00"}, "held"),
        ({"not_by_mail": ["question-asked", "question-answered"]}, "not_by_mail"),
    ],
)
async def test_both_are_held_back_and_kept_from_the_post_as_their_reader_chose(
    hall: Hall, chosen: dict[str, Any], status: str
) -> None:
    for name in ("bo", "nora"):
        assert (await hall.people[name].put("/notices/preferences", chosen)).status_code == 200
    await waiting(hall)
    await hall.tell("approval", OF_REQUEST, asks(hall.people["bo"].id), answers(hall.people["nora"].id))
    told = [*await hall.notices("question-asked"), *await hall.notices("question-answered")]
    assert [notice["status"] for notice in told] == [status, status]


def test_question_and_answer_are_told_once_however_often_they_are_heard(memory: Memory) -> None:
    bo, rut = (str(id_of(name)) for name in ("bo", "rut"))
    people = [PersonActivated(person_id=PersonId(UUID(one)), roles=("central",)) for one in (bo, rut)]
    story = [requested("role:central", requested_by=bo), asks(rut), answers(bo)]
    facts = [recorded(fact, OF_REQUEST, version) for version, fact in enumerate(story)]
    memory.hear([*(recorded(one, f"person-{nth}") for nth, one in enumerate(people)), *facts])
    once = [list(react(fact, memory.recall)) for fact in facts[1:]]
    before = memory.dump()
    memory.hear(facts)
    assert [list(react(fact, memory.recall)) for fact in facts[1:]] == once
    assert memory.dump() == before
    told = [(one.kind, str(one.person_id)) for (one,) in once]  # type: ignore[attr-defined]
    assert told == [("question-asked", bo), ("question-answered", rut)]

"""Who hears of a question about something that nobody worked on, or whose authors have left: whoever can answer."""

from typing import Any
from uuid import UUID

import pytest

from services.notifier.reactions import react
from shared.contracts.approval import QuestionAsked
from shared.contracts.catalog import PersonActivated
from shared.contracts.ordering import EntityPreSubscribed, OrderParametersEntered
from shared.kernel.ids import EntityId, PersonId
from tests.facts import id_of, recorded
from tests.notifier.hall import (
    CAMPAIGN,
    OF_ORDER,
    OF_PACKAGE,
    OF_REQUEST,
    ORDER,
    REQUEST,
    Hall,
    Memory,
    child,
    day,
    drafted,
    placed,
    requested,
)


def asks(by: str) -> QuestionAsked:
    return QuestionAsked(request_id=REQUEST, question_id=id_of("q"), by=by, at=day(1), text="Which shop?")


def entered(by: str) -> OrderParametersEntered:
    return OrderParametersEntered(order_id=ORDER, by=by, values={}, at=day(0))


async def by_itself(hall: Hall, owner: str = "", label: str = "East") -> None:
    """East's order of the automatic mode, which nobody placed, and its campaign, whose content hands itself in."""
    entity = hall.entities[label]
    offer = placed(entity, "nobody").offer
    subscribed = EntityPreSubscribed(order_id=ORDER, number=28, entity_id=EntityId(UUID(entity)), offer=offer)
    await hall.tell("catalog", OF_PACKAGE, drafted(owner=hall.people[owner].id if owner else "nobody"))
    await hall.tell("ordering", OF_ORDER, subscribed)
    await hall.tell("campaigns", f"campaign-{CAMPAIGN}", child(entity))
    await content_waits(hall, entity)


async def content_waits(hall: Hall, entity: str, **more: Any) -> None:
    about = {"subject_id": CAMPAIGN, "entity_id": UUID(entity), "requested_by": "campaigns", **more}
    await hall.tell("approval", OF_REQUEST, requested("role:central", subject="content", **about))


async def asked(hall: Hall, by: str) -> list[str]:
    """Who is told of the question that this person asks."""
    await hall.tell("approval", OF_REQUEST, asks(hall.people[by].id))
    return await hall.told("question-asked", CAMPAIGN)


async def test_content_that_nobody_worked_on_is_asked_of_who_filled_in_the_order(hall: Hall) -> None:
    await by_itself(hall)
    await hall.tell("ordering", OF_ORDER, entered(hall.people["otto"].id))
    assert await asked(hall, "rut") == ["otto"]


async def test_content_that_nobody_worked_on_is_asked_of_who_placed_the_order(hall: Hall) -> None:
    await hall.tell("ordering", OF_ORDER, placed(hall.entities["East"], hall.people["otto"].id))
    await hall.tell("campaigns", f"campaign-{CAMPAIGN}", child(hall.entities["East"]))
    await content_waits(hall, hall.entities["East"])
    assert await asked(hall, "rut") == ["otto"]


async def test_else_of_the_entitys_own_people_who_are_told_of_campaigns_or_review_them(hall: Hall) -> None:
    await hall.world.group(hall.entities["East"], "campaign-reviewers", hall.people["otto"])
    await by_itself(hall, owner="bo")
    assert await asked(hall, "rut") == ["anna", "otto"]


async def test_whoever_asks_is_not_told_and_the_others_of_the_entity_are(hall: Hall) -> None:
    await hall.world.group(hall.entities["East"], "campaign-reviewers", hall.people["otto"])
    await by_itself(hall)
    assert await asked(hall, "otto") == ["anna"]


@pytest.mark.parametrize("gone", ["moved", "left"])
async def test_an_author_who_has_moved_or_left_is_asked_no_more_and_others_are(hall: Hall, gone: str) -> None:
    otto = hall.people["otto"]
    await hall.tell("ordering", OF_ORDER, placed(hall.entities["East"], otto.id))
    await hall.tell("campaigns", f"campaign-{CAMPAIGN}", child(hall.entities["East"]))
    await content_waits(hall, hall.entities["East"], co_authors=(otto.id,))
    if gone == "left":
        assert (await hall.world.root().delete(f"/people/{otto.id}")).status_code == 200
    else:
        south = EntityId(UUID(hall.entities["South"]))
        moved = PersonActivated(person_id=PersonId(UUID(otto.id)), roles=("local",), entity_id=south)
        await hall.tell("catalog", f"person-{otto.id}", moved)
    assert await asked(hall, "rut") == ["anna"]


@pytest.mark.parametrize(
    ("owner", "by", "told"), [("bo", "rut", ["bo"]), ("rut", "rut", ["bo"]), ("", "otto", ["bo", "rut"])]
)
async def test_where_the_entity_has_nobody_the_packages_owner_is_asked_and_else_head_office(
    hall: Hall, owner: str, by: str, told: list[str]
) -> None:
    await hall.world.group(hall.entities["East"], "notify")
    await hall.world.group(hall.entities["East"], "order-reviewers")
    await by_itself(hall, owner)
    assert await asked(hall, by) == told


async def test_the_mail_says_in_the_readers_language_what_is_asked_and_where_to_answer(hall: Hall) -> None:
    await by_itself(hall, label="North")
    assert await asked(hall, "rut") == ["nils", "nora"]
    swedish, english = await hall.mail("question-asked", "nils"), await hall.mail("question-asked", "nora")
    assert swedish["subject"] == "[Fråga] Spring in East (OU1_OP26)"
    assert english["subject"] == "[Question] Spring in East (OU1_OP26)"
    for part in ("text", "html"):
        assert "ansvarar för" in swedish[part]
        assert "answer for" in english[part]
        assert all("Which shop?" in mail[part] for mail in (swedish, english))
        assert all(f":8400/approvals/{REQUEST}" in mail[part] for mail in (swedish, english))


def test_a_question_is_told_once_whoever_else_could_answer_it_later(memory: Memory) -> None:
    bo, rut = (str(id_of(name)) for name in ("bo", "rut"))
    first, later = (
        recorded(PersonActivated(person_id=PersonId(UUID(one)), roles=("central",)), f"person-{one}")
        for one in (bo, rut)
    )
    waits = recorded(requested("role:central", requested_by="campaigns"), OF_REQUEST)
    question = recorded(asks(bo), OF_REQUEST, 1)
    memory.hear([first, waits, question, later, question])
    assert list(react(question, memory.recall)) == [], "nobody could answer at that moment"

"""An order that head office reopens: who is told, why and what they can do, in both languages, once."""

from typing import Any
from uuid import UUID

import pytest

from services.notifier.reactions import react
from shared.contracts.ordering import OrderReopened
from shared.kernel.ids import EntityId, PersonId
from tests.facts import id_of, recorded
from tests.notifier.hall import OF_ORDER, OF_PACKAGE, ORDER, PACKAGE, Hall, Memory, day, drafted, placed
from tests.notifier.test_reactions import EAST, people


def reopened(entity: str, status: str) -> OrderReopened:
    place: dict[str, Any] = {"order_id": ORDER, "package_id": PACKAGE, "entity_id": EntityId(UUID(entity))}
    return OrderReopened(**place, by="bo", at=day(1), reason="The hall is smaller", status=status)


async def reopen(hall: Hall, status: str, label: str = "North", placer: str = "rut") -> None:
    """An order that this person placed for this entity is given back."""
    entity = hall.entities[label]
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("ordering", OF_ORDER, placed(entity, hall.people[placer].id))
    assert await hall.told("order-reopened") == []
    await hall.tell("ordering", OF_ORDER, reopened(entity, status))


async def test_the_entitys_notification_group_and_whoever_placed_the_order_are_told(hall: Hall) -> None:
    await reopen(hall, "revising")
    assert await hall.told("order-reopened", ORDER) == ["nils", "nora", "rut"]


async def test_who_has_left_is_not_told_that_an_order_was_reopened(hall: Hall) -> None:
    await reopen(hall, "revising", "East", "ida")
    assert await hall.told("order-reopened") == ["anna"]


@pytest.mark.parametrize(
    ("status", "english", "swedish"),
    [
        (
            "revising",
            "You can change the order and place it again. The approval that it had does not count any more.",
            "Ni kan ändra ordern och lägga den igen. Godkännandet som den hade gäller inte längre.",
        ),
        (
            "pre_subscribed",
            "If you do nothing, your entity takes part with the order as it stands.",
            "Gör ni ingenting deltar er enhet med ordern som den står.",
        ),
        (
            "placed",
            "You can change the order while it waits for an answer.",
            "Ni kan ändra ordern medan den väntar på svar.",
        ),
    ],
)
async def test_the_mail_gives_head_offices_reason_and_says_what_can_be_done(
    hall: Hall, status: str, english: str, swedish: str
) -> None:
    await reopen(hall, status)
    ours, theirs = await hall.mail("order-reopened", "nora"), await hall.mail("order-reopened", "nils")
    assert ours["subject"] == "[Order reopened] Two shops (ORD28)"
    assert theirs["subject"] == "[Order öppnad igen] Two shops (ORD28)"
    assert "Reason: The hall is smaller" in ours["text"]
    assert "Skäl: The hall is smaller" in theirs["text"]
    for mail, sentence in ((ours, english), (theirs, swedish)):
        for part in ("text", "html"):
            assert sentence in mail[part]
            assert "The hall is smaller" in mail[part]
            assert f":8400/orders/{ORDER}" in mail[part]


def test_a_reopened_order_is_told_of_once_however_often_it_is_heard(memory: Memory) -> None:
    memory.hear([*people(), recorded(drafted(), OF_PACKAGE)])
    facts = [
        recorded(placed(str(EAST), str(id_of("anna"))), OF_ORDER),
        recorded(reopened(str(EAST), "revising"), OF_ORDER, 1),
    ]
    memory.hear(facts)
    once, before = list(react(facts[1], memory.recall)), memory.dump()
    memory.hear(facts[1:])
    assert list(react(facts[1], memory.recall)) == once
    assert memory.dump() == before
    (notice,) = once
    assert notice.person_id == PersonId(id_of("anna"))  # type: ignore[attr-defined]

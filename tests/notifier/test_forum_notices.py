"""A message in a forum: who is told of it, once, and what the mail says in both languages."""

from typing import Any
from uuid import UUID

import pytest

from services.notifier.reactions import react
from shared.contracts.campaigns import CampaignPrepared, Definition
from shared.contracts.catalog import EntityRegistered, PersonActivated
from shared.contracts.forum import ForumSubject, MessagePosted
from shared.kernel.ids import CampaignId, EntityId, PersonId
from shared.kernel.message import Event
from tests.facts import id_of, recorded
from tests.notifier.hall import OF_PACKAGE, PACKAGE, REFERENCE, Hall, Memory, drafted
from tests.world import MONDAY

THREAD = id_of("thread")
PLACE: dict[str, Any] = {"thread_id": THREAD, "message_id": id_of("message"), "by": "anna", "at": MONDAY}


def posted(*told: str, subject: ForumSubject = "package", about: UUID = PACKAGE) -> MessagePosted:
    tell = tuple(PersonId(UUID(person)) for person in told)
    return MessagePosted(**PLACE, subject=subject, subject_id=about, tell=tell)


@pytest.mark.row("I10")
async def test_whom_the_fact_names_is_told_unless_gone(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    named = [hall.people[name].id for name in ("nils", "bo", "ida")]
    await hall.tell("forum", f"thread-{THREAD}", posted(*named))
    assert await hall.told("N15", PACKAGE) == ["bo", "nils"]


@pytest.mark.row("I10")
async def test_the_mail_says_where_in_the_readers_language_and_leads_there(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("forum", f"thread-{THREAD}", posted(hall.people["nils"].id, hall.people["bo"].id))
    swedish, english = await hall.mail("N15", "nils"), await hall.mail("N15", "bo")
    assert swedish["subject"] == "[Forum] Nytt meddelande: Spring offer (CAT12)"
    assert english["subject"] == "[Forum] New message: Spring offer (CAT12)"
    for part in ("text", "html"):
        assert "ett nytt meddelande i ett forum som du följer" in swedish[part]
        assert "a new message in a forum that you follow" in english[part]
        assert f":8400/forums/{PACKAGE}" in swedish[part]
        assert f":8400/forums/{PACKAGE}" in english[part]


@pytest.mark.parametrize(
    ("subject", "about", "known", "facts"),
    [
        (
            "campaign",
            REFERENCE,
            CampaignPrepared(
                campaign_id=REFERENCE,
                number=25,
                template="t",
                kind="simple",
                label="Spring",
                definition=Definition(),
                by="bo",
            ),
            {"campaign": "Spring", "campaign_name": "OP25"},
        ),
        (
            "entity",
            id_of("East"),
            EntityRegistered(entity_id=EntityId(id_of("East")), number=1, label="East"),
            {"entity": "East"},
        ),
        ("campaign", CampaignId(id_of("unheard of")), None, {}),
    ],
)
def test_a_message_is_told_of_once_with_the_name_of_what_it_is_about(
    subject: ForumSubject, about: UUID, known: Event | None, facts: dict[str, str]
) -> None:
    memory = Memory()
    bo = PersonActivated(person_id=PersonId(id_of("bo")), roles=("central",))
    memory.hear([recorded(fact, f"known-{n}") for n, fact in enumerate(filter(None, (bo, known)))])
    fact = recorded(posted(str(id_of("bo")), subject=subject, about=about), f"thread-{THREAD}")
    memory.hear([fact])
    once = list(react(fact, memory.recall))
    memory.hear([recorded(bo.model_copy(update={"person_id": PersonId(id_of("late"))}), "known-9"), fact])
    assert list(react(fact, memory.recall)) == once
    (notice,) = once
    assert (notice.kind, notice.facts, notice.about["forum"]) == ("N15", facts, about)  # type: ignore[attr-defined]
    memory.close()

"""Who hears of the content of a campaign: its reviewers when it waits, the entity when it was answered."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.approval import ApprovalReminded
from shared.contracts.campaigns import ContentApproved, ContentRefused
from shared.kernel.ids import EntityId
from tests.notifier.hall import (
    CAMPAIGN,
    OF_PACKAGE,
    OF_REQUEST,
    ORDER,
    PACKAGE,
    REQUEST,
    Hall,
    child,
    day,
    drafted,
    requested,
)


def of_east(hall: Hall) -> dict[str, Any]:
    entity_id = EntityId(UUID(hall.entities["East"]))
    return {"campaign_id": CAMPAIGN, "package_id": PACKAGE, "entity_id": entity_id, "order_id": ORDER}


async def asked(hall: Hall, *reviewers: str, **more: Any) -> None:
    """East's campaign and the question about its content."""
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("campaigns", f"campaign-{CAMPAIGN}", child(hall.entities["East"]))
    about = {"subject_id": CAMPAIGN, "entity_id": UUID(hall.entities["East"]), "requested_by": "campaigns"}
    await hall.tell("approval", OF_REQUEST, requested(*reviewers, subject="content", **{**about, **more}))


async def test_exactly_those_asked_get_the_mail_about_the_content(hall: Hall) -> None:
    await hall.world.group(hall.entities["East"], "campaign-reviewers", hall.people["anna"])
    east = f"group:{hall.entities['East']}/campaign-reviewers"
    await asked(hall, f"person:{hall.people['otto'].id}", east)
    assert await hall.told() == await hall.told("N14", CAMPAIGN) == ["anna", "otto"]
    mail = await hall.mail("N14", "otto")
    assert mail["subject"] == "[Approval of content] Spring in East (OU1_OP26)"
    for line in ("Local entity: East", "Campaign package: Spring offer (CAT12)", f"/approvals/{REQUEST}"):
        assert line in mail["text"]


async def test_who_worked_on_it_is_not_asked_to_approve_it(hall: Hall) -> None:
    otto, sara = hall.people["otto"].id, hall.people["sara"].id
    await asked(hall, f"person:{otto}", f"person:{sara}", co_authors=(otto,))
    assert await hall.told() == ["sara"]


async def test_a_reminder_says_what_it_is_about(hall: Hall) -> None:
    await asked(hall, f"person:{hall.people['otto'].id}")
    await hall.tell("approval", OF_REQUEST, ApprovalReminded(request_id=REQUEST, nth=1, at=day(1)))
    mail = await hall.mail("N2", "otto")
    assert mail["subject"] == "[Reminder: approval of content] Spring in East (OU1_OP26)"


@pytest.mark.parametrize(
    ("kind", "notice", "subject"),
    [
        (ContentApproved, "content-approved", "[Content approved] Spring in East (OU1_OP26)"),
        (ContentRefused, "content-refused", "[Content rejected] Spring in East (OU1_OP26)"),
    ],
)
async def test_the_entitys_notification_group_hears_the_answer_once(
    hall: Hall, kind: Any, notice: str, subject: str
) -> None:
    await asked(hall, f"person:{hall.people['otto'].id}")
    said = kind(**of_east(hall), version=1, by="otto", at=day(1), comment="Say it shorter")
    await hall.tell("campaigns", f"campaign-{CAMPAIGN}", said)
    assert await hall.told(notice, CAMPAIGN) == ["anna"]
    mail = await hall.mail(notice, "anna")
    assert mail["subject"] == subject
    for line in ("Say it shorter", f"/campaigns/{CAMPAIGN}"):
        assert line in mail["text"]


@pytest.mark.parametrize(
    ("kind", "notice", "word"),
    [(ContentApproved, "content-approved", "yes"), (ContentRefused, "content-refused", "no")],
)
async def test_where_silence_answered_the_entity_is_told_so(
    hall: Hall, kind: Any, notice: str, word: str
) -> None:
    said = kind(**of_east(hall), version=1, by="silence", at=day(1), comment="")
    await hall.tell("campaigns", f"campaign-{CAMPAIGN}", said)
    assert f"silence counts as a {word} here" in (await hall.mail(notice, "anna"))["text"]

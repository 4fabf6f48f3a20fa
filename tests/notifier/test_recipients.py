"""Who is told what: every notice by its fact, over the real stores and to the mailbox."""

import re

import pytest

from shared.contracts.approval import ApprovalEscalated, ApprovalReminded
from shared.contracts.ordering import OrderMadeAvailable, OrderRejected
from shared.kernel.ids import RequestId
from tests.facts import id_of
from tests.notifier.hall import (
    CLOSED,
    OF_ORDER,
    OF_PACKAGE,
    OF_REQUEST,
    ORDER,
    PACKAGE,
    REQUEST,
    Hall,
    day,
    drafted,
    invited,
    of_order,
    offer,
    ordered,
    placed,
    requested,
)
from tests.world import MONDAY


@pytest.mark.row("A04", "D12", "E01")
async def test_exactly_the_notification_groups_of_the_audience_are_mailed(hall: Hall) -> None:
    await offer(hall, "East", "North")
    assert await hall.told() == ["anna", "nils", "nora"]
    assert await hall.told("N4", PACKAGE) == ["anna", "nils", "nora"]
    mail = await hall.mail("N4", "anna")
    assert mail["subject"] == "[Campaign subscription] Spring offer (CAT12)"
    assert "Welcome, all of you" in mail["text"]
    assert f"http://127.0.0.1:8400/packages/{PACKAGE}/order" in mail["text"]
    form = await hall.people["anna"].read(f"/packages/{PACKAGE}/form")
    assert (form["package_id"], form["fields"]) == (str(PACKAGE), [])
    assert (await hall.people["sara"].get(f"/packages/{PACKAGE}/form")).status_code == 404


@pytest.mark.row("D12")
async def test_a_local_package_without_an_audience_is_told_to_all_entities(hall: Hall) -> None:
    await offer(hall, kind="local")
    assert await hall.told("N3", PACKAGE) == ["anna", "nils", "nora", "sara"]


@pytest.mark.row("D12")
async def test_a_local_package_with_an_audience_is_told_to_it_alone(hall: Hall) -> None:
    await offer(hall, "South", kind="local")
    assert await hall.told() == ["sara"]
    assert "Order the campaign" in (await hall.mail("N3", "sara"))["text"]


async def test_the_switch_of_the_package_silences_its_publication(hall: Hall) -> None:
    await offer(hall, "East", notify_on_publication=False)
    assert await hall.told() == []


@pytest.mark.row("E02")
async def test_no_registration_mail_is_sent_for_target_approval(hall: Hall) -> None:
    await offer(hall, "East", kind="by_target_approval", registration_deadline=None)
    assert await hall.told() == []


async def test_an_automatic_package_says_that_silence_takes_part(hall: Hall) -> None:
    await offer(hall, "East", approval_mode="automatic")
    assert await hall.told("N5", PACKAGE) == ["anna"]
    assert "If you do nothing, your entity takes part" in (await hall.mail("N5", "anna"))["text"]


async def test_an_entity_added_after_publication_is_told_alone(hall: Hall) -> None:
    await offer(hall, "East")
    await hall.tell("catalog", OF_PACKAGE, invited(hall.entities["South"], published=True))
    assert await hall.told("N4", PACKAGE) == ["anna", "sara"]


async def test_somebody_in_two_groups_is_told_once(hall: Hall) -> None:
    await hall.world.group(hall.entities["South"], "notify", hall.people["anna"])
    await offer(hall, "East", "South")
    assert await hall.told() == ["anna"]


@pytest.mark.parametrize(
    ("kind", "mode", "first"),
    [("local", "manual", "N3"), ("by_campaign", "manual", "N4"), ("by_form", "automatic", "N5")],
)
async def test_both_kinds_are_told_of_the_same_moments(hall: Hall, kind: str, mode: str, first: str) -> None:
    await offer(hall, "East", kind=kind, approval_mode=mode)
    await hall.tell("ordering", OF_ORDER, ordered(hall.entities["East"]))
    await hall.tell("approval", OF_REQUEST, requested("role:central", subject="order"))
    await hall.tell("ordering", OF_ORDER, OrderRejected(**of_order(hall), by="bo", comment="Too late"))
    await hall.tell("ordering", OF_ORDER, OrderMadeAvailable(**of_order(hall)))
    await hall.tell("catalog", OF_PACKAGE, CLOSED)
    found = [(notice["kind"], notice["person_id"]) for notice in await hall.notices(about=PACKAGE)]
    anna, bo, rut = (hall.people[name].id for name in ("anna", "bo", "rut"))
    wanted = [(first, anna), ("N6", bo), ("N6", rut), ("N7", anna), ("N8", anna), ("N9", anna)]
    assert set(found) == set(wanted)
    assert len(found) == len(wanted) + (mode == "automatic"), "the entity's own subscription is available too"


@pytest.mark.row("D02")
async def test_additional_reviewers_get_the_same_mail_once_each(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    reviewers = (
        f"person:{hall.people['rut'].id}",
        f"group:{hall.entities['East']}/order-reviewers",
        "role:central",
    )
    await hall.tell("approval", OF_REQUEST, requested(*reviewers, requested_by=hall.people["bo"].id))
    assert await hall.told("N1", REQUEST) == ["otto", "rut"]
    mails = [await hall.mail("N1", name) for name in ("otto", "rut")]
    assert mails[0] == mails[1]
    assert mails[0]["subject"] == "[Campaign package approval] Spring offer (CAT12)"


@pytest.mark.row("K05")
async def test_a_request_and_its_reminder_say_by_when_and_what_silence_means(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("approval", OF_REQUEST, requested(f"person:{hall.people['rut'].id}", silence="reject"))
    await hall.tell("approval", OF_REQUEST, ApprovalReminded(request_id=REQUEST, nth=1, at=day(2)))
    for kind in ("N1", "N2"):
        text = (await hall.mail(kind, "rut"))["text"]
        assert "Please answer by Thursday 5 March 2026 at 10:00" in text
        assert "silence counts as a no" in text


async def test_central_is_called_in_when_the_named_ones_are_silent(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("approval", OF_REQUEST, requested(f"person:{hall.people['otto'].id}"))
    escalated = ApprovalEscalated(request_id=REQUEST, to=("role:central",), at=day(3))
    await hall.tell("approval", OF_REQUEST, escalated)
    assert await hall.told("overdue", REQUEST) == ["bo", "rut"]
    assert await hall.told("N1", REQUEST) == ["otto"]


async def test_the_link_in_a_request_needs_a_sign_in_and_changes_nothing(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("approval", OF_REQUEST, requested(f"person:{hall.people['rut'].id}"))
    (link,) = re.findall(r"http://127.0.0.1:8400(\S+)", (await hall.mail("N1", "rut"))["text"])
    for _ in range(2):
        unknown = await hall.world.client.get(link)
        assert (unknown.status_code, unknown.headers["location"]) == (303, f"/sign-in?next={link}")
        asked = await hall.people["rut"].read(f"/approvals/{REQUEST}")
        assert (asked["status"], asked["mine"]) == ("open", True)
    answer = {"answer": "accept", "version": 1}
    assert (await hall.people["rut"].post(f"/approvals/{REQUEST}/answer", answer)).status_code == 200


@pytest.mark.row("E04")
async def test_central_is_mailed_as_soon_as_an_order_is_placed(hall: Hall) -> None:
    await offer(hall, "South")
    await hall.tell("ordering", OF_ORDER, placed(hall.entities["South"], hall.people["sara"].id))
    assert await hall.told("N6", ORDER) == ["bo", "rut"]
    mail = await hall.mail("N6", "bo")
    assert mail["subject"] == "[Approval of order] Two shops (ORD28)"
    assert "With flowers" in mail["text"]
    assert {notice["sent_at"] for notice in await hall.notices("N6")} == {
        MONDAY.isoformat(timespec="microseconds")
    }


@pytest.mark.row("F04")
async def test_a_rejection_reaches_the_entity_and_who_placed_it_with_the_comment(hall: Hall) -> None:
    await offer(hall, "East")
    await hall.tell("ordering", OF_ORDER, placed(hall.entities["East"], hall.people["otto"].id))
    await hall.tell("ordering", OF_ORDER, OrderRejected(**of_order(hall), by="bo", comment="Choose 50+"))
    assert await hall.told("N7", ORDER) == ["anna", "otto"]
    for name in ("anna", "otto"):
        mail = await hall.mail("N7", name)
        assert "Choose 50+" in mail["text"]
        assert "Choose 50+" in mail["html"]


async def test_a_rejection_by_silence_says_so(hall: Hall) -> None:
    await offer(hall, "East")
    await hall.tell("ordering", OF_ORDER, ordered(hall.entities["East"]))
    await hall.tell("ordering", OF_ORDER, OrderRejected(**of_order(hall), by="silence", comment=""))
    assert "silence counts as a no here" in (await hall.mail("N7", "anna"))["text"]


@pytest.mark.row("G09")
async def test_the_entity_is_told_once_that_its_campaign_is_available(hall: Hall) -> None:
    await offer(hall, "East", "North")
    await hall.tell("ordering", OF_ORDER, ordered(hall.entities["East"]))
    campaign = id_of("child")
    await hall.tell("ordering", OF_ORDER, OrderMadeAvailable(**of_order(hall), campaign_id=campaign))
    await hall.world.advance(days=30)
    assert await hall.told("N8", campaign) == ["anna"]
    assert f":8400/campaigns/{campaign}" in (await hall.mail("N8", "anna"))["text"]


@pytest.mark.row("E15")
async def test_the_registration_deadline_is_told_once_to_each_group(hall: Hall) -> None:
    await offer(hall, "East", "North")
    await hall.world.until(day(13.9))
    assert await hall.told("N9") == []
    await hall.world.until(day(15))
    assert await hall.told("N9", PACKAGE) == ["anna", "nils", "nora"]


async def test_nobody_is_asked_to_answer_their_own_request(hall: Hall) -> None:
    await hall.tell("catalog", OF_PACKAGE, drafted())
    other = RequestId(id_of("other request"))
    await hall.tell(
        "approval",
        f"request-{other}",
        requested("role:central", request_id=other, requested_by=hall.people["bo"].id),
    )
    assert await hall.told("N1", other) == ["rut"]

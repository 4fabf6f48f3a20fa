"""What ordering does to itself when facts are heard, in whatever order they come."""

from typing import Any

import pytest

from services.ordering.deciders.order_commands import (
    ApproveOrder,
    CancelOrder,
    ConfirmSubscription,
    MakeOrderAvailable,
    PreSubscribe,
    RejectOrder,
    order_id_of,
)
from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.contracts.campaigns import CampaignPrepared, Definition
from shared.contracts.catalog import (
    EntityInvited,
    EntityWithdrawn,
    PackageCancelled,
    PackagePublished,
    PackageReinitialised,
    RegistrationClosed,
)
from shared.contracts.ordering import EntityPreSubscribed, OrderApproved, OrderDrafted
from shared.kernel.ids import CampaignId
from shared.kernel.message import Event
from tests.ordering.ear import Ear
from tests.ordering.shelf import DEADLINE, FIELDS, day, details_of
from tests.ordering.words import (
    EAST,
    ID,
    NORTH,
    PACKAGE,
    REQUEST,
    approved,
    drafted,
    offer,
    subscribed,
    withdrawn,
)
from tests.world import MONDAY

REFERENCE = CampaignId(offer().reference_id)
PLACE = {"package_id": PACKAGE, "edition": 1}
invited = EntityInvited(**PLACE, entity_id=EAST)
gone = EntityWithdrawn(**PLACE, entity_id=EAST, reason="Region moved")
closed = RegistrationClosed(**PLACE, at=DEADLINE)
cancelled = PackageCancelled(
    **PLACE, reference_id=REFERENCE, at=MONDAY, by="bo", reason="Supplier left", cascades=True
)
again = PackageReinitialised(package_id=PACKAGE, edition=2, at=MONDAY, by="bo", reason="Wrong price")
prepared = CampaignPrepared(
    campaign_id=REFERENCE,
    number=25,
    template="told",
    kind="by_form",
    label="Spring",
    definition=Definition(fields=FIELDS),
    by="bo",
)
ANSWER = {
    "request_id": REQUEST,
    "subject": "order",
    "subject_id": ID,
    "subject_version": 1,
    "by": "rut",
    "at": MONDAY,
}


def published(mode: Any = "automatic") -> PackagePublished:
    details = details_of("Spring", registration_deadline=DEADLINE, approval_mode=mode)
    return PackagePublished(
        **PLACE, number=12, kind="by_form", reference_id=REFERENCE, at=MONDAY, details=details, invited=1
    )


def test_publication_in_automatic_mode_subscribes_each_invited_entity(ear: Ear) -> None:
    more = EntityInvited(**PLACE, entity_id=NORTH)
    commands = ear.hear(prepared, invited, more, published())
    assert {command.entity_id for command in commands if isinstance(command, PreSubscribe)} == {EAST, NORTH}
    (east,) = [c for c in commands if isinstance(c, PreSubscribe) and c.entity_id == EAST]
    assert east.order_id == order_id_of(PACKAGE, 1, EAST, 0)
    assert (east.form, east.offer.approval_mode) == (FIELDS, "automatic")


@pytest.mark.rule("R14")
def test_publication_in_manual_mode_subscribes_nobody(ear: Ear) -> None:
    assert ear.hear(invited, published("manual")) == []
    assert ear.hear(EntityInvited(**PLACE, entity_id=NORTH, published=True)) == []


def test_an_entity_invited_after_publication_is_subscribed_until_registration_closes(ear: Ear) -> None:
    late = EntityInvited(**PLACE, entity_id=NORTH, published=True)
    ear.hear(invited, published())
    (command,) = ear.hear(late)
    assert isinstance(command, PreSubscribe)
    assert command.entity_id == NORTH
    ear.hear(closed)
    assert ear.hear(late) == []


def test_an_entity_invited_again_after_its_order_ended_gets_another_order(ear: Ear) -> None:
    ear.hear(invited, published(), subscribed, withdrawn)
    (command,) = ear.hear(EntityInvited(**PLACE, entity_id=EAST, published=True))
    assert isinstance(command, PreSubscribe)
    assert command.order_id == order_id_of(PACKAGE, 1, EAST, 1)


def test_the_registration_deadline_confirms_subscriptions_whichever_fact_comes_first(ear: Ear) -> None:
    ear.hear(prepared, invited, published(), subscribed)
    (command,) = ear.hear(closed)
    assert isinstance(command, ConfirmSubscription)
    assert (command.order_id, command.form) == (ID, FIELDS)
    other = Ear()
    other.hear(invited, published(), closed)
    (late,) = other.hear(subscribed)
    assert isinstance(late, ConfirmSubscription)
    other.db.close()


@pytest.mark.parametrize(
    ("ending", "because", "reason"),
    [
        (cancelled, "package-cancelled", "Supplier left"),
        (again, "package-reinitialised", "Wrong price"),
        (gone, "entity-withdrawn", "Region moved"),
    ],
)
@pytest.mark.parametrize("begun", [drafted, subscribed])
def test_the_end_of_an_offer_reaches_its_orders_whichever_fact_comes_first(
    ear: Ear, ending: Event, because: str, reason: str, begun: OrderDrafted | EntityPreSubscribed
) -> None:
    ear.hear(invited, published("manual"), begun)
    other = Ear()
    other.hear(invited, published("manual"), ending)
    for commands in (ear.hear(ending), other.hear(begun)):
        (command,) = commands
        assert isinstance(command, CancelOrder)
        assert (command.order_id, command.because, command.reason) == (ID, because, reason)
    other.db.close()


def test_an_order_begun_after_a_new_invitation_is_left_alone(ear: Ear) -> None:
    ear.hear(invited, published("manual"), gone, invited)
    assert ear.hear(drafted) == []


def test_a_cancelled_local_package_leaves_its_orders_alone(ear: Ear) -> None:
    ear.hear(invited, published("manual"), drafted)
    assert ear.hear(cancelled.model_copy(update={"cascades": False})) == []


def test_answers_about_orders_decide_them_and_others_do_not(ear: Ear) -> None:
    ear.hear(prepared, invited, published("manual"), drafted)
    accepted = ApprovalAccepted.model_validate({**ANSWER, "comment": "Yes"})
    (approve,) = ear.hear(accepted)
    assert isinstance(approve, ApproveOrder)
    assert (approve.order_id, approve.revision, approve.answered_by, approve.form) == (ID, 1, "rut", FIELDS)
    assert approve.offer is not None
    (reject,) = ear.hear(ApprovalRefused.model_validate({**ANSWER, "comment": "No"}))
    assert isinstance(reject, RejectOrder)
    assert reject.comment == "No"
    assert ear.hear(accepted.model_copy(update={"subject": "package"})) == []


def test_an_answer_heard_before_the_order_still_decides_it(ear: Ear) -> None:
    (approve,) = ear.hear(ApprovalAccepted.model_validate({**ANSWER, "comment": "Yes"}))
    assert isinstance(approve, ApproveOrder)
    assert approve.offer is None


def test_an_approved_order_that_creates_nothing_is_available_at_its_date_or_now(ear: Ear) -> None:
    for moment, due in ((None, MONDAY), (day(-1), MONDAY), (day(5), day(5))):
        fact: OrderApproved = approved.model_copy(update={"offer": offer(available_at=moment)})
        (command,) = ear.hear(fact)
        assert isinstance(command, MakeOrderAvailable)
        assert command.at == due
    assert ear.hear(approved.model_copy(update={"creates": "child_campaign"})) == []

"""The content of an entity's campaign: handed in, answered, changed, and what starts because of it."""

from collections.abc import Iterable
from typing import Any

import pytest

from services.campaigns.deciders.campaign import CAMPAIGN
from services.campaigns.deciders.campaign_commands import (
    AnswerContent,
    CreateForOrder,
    StartCampaign,
    SubmitContent,
)
from shared.contracts.approval import ApprovalAccepted, ApprovalRefused
from shared.contracts.campaigns import ContentApproved, ContentRefused, ContentSubmitted, LocalChangeMade
from shared.contracts.ordering import OrderParameters
from shared.kernel.ids import PersonId, RequestId
from shared.kernel.message import Actor, Event
from tests.campaigns.test_reactions import Ear
from tests.campaigns.words import (
    ANNA,
    AVAILABLE,
    BO,
    DEFINITION,
    EAST,
    END,
    ID,
    MACHINE,
    MONDAY,
    NILS,
    REFERENCE,
    VALUES,
    WHOSE,
    approved,
    available,
    cancelled,
    child,
    create,
    prepared,
    registered,
    started,
)
from tests.facts import id_of
from tests.spec import spec

given = spec(CAMPAIGN)
RUT = PersonId(id_of("rut"))
REQUEST = RequestId(id_of("request"))
ASKING = DEFINITION.model_copy(update={"content_approval": True})
asking = child.model_copy(update={"definition": ASKING, "reviewers": (RUT,)})
changed = LocalChangeMade(campaign_id=ID, entity_id=EAST, by="anna", values={"greeting": "Hallå"})


def submit(by: Actor = ANNA, at: Any = AVAILABLE, campaign_id: Any = ID) -> SubmitContent:
    return SubmitContent(id=id_of("command"), at=at, by=by, campaign_id=campaign_id)


def start(by: Actor = ANNA, at: Any = AVAILABLE) -> StartCampaign:
    return StartCampaign(id=id_of("command"), at=at, by=by, campaign_id=ID)


def answer(word: Any = "approve", version: int = 1) -> AnswerContent:
    return AnswerContent(
        id=id_of("command"),
        at=AVAILABLE,
        by=MACHINE,
        campaign_id=ID,
        version=version,
        answer=word,
        answered_by="rut",
        comment="So be it",
        request_id=REQUEST,
    )


def submitted(version: int = 1, **more: Any) -> ContentSubmitted:
    told = {"label": "Spring", "values": VALUES, "reviewers": (RUT,), "by": "anna", "at": AVAILABLE}
    return ContentSubmitted(**WHOSE, **{**told, **more}, version=version)


def answered(kind: Any = ContentApproved, version: int = 1) -> Event:
    said = {"by": "rut", "at": AVAILABLE, "comment": "So be it", "request_id": REQUEST}
    event: Event = kind(**WHOSE, **said, version=version)
    return event


# Handed in, once for each version.


def test_the_content_is_handed_in_once_with_the_reviewers_that_the_order_named() -> None:
    given(asking, available)(submit())(submitted())
    given(asking, available, submitted())(submit())()
    given(asking, available, submitted(), answered())(submit())()


def test_head_office_hands_it_in_for_the_entity_and_it_shows() -> None:
    given(asking, available)(submit(BO))(submitted(by="bo", on_behalf_of=EAST))


def test_the_machine_hands_in_only_what_can_be() -> None:
    given(asking, available)(submit(MACHINE))(submitted(by="campaigns"))
    given(child, available)(submit(MACHINE))()
    given(asking, available, cancelled())(submit(MACHINE))()


@pytest.mark.parametrize(
    ("history", "wish", "code"),
    [
        ((asking,), submit(at=MONDAY), "campaign.not-available-yet"),
        ((asking, available, cancelled()), submit(), "campaign.wrong-status"),
        ((asking, available), submit(at=END), "campaign.already-ended"),
        ((asking, available), submit(NILS), "campaign.unknown"),
        ((child, available), submit(), "campaign.content-not-asked"),
        (
            (prepared.model_copy(update={"definition": ASKING}),),
            submit(BO, campaign_id=REFERENCE),
            "campaign.content-not-asked",
        ),
    ],
)
def test_what_is_not_handed_in(history: tuple[Event, ...], wish: SubmitContent, code: str) -> None:
    given(*history)(wish)(code)


@pytest.mark.parametrize(
    "before", [(submitted(),), (submitted(), answered()), (submitted(), answered(ContentRefused))]
)
def test_changed_content_is_handed_in_again_with_who_changed_it(before: tuple[Event, ...]) -> None:
    again = submitted(2, values=VALUES | {"greeting": "Hallå"}, authors=("anna",), by="bo", on_behalf_of=EAST)
    given(asking, available, *before, changed)(submit(BO))(again)


def test_refused_content_may_be_handed_in_again_as_it_is() -> None:
    given(asking, available, submitted(), answered(ContentRefused))(submit())(submitted(2))


# Answered.


def test_the_answer_to_the_version_that_waits_counts() -> None:
    given(asking, available, submitted())(answer())(answered())
    given(asking, available, submitted())(answer("refuse"))(answered(ContentRefused))


@pytest.mark.parametrize(
    "history",
    [
        (submitted(), changed),
        (submitted(), changed, submitted(2)),
        (submitted(), answered(ContentRefused)),
        (submitted(), cancelled()),
        (),
    ],
)
def test_an_answer_to_what_does_not_wait_any_more_does_nothing(history: tuple[Event, ...]) -> None:
    given(asking, available, *history)(answer())()


# Started, once it is approved as it is.


@pytest.mark.parametrize(
    "history",
    [
        (),
        (submitted(),),
        (submitted(), answered(ContentRefused)),
        (submitted(), answered(), changed),
        (submitted(), answered(), changed, submitted(2)),
    ],
)
def test_nobody_starts_a_campaign_whose_content_is_not_approved(history: tuple[Event, ...]) -> None:
    given(asking, available, *history)(start())("campaign.content-not-approved")
    given(asking, available, *history)(start(MACHINE))()


def test_approved_content_starts_by_the_entity_or_by_itself() -> None:
    given(asking, available, submitted(), answered())(start())(started())
    given(asking, available, submitted(), answered())(start(MACHINE))(started(by="campaigns"))


def test_the_campaign_knows_whom_its_order_named() -> None:
    given()(create(definition=ASKING, reviewers=(RUT,)))(asking)


# What others say, and what follows from it.


@pytest.fixture
def ear() -> Iterable[Ear]:
    opened = Ear()
    yield opened
    opened.db.close()


def test_the_reviewers_of_the_order_come_along_to_its_campaign(ear: Ear) -> None:
    named = approved().model_copy(update={"parameters": OrderParameters(reviewers=(RUT,))})
    (command,) = ear.hear(prepared, registered, named)
    assert isinstance(command, CreateForOrder)
    assert command.reviewers == (RUT,)


@pytest.mark.parametrize(("kind", "word"), [(ApprovalAccepted, "approve"), (ApprovalRefused, "refuse")])
def test_an_answer_about_content_goes_to_its_campaign_and_no_other_answer_does(
    ear: Ear, kind: Any, word: str
) -> None:
    said = {"request_id": REQUEST, "subject_id": ID, "subject_version": 2, "by": "rut", "at": MONDAY}
    (command,) = ear.hear(kind(**said, subject="content", comment="So be it"))
    assert isinstance(command, AnswerContent)
    assert (command.campaign_id, command.version, command.answer) == (ID, 2, word)
    assert (command.answered_by, command.comment, command.request_id) == ("rut", "So be it", REQUEST)
    assert ear.hear(kind(**said, subject="order", comment="So be it")) == []


@pytest.mark.parametrize("at_once", [True, False])
def test_approved_content_runs_with_no_further_click_if_the_package_says_so(ear: Ear, at_once: bool) -> None:
    commands = ear.hear(prepared, registered, approved(start_targeting=at_once), answered())
    assert [type(command) for command in commands] == ([StartCampaign] if at_once else [])

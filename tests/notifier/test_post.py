"""Mails over a real SMTP server: each once, both parts, tried again where the server is away."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.cluster.servers import free_port
from services.notifier.deciders.notice import QueueNotice
from services.notifier.enclosures import Enclosures
from services.notifier.letters import Letters
from services.notifier.post import Post
from services.notifier.reactions import REACTION
from services.notifier.service import SERVICE
from services.notifier.smtp import SmtpMailer
from shared import codec
from shared.kernel.ids import NoticeId, PackageId, PersonId
from shared.kernel.message import Actor
from shared.runtime.execute import Done
from shared.runtime.moved import Clock
from shared.runtime.rebuild import rebuild
from tests.facts import id_of
from tests.notifier.hall import (
    OF_PACKAGE,
    OF_REQUEST,
    PACKAGE,
    Hall,
    cancelled,
    drafted,
    invited,
    open_hall,
    published,
    requested,
)
from tests.notifier.post_office import Office, part, post_office
from tests.world import MONDAY, World, open_world

EVERYTHING = ("DELETE FROM checkpoints", "DELETE FROM progress")
MEMORY = ("seen_people", "seen_groups", "seen_entities", "seen_packages", "seen_audience", "seen_requests")


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as opened:
        yield opened


async def offer(hall: Hall, *labels: str) -> None:
    audience = [invited(hall.entities[label]) for label in labels]
    await hall.tell("catalog", OF_PACKAGE, drafted(), *audience, published())


async def notice_of(hall: Hall, name: str) -> dict[str, Any]:
    found = await hall.notices()
    (notice,) = [notice for notice in found if notice["person_id"] == hall.people[name].id]
    return notice


async def forget(world: World, *more: str) -> None:
    """Let the notifier begin again at the first fact of every service, at its next start."""
    await world.product.house.stop()
    db = world.product.house.desks["notifier"].db
    await db.commit([(sql, {}) for sql in (*EVERYTHING, *more)])


@pytest.mark.row("K02")
async def test_a_real_server_receives_both_parts_in_the_readers_language(
    tmp_path: Path, office: Office
) -> None:
    async with open_world(
        tmp_path, smtp_url=office.url, mail_from="Head office <post@example.test>"
    ) as world:
        hall = await open_hall(world)
        await offer(hall, "East", "North")
        assert sorted(office.recipients) == ["anna@example.test", "nils@example.test", "nora@example.test"]
        (english,), (swedish,) = office.to("anna"), office.to("nils")
        assert english["Subject"] == "[Campaign subscription] Spring offer (CAT12)"
        assert swedish["Subject"] == "[Kampanjregistrering] Spring offer (CAT12)"
        for mail, words in ((english, "Register for the campaign"), (swedish, "Registrera er för kampanjen")):
            letter, *_ = mail.iter_parts()
            assert isinstance(letter, EmailMessage)
            assert letter.get_content_type() == "multipart/alternative"
            assert [body.get_content_type() for body in letter.iter_parts()] == ["text/plain", "text/html"]
            assert words in part(mail, "plain")
            assert words in part(mail, "html")
            assert mail["Auto-Submitted"] == "auto-generated"
            assert mail["From"] == "Head office <post@example.test>"
            assert mail["Date"].datetime == MONDAY
        assert (english["To"], swedish["To"]) == ("anna <anna@example.test>", "nils <nils@example.test>")
        notice = await notice_of(hall, "anna")
        assert notice["status"] == "sent"
        assert english["Message-ID"] == notice["message_id"] == f"<{notice['notice_id']}@example.test>"


@pytest.mark.row("K01", "I14")
async def test_a_replay_of_the_whole_history_sends_nothing(tmp_path: Path, office: Office) -> None:
    async with open_world(tmp_path, smtp_url=office.url) as world:
        hall = await open_hall(world)
        hall.entities["West"] = await world.entity("West")
        await offer(hall, "East", "North", "West")
        reviewers = (f"person:{hall.people['rut'].id}", f"group:{hall.entities['West']}/package-reviewers")
        await hall.tell("approval", OF_REQUEST, requested(*reviewers))
        await hall.tell("catalog", OF_PACKAGE, cancelled())
        for label, group in (("East", "notify"), ("West", "notify"), ("West", "package-reviewers")):
            await world.group(hall.entities[label], group, hall.people["sara"])
        sent, told = list(office.recipients), await hall.notices()
        assert len(sent) == len(told) == 7
        await forget(world)
    for again in ((), tuple(f"DELETE FROM {table}" for table in MEMORY)):
        async with open_world(tmp_path, Clock(MONDAY), smtp_url=office.url) as world:
            await world.advance(days=1)
            replayed = world.product.house.desks["notifier"].consumers["notifier.mails"]
            assert replayed.position("notifier") > 0
            hall.world = world
            assert await hall.notices() == told
            await forget(world, *again)
    async with open_world(tmp_path, smtp_url=office.url) as world:
        await world.settle()
    assert office.recipients == sent


@pytest.mark.row("K01", "J09")
async def test_a_rebuild_of_every_view_and_memory_sends_nothing(tmp_path: Path, office: Office) -> None:
    async with open_world(tmp_path, smtp_url=office.url) as world:
        hall = await open_hall(world)
        await offer(hall, "East", "North")
        await hall.tell("approval", OF_REQUEST, requested(f"person:{hall.people['rut'].id}"))
        sent, told = list(office.recipients), await hall.notices()
        assert len(sent) == len(told) == 4
        house = world.product.house
        stores, db = {name: desk.store for name, desk in house.desks.items()}, house.desks["notifier"].db
        await house.stop()
        for view in SERVICE.projections:
            assert {table.different for table in rebuild(view, stores, db, tmp_path / "shadow")} == {0}
        forgotten = [
            ("DELETE FROM projections WHERE name = :name", {"name": part.name}) for part in REACTION.memory
        ]
        await db.commit(forgotten)
    async with open_world(tmp_path, smtp_url=office.url) as world:
        await world.advance(days=1)
        hall.world = world
        assert await hall.notices() == told
        assert office.recipients == sent
        assert await world.product.house.desks["notifier"].db.rows("SELECT * FROM parked", {}) == []
        await hall.tell("catalog", OF_PACKAGE, cancelled())
        assert await hall.told("N10", PACKAGE) == ["anna", "nils", "nora"]
        assert len(office.recipients) == len(sent) + 3


async def test_a_server_that_is_away_is_tried_again_later(tmp_path: Path) -> None:
    port = free_port()
    async with open_world(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}") as world:
        hall = await open_hall(world)
        await offer(hall, "East")
        notice = await notice_of(hall, "anna")
        assert (notice["status"], notice["attempts"]) == ("waiting", 1)
        assert notice["error"] == "SMTPConnectError"
        await world.advance(seconds=59)
        assert (await notice_of(hall, "anna"))["attempts"] == 1
        await world.advance(seconds=1)
        assert (await notice_of(hall, "anna"))["attempts"] == 2
        with post_office(port) as office:
            await world.advance(minutes=5)
            assert len(office.to("anna")) == 1
            await world.advance(days=3)
            assert len(office.mails) == 1
        notice = await notice_of(hall, "anna")
        assert (notice["status"], notice["attempts"], notice["error"]) == ("sent", 2, None)


async def test_after_five_attempts_it_is_given_up_and_the_product_goes_on(
    tmp_path: Path, office: Office
) -> None:
    office.refusals = [("mail", "451 Come back later")] * 5
    async with open_world(tmp_path, smtp_url=office.url) as world:
        hall = await open_hall(world)
        await offer(hall, "East")
        await world.advance(days=2)
        notice = await notice_of(hall, "anna")
        assert (notice["status"], notice["attempts"], notice["retry_at"]) == ("given_up", 5, None)
        assert notice["error"] == "SMTPDataError 451"
        assert office.mails == []
        await hall.tell("catalog", OF_PACKAGE, cancelled())
        assert len(office.to("anna")) == 1


async def test_a_recipient_refused_for_good_is_not_tried_again(tmp_path: Path, office: Office) -> None:
    office.refusals = [("recipient", "550 <{address}> is unknown here")]
    async with open_world(tmp_path, smtp_url=office.url) as world:
        hall = await open_hall(world)
        await offer(hall, "East")
        await world.advance(days=2)
        notice = await notice_of(hall, "anna")
        assert (notice["status"], notice["attempts"], notice["error"]) == ("given_up", 1, "refused 550")


async def test_whoever_has_no_address_any_more_gets_none(tmp_path: Path, office: Office) -> None:
    office.refusals = [("mail", "451 Come back later")]
    async with open_world(tmp_path, smtp_url=office.url) as world:
        hall = await open_hall(world)
        await offer(hall, "East")
        await world.root().delete(f"/people/{hall.people['anna'].id}")
        await world.advance(minutes=1)
        notice = await notice_of(hall, "anna")
        assert (notice["status"], notice["attempts"], notice["error"]) == ("given_up", 2, "no-address")
        assert office.mails == []


@pytest.mark.parametrize("email", ["a(b@example.test", "två@example.test", '"@example.test'])
async def test_an_address_that_cannot_be_used_stops_nobody_else(
    tmp_path: Path, office: Office, email: str
) -> None:
    async with open_world(tmp_path, smtp_url=office.url) as world:
        hall = await open_hall(world)
        body = {
            "name": "Odd\r\nBcc: x@y",
            "email": email,
            "roles": ["local"],
            "entity_id": hall.entities["East"],
        }
        odd = await world.root().made("/people", body)
        members = [odd["person_id"], hall.people["anna"].id]
        answer = await world.root().put(
            f"/entities/{hall.entities['East']}/groups/notify", {"members": members}
        )
        assert answer.status_code == 200
        await offer(hall, "East")
        assert len(office.to("anna")) == 1
        (other,) = [n for n in await hall.notices() if n["person_id"] == odd["person_id"]]
        assert other["status"] in {"given_up", "waiting"}
        assert email not in str(other)


async def test_a_mail_whose_success_was_lost_goes_again_with_the_same_id(
    world: World, office: Office
) -> None:
    desk = world.product.house.desks["notifier"]
    await world.product.house.stop()
    notice_id = NoticeId(id_of("notice"))
    outcome = await desk.execute(
        QueueNotice(
            id=id_of("queue"),
            at=MONDAY,
            by=Actor(id="notifier"),
            notice_id=notice_id,
            kind="N4",
            person_id=PersonId(id_of("anna")),
            language="en",
            because_of=id_of("fact"),
            about={"package": PACKAGE},
            facts={"package": "Spring"},
        )
    )
    assert isinstance(outcome, Done)
    (stored,) = await desk.store.read(f"notice-{notice_id}")
    post = Post(
        desk.store,
        Letters("", "Europe/Stockholm", None),
        SmtpMailer(office.url, "a@example.test"),
        known,
        world.clock,
        "a@example.test",
        Enclosures(desk.rows, nothing),
    )
    first = [*await post.perform(codec.read(stored))]
    assert [*await post.perform(codec.read(stored))] == first
    assert [mail["Message-ID"] for mail in office.to("anna")] == [f"<{notice_id}@example.test>"] * 2
    await desk.execute(first[0])
    assert [*await post.perform(codec.read(stored))] == []
    assert len(office.mails) == 2


async def known(person_id: PersonId) -> tuple[str, str]:
    return "Anna", "anna@example.test"


async def nothing(package_id: PackageId, document_id: UUID) -> None:
    return None


def test_a_wrong_server_address_is_refused_at_once_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="SAMVERKAN_SMTP_URL") as refused:
        SmtpMailer("http://user:secret@host", "a@example.test")
    assert "secret" not in str(refused.value)

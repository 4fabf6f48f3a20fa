"""Decision links of real mails: looking changes nothing, one POST decides, and a dead link says why."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from services.gateway.accounts import add_account
from tests.journeys.post import Post, open_post
from tests.journeys.story import DEFINITION, Story, day
from tests.notifier.post_office import part, post_office
from tests.world import ADDRESS, Person, World, open_world

PASSWORD = "a long enough password"
OPENED = {200, 303, 410}
"""A page; the way to the sign-in; a decision link that is over."""
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """The story in English, with links that lead to this very product."""
    async with open_post(tmp_path, "en", public_url=ADDRESS) as opened:
        yield opened


def links(post: Post, name: str = "", subject: str = "") -> list[str]:
    """Every link of every mail, or of those to this person with this subject."""
    mails = post.office.to(name) if name else post.office.mails
    wanted = [mail for mail in mails if subject in mail["Subject"]]
    found = [
        re.findall(r"https?://[^\s\"<>]+", part(mail, kind)) for mail in wanted for kind in ("plain", "html")
    ]
    return sorted({link for some in found for link in some})


def token(post: Post, name: str, subject: str) -> str:
    """The token of the one decision link in this person's mails with this subject."""
    (found,) = {link.rpartition("/")[2] for link in links(post, name, subject) if "/decide/" in link}
    return found


async def decide(post: Post, token: str, answer: str, **form: str) -> Response:
    return await post.story.world.client.post(f"/api/v1/decisions/{token}", data={"answer": answer, **form})


async def facts(world: World) -> dict[str, int]:
    """How far the history of every service has got."""
    await world.settle()
    return {name: await desk.store.last_position() for name, desk in world.product.house.desks.items()}


async def session(world: World, person: Person, there: str = "/") -> dict[str, str]:
    """What the browser of this person sends along after signing in on the way there."""
    await add_account(world.product.house.desks["gateway"], person.name, PASSWORD, person.id)
    form = {"login": person.name, "password": PASSWORD, "next": there}
    led = await world.client.post("/sign-in", data=form)
    assert (led.status_code, led.headers["location"]) == (303, there)
    world.client.cookies.clear()
    return {"Cookie": led.headers["set-cookie"].partition(";")[0], **ENGLISH}


@pytest.mark.row("K03")
async def test_opening_every_link_of_every_mail_changes_nothing(post: Post) -> None:
    world, story = post.story.world, post.story
    package_id = await story.published("by_campaign", available_at=day(5))
    await story.approved(package_id)
    await story.placed(package_id, "nils")
    await world.advance(days=4)
    found = links(post)
    decisive = [link for link in found if "/decide/" in link]
    assert len(decisive) == 7, "Rut for the package, Bo and Rut for two orders, and both called in to one"
    before = await facts(world)
    for person in (story.reviewer, story.central, *story.people.values()):
        signed_in = await session(world, person)
        for link in links(post, person.name):
            for headers in ({"Accept": "*/*"}, {"Accept": "text/html"}, signed_in):
                opened = await world.client.get(link, headers=headers)
                assert opened.status_code in OPENED, link
    assert await facts(world) == before
    (asked,) = (await story.central.read("/approvals", status="open"))["items"]
    assert asked["subject"] == "order"


@pytest.mark.row("D04")
async def test_the_mails_link_asks_for_a_sign_in_and_then_for_the_decision(post: Post) -> None:
    world = post.story.world
    package_id = await post.story.submitted("by_campaign")
    (link,) = [one for one in links(post, "rut") if "/approvals/" in one]
    closed = await world.client.get(link)
    there = link.removeprefix(ADDRESS)
    assert (closed.status_code, closed.headers["location"]) == (303, f"/sign-in?next={there}")
    signed_in = await session(world, post.story.reviewer, there)
    page = await world.client.get(link, headers=signed_in)
    assert "Campaign package: Spring offer" in page.text
    (form,) = re.findall(rf'action="{there}/accept">(.*?)</form>', page.text, re.DOTALL)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    decided = await world.client.post(f"{link}/accept", data=hidden, headers=signed_in)
    assert (decided.status_code, decided.headers["location"]) == (303, f"{there}?done=approved")
    await world.settle()
    assert (await post.story.central.read(f"/packages/{package_id}"))["status"] == "approved"


@pytest.mark.row("F02")
async def test_where_a_sign_in_is_wanted_no_mail_decides_and_no_link_of_an_older_one(tmp_path: Path) -> None:
    async with open_post(tmp_path, "en", public_url=ADDRESS) as post:
        package_id = await post.story.published("by_campaign")
        await post.story.placed(package_id)
        old = token(post, "rut", "[Approval of order]")
    wanted = {"public_url": ADDRESS, "decision_links": "sign-in"}
    with post_office() as office:
        async with open_world(tmp_path, smtp_url=office.url, **wanted) as world:
            nils, rut = (
                Person(world, one.actor, one.name) for one in (post.story.people["nils"], post.story.reviewer)
            )
            order = await nils.made(f"/packages/{package_id}/orders", {"values": {"greeting": "Hello"}})
            await nils.made(f"/orders/{order['order_id']}/place", {})
            await world.settle()
            (mail,) = office.to("rut")
            assert "/decide/" not in part(mail, "plain") + part(mail, "html")
            (link,) = re.findall(rf"{ADDRESS}(/approvals/[0-9a-f-]+)", part(mail, "plain"))
            dead = f"/api/v1/decisions/{old}"
            for closed in (
                await world.client.get(dead),
                await world.client.post(dead, data={"answer": "accept"}),
            ):
                assert (closed.status_code, closed.json()["code"]) == (403, "decision.sign-in-wanted")
            page = await world.client.get(f"/decide/{old}", headers=ENGLISH)
            assert (page.status_code, "/decisions/" in page.text) == (403, False)
            assert "Nobody decides here without signing in" in page.text
            answer, key = {"answer": "accept", "version": 1}, {"Idempotency-Key": "1"}
            unknown = await world.client.post(f"/api/v1{link}/answer", json=answer, headers=key)
            assert (unknown.status_code, unknown.json()["code"]) == (401, "request.not-signed-in")
            answered = await rut.made(f"{link}/answer", answer)
            assert (answered["subject_id"], answered["status"]) == (order["order_id"], "accepted")


@pytest.mark.row("K03")
async def test_a_link_decides_once_in_the_name_of_its_reader(post: Post) -> None:
    package_id = await post.story.submitted("by_campaign")
    link = token(post, "rut", "[Campaign package approval]")
    page = await post.story.world.client.get(f"/decide/{link}", headers=ENGLISH)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "Campaign package: Spring offer" in page.text
    assert f'action="/api/v1/decisions/{link}"' in page.text
    silent = await decide(post, link, "refuse")
    assert (silent.status_code, silent.json()["code"]) == (422, "request.comment-missing")
    assert (await decide(post, link, "refuse", comment="Wrong dates")).status_code == 200
    await post.story.world.settle()
    package = await post.story.central.read(f"/packages/{package_id}")
    assert package["status"] == "rejected"
    (request,) = (await post.story.central.read("/approvals", subject=package_id))["items"]
    assert (request["answered_by"], request["comment"]) == (post.story.reviewer.id, "Wrong dates")
    before = await facts(post.story.world)
    for answer in ("refuse", "accept"):
        again = await decide(post, link, answer, comment="Wrong dates")
        assert (again.status_code, again.json()["code"]) == (410, "decision.link-used")
    assert await facts(post.story.world) == before


@pytest.mark.row("F03")
async def test_the_link_of_a_mail_and_the_view_of_the_order_do_the_same(post: Post) -> None:
    story = post.story
    package_id = await story.published("by_campaign")
    found = []
    for who, entity in (("anna", "East"), ("nils", "North")):
        order_id = await story.placed(package_id, who)
        if who == "anna":
            link = token(post, "rut", "[Approval of order]")
            assert (await decide(post, link, "refuse", comment="Choose 50+")).status_code == 200
        else:
            await story.reviewer.made(f"/orders/{order_id}/reject", {"comment": "Choose 50+"})
        await story.world.settle()
        order = await story.people[who].read(f"/orders/{order_id}")
        (request,) = (await story.central.read("/approvals", subject=order_id))["items"]
        answered = {name: request[name] for name in ("status", "answered_by", "comment")}
        assert await story.told("N7", order_id) == [who], entity
        found.append((order["status"], order["rejection_comment"], answered))
    assert found[0] == found[1]
    assert found[0][:2] == ("rejected", "Choose 50+")


@pytest.mark.row("K03")
async def test_a_used_link_says_so_on_its_page_in_the_readers_language(post: Post) -> None:
    await post.story.submitted("by_campaign")
    link = token(post, "rut", "[Campaign package approval]")
    form = {"answer": "accept"}
    led = await post.story.world.client.post(
        f"/api/v1/decisions/{link}", data=form, headers={"Accept": "text/html"}
    )
    assert (led.status_code, led.headers["location"]) == (303, f"/decide/{link}")
    page = await post.story.world.client.get(f"/decide/{link}", headers={"Accept-Language": "sv"})
    assert page.status_code == 410
    assert "Länken är förbrukad" in page.text
    assert "/decisions/" not in page.text


@pytest.mark.row("K03")
async def test_a_link_of_a_reminder_is_dead_once_the_request_was_answered_elsewhere(post: Post) -> None:
    order_id = await post.story.placed(await post.story.published("by_campaign"))
    links = [token(post, name, "[Approval of order]") for name in ("bo", "rut")]
    assert links[0] != links[1]
    await post.story.central.made(f"/orders/{order_id}/approve", {})
    for link in links:
        late = await decide(post, link, "refuse", comment="No")
        assert (late.status_code, late.json()["code"]) == (410, "decision.link-used")


@pytest.mark.row("K03")
async def test_a_link_ends_after_fourteen_days_and_says_so(post: Post) -> None:
    await post.story.submitted("by_campaign", starts_at=day(20), registration_deadline=day(30))
    link = token(post, "rut", "[Campaign package approval]")
    await post.story.world.advance(days=14, seconds=-1)
    assert (await post.story.world.client.get(f"/api/v1/decisions/{link}")).status_code == 200
    await post.story.world.advance(seconds=1)
    old = await decide(post, link, "accept")
    assert (old.status_code, old.json()["code"]) == (410, "decision.link-expired")
    page = await post.story.world.client.get(f"/decide/{link}", headers=ENGLISH)
    assert "This link is too old" in page.text


async def test_neither_token_can_be_used_as_the_other(post: Post) -> None:
    await post.story.submitted("by_campaign")
    world, link = post.story.world, token(post, "rut", "[Campaign package approval]")
    signed_in = await world.client.get("/api/v1/packages", headers={"Authorization": f"Bearer {link}"})
    assert (signed_in.status_code, signed_in.json()["code"]) == (401, "request.bad-token")
    bearer = world.product.tokens.issue(post.story.reviewer.actor, world.clock(), timedelta(hours=1))
    for wrong in (bearer, link[:-3], "nonsense"):
        unknown = await decide(post, wrong, "accept")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "decision.link-unknown")


async def test_who_has_left_decides_nothing_by_an_old_link(post: Post) -> None:
    await post.story.submitted("by_campaign")
    link = token(post, "rut", "[Campaign package approval]")
    await post.story.world.root().delete(f"/people/{post.story.reviewer.id}")
    await post.story.world.settle()
    gone = await decide(post, link, "accept")
    assert (gone.status_code, gone.json()["code"]) == (404, "decision.link-unknown")


async def test_the_open_mailbox_holds_no_link_that_decides(world: World, story: Story) -> None:
    await story.submitted("by_campaign")
    (notice,) = await story.notices("N1")
    page = await world.client.get(f"/mailbox/{notice['notice_id']}")
    assert "/approvals/" in page.text
    assert "/decide/" not in page.text


@pytest.mark.row("K03")
async def test_a_link_decides_about_the_content_of_a_campaign(post: Post) -> None:
    story, anna = post.story, post.story.people["anna"]
    definition = DEFINITION | {"content_approval": True, "duration_days": 10}
    reference_id = await story.reference("local", definition=definition)
    await story.world.group(story.entities["East"], "campaign-reviewers", story.reviewer)
    order_id = await story.approved(await story.published("local", reference_id=reference_id))
    campaign_id = (await anna.read(f"/orders/{order_id}"))["campaign_id"]
    campaign = await anna.made(f"/campaigns/{campaign_id}/submit-content", {})
    await story.world.settle()
    link = token(post, "rut", "[Approval of content]")
    page = await story.world.client.get(f"/decide/{link}", headers=ENGLISH)
    assert f"Campaign content: {campaign['label']}" in page.text
    assert (await decide(post, link, "accept")).status_code == 200
    await story.world.settle()
    shown = (await anna.read(f"/campaigns/{campaign_id}"))["content_approval"]
    assert (shown["status"], shown["answered_by"]) == ("approved", story.reviewer.id)

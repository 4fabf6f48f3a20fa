"""What people say to each other about a package, a campaign and an entity."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from services.notifier import mailbox
from tests.journeys.story import Story
from tests.world import Person

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
ASKED, ANSWERED = "Which picture do you use in May?", "The one with the boat. /Bo Ek, 070-1234567"


async def say(person: Person, about: str, text: str) -> dict[str, Any]:
    made = await person.made(f"/forums/{about}/messages", {"text": text})
    await person.world.settle()
    return made


async def texts(person: Person, about: str) -> list[Any]:
    """What this person reads in this forum, oldest first."""
    return [one["text"] for one in (await person.read(f"/forums/{about}"))["items"]][::-1]


async def mails(story: Story, name: str) -> list[dict[str, Any]]:
    """The mails about forums that this person got."""
    person = story.world.people[name]
    db = story.world.product.house.desks["notifier"].db
    mine = [notice for notice in await story.notices("N15") if notice["person_id"] == person.id]
    rows = [(await db.rows(mailbox.ONE, {"notice_id": notice["notice_id"]}))[0] for notice in mine]
    return [mailbox.parts(row["mail"]) for row in rows]


@pytest.mark.row("I10")
async def test_a_message_notifies_who_follows_once_and_never_its_author(story: Story) -> None:
    package_id = await story.published("simple")
    anna, nils = story.people["anna"], story.people["nils"]
    await nils.made(f"/forums/{package_id}/follow", {})
    await say(anna, package_id, ASKED)
    assert await story.told("N15", package_id) == ["nils"]
    await say(story.central, package_id, ANSWERED)
    assert await story.told("N15", package_id) == ["anna", "nils", "nils"]
    await nils.made(f"/forums/{package_id}/leave", {})
    await say(anna, package_id, "Thank you")
    assert await story.told("N15", package_id) == ["anna", "bo", "nils", "nils"]
    assert await texts(nils, package_id) == [ASKED, ANSWERED, "Thank you"]


@pytest.mark.row("I10")
@pytest.mark.parametrize("kind", ["package", "campaign", "entity"])
async def test_packages_campaigns_and_entities_have_a_forum_and_the_mail_leads_there(
    story: Story, kind: str
) -> None:
    package_id = await story.published("by_campaign")
    order_id = await story.approved(package_id)
    order = await story.central.read(f"/orders/{order_id}")
    about, name = {
        "package": (package_id, "Spring offer (CAT1)"),
        "campaign": (order["campaign_id"], "OU1_OP2"),
        "entity": (story.entities["East"], "East"),
    }[kind]
    anna = story.people["anna"]
    await anna.made(f"/forums/{about}/follow", {})
    await say(story.central, about, ANSWERED)
    forum = await anna.read(f"/forums/{about}")
    assert (forum["subject"], forum["following"], forum["followers"]) == (kind, True, 2)
    (mail,) = await mails(story, "anna")
    assert mail["subject"].startswith("[Forum] New message: ")
    assert name in mail["subject"]
    assert f"/forums/{about}" in mail["text"]
    assert f"/forums/{about}" in mail["html"]
    assert "boat" not in mail["text"] + mail["html"]


@pytest.mark.row("I10")
async def test_a_follower_who_reads_swedish_is_told_in_swedish(story: Story) -> None:
    east = story.entities["East"]
    eva = await story.world.person("eva", "local", entity=east, language="sv")
    await eva.made(f"/forums/{east}/follow", {})
    await say(story.central, east, ANSWERED)
    (mail,) = await mails(story, "eva")
    assert mail["subject"] == "[Forum] Nytt meddelande: East"
    for part in ("text", "html"):
        assert "Det finns ett nytt meddelande i ett forum som du följer." in mail[part]


async def test_an_entity_reads_and_writes_only_where_it_may(story: Story) -> None:
    package_id = await story.published("by_campaign")
    order = await story.central.read(f"/orders/{await story.approved(package_id)}")
    sara, nils = story.people["sara"], story.people["nils"]
    package = await story.central.read(f"/packages/{package_id}")
    for person, about in (
        (sara, package_id),
        (nils, order["campaign_id"]),
        (nils, package["reference_id"]),
        (nils, story.entities["East"]),
        (nils, order["order_id"]),
    ):
        assert (await person.get(f"/forums/{about}")).status_code == 404
        for way, body in (("messages", {"text": "Hello"}), ("follow", {}), ("leave", {})):
            assert (await person.post(f"/forums/{about}/{way}", body)).status_code == 404
    assert (await nils.get(f"/forums/{package_id}")).status_code == 200
    draft = await story.package("simple")
    assert (await nils.get(f"/forums/{draft}")).status_code == 404
    assert (await story.central.get(f"/forums/{draft}")).status_code == 200


async def test_who_is_no_longer_invited_is_told_no_more(story: Story) -> None:
    package_id = await story.published("simple")
    await story.people["nils"].made(f"/forums/{package_id}/follow", {})
    only_east = {"entities": [story.entities["East"]]}
    answer = await story.central.put(f"/packages/{package_id}/audience", only_east)
    assert answer.status_code == 200, answer.text
    await story.world.settle()
    await say(story.people["anna"], package_id, ASKED)
    assert await story.told("N15") == []


async def test_a_message_is_corrected_and_withdrawn_with_a_trace(story: Story) -> None:
    package_id = await story.published("simple")
    anna, path = story.people["anna"], f"/forums/{package_id}/messages"
    await say(story.central, package_id, "Welcome")
    message = await say(anna, package_id, ASKED)
    await story.world.advance(hours=1)
    again = await anna.made(f"{path}/{message['message_id']}/correct", {"text": "Which film?"})
    assert (again["text"], again["revision"], again["posted_by"]) == ("Which film?", 1, anna.id)
    assert again["corrected_at"] > again["posted_at"]
    answer = await story.central.post(f"{path}/{message['message_id']}/correct", {"text": "Mine"})
    assert (answer.status_code, answer.json()["code"]) == (403, "message.anothers")
    gone = await story.central.made(f"{path}/{message['message_id']}/withdraw", {})
    assert (gone["text"], gone["withdrawn_by"]) == (None, story.central.id)
    assert await texts(anna, package_id) == ["Welcome", None]
    assert await story.told("N15") == ["bo"], "a correction and a withdrawal tell nobody"


async def test_the_same_request_again_is_one_message_and_brings_no_words_back(story: Story) -> None:
    package_id = await story.published("simple")
    anna, path = story.people["anna"], f"/forums/{package_id}/messages"
    made = await anna.made(path, {"text": ASKED}, key="once")
    await anna.made(path, {"text": ASKED}, key="once")
    assert await texts(anna, package_id) == [ASKED]
    other = await anna.post(path, {"text": "Something else"}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "request.key-reused")
    await anna.made(f"{path}/{made['message_id']}/withdraw", {})
    await story.world.settle()
    await anna.made(path, {"text": ASKED}, key="once")
    assert await texts(anna, package_id) == [None]
    kept = await story.world.product.house.desks["forum"].rows("SELECT text FROM message_contents")
    assert kept == [{"text": None}]


async def attach(person: Person, path: str, name: str, content: bytes, key: str = "file") -> Response:
    world = person.world
    answer = await world.client.post(
        f"/api/v1{path}",
        files={"file": (name, content, "application/octet-stream")},
        headers=person._headers({"Idempotency-Key": key}),
    )
    world.position = answer.headers.get("samverkan-position", world.position)
    return answer


async def test_a_message_has_one_attachment_for_those_who_read_it(story: Story) -> None:
    package_id = await story.published("simple")
    anna, nils, sara = (story.people[name] for name in ("anna", "nils", "sara"))
    message = await say(anna, package_id, ASKED)
    path = f"/forums/{package_id}/messages/{message['message_id']}/attachment"
    assert (await nils.get(path)).status_code == 404
    assert (await attach(nils, path, "mine.png", PNG)).json()["code"] == "message.anothers"
    made = await attach(anna, path, "../boat.png", PNG)
    assert made.status_code == 201, made.text
    shown = made.json()
    assert (shown["attachment"], shown["media_type"], shown["size"]) == ("boat.png", "image/png", len(PNG))
    assert (await attach(anna, path, "../boat.png", PNG)).headers["idempotent-replayed"] == "true"
    second = await attach(anna, path, "other.txt", b"other", key="second")
    assert (second.status_code, second.json()["code"]) == (409, "message.has-attachment")
    found = await nils.get(path)
    assert found.content == PNG
    assert found.headers["content-disposition"].startswith("attachment")
    assert (await sara.get(path)).status_code == 404
    await anna.made(path.replace("attachment", "withdraw"), {})
    assert (await anna.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "message.attachment-empty"),
        (b"MZ\x90\x00" + b"\0" * 200, "message.attachment-kind"),
        (b"x" * 20_000_001, "request.too-large"),
    ],
    ids=["empty", "program", "too large"],
)
async def test_what_is_no_attachment_is_refused_and_leaves_nothing(
    story: Story, content: bytes, code: str
) -> None:
    east = story.entities["East"]
    message = await say(story.central, east, ASKED)
    path = f"/forums/{east}/messages/{message['message_id']}/attachment"
    assert (await attach(story.central, path, "a.pdf", content)).json()["code"] == code
    assert (await story.central.read(f"/forums/{east}"))["items"][0]["attachment"] is None


async def test_a_message_says_something(story: Story) -> None:
    for text in ("", "   \n", "x" * 20_001):
        answer = await story.central.post(f"/forums/{story.entities['East']}/messages", {"text": text})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_older_messages_are_behind_the_cursor(story: Story) -> None:
    east = story.entities["East"]
    for number in range(5):
        await say(story.central, east, f"Message {number}")
    first = await story.central.read(f"/forums/{east}", limit=3)
    rest = await story.central.read(f"/forums/{east}", limit=3, cursor=first["next"])
    found = [one["text"] for page in (first, rest) for one in page["items"]]
    assert found == [f"Message {number}" for number in (4, 3, 2, 1, 0)]
    assert rest["next"] is None


@pytest.mark.parametrize("way", ["withdrawn", "erased"])
async def test_words_that_go_are_nowhere_on_the_disk(story: Story, tmp_path: Path, way: str) -> None:
    package_id = await story.published("simple")
    anna, canary = story.people["anna"], "Kanariefågel Ögonsten 070-1234567"
    message = await say(anna, package_id, canary)
    path = f"/forums/{package_id}/messages/{message['message_id']}"
    assert (await attach(anna, f"{path}/attachment", f"{canary}.txt", canary.encode())).status_code == 201
    owner = tmp_path / "forum.views.db"
    assert holding(tmp_path, canary) <= {owner.name, f"{owner.name}-wal"}
    if way == "withdrawn":
        await anna.made(f"{path}/withdraw", {})
    else:
        await story.world.root().delete(f"/people/{anna.id}")
    await story.world.settle()
    assert await texts(story.central, package_id) == [None]
    with closing(sqlite3.connect(owner)) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert holding(tmp_path, canary) == set()


def holding(directory: Path, canary: str) -> set[str]:
    """The files in which these words stand."""
    return {
        path.name for path in directory.rglob("*") if path.is_file() and canary.encode() in path.read_bytes()
    }


async def test_a_rebuild_of_the_forum_finds_what_stands_there(story: Story) -> None:
    package_id = await story.published("simple")
    await say(story.people["anna"], package_id, ASKED)
    for projection in ("forum.messages", "forum.readers"):
        compared = await story.world.product.house.rebuild(projection)
        assert {one.different for one in compared} == {0}
        assert all(one.live for one in compared)
    assert await texts(story.central, package_id) == [ASKED]

"""The documents of a package travel with the mails that tell of it: attached, or named with links; over SMTP."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from services.notifier.enclosures import MOST_ATTACHED
from tests.journeys.post import Post, open_post
from tests.journeys.story import Story
from tests.journeys.test_package_documents import PDF, attach
from tests.notifier.post_office import part

WORDS = "Öppet till åtta".encode()
OFFER = {"en": "[Campaign subscription]", "sv": "[Kampanjregistrering]"}
HEAD, ATTACHED = {"en": "Documents", "sv": "Dokument"}, {"en": "attached", "sv": "bifogat"}


def files(mail: EmailMessage) -> dict[str | None, tuple[str, Any]]:
    """What is attached to a mail, by name: kind and content. Every such mail has its deadlines too."""
    found = {
        one.get_filename(): (one.get_content_type(), one.get_content()) for one in mail.iter_attachments()
    }
    assert found.pop("deadlines.ics", None) is not None
    return found


def text_of(mail: EmailMessage) -> str:
    return part(mail, "plain").replace("\r\n", "\n")


def offers(post: Post, name: str) -> list[EmailMessage]:
    return [mail for mail in post.office.to(name) if mail["Subject"].startswith(OFFER[post.language])]


async def with_documents(story: Story, **contents: bytes) -> tuple[str, list[dict[str, Any]]]:
    """A package that waits for nothing but its documents' approval; its id, and its documents."""
    package_id, answer = await story.package("by_campaign"), Response(201)
    for name, content in contents.items():
        answer = await attach(story, package_id, f"{name}.pdf", content, key=name)
        assert answer.status_code == 201, answer.text
        await story.world.advance(seconds=1)
    return package_id, answer.json()["documents"]


async def publish(story: Story, package_id: str) -> None:
    await story.central.made(f"/packages/{package_id}/submit", {})
    await story.world.settle()
    await story.reviewer.made(f"/packages/{package_id}/approve", {})
    await story.world.advance(days=1)


@pytest.mark.row("C21")
@pytest.mark.rule("R42")
async def test_documents_are_attached_to_the_mail_and_absent_from_the_campaign(post: Post) -> None:
    story, language = post.story, post.language
    package_id, documents = await with_documents(story, flyer=PDF, hours=WORDS)
    await publish(story, package_id)
    order_id = await story.approved(package_id)
    for name in ("anna", "nils"):
        (mail,) = offers(post, name)
        kind, words = files(mail)["hours.pdf"]
        assert files(mail)["flyer.pdf"] == ("application/pdf", PDF)
        assert (kind, words.strip()) == ("text/plain", WORDS.decode())
        text, html = text_of(mail), part(mail, "html")
        assert f"{HEAD[language]}:\n- flyer.pdf (1 kB), {ATTACHED[language]}\n- hours.pdf (1 kB)" in text
        assert f">{HEAD[language]}</p>" in html
        assert f"<li>flyer.pdf (1 kB), {ATTACHED[language]}</li>" in html
    assert offers(post, "sara") == []
    (notice,) = (await story.people["anna"].read("/notices", kind="N4"))["items"]
    told = [{name: one[name] for name in ("name", "media_type", "size")} for one in notice["documents"]]
    assert told == [{name: one[name] for name in ("name", "media_type", "size")} for one in documents]
    found = await story.people["anna"].get(notice["documents"][0]["link"].removeprefix("/api/v1"))
    assert found.content == PDF
    campaigns = (await story.central.read("/campaigns"))["items"]
    assert len(campaigns) == 2, "the reference campaign, and the child of the order"
    for campaign in campaigns:
        shown = str(await story.central.read(f"/campaigns/{campaign['campaign_id']}"))
        assert not any(one["document_id"] in shown or one["name"] in shown for one in documents)
    assert (await story.people["anna"].read(f"/orders/{order_id}"))["documents"] == []


async def test_documents_that_are_too_large_together_are_links_that_ask_for_a_sign_in(post: Post) -> None:
    story = post.story
    large = PDF + b"x" * (MOST_ATTACHED - 2 * len(PDF) + 1)
    package_id, documents = await with_documents(story, flyer=PDF, plan=large)
    await publish(story, package_id)
    (mail,) = offers(post, "anna")
    assert files(mail) == {}
    text, html = text_of(mail), part(mail, "html")
    size = "7,0 MB" if post.language == "sv" else "7.0 MB"
    for document, told in zip(documents, ("1 kB", size), strict=True):
        path = f"/packages/{package_id}/documents/{document['document_id']}"
        link = f"http://127.0.0.1:8400{path}"
        assert f"- {document['name']} ({told}):\n  {link}\n" in text
        assert f'<li><a href="{link}">{document["name"]}</a> ({told})</li>' in html
        assert (await story.people["anna"].get(path)).status_code == 200
        closed = await story.world.client.get(path)
        assert (closed.status_code, closed.headers["location"]) == (303, f"/sign-in?next={path}")
    assert ATTACHED[post.language] not in text


async def test_documents_of_exactly_the_limit_are_attached(tmp_path: Path) -> None:
    async with open_post(tmp_path, "en") as post:
        large = PDF + b"x" * (MOST_ATTACHED - 2 * len(PDF))
        package_id, _ = await with_documents(post.story, flyer=PDF, plan=large)
        await publish(post.story, package_id)
        (mail,) = offers(post, "anna")
        assert {name: len(content) for name, (_, content) in files(mail).items()} == {
            "flyer.pdf": len(PDF),
            "plan.pdf": len(large),
        }
        assert len(mail.as_bytes()) < 10_000_000


async def test_a_mail_tried_again_has_what_it_had_and_nothing_that_was_removed_or_came_later(
    tmp_path: Path,
) -> None:
    async with open_post(tmp_path, "en") as post:
        story = post.story
        package_id, (flyer, plan) = await with_documents(story, flyer=PDF, plan=PDF + b"!")
        await story.central.made(f"/packages/{package_id}/submit", {})
        await story.world.settle()
        await story.reviewer.made(f"/packages/{package_id}/approve", {})
        post.office.refusals = [("mail", "451 Come back later")] * 4
        await story.world.advance(days=1)
        assert offers(post, "anna") == []
        await story.world.advance(minutes=1)
        assert len(post.office.refusals) == 0, "both readers' mails were refused twice"
        await attach(story, package_id, "later.pdf", PDF + b"?", key="later")
        await story.world.advance(minutes=5)
        (mail,) = offers(post, "anna")
        assert sorted(map(str, files(mail))) == ["flyer.pdf", "plan.pdf"]
        post.office.refusals = [("mail", "451 Come back later")]
        south = [story.entities[label] for label in ("East", "North", "South")]
        joined = {"entities": south, "reason": "South joins"}
        assert (await story.central.put(f"/packages/{package_id}/audience", joined)).status_code == 200
        await story.world.settle()
        gone = await story.central.delete(f"/packages/{package_id}/documents/{plan['document_id']}")
        assert gone.status_code == 200
        await story.world.advance(minutes=1)
        (late,) = offers(post, "sara")
        assert sorted(map(str, files(late))) == ["flyer.pdf", "later.pdf"]
        assert "plan.pdf" not in str(late)
        assert flyer["name"] in part(late, "plain")
        (notice,) = (await story.people["sara"].read("/notices", kind="N4"))["items"]
        assert [one["name"] for one in notice["documents"]] == ["flyer.pdf", "plan.pdf", "later.pdf"]


async def test_reviewers_see_the_documents_with_the_request_and_not_with_every_reminder(
    tmp_path: Path,
) -> None:
    async with open_post(tmp_path, "en") as post:
        story = post.story
        terms = {"reviewers": [f"person:{story.reviewer.id}"], "reminders": [{"hours_before": 24}]}
        package_id = await story.package("by_campaign", approval=terms)
        await attach(story, package_id, "flyer.pdf", PDF)
        await story.central.made(f"/packages/{package_id}/submit", {})
        await story.world.advance(days=3)
        asked, reminded = post.office.to("rut")[:2]
        assert asked["Subject"].startswith("[Campaign package approval]")
        assert files(asked) == {"flyer.pdf": ("application/pdf", PDF)}
        assert reminded["Subject"].startswith("[Reminder: ")
        assert files(reminded) == {}
        assert "flyer.pdf" not in part(reminded, "plain")


async def test_a_digest_has_the_documents_of_all_that_it_tells_once(tmp_path: Path) -> None:
    async with open_post(tmp_path, "en") as post:
        story = post.story
        chosen = {"quiet_from": "00:00", "quiet_to": "23:59"}
        assert (await story.people["anna"].put("/notices/preferences", chosen)).status_code == 200
        for content in (PDF, PDF + b"!"):
            package_id = await story.package("by_campaign")
            await attach(story, package_id, f"{len(content)}.pdf", content, key=str(len(content)))
            await story.central.made(f"/packages/{package_id}/submit", {})
            await story.world.settle()
            await story.reviewer.made(f"/packages/{package_id}/approve", {})
        await story.world.advance(days=2)
        (mail,) = post.office.to("anna")
        names = [f"{len(PDF)}.pdf", f"{len(PDF) + 1}.pdf"]
        assert sorted(map(str, files(mail))) == names
        for name in names:
            assert part(mail, "plain").count(f"- {name} (1 kB), attached") == 1
            assert part(mail, "html").count(f"<li>{name} (1 kB), attached</li>") == 1

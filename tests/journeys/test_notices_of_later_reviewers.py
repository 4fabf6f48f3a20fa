"""Who comes to a request later is asked as the first were: at the next stage, after an edit, in another's place."""

import pytest

from tests.journeys.post import Post, Said
from tests.journeys.story import day

PACKAGE, ORDER = "Spring offer (CAT1)", "Order of anna (ORD1)"


@pytest.mark.row("K04")
async def test_the_second_stage_is_asked_once_the_first_has_said_yes(post: Post) -> None:
    sara = post.story.people["sara"]
    package_id = await post.story.published(
        "by_campaign", second_approval={"reviewers": [f"person:{sara.id}"], "silence": "reject"}
    )
    order_id = await post.story.placed(package_id)
    assert await post.story.told("N6") == ["bo", "rut"]
    (first,) = (await post.story.central.read("/approvals", subject=order_id, status="open"))["items"]
    await post.story.central.made(
        f"/approvals/{first['request_id']}/answer", {"answer": "accept", "version": 1}
    )
    assert await post.story.told("N6") == ["bo", "rut", "sara"]
    (mail,) = post.office.to("sara")
    en, sv = f"[Approval of order] {ORDER}", f"[Ordergodkännande] {ORDER}"
    assert mail["Subject"] == (en if post.language == "en" else sv)


@pytest.mark.row("K04")
async def test_an_order_that_is_edited_after_it_was_placed_is_asked_about_anew(post: Post) -> None:
    order_id = await post.story.placed(await post.story.published("by_campaign"))
    body = {"values": {"greeting": "Hello again"}}
    assert (await post.story.people["anna"].patch(f"/orders/{order_id}", body)).status_code == 200
    await post.story.world.settle()
    (anew,) = (await post.story.central.read("/approvals", subject=order_id, status="open"))["items"]
    assert await post.story.told("N6", anew["request_id"]) == ["bo", "rut"]


@pytest.mark.row("K04", "K05")
async def test_a_delegate_is_asked_with_the_reason(post: Post) -> None:
    cia = await post.story.world.person("cia", "central", language=post.language)
    package_id = await post.story.submitted("by_campaign")
    (request,) = (await post.story.reviewer.read("/approvals", subject=package_id))["items"]
    body = {"to": f"person:{cia.id}", "reason": "She knows the supplier"}
    await post.story.reviewer.made(f"/approvals/{request['request_id']}/delegate", body)
    await post.told(
        "N1",
        "cia",
        "rut",
        at=day(0),
        en=Said(
            f"[Campaign package approval] {PACKAGE}", ["Please answer by Thursday 5 March 2026 at 10:00."]
        ),
        sv=Said(f"[Godkännande av kampanjpaket] {PACKAGE}", ["Svara senast torsdag 5 mars 2026 kl. 10:00."]),
    )
    (mail,) = post.office.to("cia")
    assert "She knows the supplier" in str(mail.get_body(("plain",)))


@pytest.mark.row("K04")
async def test_reviewers_who_are_added_are_asked_and_the_others_not_again(post: Post) -> None:
    cia = await post.story.world.person("cia", "central", language=post.language)
    package_id = await post.story.submitted("by_campaign")
    (request,) = (await post.story.reviewer.read("/approvals", subject=package_id))["items"]
    body = {"reviewers": [f"person:{cia.id}"], "reason": "It touches her budget"}
    await post.story.reviewer.made(f"/approvals/{request['request_id']}/reviewers", body)
    assert await post.story.told("N1") == ["cia", "rut"]

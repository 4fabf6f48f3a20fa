"""Documents that an entity delivers for its order."""

import pytest
from httpx2 import Response

from tests.journeys.story import Story, day

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


async def deliver(
    story: Story, order_id: str, name: str, content: bytes, who: str = "anna", key: str = "doc"
) -> Response:
    person = story.people[who]
    answer = await story.world.client.post(
        f"/api/v1/orders/{order_id}/documents",
        files={"file": (name, content, "application/octet-stream")},
        headers=person._headers({"Idempotency-Key": key}),
    )
    story.world.position = answer.headers.get("samverkan-position", story.world.position)
    return answer


@pytest.mark.row("C09", "E11")
@pytest.mark.rule("R6")
async def test_a_document_after_the_personalization_deadline_is_accepted_and_marked_late(
    story: Story,
) -> None:
    package_id = await story.published("by_form", personalization_deadline=day(5))
    order_id = await story.placed(package_id, "anna")
    early = await deliver(story, order_id, "shop/../front.png", PNG, key="one")
    assert early.status_code == 201, early.text
    await story.world.advance(days=5)
    late = await deliver(story, order_id, "prices.csv", "vara;pris\näpple;5\n".encode(), key="two")
    assert late.status_code == 201, late.text
    order = await story.central.read(f"/orders/{order_id}")
    assert [(d["name"], d["media_type"], d["late"], d["attached_by"]) for d in order["documents"]] == [
        ("front.png", "image/png", False, story.people["anna"].id),
        ("prices.csv", "text/plain", True, story.people["anna"].id),
    ]
    times = [document["attached_at"] for document in order["documents"]]
    assert times == sorted(times)
    assert times[1].startswith(story.world.clock().isoformat()[:19])
    await story.central.made(f"/orders/{order_id}/approve", {})
    await story.world.settle()
    assert (await story.central.read(f"/orders/{order_id}"))["status"] == "available"


async def test_a_document_is_given_back_as_a_download_to_those_who_see_the_order(story: Story) -> None:
    order_id = await story.placed(await story.published("by_form"), "anna")
    made = await deliver(story, order_id, "front.png", PNG)
    again = await deliver(story, order_id, "front.png", PNG)
    assert again.headers["idempotent-replayed"] == "true"
    (document,) = made.json()["documents"]
    path = f"/orders/{order_id}/documents/{document['document_id']}"
    found = await story.people["anna"].get(path)
    assert found.content == PNG
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert (await story.people["nils"].get(path)).status_code == 404
    assert (await deliver(story, order_id, "x.png", PNG, "nils", "k")).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "order.document-empty"),
        (b"MZ\x90\x00" + b"\0" * 200, "order.document-kind"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 200, "order.document-kind"),
        (b"x" * 20_000_001, "request.too-large"),
    ],
    ids=["empty", "windows program", "linux program", "too large"],
)
async def test_what_is_no_document_is_refused_and_leaves_nothing(
    story: Story, content: bytes, code: str
) -> None:
    order_id = await story.placed(await story.published("by_form"), "anna")
    answer = await deliver(story, order_id, "a.pdf", content)
    assert answer.json()["code"] == code
    assert (await story.central.read(f"/orders/{order_id}"))["documents"] == []

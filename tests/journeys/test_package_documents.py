"""Documents of a package: linked to it, seen by its entities, and no part of its campaign."""

import pytest
from httpx2 import Response

from tests.journeys.story import Story

PDF = b"%PDF-1.7\n%flyer"


async def attach(story: Story, package_id: str, name: str, content: bytes, key: str = "doc") -> Response:
    answer = await story.world.client.post(
        f"/api/v1/packages/{package_id}/documents",
        files={"file": (name, content, "application/octet-stream")},
        headers=story.central._headers({"Idempotency-Key": key}),
    )
    story.world.position = answer.headers.get("samverkan-position", story.world.position)
    return answer


@pytest.mark.rule("R42")
async def test_documents_belong_to_the_package_and_never_to_its_campaign(story: Story) -> None:
    reference_id = await story.reference("by_campaign")
    before = await story.central.read(f"/campaigns/{reference_id}")
    package_id = await story.package("by_campaign", reference_id=reference_id)
    made = await attach(story, package_id, "../flyer.pdf", PDF)
    assert made.status_code == 201, made.text
    again = await attach(story, package_id, "../flyer.pdf", PDF)
    assert again.headers["idempotent-replayed"] == "true"
    (document,) = made.json()["documents"]
    assert (document["name"], document["media_type"], document["size"]) == (
        "flyer.pdf",
        "application/pdf",
        len(PDF),
    )
    assert document["attached_by"] == story.central.id
    await story.central.made(f"/packages/{package_id}/submit", {})
    await story.world.settle()
    await story.reviewer.made(f"/packages/{package_id}/approve", {"comment": "Good"})
    await story.world.advance(days=1)
    order_id = await story.approved(package_id, "anna")
    anna, sara = story.people["anna"], story.people["sara"]
    assert (await anna.read(f"/packages/{package_id}"))["documents"] == [document]
    path = f"/packages/{package_id}/documents/{document['document_id']}"
    found = await anna.get(path)
    assert (found.content, found.headers["content-type"]) == (PDF, "application/pdf")
    assert found.headers["content-disposition"].startswith("attachment")
    assert (await sara.get(path)).status_code == 404
    assert (await story.central.read(f"/campaigns/{reference_id}")).keys() == before.keys()
    for campaign in (await story.central.read("/campaigns"))["items"]:
        assert document["document_id"] not in str(
            await story.central.read(f"/campaigns/{campaign['campaign_id']}")
        )
    assert (await anna.read(f"/orders/{order_id}"))["documents"] == []


async def test_a_removed_document_is_given_to_nobody(story: Story) -> None:
    package_id = await story.package("simple")
    (document,) = (await attach(story, package_id, "flyer.pdf", PDF)).json()["documents"]
    path = f"/packages/{package_id}/documents/{document['document_id']}"
    anna = story.people["anna"]
    assert (await anna.delete(path)).status_code == 403
    gone = await story.central.delete(path)
    assert (gone.status_code, gone.json()["documents"]) == (200, [])
    assert (await story.central.get(path)).status_code == 404
    assert (await story.central.delete(path)).json()["code"] == "package.document-unknown"
    journal = await story.central.read(f"/packages/{package_id}/journal")
    assert [entry["what"] for entry in journal["entries"][-2:]] == [
        "PackageDocumentAttached",
        "PackageDocumentRemoved",
    ]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "package.document-empty"),
        (b"MZ\x90\x00" + b"\0" * 200, 422, "package.document-kind"),
        (b"x" * 20_000_001, 413, "request.too-large"),
    ],
    ids=["empty", "program", "too large"],
)
async def test_what_is_no_document_is_refused_and_leaves_nothing(
    story: Story, content: bytes, status: int, code: str
) -> None:
    package_id = await story.package("simple")
    answer = await attach(story, package_id, "a.pdf", content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await story.central.read(f"/packages/{package_id}"))["documents"] == []

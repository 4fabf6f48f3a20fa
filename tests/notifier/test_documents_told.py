"""Which notices name the documents of a package, from the facts of catalog to the mailbox."""

from uuid import UUID

import pytest

from services.notifier import mailbox
from services.notifier.projections.seen_documents import OF
from shared.contracts.approval import ApprovalEscalated, ApprovalReminded
from shared.contracts.catalog import PackageDocumentAttached, PackageDocumentRemoved
from shared.kernel.message import Event
from tests.facts import id_of, recorded
from tests.notifier.hall import (
    CLOSED,
    OF_ORDER,
    OF_PACKAGE,
    OF_REQUEST,
    PACKAGE,
    PLACE,
    REQUEST,
    Hall,
    Memory,
    cancelled,
    day,
    drafted,
    invited,
    placed,
    published,
    requested,
)


def attached(name: str, number: float = 0) -> PackageDocumentAttached:
    kind = {"media_type": "application/pdf", "size": 12, "sha256": "0" * 64}
    return PackageDocumentAttached(
        **PLACE, document_id=id_of(name), by="bo", at=day(number), name=f"{name}.pdf", **kind
    )


def removed(name: str) -> PackageDocumentRemoved:
    return PackageDocumentRemoved(**PLACE, document_id=id_of(name), by="bo", at=day(1))


TWO = (attached("flyer"), attached("plan", 0.1))


async def named(hall: Hall, kind: str) -> list[list[str]]:
    """The names that each notice of this kind has, in their order."""
    return [[one["name"] for one in notice["documents"]] for notice in await hall.notices(kind)]


async def test_an_offer_names_what_the_package_has_at_that_moment_the_oldest_first(hall: Hall) -> None:
    east, north = (hall.entities[label] for label in ("East", "North"))
    extra = attached("extra", 0.2)
    facts = (drafted(), invited(east), *TWO, extra, removed("extra"), published())
    await hall.tell("catalog", OF_PACKAGE, *facts)
    assert await named(hall, "N4") == [["flyer.pdf", "plan.pdf"]]
    await hall.tell("catalog", OF_PACKAGE, removed("flyer"), invited(north, published=True))
    assert sorted(await named(hall, "N4")) == [["flyer.pdf", "plan.pdf"], ["plan.pdf"], ["plan.pdf"]]


async def test_a_notice_leads_to_each_document_and_says_what_it_is(hall: Hall) -> None:
    east = hall.entities["East"]
    await hall.tell("catalog", OF_PACKAGE, drafted(), invited(east), TWO[0], published())
    (notice,) = (await hall.people["anna"].read("/notices"))["items"]
    assert notice["documents"] == [
        {
            "document_id": str(id_of("flyer")),
            "name": "flyer.pdf",
            "media_type": "application/pdf",
            "size": 12,
            "link": f"/api/v1/packages/{PACKAGE}/documents/{id_of('flyer')}",
        }
    ]
    sheet = (await hall.people["anna"].get("/notices", form="csv")).text
    assert "flyer.pdf" in sheet


async def test_who_is_asked_about_a_package_or_called_in_sees_its_documents(hall: Hall) -> None:
    bo, rut = (f"person:{hall.people[name].id}" for name in ("bo", "rut"))
    await hall.tell("catalog", OF_PACKAGE, drafted(), *TWO)
    await hall.tell("approval", OF_REQUEST, requested(bo, requested_by="system"))
    await hall.tell(
        "approval", OF_REQUEST, ApprovalEscalated(request_id=REQUEST, to=(rut,), at=day(3), reason="silence")
    )
    assert [*await named(hall, "N1"), *await named(hall, "overdue")] == [["flyer.pdf", "plan.pdf"]] * 2


async def test_reminders_ends_and_orders_go_without_documents(hall: Hall) -> None:
    east, bo = hall.entities["East"], f"person:{hall.people['bo'].id}"
    await hall.tell("catalog", OF_PACKAGE, drafted(), invited(east), *TWO, published())
    await hall.tell("ordering", OF_ORDER, placed(east, hall.people["anna"].id))
    about = {"subject": "order", "entity_id": UUID(east), "requested_by": hall.people["anna"].id}
    await hall.tell("approval", OF_REQUEST, requested(bo, **about))
    await hall.tell("approval", OF_REQUEST, ApprovalReminded(request_id=REQUEST, nth=1, at=day(2)))
    await hall.tell("catalog", OF_PACKAGE, CLOSED, cancelled())
    for kind in ("N2", "N6", "N9", "N10"):
        found = await named(hall, kind)
        assert found, kind
        assert not any(found), kind


async def test_the_mailbox_keeps_the_names_of_what_was_attached_and_not_its_bytes(hall: Hall) -> None:
    world, content = hall.world, b"%PDF-1.7\n%flyer"
    bo = hall.people["bo"]
    reference = {
        "template": "opCollaborativeSimple",
        "label": "S",
        "starts_at": str(day(1)),
        "ends_at": str(day(40)),
    }
    made = await bo.made("/campaigns", reference)
    package = {
        "template": "mutualizedEmpty",
        "reference_id": made["campaign_id"],
        "label": "Spring offer",
        "folder": "Spring",
        "starts_at": str(day(1)),
        "ends_at": str(day(60)),
        "registration_deadline": str(day(14)),
        "audience": [hall.entities["East"]],
    }
    package_id = (await bo.made("/packages", package))["package_id"]
    answer = await world.client.post(
        f"/api/v1/packages/{package_id}/documents",
        files={"file": ("flyer.pdf", content)},
        headers=bo._headers({"Idempotency-Key": "doc"}),
    )
    assert answer.status_code == 201, answer.text
    await bo.made(f"/packages/{package_id}/approve", {})
    await world.advance(days=1)
    (notice,) = await hall.notices("N4", package_id)
    page = (await world.client.get(f"/mailbox/{notice['notice_id']}")).text
    assert "<p>Bifogat: deadlines.ics, flyer.pdf</p>" in page
    (row,) = await world.product.house.desks["notifier"].db.rows(
        mailbox.ONE, {"notice_id": notice["notice_id"]}
    )
    assert "flyer.pdf (1 kB), attached" in mailbox.parts(row["mail"])["text"]
    assert "JVBERi0" not in row["mail"], "a PDF begins so as base64"


@pytest.mark.parametrize("tail", [(), (removed("flyer"),)])
def test_documents_heard_twice_are_remembered_and_named_as_once(
    memory: Memory, tail: tuple[Event, ...]
) -> None:
    story = [recorded(fact, OF_PACKAGE, number) for number, fact in enumerate((drafted(), *TWO, *tail))]
    memory.hear(story)
    once = memory.recall(OF, {"package_id": str(PACKAGE)})
    memory.hear(story)
    assert memory.recall(OF, {"package_id": str(PACKAGE)}) == once
    assert [row["name"] for row in once] == ["flyer.pdf", "plan.pdf"][len(tail) :]

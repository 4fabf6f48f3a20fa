"""Documents of an order: delivered, counted, and taken out again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.ordering.deciders.order import ORDER
from services.ordering.deciders.order_commands import AttachDocument, RemoveDocument
from services.ordering.deciders.parameters import Page
from shared.contracts.ordering import DocumentAttached, OrderDocumentRemoved
from shared.kernel.message import Actor
from tests.facts import id_of
from tests.ordering.shelf import day
from tests.ordering.words import (
    ANNA,
    HANDED_IN,
    ID,
    MONDAY,
    NILS,
    REFUSED,
    approved,
    asks,
    cancelled,
    drafted,
    entered,
    offered,
    withdrawn,
)
from tests.spec import spec

given = spec(ORDER)
FILE: dict[str, Any] = {"name": "front.png", "media_type": "image/png", "size": 3}


def attach(sha256: str = "a", at: datetime = MONDAY, most: int | None = None) -> AttachDocument:
    page, document_id = Page(most_documents=most), id_of(f"document {sha256}")
    about = {"offered": offered(personalization_deadline=day(5)), "page": page, "document_id": document_id}
    return AttachDocument(**asks(ANNA, at), **about, **FILE, sha256=sha256)


def attached(sha256: str = "a", at: datetime = MONDAY, *, late: bool = False) -> DocumentAttached:
    about = {"order_id": ID, "document_id": id_of(f"document {sha256}"), "by": "anna", "at": at}
    return DocumentAttached(**about, **FILE, sha256=sha256, late=late)


def remove(by: Actor = ANNA) -> RemoveDocument:
    return RemoveDocument(**asks(by), document_id=id_of("document a"))


REMOVED = OrderDocumentRemoved(order_id=ID, document_id=id_of("document a"), by="anna", at=MONDAY)


@pytest.mark.rule("R5", "R6")
def test_a_document_after_the_personalization_deadline_is_late_and_taken_all_the_same() -> None:
    given(drafted)(attach(at=day(5)))(attached(at=day(5)))
    late = day(5) + timedelta(seconds=1)
    given(*HANDED_IN, approved)(attach(at=late))(attached(at=late, late=True))
    given(drafted, withdrawn)(attach())("order.ended")


@pytest.mark.rule("R24")
def test_no_more_documents_are_taken_than_the_reference_says_and_the_same_one_is_there_already() -> None:
    given(drafted, attached("a"))(attach("b", most=2))(attached("b"))
    given(drafted, attached("a"), attached("b"))(attach("c", most=2))("order.documents-too-many")
    given(drafted, attached("a"), attached("b"))(attach("b", most=2))()
    given(drafted, attached("a"), attached("b"), REMOVED)(attach("c", most=2))(attached("c"))
    given(drafted)(attach(most=0))("order.documents-hidden")


@pytest.mark.parametrize("history", [(drafted,), HANDED_IN, REFUSED])
def test_a_document_is_taken_out_until_the_order_is_approved(history: tuple[Any, ...]) -> None:
    given(*history, attached())(remove())(REMOVED)
    given(*history, attached(), REMOVED)(remove())()
    given(*history)(remove())()
    given(*history, attached())(remove(NILS))("order.unknown")
    given(*history, attached(), approved)(remove())("order.locked")
    given(*history, attached(), cancelled)(remove())("order.ended")


def test_a_document_that_a_field_shows_stays() -> None:
    shows = entered.model_copy(update={"values": {"photo": str(id_of("document a"))}})
    given(drafted, attached(), shows)(remove())("order.document-shown")
    given(drafted, attached(), shows, entered)(remove())(REMOVED)

"""Who asks and answers in the specs of approval, and the question that they are asked."""

from datetime import datetime
from typing import Any

from services.approval.deciders.request_commands import AnswerRequest
from shared.contracts.approval import ApprovalRequested
from shared.kernel.ids import EntityId, RequestId, derive
from shared.kernel.message import Actor
from tests.approval.facts import ORDER, PACKAGE, day
from tests.facts import id_of

ID = RequestId(id_of("request"))
EAST, NORTH = EntityId(id_of("East")), EntityId(id_of("North"))
ANNA = Actor(id=str(id_of("anna")), roles=frozenset({"local"}), entity_id=EAST)
RUT = Actor(id=str(id_of("rut")), roles=frozenset({"local"}), entity_id=EAST)
EVA = Actor(id=str(id_of("eva")), roles=frozenset({"local"}), entity_id=EAST)
NILS = Actor(id=str(id_of("nils")), roles=frozenset({"local"}), entity_id=NORTH)
BO = Actor(id=str(id_of("bo")), roles=frozenset({"central"}))
CIA = Actor(id=str(id_of("cia")), roles=frozenset({"central"}))
ADAM = Actor(id=str(id_of("adam")), roles=frozenset({"admin"}))
MACHINE = Actor(id="approval")
TUESDAY, THURSDAY = day(1), day(3)
EASTS_GROUP = f"group:{EAST}/order-reviewers"

ABOUT_ORDER: dict[str, Any] = {
    "request_id": ID,
    "subject": "order",
    "subject_id": ORDER,
    "subject_version": 1,
    "package_id": PACKAGE,
    "entity_id": EAST,
    "reviewers": (EASTS_GROUP,),
    "requested_by": ANNA.id,
    "deadline": day(3),
    "reminders": (day(1), day(2)),
    "pinned_at": day(0),
}
ABOUT_PACKAGE = ABOUT_ORDER | {
    "subject": "package",
    "subject_id": PACKAGE,
    "entity_id": None,
    "reviewers": (f"person:{RUT.id}",),
    "requested_by": BO.id,
}


def asked(about: dict[str, Any] = ABOUT_ORDER, **more: Any) -> ApprovalRequested:
    """The question, put on Monday at nine."""
    return ApprovalRequested(**{**about, "at": day(0), **more})


def answer(by: Actor, answer: str = "accept", at: datetime = TUESDAY, **more: Any) -> AnswerRequest:
    """An answer to the version that was asked about; Rut is in East's group of order reviewers."""
    groups = (EASTS_GROUP,) if by is RUT else ()
    fields = {"request_id": ID, "answer": answer, "version": 1, "member_of": groups, "comment": "So be it"}
    return AnswerRequest(id=derive(by.id, answer), at=at, by=by, **{**fields, **more})


def outcome(
    by: str, about: dict[str, Any] = ABOUT_ORDER, at: datetime = TUESDAY, **more: Any
) -> dict[str, Any]:
    """What an answer to the question of Monday at nine states."""
    parts = {name: about[name] for name in ("request_id", "subject", "subject_id", "subject_version")}
    return {**parts, "by": by, "at": at, "comment": "So be it", "pinned_at": day(0), **more}

"""What a notice is about and what its text is made of: labels, numbers, moments and comments, no persons."""

import json
from typing import NamedTuple
from uuid import UUID

from services.notifier.projections import (
    seen_documents,
    seen_orders,
    seen_packages,
    seen_people,
    seen_questions,
    seen_requests,
)
from shared.contracts.approval import (
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalOverdue,
    ApprovalReminded,
    ApprovalRequested,
    DeputyDismissed,
    DeputyNamed,
    QuestionAnswered,
    QuestionAsked,
    ReviewersAdded,
)
from shared.contracts.campaigns import ContentApproved, ContentRefused
from shared.contracts.catalog import (
    EntityInvited,
    PackageCancelled,
    PackagePublished,
    PackageRejected,
    RegistrationClosed,
)
from shared.contracts.forum import MessagePosted
from shared.contracts.notifier import NoticeDocument
from shared.contracts.ordering import (
    OrderApproved,
    OrderCancelled,
    OrderMadeAvailable,
    OrderRejected,
    OrderReopened,
    OrderWithdrawn,
)
from shared.kernel.message import Event
from shared.kernel.projection import Recall

PACKAGE_FACTS = (
    "starts_at", "ends_at", "registration_deadline", "personalization_deadline", "available_at",
)  # fmt: skip
CHANGES, VALUE = 20, 80
"""How many changes a notice lists at most, and how many characters of each value."""


class Telling(NamedTuple):
    """Ids by noun, facts by the name under which the templates know them, and the documents of the package."""

    about: dict[str, UUID]
    facts: dict[str, str]
    documents: tuple[NoticeDocument, ...] = ()

    def __add__(self, other: object) -> "Telling":
        """Both together; what the other says wins."""
        if not isinstance(other, Telling):
            return NotImplemented
        documents = other.documents or self.documents
        return Telling(self.about | other.about, self.facts | other.facts, documents)


def telling(event: Event, kind: str, entity_id: str, recall: Recall) -> Telling:
    """What a notice of this kind tells somebody of this entity (none for a reviewer). Unknown things are left out."""
    match event:
        case PackagePublished() | EntityInvited():
            offered = _package(event.package_id, recall, "message", "description")
            return offered + _documents(event.package_id, recall) + _entity(entity_id, recall)
        case RegistrationClosed():
            return _package(event.package_id, recall, "approval_mode") + _entity(entity_id, recall)
        case PackageCancelled():
            said = {"reason": event.reason, "cancelled_at": event.at.isoformat()}
            order = _open_order(event, entity_id, recall)
            return _package(event.package_id, recall) + order + Telling({}, said)
        case PackageRejected():
            of_edition = kind == "edition-rejected"
            package = _last_offer(event, recall) if of_edition else _package(event.package_id, recall)
            return package + _entity(entity_id, recall) + _answer(event)
        case ContentApproved() | ContentRefused():
            return _of_campaign(event.campaign_id, event.package_id, entity_id, recall) + _answer(event)
        case DeputyNamed() | DeputyDismissed():
            return _deputy(event, kind)
    return _told_of_request(event, recall)


def _told_of_request(event: Event, recall: Recall) -> Telling:
    match event:
        case ApprovalRequested() | ApprovalEscalated():
            return asked(event.request_id, recall)
        case ApprovalReminded():
            return asked(event.request_id, recall)._replace(documents=())
        case ApprovalOverdue():
            return _request(event.request_id, recall)
        case ApprovalDelegated() | ReviewersAdded():
            return asked(event.request_id, recall) + Telling({}, _said(reason=event.reason))
        case QuestionAsked() | QuestionAnswered():
            return _request(event.request_id, recall) + _question(event, recall)
    return _told_of_order(event, recall)


def _told_of_order(event: Event, recall: Recall) -> Telling:
    match event:
        case OrderApproved(offer=offer):
            available = offer.available_at.isoformat() if offer.available_at else ""
            said = _said(comment=event.comment, because=_unasked_yes(event), available_at=available)
            return _of_order(event.order_id, offer.package_id, recall) + Telling({}, said)
        case OrderRejected():
            return _of_order(event.order_id, event.package_id, recall) + _answer(event)
        case OrderCancelled():
            said = _said(reason=event.reason, because=event.because)
            return _of_order(event.order_id, event.package_id, recall) + Telling({}, said)
        case OrderReopened():
            said = _said(reason=event.reason, status=event.status)
            return _of_order(event.order_id, event.package_id, recall) + Telling({}, said)
        case OrderWithdrawn():
            said = _said(reason=event.reason)
            return _of_order(event.order_id, event.package_id, recall) + Telling({}, said)
        case OrderMadeAvailable():
            order = _of_order(event.order_id, event.package_id, recall)
            return order + _campaign(event.campaign_id, recall)
        case MessagePosted():
            return _forum(event, recall)
    return Telling({}, {})


def asked(request_id: UUID, recall: Recall) -> Telling:
    """What a reviewer is told of a request, and what differs from what was asked about before.

    Who is to answer for a package sees the documents that will travel with it.
    """
    request = _request(request_id, recall)
    of_package = request.facts.get("subject") == "package"
    enclosed = _documents(request.about["package"], recall) if of_package else Telling({}, {})
    return request + _changes(request_id, recall) + enclosed


def _request(request_id: UUID, recall: Recall) -> Telling:
    """The subject of a request, the deadline and what silence will mean."""
    rows = recall(seen_requests.ONE, {"request_id": str(request_id)})
    if not rows:
        return Telling({"request": request_id}, {})
    request = rows[0]
    facts = {name: str(request[name]) for name in ("subject", "version", "deadline", "silence")}
    subject_id, package_id = UUID(request["subject_id"]), UUID(request["package_id"])
    told = _package(package_id, recall, "description")
    if request["subject"] == "order":
        told += _order(subject_id, recall, "comment")
    if request["subject"] == "content":
        told += _of_campaign(subject_id, package_id, request["entity_id"], recall)
    return told + Telling({"request": request_id}, facts)


def _changes(request_id: UUID, recall: Recall) -> Telling:
    """A line per field that differs, `label: Spring → Summer`, as many as a letter bears."""
    rows = recall(seen_requests.ONE, {"request_id": str(request_id)})
    changes = json.loads(rows[0]["changes"]) if rows else []
    lines = [
        f"{field}: {_shortened(before)} → {_shortened(after)}" for field, before, after in changes[:CHANGES]
    ]
    left_out = str(len(changes) - CHANGES) if len(changes) > CHANGES else ""
    return Telling({}, _said(changes="\n".join(lines), changes_left_out=left_out))


def _shortened(text: str) -> str:
    """One line of a value, or a dash where there was none."""
    line = " ".join(text.split())
    return (line if len(line) <= VALUE else f"{line[: VALUE - 1]}…") or "–"


def _question(event: QuestionAsked | QuestionAnswered, recall: Recall) -> Telling:
    """What was asked, and what was told where somebody has."""
    place = {"request_id": str(event.request_id), "question_id": str(event.question_id)}
    question = "".join(row["text"] for row in recall(seen_questions.ONE, place))
    answer = event.text if isinstance(event, QuestionAnswered) else ""
    return Telling({}, _said(question=question, answer=answer))


def _deputy(event: DeputyNamed | DeputyDismissed, kind: str) -> Telling:
    """From when until when; whose deputy it is, and why, is read after signing in."""
    term = {}
    if isinstance(event, DeputyNamed) and kind == "deputy-named":
        term = {"deputy_from": event.starts_at.isoformat(), "deputy_until": event.ends_at.isoformat()}
    return Telling({"person": event.person_id}, term)


def _of_campaign(campaign_id: UUID, package_id: UUID, entity_id: str, recall: Recall) -> Telling:
    return _package(package_id, recall) + _campaign(campaign_id, recall) + _entity(entity_id, recall)


def _of_order(order_id: UUID, package_id: UUID, recall: Recall) -> Telling:
    return _package(package_id, recall) + _order(order_id, recall)


def _package(package_id: UUID, recall: Recall, *texts: str) -> Telling:
    rows = recall(seen_packages.ONE, {"package_id": str(package_id)})
    if not rows:
        return Telling({"package": package_id}, {})
    row = rows[0]
    moments = {name: row[name] for name in PACKAGE_FACTS if row[name]}
    facts = {"package": row["label"], "package_name": f"CAT{row['number']}", "level": row["kind"], **moments}
    texts_given = {name: row[name] for name in texts if row[name]}
    reference = _campaign(UUID(row["reference_id"]), recall)
    return Telling({"package": package_id}, facts | texts_given) + reference


def _last_offer(event: PackageRejected, recall: Recall) -> Telling:
    """The package as its entities know it: nothing of the draft that was rejected."""
    rows = recall(seen_packages.LAST_OFFER, {"package_id": str(event.package_id)})
    if not rows:
        return Telling({"package": event.package_id}, {})
    row = rows[0]
    facts = {"package": row["label"], "package_name": f"CAT{row['number']}", "level": row["kind"]}
    return Telling({"package": event.package_id}, facts)


def _documents(package_id: UUID, recall: Recall) -> Telling:
    rows = recall(seen_documents.OF, {"package_id": str(package_id)})
    return Telling({}, {}, tuple(NoticeDocument.model_validate(dict(row)) for row in rows))


def _campaign(campaign_id: UUID | None, recall: Recall) -> Telling:
    if campaign_id is None:
        return Telling({}, {})
    rows = recall(seen_packages.ONE_CAMPAIGN, {"campaign_id": str(campaign_id)})
    facts = {"campaign": rows[0]["label"], "campaign_name": rows[0]["name"]} if rows else {}
    return Telling({"campaign": campaign_id}, facts)


def _answer(event: PackageRejected | OrderRejected | ContentApproved | ContentRefused) -> Telling:
    """Why, or why not: a reviewer's comment, or that nobody answered in time."""
    silence = "silence-approves" if isinstance(event, ContentApproved) else "silence"
    because = silence if event.by == "silence" else ""
    return Telling({}, _said(comment=event.comment, because=because))


def _unasked_yes(event: OrderApproved) -> str:
    """Why it is a yes though nobody said so: the reviewers were silent, or the entity did not leave."""
    if event.by != "silence":
        return ""
    return "silence-approves" if event.request_id else "not-left"


def _order(order_id: UUID, recall: Recall, *texts: str) -> Telling:
    rows = recall(seen_orders.ONE, {"order_id": str(order_id)})
    if not rows:
        return Telling({"order": order_id}, {})
    row = rows[0]
    facts = _said(order=row["label"], order_name=f"ORD{row['number']}")
    facts |= {f"order_{name}": row[name] for name in texts if row[name]}
    return Telling({"order": order_id}, facts) + _entity(row["entity_id"], recall)


def _open_order(event: PackageCancelled, entity_id: str, recall: Recall) -> Telling:
    place = {"package_id": str(event.package_id), "edition": event.edition, "entity_id": entity_id}
    rows = recall(seen_orders.OPEN_OF, place)
    order = _order(UUID(rows[0]["order_id"]), recall) if rows else Telling({}, {})
    if len(rows) > 1:
        order.facts["order_name"] = ", ".join(f"ORD{row['number']}" for row in rows)
    return _entity(entity_id, recall) + order


def _forum(event: MessagePosted, recall: Recall) -> Telling:
    """Where something was said. What was said is read in the forum, which alone may keep it."""
    forum = Telling({"forum": event.subject_id}, {})
    match event.subject:
        case "package":
            return _package(event.subject_id, recall) + forum
        case "campaign":
            return _campaign(event.subject_id, recall) + forum
        case "entity":
            return _entity(str(event.subject_id), recall) + forum


def _entity(entity_id: str, recall: Recall) -> Telling:
    rows = recall(seen_people.ENTITY, {"entity_id": entity_id}) if entity_id else ()
    return Telling({}, {"entity": rows[0]["label"]} if rows else {})


def _said(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}

"""The order form in a browser: fill in, count, see the price and the words, keep as a draft, hand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from httpx2 import Response as Answered
from starlette.datastructures import FormData

from services.gateway.routes.pages.inputs import Input, entered, filled, kept, labelled, wrongs
from services.gateway.routes.pages.order_fields import inputs_of, own_values
from services.gateway.routes.pages.package_form import MOST
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import entities_of
from services.gateway.words import Word, word
from shared.kernel.ids import OrderId, PackageId

router = APIRouter(route_class=PageRoute)
Act = Literal["target", "budget", "content", "save", "place"]
TRIED = {"target", "budget", "content"}
"""What only asks, and keeps nothing."""
UNREADABLE = 422
FIRST = (Input("label", "text", word("Label")), Input("comment", "long", word("Comment to the reviewers")))
PAGE: Mapping[str, Input] = {
    "starts_at": Input("parameters.starts_at", "moment", word("Starts"), nullable=True),
    "ends_at": Input("parameters.ends_at", "moment", word("Ends"), nullable=True),
    "program": Input("parameters.program", "text", word("Program"), nullable=True),
    "budget": Input("parameters.budget", "text", word("Budget to charge"), nullable=True),
    "description": Input("parameters.description", "long", word("Description"), nullable=True),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A form: what this campaign asks and what every campaign does, where it is sent to, and what it is about."""

    fields: Sequence[Input]
    standard: Sequence[Input]
    path: str
    package: Mapping[str, Any]
    order: Mapping[str, Any] | None
    entity: str = ""

    @property
    def inputs(self) -> Sequence[Input]:
        """All that is asked."""
        return (*self.fields, *self.standard)


@router.get("/packages/{package_id}/order")
async def show_new_order(
    visit: Seen, package_id: PackageId, entity: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """What an order on this package would fill in. Head office says first for whom."""
    package = await visit.read(f"/packages/{package_id}")
    if visit.central and not entity:
        return await _for_whom(visit, package)
    form = await visit.read(f"/packages/{package_id}/form")
    shown = await _new(visit, package, form, entity)
    values = filled(shown.inputs, {"values": own_values(form["fields"])}, visit.zone)
    return _page(visit, shown, values)


async def _for_whom(visit: Visit, package: Mapping[str, Any]) -> Response:
    if package["audience"]:
        entities = await entities_of(visit, package["audience"])
    else:
        entities = (await visit.read("/entities", limit=MOST))["items"]
    offered = [one for one in entities if one["level"] == "local" and not one["closed"]]
    return visit.page("order-for.html", package=package, entities=offered)


async def _new(visit: Visit, package: Mapping[str, Any], form: Mapping[str, Any], entity: str) -> Shown:
    fields = (*FIRST, *inputs_of(form["fields"], visit.language))
    standard = await _standard(visit, form["page"], entity or str(visit.actor.entity_id))
    return Shown(fields, standard, f"/packages/{package['package_id']}/order", package, None, entity)


async def _standard(visit: Visit, page: Mapping[str, Any], entity: str) -> list[Input]:
    people = [
        (one["person_id"], str(one["name"]))
        for one in (await visit.read("/people", limit=MOST))["items"]
        if one["active"] and entity in {one["entity_id"], ""}
    ]
    known = {
        **PAGE,
        "owner": Input("parameters.owner", "choice", word("Answers for it"), choices=people),
        "reviewers": Input(
            "parameters.reviewers", "many", word("Reviewers of content and target"), choices=people
        ),
    }
    return [known[name] for name in page["fields"] if name in known]


@router.post("/packages/{package_id}/order")
async def send_new_order(visit: Seen, form: Sent, package_id: PackageId) -> Response:
    """Try what was entered, keep it as a draft, or hand it in."""
    package = await visit.read(f"/packages/{package_id}")
    asked = await visit.read(f"/packages/{package_id}/form")
    shown = await _new(visit, package, asked, str(form.get("entity", "")))
    body, wrong = entered(shown.inputs, form, visit.language, visit.zone)
    if wrong:
        return _page(visit, shown, kept(shown.inputs, form), wrong)
    whose = {"entity_id": shown.entity} if shown.entity else {}
    if form.get("act") in TRIED:
        return await _tried(visit, shown, form, f"/packages/{package_id}/evaluations", body, whose)
    drafted = await visit.send("POST", f"/packages/{package_id}/orders", form, {**_said(body), **whose})
    if drafted.is_error:
        return _refused(visit, shown, form, drafted)
    return await _on(visit, form, drafted)


@router.get("/orders/{order_id}/edit")
async def show_order_form(visit: Seen, order_id: OrderId) -> Response:
    """The order as a form."""
    order = await visit.read(f"/orders/{order_id}")
    shown = await _old(visit, order)
    return _page(visit, shown, filled(shown.inputs, _entries(order), visit.zone))


@router.post("/orders/{order_id}/edit")
async def send_order(visit: Seen, form: Sent, order_id: OrderId) -> Response:
    """Try what was entered, keep it, or keep it and hand it in."""
    order = await visit.read(f"/orders/{order_id}")
    shown = await _old(visit, order)
    body, wrong = entered(shown.inputs, form, visit.language, visit.zone)
    if wrong:
        return _page(visit, shown, kept(shown.inputs, form), wrong)
    if form.get("act") in TRIED:
        return await _tried(visit, shown, form, f"/orders/{order_id}/evaluations", body, {})
    revised = await visit.send("PATCH", f"/orders/{order_id}", form, body)
    if revised.is_error:
        return _refused(visit, shown, form, revised)
    return await _on(visit, form, revised, order)


async def _old(visit: Visit, order: Mapping[str, Any]) -> Shown:
    images = [(one["document_id"], one["name"]) for one in order["documents"]]
    package = await visit.read_if_any(f"/packages/{order['package_id']}") or {
        "label": order["package_label"],
        "package_id": order["package_id"],
    }
    fields = (*FIRST, *inputs_of(order["form"], visit.language, images))
    standard = await _standard(visit, order["page"], order["entity_id"])
    return Shown(fields, standard, f"/orders/{order['order_id']}/edit", package, order)


def _entries(order: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": order["label"],
        "comment": order["comment"],
        "values": own_values(order["form"]),
        "parameters": order["parameters"],
    }


async def _tried(
    visit: Visit,
    shown: Shown,
    form: FormData,
    path: str,
    body: Mapping[str, Any],
    whose: Mapping[str, str],
) -> Response:
    values = {name: value for name, value in body.get("values", {}).items() if value is not None}
    wish = {"kind": str(form["act"]), "values": values, **whose}
    answered = await visit.send("POST", path, form, wish)
    if answered.is_error:
        return _refused(visit, shown, form, answered)
    return _page(visit, shown, kept(shown.inputs, form), tried=answered.json())


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a new order says: an entry that nobody made is no entry, and takes none away."""
    parts = {
        part: {n: v for n, v in body.get(part, {}).items() if v is not None}
        for part in ("values", "parameters")
    }
    return {**body, **parts}


async def _on(
    visit: Visit, form: FormData, answered: Answered, order: Mapping[str, Any] | None = None
) -> Response:
    """Where an order goes on that has been kept: to its page, by way of the reviewers if it is handed in."""
    found = answered.json()
    order_id = found.get("order_id") or (order or {}).get("order_id")
    if order_id is None:
        return visit.on("/orders", "later")
    if form.get("act") != "place":
        return visit.after(answered, f"/orders/{order_id}", "saved")
    key = f"{form.get('key', '')}-place"
    placed = await visit.upstream.send("POST", f"/orders/{order_id}/place", {"idempotency-key": key}, json={})
    if placed.is_success:
        return visit.after(placed, f"/orders/{order_id}", "placed")
    kept_order = await visit.read(f"/orders/{order_id}")
    shown = await _old(visit, kept_order)
    values = filled(shown.inputs, _entries(kept_order), visit.zone)
    return _page(visit, shown, values, problem=placed.json())


def _refused(visit: Visit, shown: Shown, form: FormData, answered: Answered) -> Response:
    return _page(visit, shown, kept(shown.inputs, form), problem=answered.json())


def _page(
    visit: Visit,
    shown: Shown,
    values: Mapping[str, Any],
    wrong: Mapping[str, Word | str] = {},
    problem: Mapping[str, Any] | None = None,
    tried: Mapping[str, Any] | None = None,
) -> Response:
    problem = labelled(shown.inputs, problem, visit.language)
    known = {
        "shown": shown,
        "values": values,
        "wrong": wrong or wrongs(shown.inputs, problem or {}),
        "problem": problem or (visit.unreadable(shown.inputs, wrong) if wrong else None),
        "tried": tried,
    }
    status = problem["status"] if problem else UNREADABLE if wrong else 200
    return visit.page("order-form.html", status=status, **known)

"""Orders in a browser: the list, and one with all that can be done to it."""

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter, Response
from httpx2 import Response as Answered

from services.gateway.routes.pages.order_fields import in_language
from services.gateway.routes.pages.packages import ANSWERS, Word, given, query_with
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import names_of
from shared.kernel.ids import OrderId

router = APIRouter(route_class=PageRoute)
DONE: Mapping[str, str] = {
    "place": "placed",
    "withdraw": "withdrawn",
    "cancel": "cancelled",
    "reopen": "reopened",
    "approve": "approved",
    "reject": "rejected",
}
Step = Literal["place", "withdraw", "cancel", "reopen", "approve", "reject"]


@router.get("/orders")
async def show_orders(
    *,
    visit: Seen,
    status: Word = "",
    kind: Word = "",
    package: Word = "",
    entity: Word = "",
    folder: Word = "",
    q: Word = "",
    sort: Word = "",
    cursor: Word = "",
) -> Response:
    """What was ordered, found by status, kind, package, entity, folder and words; the newest first."""
    asked = {"status": status, "kind": kind, "package": package, "entity": entity, "folder": folder}
    asked |= {"q": q, "sort": sort}
    found = await visit.read("/orders", **given(asked), **given({"cursor": cursor}))
    return visit.page("orders.html", found=found, asked=asked, query=query_with(asked))


@router.get("/orders/{order_id}")
async def show_order(visit: Seen, order_id: OrderId) -> Response:
    """One order: where it stands, what was entered, and what whoever looks can do."""
    return await order_page(visit, order_id)


async def order_page(
    visit: Visit, order_id: OrderId, problem: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """The page of an order, with what was wrong with the step before."""
    order = await visit.read(f"/orders/{order_id}")
    waiting = await visit.read("/approvals", subject=str(order_id), status="open", limit=1)
    package = await visit.read_if_any(f"/packages/{order['package_id']}")
    journal = await visit.read(f"/orders/{order_id}/journal")
    known = {
        "order": order,
        "package": package,
        "asked": next(iter(waiting["items"]), None),
        "journal": journal,
        "names": await names_of(visit, (one["who"] for one in journal["entries"])),
        "rows": [(in_language(one["label"], visit.language) or one["name"], one) for one in order["form"]],
        "files": {one["document_id"]: one["name"] for one in order["documents"]},
        "problem": problem,
    }
    return visit.page("order.html", status=status, **known)


@router.post("/orders/{order_id}/{step}")
async def take_step(visit: Seen, form: Sent, order_id: OrderId, step: Step) -> Response:
    """Hand in, withdraw, cancel, reopen, approve or reject the order."""
    if step in ANSWERS:
        problem = await visit.decide("orders", order_id, ANSWERS[step], form)
        if problem:
            return await order_page(visit, order_id, problem, problem["status"])
        return visit.on(f"/orders/{order_id}", DONE[step])
    body = {} if step == "place" else {"reason": str(form.get("reason", ""))}
    answered = await visit.send("POST", f"/orders/{order_id}/{step}", form, body)
    return await order_after(visit, answered, order_id, DONE[step])


async def order_after(visit: Visit, answered: Answered, order_id: OrderId, done: str) -> Response:
    """The order's page once more: what was done is said, or what was wrong."""
    if answered.is_error:
        return await order_page(visit, order_id, answered.json(), answered.status_code)
    return visit.after(answered, f"/orders/{order_id}", done)

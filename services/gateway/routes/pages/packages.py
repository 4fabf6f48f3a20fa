"""Packages in a browser: the list, one with all that can be done to it, and its people's next steps."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from httpx2 import Response as Answered

from services.gateway.routes.decisions import Word as Answer
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import entities_of, names_of
from shared.kernel.ids import PackageId

router = APIRouter(route_class=PageRoute)
Word = Annotated[str, Query(max_length=200)]
Step = Literal["submit", "cancel", "reinitialise"]
DONE: Mapping[str, str] = {
    "submit": "submitted",
    "cancel": "cancelled",
    "reinitialise": "reinitialised",
    "approve": "approved",
    "reject": "rejected",
}
ANSWERS: Mapping[str, Answer] = {"approve": "accept", "reject": "refuse"}
SOME = 20


@router.get("/packages")
async def show_packages(
    visit: Seen,
    status: Word = "",
    kind: Word = "",
    folder: Word = "",
    q: Word = "",
    sort: Word = "",
    cursor: Word = "",
) -> Response:
    """What is offered, found by status, kind, folder and words; the newest first unless sorted otherwise."""
    asked = {"status": status, "kind": kind, "folder": folder, "q": q, "sort": sort}
    found = await visit.read("/packages", **given(asked), **given({"cursor": cursor}))
    return visit.page("packages.html", found=found, asked=asked, query=query_with(asked))


def given(asked: Mapping[str, str]) -> dict[str, str]:
    """What of this was asked for at all."""
    return {name: value for name, value in asked.items() if value}


def query_with(asked: Mapping[str, str]) -> Callable[..., str]:
    """What stands after the question mark for the same list with something else of it."""
    return lambda **more: urlencode(given({**asked, **more}))


@router.get("/packages/{package_id}")
async def show_package(visit: Seen, package_id: PackageId) -> Response:
    """One package: where it stands, what it asks for, and what whoever looks can do."""
    return await package_page(visit, package_id)


async def package_page(
    visit: Visit, package_id: PackageId, problem: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """The page of a package, with what was wrong with the step before."""
    package = await visit.read(f"/packages/{package_id}")
    orders = await visit.read("/orders", package=str(package_id), limit=SOME)
    waiting = await visit.read("/approvals", subject=str(package_id), status="open", limit=1)
    known = {
        "package": package,
        "entities": await entities_of(visit, package["audience"][:SOME]),
        "orders": orders,
        "asked": next(iter(waiting["items"]), None),
        "problem": problem,
    }
    if visit.central:
        journal = await visit.read(f"/packages/{package_id}/journal")
        names = await names_of(visit, (one["who"] for one in journal["entries"]))
        known |= {"journal": journal, "names": names}
    else:
        known |= await _for_entity(visit, package_id, package["reference_id"])
    return visit.page("package.html", status=status, **known)


async def _for_entity(visit: Visit, package_id: PackageId, reference_id: str) -> dict[str, Any]:
    """What an entity wants to know before it orders: its share, what the time would run into, how many it may reach."""
    shares = await visit.read_if_any(f"/packages/{package_id}/shares")
    conflicts = await visit.read_if_any(f"/packages/{package_id}/conflicts")
    rules = await visit.read_if_any(f"/campaigns/{reference_id}/rules/{visit.actor.entity_id}")
    return {"shares": shares, "conflicts": conflicts, "rules": rules}


@router.post("/packages/{package_id}/{step}")
async def take_step(
    visit: Seen, form: Sent, package_id: PackageId, step: Step | Literal["approve", "reject"]
) -> Response:
    """Submit, approve, reject, cancel or reinitialise the package."""
    if step in ANSWERS:
        problem = await visit.decide("packages", package_id, ANSWERS[step], form)
        if problem:
            return await package_page(visit, package_id, problem, problem["status"])
        return visit.on(f"/packages/{package_id}", DONE[step])
    body = {} if step == "submit" else {"reason": str(form.get("reason", ""))}
    answered = await visit.send("POST", f"/packages/{package_id}/{step}", form, body)
    return await package_after(visit, answered, package_id, DONE[step])


async def package_after(visit: Visit, answered: Answered, package_id: PackageId, done: str) -> Response:
    """The package's page once more: what was done is said, or what was wrong."""
    if answered.is_error:
        return await package_page(visit, package_id, answered.json(), answered.status_code)
    return visit.after(answered, f"/packages/{package_id}", done)

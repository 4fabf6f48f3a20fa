"""What waits for an answer, in a browser: the list by deadline, and one yes to many of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from services.gateway.routes.pages.packages import given, query_with
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import names_of, subjects_of
from services.gateway.words import Word, word

router = APIRouter(route_class=PageRoute)
AT_ONCE = 30
GROUPS: Mapping[str, Word] = {
    "overdue": word("Overdue"),
    "today": word("Today"),
    "week": word("This week"),
    "later": word("Later"),
    "others": word("Waiting for others"),
    "settled": word("Settled"),
}
DAYS_OF_WEEK = 7
Status = Literal["open", "accepted", "refused", "withdrawn", "all"]


@router.get("/approvals")
async def show_approvals(
    visit: Seen,
    mine: Literal["", "true"] = "",
    status: Status = "open",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Every question by deadline: what is late first, and what others are to answer last."""
    asked = {"mine": mine, "status": status}
    narrowed = given({"mine": mine, "status": "" if status == "all" else status, "cursor": cursor})
    found = await visit.read("/approvals", limit=AT_ONCE, **narrowed)
    known = {
        "groups": _grouped(visit, found["items"]),
        "subjects": await subjects_of(visit, found["items"]),
        "names": await names_of(visit, (one["requested_by"] for one in found["items"])),
        "next": found["next"],
    }
    return visit.page("approvals.html", asked=asked, query=query_with(asked), **known)


def _grouped(visit: Visit, items: Iterable[Mapping[str, Any]]) -> list[tuple[Word, list[Mapping[str, Any]]]]:
    """The questions by how soon they want this person's answer, groups without any left out."""
    found: dict[str, list[Mapping[str, Any]]] = {group: [] for group in GROUPS}
    for one in items:
        found[_group(visit, one)].append(one)
    return [(GROUPS[group], of) for group, of in found.items() if of]


def _group(visit: Visit, asked: Mapping[str, Any]) -> str:
    if asked["status"] != "open":
        return "settled"
    if not asked["mine"]:
        return "others"
    if asked["overdue"]:
        return "overdue"
    today = visit.now.astimezone(visit.zone).date()
    until = datetime.fromisoformat(asked["deadline"]).astimezone(visit.zone).date()
    if until == today:
        return "today"
    return "week" if until < today + timedelta(days=DAYS_OF_WEEK - today.weekday()) else "later"


@router.get("/approvals/answers")
async def confirm_answers(
    visit: Seen, tick: Annotated[list[UUID] | None, Query(max_length=AT_ONCE)] = None
) -> Response:
    """Everything that is about to be approved at once, each with the version that is seen here."""
    return await _confirming(visit, [str(one) for one in tick or ()])


async def _confirming(
    visit: Visit, ids: Sequence[str], problem: Mapping[str, Any] | None = None, comment: str = ""
) -> Response:
    items = [await visit.read(f"/approvals/{one}") for one in dict.fromkeys(ids)]
    known = {"items": items, "subjects": await subjects_of(visit, items), "comment": comment}
    status = problem["status"] if problem else 200
    return visit.page("approvals-confirm.html", problem=problem, status=status, **known)


@router.post("/approvals/answers")
async def give_answers(visit: Seen, form: Sent) -> Response:
    """Approve each of them, and say of each what came of it: one that is refused holds up no other."""
    comment, seen = str(form.get("comment", "")), _seen(form)
    answers = [
        {"request_id": request_id, "version": version, "answer": "accept", "comment": comment}
        for request_id, version in seen
    ]
    answered = await visit.send("POST", "/approvals/answers", form, {"answers": answers})
    if answered.is_error:
        return await _confirming(visit, [one for one, _ in seen], answered.json(), comment)
    results = answered.json()["items"]
    items = [await visit.read(f"/approvals/{one['request_id']}") for one in results]
    came = list(zip(items, results, strict=True))
    return visit.page("approvals-answered.html", came=came, subjects=await subjects_of(visit, items))


def _seen(form: FormData) -> list[tuple[str, str]]:
    """Each question that was ticked, with the version of its subject that was shown."""
    pairs = [str(one).partition(" ") for one in form.getlist("seen")]
    return [(request_id, version) for request_id, _, version in pairs]

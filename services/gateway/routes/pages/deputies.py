"""Who answers for whom while somebody is away, in a browser."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.gateway.routes.pages.inputs import Input, entered, kept, labelled, wrongs
from services.gateway.routes.pages.package_form import MOST
from services.gateway.routes.pages.packages import given, query_with
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import names_of
from services.gateway.words import Word, word
from shared.kernel.ids import PersonId

router = APIRouter(route_class=PageRoute)
WHOM, DEPUTY = word("For whom"), word("Who answers")
TERM = (
    Input("starts_at", "moment", word("From"), required=True),
    Input("ends_at", "moment", word("Until"), required=True),
    Input("reason", "text", word("Reason"), word("Such as: leave."), required=True),
)


@router.get("/deputies")
async def show_deputies(visit: Seen, cursor: Annotated[str, Query(max_length=200)] = "") -> Response:
    """One's own deputy, and for whom one answers; for an administrator everybody's."""
    return await _deputies_page(visit, await _inputs(visit), cursor=cursor)


async def _deputies_page(
    visit: Visit,
    inputs: Sequence[Input],
    problem: Mapping[str, Any] | None = None,
    *,
    values: Mapping[str, Any] | None = None,
    wrong: Mapping[str, Word | str] | None = None,
    cursor: str = "",
) -> Response:
    found = await visit.read("/deputies", **given({"cursor": cursor}))
    people = [one[name] for one in found["items"] for name in ("person_id", "deputy_id", "named_by")]
    known = {
        "found": found,
        "names": await names_of(visit, people),
        "inputs": inputs,
        "values": values or {},
        "wrong": wrong or {},
        "problem": problem,
        "query": query_with({}),
    }
    return visit.page("deputies.html", status=problem["status"] if problem else 200, **known)


async def _inputs(visit: Visit) -> Sequence[Input]:
    """What is asked: a colleague by name, and of an administrator for whom."""
    people = dict(await _colleagues(visit))
    others = [(who, name) for who, name in people.items() if who != visit.actor.id]
    if "admin" not in visit.actor.roles:
        return (Input("deputy_id", "choice", DEPUTY, required=True, choices=others), *TERM)
    whom = Input("person_id", "choice", WHOM, word("Nobody chosen: for you."), choices=others, keeps=True)
    everybody = tuple(people.items())
    return (whom, Input("deputy_id", "choice", DEPUTY, required=True, choices=everybody), *TERM)


async def _colleagues(visit: Visit) -> Sequence[tuple[str, str]]:
    """Who takes part, as far as whoever looks may know: for a local person those of its own entity."""
    roles = ("central", "admin", "local") if "admin" in visit.actor.roles else ("central", "admin")
    found = [
        one
        for role in (roles if visit.central else ("local",))
        for one in (await visit.read("/people", role=role, limit=MOST))["items"]
    ]
    return [(str(one["person_id"]), str(one["name"])) for one in found if one["active"]]


@router.post("/deputies")
async def name_deputy(visit: Seen, form: Sent) -> Response:
    """Let somebody answer during a term."""
    inputs = await _inputs(visit)
    body, wrong = entered(inputs, form, visit.language, visit.zone)
    if wrong:
        problem = {**visit.unreadable(inputs, wrong), "status": 422}
        return await _deputies_page(visit, inputs, problem, values=kept(inputs, form), wrong=wrong)
    answered = await visit.send("POST", "/deputies", form, body)
    if answered.is_error:
        refused = labelled(inputs, answered.json(), visit.language)
        wrong = wrongs(inputs, refused or {})
        return await _deputies_page(visit, inputs, refused, values=kept(inputs, form), wrong=wrong)
    return visit.after(answered, "/deputies", "saved")


@router.post("/deputies/{person_id}/dismiss")
async def dismiss_deputy(visit: Seen, form: Sent, person_id: PersonId) -> Response:
    """End the term at once."""
    reason = {"reason": str(form.get("reason", ""))}
    answered = await visit.send("POST", f"/deputies/{person_id}/dismiss", form, reason)
    if answered.is_error:
        return await _deputies_page(visit, await _inputs(visit), answered.json())
    return visit.after(answered, "/deputies", "saved")

"""Who answers for whom while somebody is away, in a browser."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.gateway.routes.pages.inputs import Input, entered, kept, wrongs
from services.gateway.routes.pages.package_form import MOST, reviewers_for
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
    """What is asked; head office chooses by name, others say by which id, which the colleague's own page shows."""
    if not visit.central:
        whose = word("The id of a colleague, which this page shows them.")
        return (Input("deputy_id", "text", DEPUTY, whose, required=True), *TERM)
    head_office = [
        (who.removeprefix("person:"), name)
        for who, name in await reviewers_for(visit)
        if who.startswith("person:")
    ]
    if "admin" not in visit.actor.roles:
        return (Input("deputy_id", "choice", DEPUTY, required=True, choices=head_office), *TERM)
    local = (await visit.read("/people", role="local", limit=MOST))["items"]
    people = [*head_office, *((one["person_id"], one["name"]) for one in local if one["active"])]
    whom = Input("person_id", "choice", WHOM, word("Nobody chosen: for you."), choices=people, keeps=True)
    return (whom, Input("deputy_id", "choice", DEPUTY, required=True, choices=people), *TERM)


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
        refused = answered.json()
        wrong = wrongs(inputs, refused)
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

"""Deny by default: who may use which route at all. A route that is not in the table fails here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.routing import iter_route_contexts
from httpx2 import Response

from shared.kernel.ids import EntityId
from shared.kernel.message import Actor, Role
from tests.facts import id_of
from tests.gateway.routes import Route, routes
from tests.gateway.test_sessions import browser
from tests.world import Person, World

ANYBODY = {"nobody", "roleless", "local", "central", "admin"}
SIGNED_IN = {"roleless", "local", "central", "admin"}
STAFF = {"local", "central", "admin"}
HEAD_OFFICE = {"central", "admin"}
ADMIN = {"admin"}

DOORS: dict[str, set[str]] = {
    "GET /livez": ANYBODY,
    "GET /readyz": ANYBODY,
    "POST /token": ANYBODY,
    "GET /me": SIGNED_IN,
    "GET /decisions/{token}": ANYBODY,
    "POST /decisions/{token}": ANYBODY,
    # catalog
    "GET /entities": STAFF,
    "POST /entities": HEAD_OFFICE,
    "GET /entities/{entity_id}": STAFF,
    "PATCH /entities/{entity_id}": HEAD_OFFICE,
    "POST /entities/import": HEAD_OFFICE,
    "POST /entities/{entity_id}/close": HEAD_OFFICE,
    "PUT /entities/{entity_id}/groups/{group}": HEAD_OFFICE,
    "GET /people": STAFF,
    "POST /people": ADMIN,
    "POST /people/import": ADMIN,
    "GET /people/{person_id}": STAFF,
    "PATCH /people/{person_id}": ADMIN,
    "DELETE /people/{person_id}": ADMIN,
    "GET /packages": STAFF,
    "POST /packages": HEAD_OFFICE,
    "GET /packages/{package_id}": STAFF,
    "PATCH /packages/{package_id}": HEAD_OFFICE,
    "PUT /packages/{package_id}/audience": HEAD_OFFICE,
    "GET /packages/{package_id}/journal": STAFF,
    "POST /packages/{package_id}/submit": HEAD_OFFICE,
    "POST /packages/{package_id}/approve": STAFF,
    "POST /packages/{package_id}/reject": STAFF,
    "POST /packages/{package_id}/cancel": HEAD_OFFICE,
    "POST /packages/{package_id}/reinitialise": HEAD_OFFICE,
    "PUT /packages/{package_id}/owner": HEAD_OFFICE,
    "POST /packages/{package_id}/documents": HEAD_OFFICE,
    "GET /packages/{package_id}/documents/{document_id}": STAFF,
    "DELETE /packages/{package_id}/documents/{document_id}": HEAD_OFFICE,
    "GET /packages/{package_id}/editions": STAFF,
    "GET /packages/{package_id}/editions/{edition}": STAFF,
    "GET /packages/{package_id}/editions/{edition}/documents/{document_id}": STAFF,
    "GET /packages/{package_id}/conflicts": STAFF,
    "GET /entities/{entity_id}/calendar": STAFF,
    "GET /blackouts": STAFF,
    "POST /blackouts": STAFF,
    "GET /blackouts/{blackout_id}": STAFF,
    "DELETE /blackouts/{blackout_id}": STAFF,
    # ordering
    "GET /packages/{package_id}/form": STAFF,
    "POST /packages/{package_id}/orders": STAFF,
    "GET /orders": STAFF,
    "GET /orders/{order_id}": STAFF,
    "PATCH /orders/{order_id}": STAFF,
    "GET /orders/{order_id}/journal": STAFF,
    "POST /orders/{order_id}/documents": STAFF,
    "GET /orders/{order_id}/documents/{document_id}": STAFF,
    "DELETE /orders/{order_id}/documents/{document_id}": STAFF,
    "POST /orders/{order_id}/evaluations": STAFF,
    "POST /packages/{package_id}/evaluations": STAFF,
    "POST /orders/{order_id}/place": STAFF,
    "POST /orders/{order_id}/withdraw": STAFF,
    "POST /orders/{order_id}/approve": STAFF,
    "POST /orders/{order_id}/reject": STAFF,
    "POST /orders/{order_id}/cancel": HEAD_OFFICE,
    "POST /orders/{order_id}/reopen": HEAD_OFFICE,
    "GET /entities/{entity_id}/report": STAFF,
    "GET /packages/{package_id}/report": HEAD_OFFICE,
    # approval
    "GET /approvals": STAFF,
    "GET /approvals/decisions": STAFF,
    "GET /approvals/{request_id}": STAFF,
    "GET /approvals/{request_id}/diff": STAFF,
    "GET /approvals/{request_id}/journal": STAFF,
    "GET /approvals/{request_id}/schedule": STAFF,
    "POST /approvals/answers": STAFF,
    "POST /approvals/{request_id}/answer": STAFF,
    "POST /approvals/{request_id}/delegate": STAFF,
    "POST /approvals/{request_id}/reviewers": STAFF,
    "GET /approvals/{request_id}/questions": STAFF,
    "POST /approvals/{request_id}/questions": STAFF,
    "POST /approvals/{request_id}/questions/{question_id}/answer": STAFF,
    "GET /deputies": STAFF,
    "POST /deputies": STAFF,
    "GET /deputies/{person_id}": STAFF,
    "POST /deputies/{person_id}/dismiss": STAFF,
    "GET /deputies/{person_id}/journal": STAFF,
    # campaigns
    "GET /templates": HEAD_OFFICE,
    "GET /templates/{name}": HEAD_OFFICE,
    "GET /campaigns": STAFF,
    "POST /campaigns": HEAD_OFFICE,
    "GET /campaigns/tracking/{reference}": HEAD_OFFICE,
    "GET /campaigns/{campaign_id}": STAFF,
    "PATCH /campaigns/{campaign_id}": STAFF,
    "GET /campaigns/{campaign_id}/children": HEAD_OFFICE,
    "GET /campaigns/{campaign_id}/journal": STAFF,
    "POST /campaigns/{campaign_id}/submit-content": STAFF,
    "POST /campaigns/{campaign_id}/start": STAFF,
    "POST /campaigns/{campaign_id}/stop": STAFF,
    "POST /campaigns/{campaign_id}/cancel": STAFF,
    "POST /campaigns/{campaign_id}/reinitialise": HEAD_OFFICE,
    "GET /tasks": HEAD_OFFICE,
    "GET /tasks/{task_id}": HEAD_OFFICE,
    "GET /tasks/{task_id}/journal": HEAD_OFFICE,
    "POST /tasks/{task_id}/done": HEAD_OFFICE,
    "GET /budgets": STAFF,
    "GET /budgets/{budget_id}": STAFF,
    "PUT /campaigns/{campaign_id}/budgets/{entity_id}": HEAD_OFFICE,
    "GET /campaigns/{campaign_id}/rules/{entity_id}": STAFF,
    "PUT /campaigns/{campaign_id}/rules/{entity_id}": STAFF,
    "DELETE /campaigns/{campaign_id}/rules/{entity_id}": STAFF,
    "GET /packages/{package_id}/shares": STAFF,
    "GET /recipients": STAFF,
    "POST /recipients/import": HEAD_OFFICE,
    "DELETE /recipients/{recipient_id}": STAFF,
    # forum
    "GET /forums/{subject_id}": STAFF,
    "POST /forums/{subject_id}/messages": STAFF,
    "POST /forums/{subject_id}/messages/{message_id}/attachment": STAFF,
    "GET /forums/{subject_id}/messages/{message_id}/attachment": STAFF,
    "POST /forums/{subject_id}/messages/{message_id}/correct": STAFF,
    "POST /forums/{subject_id}/messages/{message_id}/withdraw": STAFF,
    "POST /forums/{subject_id}/follow": STAFF,
    "POST /forums/{subject_id}/leave": STAFF,
    # notifier
    "GET /notices": STAFF,
    "GET /notices/preferences": STAFF,
    "PUT /notices/preferences": STAFF,
    "GET /notices/{notice_id}": STAFF,
}
CONTRACT = {"/openapi.json", "/asyncapi.json", "/schemas/{type_}/{version}.json"}
PAGES = {"/", "/problems", "/problems/{code}", "/docs", "/static/{name}", "/decide/{token}", *CONTRACT}
"""What stands outside the API: the same for everybody who has its address, and only to read."""
OPEN = {("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/language")}
"""Pages that come before a session, and what each of them can be sent."""
STEPS = {"step": "cancel", "place": "packages"}
"""What stands in a page's address that is no id."""
MAILBOX = {"/mailbox", "/mailbox/{notice_id}"}
"""The mailbox of the embedded run, which is there to show the mails of a demonstration."""


@dataclass(frozen=True)
class Knock:
    """One caller before one door."""

    caller: str
    route: Route
    answer: Response

    @property
    def refused(self) -> bool:
        if self.caller == "nobody":
            return self.answer.status_code == 401 and self.answer.json()["code"] == "request.not-signed-in"
        return self.answer.status_code == 403 and self.answer.json()["code"] == "request.role"

    def __str__(self) -> str:
        return f"{self.caller}: {self.route} gave {self.answer.status_code} {self.answer.text[:120]}"


async def knock(world: World, caller: str, route: Route) -> Knock:
    """Ask as somebody who has only this role, with everything in order but the ids."""
    headers = {"Idempotency-Key": f"{caller} {route}", "If-Match": '"0"', "Accept-Language": "en"}
    if caller != "nobody":
        known: dict[str, frozenset[Role]] = {
            "local": frozenset({"local"}),
            "central": frozenset({"central"}),
            "admin": frozenset({"admin"}),
        }
        entity = EntityId(id_of("East")) if caller == "local" else None
        actor = Actor(id=str(id_of(caller)), roles=known.get(caller, frozenset()), entity_id=entity)
        headers |= Person(world, actor, caller)._headers({})
    body = None if route.method in {"GET", "DELETE"} else {}
    return Knock(
        caller, route, await world.client.request(route.method, route.address, json=body, headers=headers)
    )


@pytest.mark.row("L01")
@pytest.mark.rule("R45")
async def test_every_route_refuses_everybody_who_is_not_listed(world: World) -> None:
    found = {str(route): route for route in routes(world)}
    assert sorted(found.keys() - DOORS.keys()) == [], "say in DOORS who may use this route"
    knocks = [await knock(world, caller, route) for route in found.values() for caller in sorted(ANYBODY)]
    wrong = [str(one) for one in knocks if one.refused == (one.caller in DOORS[str(one.route)])]
    assert wrong == []
    assert len(knocks) == 5 * len(found) > 100


def pages_of(world: World) -> Iterator[tuple[str, str]]:
    """Method and path of everything that is not described, but for what is the same for everybody."""
    described = {route.path for route in routes(world)}
    for route in iter_route_contexts(world.product.app.routes):
        if route.path not in described | PAGES | MAILBOX:
            for method in (route.methods or set()) - {"HEAD"}:
                yield method, str(route.path)


@pytest.mark.row("L01")
async def test_what_is_not_described_is_a_page_to_read_or_wants_a_session(world: World) -> None:
    described = {route.path for route in routes(world)}
    for route in iter_route_contexts(world.product.app.routes):
        if route.path in PAGES | MAILBOX and route.path not in described:
            assert (route.methods or set()) <= {"GET", "HEAD"}
    wanting = sorted(set(pages_of(world)) - OPEN)
    assert len(wanting) > 50
    before = await facts_in(world)
    bo = await browser(world, await world.person("bo", "central"))
    since = await facts_in(world)
    for method, path in wanting:
        address = re.sub(r"\{(\w+)\}", lambda found: STEPS.get(found[1], str(id_of(found[1]))), path)
        for headers in ({}, world.root()._headers({})):  # a bearer token opens no page
            turned = await world.client.request(method, address, headers=headers)
            assert turned.status_code == 303, f"{method} {path}: {turned.status_code}"
            assert turned.headers["location"].startswith("/sign-in"), f"{method} {path}"
        if method == "POST":
            foreign = await bo.post(address, data={"label": "forged"})
            assert foreign.status_code == 403, f"{path}: {foreign.status_code}"
            assert "form.foreign" in foreign.text, path
    assert before < since == await facts_in(world)


async def facts_in(world: World) -> int:
    """How many facts there are in all."""
    return sum([len(await desk.store.tail(-1)) for desk in world.product.house.desks.values()])


@pytest.mark.row("L01")
async def test_the_services_behind_the_gateway_cannot_be_reached_without_it(world: World) -> None:
    for path in ("/entities", "/people", "/services/catalog/packages", "/api/v1/services"):
        answer = await world.root().world.client.get(path, headers=world.root()._headers({}))
        assert (answer.status_code, answer.json()["code"]) == (404, "request.no-such-page")

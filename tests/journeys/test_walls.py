"""Walls between entities: North has one of everything, East has as much, and North never hears of it."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from httpx2 import Response

from services.gateway.accounts import add_account
from tests.gateway.routes import Route, routes
from tests.gateway.test_doors import DOORS
from tests.journeys.attempts import Attempt, elsewhere, of_others, own
from tests.journeys.belongings import Ids, Side, everything, side
from tests.journeys.post import Post, open_post
from tests.notifier.post_office import part
from tests.world import ADDRESS, Person

CANARY = "Östra hemligheten"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
View = dict[str, tuple[int, str]]
HEAD_OFFICE_ALONE = {"GET /packages/{package_id}/journal"}
"""What has entities for readers by its door, and shows them nothing."""
CROOKED = {"request.invalid", "request.unknown-parameter", "request.key-missing"}
"""What says that the request, and not what it asks for, was wrong."""


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """The story in English with real mails, whose links decide."""
    async with open_post(tmp_path, "en", public_url=ADDRESS) as opened:
        yield opened


@pytest.mark.row("L02", "A07")
async def test_nothing_of_one_entity_reaches_another_by_any_operation(post: Post) -> None:
    north = await side(post, "North", "nils", "noa", "Norrlunda")
    east = await side(post, "East", "anna", "eva", CANARY)
    shared_id = await post.story.published("by_form", costs={"fixed_cents": 10_001})
    mine = await belongings(north, shared_id)
    mine["package_id"] |= {shared_id}
    before, mails = await view(north.chief, mine), len(mails_of(north))
    theirs = await belongings(east, shared_id)
    assert await view(north.chief, mine) == before, "what East has shows in what North reads"
    assert len(mails_of(north)) == mails, "what East did was told to North"
    easts = await view(east.chief, theirs)
    hidden = hidden_ids(theirs, easts, before)
    wrong: list[str] = []
    for route in routes(post.story.world):
        wrong += await tried(north.chief, route, theirs, mine, hidden)
    assert wrong == []
    assert [mail for mail in mails_of(north) if any(secret in mail for secret in hidden)] == []
    assert await view(east.chief, theirs) == easts, "what North tried changed something in East"


async def belongings(of: Side, shared_id: str) -> Ids:
    """One of everything, and a login."""
    ids = await everything(of, shared_id)
    login = f"{of.worker.name}.of.{of.label}"
    await add_account(of.story.world.product.house.desks["gateway"], login, "sesame street", of.worker.id)
    return ids | {"username": {login}}


async def view(reader: Person, ids: Ids) -> View:
    """Everything that this person reads in any place that these ids lead to; every operation shows something."""
    found: View = {}
    for route in routes(reader.world):
        if route.method == "GET" and "local" in DOORS[str(route)]:
            shown = {one.url: await asked(reader, one) for one in own(route, ids)}
            seen = 200 in {answer.status_code for answer in shown.values()}
            assert seen or str(route) in HEAD_OFFICE_ALONE, f"nothing of {route} was seen"
            found |= {url: (answer.status_code, answer.text) for url, answer in shown.items()}
    return found


async def asked(person: Person, attempt: Attempt, **headers: str) -> Response:
    headers = person._headers({"Idempotency-Key": str(uuid4()), **headers})
    return await person.world.client.request(
        attempt.route.method, attempt.url, headers=headers, **attempt.sent()
    )


async def tried(person: Person, route: Route, theirs: Ids, mine: Ids, hidden: set[str]) -> list[str]:
    """What went wrong when this operation was tried in every way that names something of theirs."""
    wrong, named = [], list(of_others(route, theirs, mine))
    for attempt in named or own(route, mine):
        for headers in ({}, {"If-Match": '"0"'}) if attempt.route.method != "GET" else ({},):
            answer = await asked(person, attempt, **headers)
            wrong += told(attempt, answer, hidden)
            if named and not same(
                answer, twin := await asked(person, attempt.twin(hidden), **headers), hidden
            ):
                wrong.append(
                    f"{route}: {attempt.url} {attempt.query} gave {answer.text} and of nobody's {twin.text}"
                )
        if answer.status_code == 403 and answer.json()["code"] == "request.role":
            break
    return wrong


def told(attempt: Attempt, answer: Response, hidden: set[str]) -> Iterator[str]:
    """What the answer says that was not in the question, and whether the question was understood."""
    said = f"{answer.text} {answer.headers}"
    if leaked := {secret for secret in hidden if secret in said and secret not in f"{attempt}"}:
        yield f"{attempt.route}: {attempt.url} tells of {leaked}"
    if answer.is_error and answer.json()["code"] in CROOKED:
        yield f"{attempt.route}: not tried with {attempt.body}: {answer.text}"


def same(answer: Response, twin: Response, hidden: set[str]) -> bool:
    """Whether nothing but the ids that were asked about tells the two answers apart."""
    met = (answer.status_code, answer.headers.get("etag"), elsewhere(answer.text, hidden))
    return met == (twin.status_code, twin.headers.get("etag"), twin.text)


def hidden_ids(theirs: Ids, easts: View, norths: View) -> set[str]:
    """All that is East's alone: what it has by name, and every other id that it reads and North does not."""
    read, known = (set(UUID.findall(str(one))) for one in (easts, norths))
    assert len(read - known) > 30
    named = {id_ for places in theirs.values() for place in places for id_ in place.split("/")}
    return named - {"1", "order-reviewers"} | (read - known)


def mails_of(of: Side) -> list[str]:
    """Every mail to who works there."""
    people = (of.worker.name, of.chief.name)
    return [f"{mail['Subject']} {part(mail, 'html')}" for name in people for mail in of.post.office.to(name)]

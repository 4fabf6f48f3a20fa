"""The rows of approval: the same on both databases, and the same after every fact was heard twice."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.approval.projections import (
    decision_list,
    deputy_list,
    questions,
    request_list,
    schedule,
    seen,
    submissions,
)
from services.approval.reactions import REACTION
from services.approval.service import SERVICE
from shared.contracts.approval import (
    ApprovalAccepted,
    ApprovalDelegated,
    ApprovalEscalated,
    ApprovalReminded,
    ApprovalWithdrawn,
    Change,
    DeputyDismissed,
    DeputyNamed,
    QuestionAnswered,
    QuestionAsked,
    ReviewersAdded,
    StageAccepted,
)
from shared.contracts.catalog import GroupMembersChanged, PersonActivated, PersonDeactivated
from shared.database.port import Database
from shared.database.postgres import PostgresDatabase
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.ids import EntityId, PersonId, RequestId
from shared.kernel.message import Actor, Event, Recorded
from shared.kernel.projection import Projection, Statement
from tests.approval.facts import ORDER, day, edited, placed, stage_accepted, submitted
from tests.approval.people import (
    ABOUT_ORDER,
    ABOUT_PACKAGE,
    ADAM,
    ANNA,
    BO,
    CIA,
    EAST,
    EVA,
    ID,
    NILS,
    NORTH,
    RUT,
    asked,
    outcome,
)
from tests.approval.test_content import CAMPAIGN, STREAM, content
from tests.facts import id_of, recorded

PROJECTIONS: Sequence[Projection] = (*SERVICE.projections, *REACTION.memory)
QUESTION, THIRD, NORTHS = id_of("question"), RequestId(id_of("third")), RequestId(id_of("norths"))
NOW = "2026-03-05T09:00:00.000000+00:00"
PAGE = {"mine": 1, "status": "", "subject": "", "limited": 1, "deadline": "", "after": "", "limit": 50}


def person(who: Any) -> PersonId:
    return PersonId(UUID(who.id))


def looking(who: Actor) -> dict[str, Any]:
    """This person as the queries of requests want it."""
    roles = {"admin": int("admin" in who.roles), "central": int("central" in who.roles)}
    return {**roles, "person_id": who.id, "entity_id": str(who.entity_id or ""), "now": NOW}


async def every(db: Database) -> list[str]:
    """All requests that there are."""
    return [row["request_id"] for row in await db.rows("SELECT request_id FROM request_list")]


def activated(who: Any) -> PersonActivated:
    return PersonActivated(person_id=person(who), roles=tuple(who.roles), entity_id=who.entity_id)


def deputy(who: Any, stands_in: Any) -> DeputyNamed:
    term: dict[str, Any] = {"starts_at": day(1), "ends_at": day(9), "at": day(0), "reason": "On leave"}
    return DeputyNamed(person_id=person(who), deputy_id=person(stands_in), by=who.id, **term)


def told(stream: str, *events: Event) -> list[Recorded]:
    return [recorded(event, stream, version) for version, event in enumerate(events)]


def staff() -> list[Recorded]:
    """Who is there, and Rut in East's group."""
    members = GroupMembersChanged(entity_id=EntityId(EAST), group="order-reviewers", members=(person(RUT),))
    return [
        *(fact for who in (ANNA, RUT, EVA, BO, CIA) for fact in told(f"person-{who.id}", activated(who))),
        *told("person-gone", PersonDeactivated(person_id=PersonId(id_of("gone")))),
        *told("entity-east", members),
    ]


def history() -> list[Recorded]:
    """One of everything that approval hears or states."""
    changed = asked(changes=(Change(field="label", before="A", after="B"),), co_authors=(EVA.id,), stages=2)
    said: dict[str, Any] = {"request_id": ID, "question_id": QUESTION, "by": RUT.id, "at": day(1)}
    why: dict[str, Any] = {"request_id": ID, "by": RUT.id, "at": day(1), "reason": "Busy"}
    other = ABOUT_PACKAGE | {"request_id": id_of("other")}
    return [
        *staff(),
        *told("package-1", submitted()),
        *told(f"order-{ORDER}", placed(EAST), edited()),
        *told(STREAM, content(by=BO.id), content(by=BO.id, version=2)),
        *told(
            f"request-{ID}",
            changed,
            ApprovalReminded(request_id=ID, nth=1, at=day(1)),
            QuestionAsked(**said, text="With freight?"),
            QuestionAnswered(**said, text="Without"),
            ApprovalDelegated(**why, to=f"person:{CIA.id}"),
            ReviewersAdded(**why, reviewers=(f"person:{EVA.id}", f"person:{BO.id}")),
            ApprovalEscalated(request_id=ID, to=("role:central",), at=day(3), reason="Silence"),
            StageAccepted(**outcome(RUT.id), stage=1),
        ),
        *told("request-second", stage_accepted()),
        *told("request-other", asked(other)),
        *told(
            "request-third",
            asked(other | {"request_id": THIRD}),
            ApprovalWithdrawn(request_id=THIRD, at=day(1), reason="Called off"),
        ),
        *told(f"deputy-{RUT.id}", deputy(RUT, CIA)),
        *told(f"deputy-{BO.id}", deputy(BO, EVA), DeputyDismissed(person_id=person(BO), by=BO.id, at=day(2))),
    ]


@pytest.fixture(params=["sqlite", "postgres"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    tables: list[Statement] = [(table, {}) for projection in PROJECTIONS for table in projection.tables]
    if request.param == "sqlite":
        opened = SQLiteDatabase(tmp_path / "views.db")
        await opened.commit(tables)
        yield opened
        opened.close()
    else:
        other = await PostgresDatabase.open(request.getfixturevalue("postgres_url"), f"s{uuid4().hex}")
        await other.commit(tables)
        yield other
        await other.close()


async def hear(db: Database, facts: Sequence[Recorded]) -> None:
    for fact in facts:
        for projection in PROJECTIONS:
            await db.commit(list(projection.apply(fact)))


async def look(db: Database) -> dict[str, list[dict[str, Any]]]:
    """What every query of the routes and of the reaction finds."""
    eyes = {"admin": 0, "central": 0, "person_id": CIA.id, "entity_id": "", "now": NOW}
    deputies = {"admin": 1, "caller": CIA.id, "now": NOW, "after": "", "limit": 50}
    place = {"subject_id": str(ORDER), "subject_version": 1, "nth": 2, "request_id": str(ID), "order_id": ""}
    written = place | {"subject_id": str(CAMPAIGN), "order_id": str(ORDER)}
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "list": request_list.listed(eyes | PAGE),
        "one": (request_list.ONE, eyes | {"request_id": str(ID)}),
        "decisions": decision_list.listed(eyes | PAGE | {"at": "", "nth": 0}),
        "schedule": (schedule.OF, place),
        "questions": (questions.OF, place),
        "question": (questions.ONE, {"question_id": str(QUESTION)}),
        "deputies": (deputy_list.LIST, deputies),
        "stands in for": (deputy_list.STANDS_IN_FOR, {"person_id": CIA.id, "now": NOW}),
        "groups": (seen.GROUPS_OF, {"person_id": RUT.id}),
        "anybody": (seen.ANYBODY_IN, {"entity_id": str(EAST), "name": "order-reviewers"}),
        "there": (seen.TAKES_PART, {"reviewer": f"person:{RUT.id}"}),
        "before": (submissions.BEFORE, place),
        "newest": (submissions.NEWEST, place),
        "authors": (submissions.AUTHORS, place),
        "authors of content": (submissions.AUTHORS, written),
        "requests": (submissions.REQUESTS_OF, place),
    }
    return {name: [dict(row) for row in await db.rows(sql, params)] for name, (sql, params) in looks.items()}


async def test_every_fact_heard_twice_leaves_the_rows_of_once(db: Database) -> None:
    await hear(db, history())
    once = await look(db)
    assert [name for name, rows in once.items() if not rows] == []
    await hear(db, history())
    assert await look(db) == once


async def test_a_deputy_finds_what_the_person_is_asked_and_no_more(db: Database) -> None:
    await hear(db, history())
    found = await look(db)
    assert {row["request_id"] for row in found["list"]} == {str(ID), str(id_of("other")), str(THIRD)}
    assert found["stands in for"] == [{"person_id": RUT.id, "central": 0}]
    assert [(row["person_id"], row["running"]) for row in found["deputies"]] == sorted(
        [(RUT.id, 1), (BO.id, 0)]
    )
    eva = {"admin": 0, "central": 0, "person_id": EVA.id, "entity_id": "", "now": NOW}
    assert await db.rows(*request_list.listed(eva | PAGE)) == []


async def test_a_list_shows_everybody_exactly_what_a_look_at_each_request_would(db: Database) -> None:
    norths = ABOUT_ORDER | {"request_id": NORTHS, "entity_id": NORTH, "requested_by": NILS.id}
    norths |= {"reviewers": (f"person:{NILS.id}",)}
    await hear(db, history())
    await hear(db, told("request-norths", asked(norths), ApprovalAccepted(**outcome(CIA.id, norths))))
    await hear(db, told(f"person-{NILS.id}", activated(NILS)))
    await hear(
        db, [*told(f"deputy-{CIA.id}", deputy(CIA, EVA)), *told(f"deputy-{NILS.id}", deputy(NILS, RUT))]
    )
    listed: dict[str, set[str]] = {}
    for who in (ANNA, RUT, EVA, NILS, BO, CIA, ADAM):
        eyes = looking(who)
        looks = [await db.rows(request_list.ONE, eyes | {"request_id": one}) for one in await every(db)]
        single = {row["request_id"]: row["mine"] for rows in looks for row in rows}
        limited = {"limited": int(not who.is_central), "mine": 0}
        rows = await db.rows(*request_list.listed(eyes | PAGE | limited))
        assert {row["request_id"]: row["mine"] for row in rows} == single, who
        rows = await db.rows(*request_list.listed(eyes | PAGE | limited | {"mine": 1}))
        assert {row["request_id"] for row in rows} == {one for one, mine in single.items() if mine}, who
        rows = await db.rows(*decision_list.listed(eyes | PAGE | limited | {"at": "", "nth": 0}))
        assert {row["request_id"] for row in rows} == single.keys() & {str(ID), str(NORTHS)}, who
        listed[who.id] = set(single)
    assert listed[NILS.id] == {str(NORTHS)}
    assert listed[ANNA.id] == {str(ID)}
    assert listed[EVA.id] == {str(ID), str(NORTHS)}
    assert str(NORTHS) not in listed[RUT.id], "what Nils handed in, his deputy does not answer for him"

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
from shared.kernel.message import Event, Recorded
from shared.kernel.projection import Projection, Statement
from tests.approval.facts import ORDER, day, edited, placed, stage_accepted, submitted
from tests.approval.people import ABOUT_PACKAGE, ANNA, BO, CIA, EAST, EVA, ID, RUT, asked, outcome
from tests.approval.test_content import CAMPAIGN, STREAM, content
from tests.facts import id_of, recorded

PROJECTIONS: Sequence[Projection] = (*SERVICE.projections, *REACTION.memory)
QUESTION, THIRD = id_of("question"), RequestId(id_of("third"))
NOW = "2026-03-05T09:00:00.000000+00:00"


def person(who: Any) -> PersonId:
    return PersonId(UUID(who.id))


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
    page = {"mine": 1, "status": "", "subject": "", "limited": 1, "deadline": "", "after": "", "limit": 50}
    deputies = {"admin": 1, "caller": CIA.id, "now": NOW, "after": "", "limit": 50}
    place = {"subject_id": str(ORDER), "subject_version": 1, "nth": 2, "request_id": str(ID), "order_id": ""}
    written = place | {"subject_id": str(CAMPAIGN), "order_id": str(ORDER)}
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "list": request_list.listed(eyes | page),
        "one": (request_list.ONE, eyes | {"request_id": str(ID)}),
        "decisions": (decision_list.LIST, eyes | page | {"at": "", "nth": 0, "admin": 1}),
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
    page = {"mine": 1, "status": "", "subject": "", "limited": 1, "deadline": "", "after": "", "limit": 50}
    assert await db.rows(*request_list.listed(eva | page)) == []

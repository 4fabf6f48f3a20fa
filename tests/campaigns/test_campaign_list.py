"""Campaigns as rows: every fact twice leaves what once leaves, and a rebuild finds the same."""

import sqlite3
from typing import Any

import pytest

from services.campaigns.projections.built_on import BUILT_ON
from services.campaigns.projections.campaign_list import CAMPAIGN_LIST, tracking_of
from services.campaigns.projections.entity_origin import ENTITY_ORIGIN
from services.campaigns.projections.order_values import ORDER_VALUES
from shared.contracts.campaigns import (
    CampaignReordered,
    CampaignSettingsRevised,
    LocalChangeMade,
    OwnRuleLifted,
    OwnRuleSet,
    Pressure,
)
from shared.kernel.message import Event
from tests.campaigns.words import (
    DEFINITION,
    EAST,
    END,
    ID,
    ORDER,
    REFERENCE,
    START,
    available,
    cancelled,
    child,
    day,
    finished,
    local,
    prepared,
    registered,
    reinitialised,
    started,
)
from tests.facts import recorded
from tests.journeys.story import Story, begin
from tests.world import World

changed = LocalChangeMade(campaign_id=ID, entity_id=EAST, by="anna", values={"greeting": "Hallå"})
revised = CampaignSettingsRevised(
    campaign_id=REFERENCE, label="Summer", definition=DEFINITION, starts_at=START, ends_at=day(50)
)
WHOSE: dict[str, Any] = {"campaign_id": REFERENCE, "entity_id": EAST, "by": "anna", "at": START}
ruled, unruled = OwnRuleSet(**WHOSE, pressure=Pressure(most=1, days=14)), OwnRuleLifted(**WHOSE)
PARENT: tuple[Event, ...] = (prepared, revised, started(REFERENCE), cancelled(REFERENCE), reinitialised())
CHILD: tuple[Event, ...] = (child, available, changed, started(), finished())


def rows(times: int, *streams: tuple[Event, ...]) -> dict[str, list[dict[str, Any]]]:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    for table in CAMPAIGN_LIST.tables:
        db.execute(table)
    for number, stream in enumerate(streams):
        for version, event in enumerate(stream):
            for _ in range(times):
                for statement in CAMPAIGN_LIST.apply(recorded(event, f"campaign-{number}", version)):
                    db.execute(*statement)
    found = {
        table: [dict(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
        for table in ("campaign_list", "campaign_value")
    }
    db.close()
    return found


def test_every_fact_told_twice_leaves_the_same_rows() -> None:
    once = rows(1, PARENT, CHILD)
    assert rows(2, PARENT, CHILD) == once
    assert [len(table) for table in once.values()] == [2, 2]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ((prepared,), "prepared"),
        ((prepared, ruled), "prepared"),
        ((prepared, ruled, unruled), "prepared"),
        ((prepared, started(REFERENCE)), "running"),
        ((prepared, cancelled(REFERENCE)), "cancelled"),
        (PARENT, "prepared"),
        ((child,), "created"),
        ((local, available), "available"),
        (CHILD, "finished"),
    ],
)
def test_the_status_follows_the_facts(facts: tuple[Event, ...], status: str) -> None:
    (row,) = rows(1, facts)["campaign_list"]
    assert (row["status"], row["version"]) == (status, len(facts) - 1)


def test_the_kind_is_the_one_that_was_said_last() -> None:
    simple = revised.model_copy(update={"kind": "simple"})
    told = [rows(times, (prepared, simple, revised))["campaign_list"] for times in (1, 2)]
    (row,) = told[0]
    assert (row["kind"], row["template"]) == ("simple", "opCollaborativeByCampaign")
    assert told[1] == told[0]
    assert rows(1, (prepared, revised))["campaign_list"][0]["kind"] == "by_campaign"


def test_an_order_approved_anew_leaves_what_it_says_now() -> None:
    anew = CampaignReordered(
        campaign_id=ID,
        order_id=ORDER,
        definition=DEFINITION.model_copy(update={"program": "All"}),
        values={"greeting": "Ahoy"},
        emptied=("segment",),
        starts_at=day(2),
        ends_at=END,
        approved_at=day(1),
        at=day(1),
    )
    facts = (child, available, changed, anew)
    told = rows(1, facts)
    assert [(row["name"], row["value"], row["changed"]) for row in told["campaign_value"]] == [
        ("greeting", '"Ahoy"', 0)
    ]
    (row,) = told["campaign_list"]
    assert (row["starts_at"][:10], row["version"]) == (day(2).date().isoformat(), 3)
    assert '"program":"All"' in row["definition"]
    assert rows(2, facts) == told


def test_what_the_entity_changed_is_told_from_what_its_order_said() -> None:
    told = rows(1, CHILD)["campaign_value"]
    assert [(row["name"], row["value"], row["changed"]) for row in told] == [
        ("greeting", '"Hallå"', 1),
        ("segment", '"18-29"', 0),
    ]


def test_only_what_an_order_created_carries_a_tracking_reference() -> None:
    told = {row["campaign_id"]: row["tracking"] for row in rows(1, PARENT, CHILD)["campaign_list"]}
    assert told == {str(REFERENCE): None, str(ID): str(tracking_of(REFERENCE, ID))}


def test_what_was_called_off_before_it_existed_has_no_row() -> None:
    assert rows(1, (cancelled(),))["campaign_list"] == []


async def test_a_rebuild_finds_what_stands_there(world: World) -> None:
    story: Story = await begin(world)
    reference_id = await story.reference("by_campaign")
    await story.approved(await story.published("by_campaign", reference_id=reference_id))
    (campaign,) = (await story.people["anna"].read("/campaigns"))["items"]
    changing = {"values": {"greeting": "Hallå"}}
    assert (
        await story.people["anna"].patch(f"/campaigns/{campaign['campaign_id']}", changing)
    ).status_code == 200
    for projection in (CAMPAIGN_LIST, ENTITY_ORIGIN, ORDER_VALUES, BUILT_ON):
        compared = await world.product.house.rebuild(projection.name)
        assert [one.different for one in compared] == [0] * len(compared)
        assert all(one.live == one.rebuilt > 0 for one in compared)


def test_an_entity_is_known_by_its_origin() -> None:
    (statement,) = ENTITY_ORIGIN.apply(recorded(registered, "entity-1"))
    assert statement[1] == {"entity_id": str(EAST), "origin": "", "label": "East"}

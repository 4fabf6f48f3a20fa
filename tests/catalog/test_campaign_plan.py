"""Rows of when campaigns run for whom, told once or twice."""

import sqlite3
from datetime import datetime
from typing import Any

import pytest

from services.catalog.projections import campaign_plan
from services.catalog.projections.campaign_plan import CAMPAIGN_PLAN
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignSettingsRevised,
    ChildCampaignCreated,
    Definition,
)
from shared.contracts.ordering import Offer, OrderApproved, OrderCancelled
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId
from shared.kernel.message import Event
from shared.kernel.moment import stamp
from tests.catalog.offers import day
from tests.facts import id_of, recorded
from tests.world import MONDAY

PARENT, CHILD = CampaignId(id_of("parent")), CampaignId(id_of("child"))
PACKAGE, ORDER, EAST = PackageId(id_of("package")), OrderId(id_of("order")), EntityId(id_of("east"))
RUNS = {"starts_at": day(5), "ends_at": day(9)}
PREPARED = CampaignPrepared(
    campaign_id=PARENT,
    number=25,
    template="any",
    kind="simple",
    label="Spring",
    definition=Definition(),
    by="bo",
    **RUNS,
)
APPROVED = OrderApproved(
    order_id=ORDER,
    number=1,
    entity_id=EAST,
    offer=Offer(
        package_id=PACKAGE,
        edition=1,
        kind="simple",
        reference_id=PARENT,
        approval_mode="manual",
        ends_at=day(30),
    ),
    at=MONDAY,
    by="bo",
    creates="nothing",
)
CANCELLED = OrderCancelled(
    order_id=ORDER, package_id=PACKAGE, entity_id=EAST, at=MONDAY, by="bo", because="central"
)


def child(**more: Any) -> ChildCampaignCreated:
    whole: dict[str, Any] = {
        "campaign_id": CHILD,
        "number": 26,
        "name": "OU3_OP26",
        "parent_id": PARENT,
        "order_id": ORDER,
        "package_id": PACKAGE,
        "entity_id": EAST,
        "label": "Spring of East",
        "definition": Definition(),
        "at": day(3),
        **more,
    }
    return ChildCampaignCreated(**whole)


def revised(**more: Any) -> CampaignSettingsRevised:
    return CampaignSettingsRevised(campaign_id=PARENT, label="Summer", definition=Definition(), **more)


def called_off(campaign_id: CampaignId = PARENT) -> CampaignCancelled:
    return CampaignCancelled(campaign_id=campaign_id, by="bo", at=MONDAY, reason="Out")


def planned(
    *events: Event,
    since: datetime = MONDAY,
    until: datetime | None = None,
    times: int = 1,
    apart_from: str = "none",
) -> list[str]:
    with sqlite3.connect(":memory:") as db:
        for table in CAMPAIGN_PLAN.tables:
            db.execute(table)
        for version, event in enumerate(events):
            for _ in range(times):
                for sql, params in CAMPAIGN_PLAN.apply(recorded(event, "any-1", version)):
                    db.execute(sql, params)
        span = {"since": stamp(since), "until": stamp(until or day(60))}
        found = db.execute(campaign_plan.OF, {"entity": str(EAST), **span, "apart_from": apart_from})
        labels = [row[2] for row in found]
    db.close()
    return labels


@pytest.mark.parametrize("times", [1, 2])
def test_a_shared_campaign_is_an_entitys_while_it_takes_part(times: int) -> None:
    assert planned(PREPARED, times=times) == []
    assert planned(PREPARED, APPROVED, times=times) == ["Spring"]
    assert planned(PREPARED, APPROVED, CANCELLED, times=times) == []
    assert planned(PREPARED, APPROVED, times=times, apart_from=str(PACKAGE)) == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_campaign_called_off_is_in_nobodys_way_until_it_is_used_again(times: int) -> None:
    again = CampaignReinitialised(campaign_id=PARENT, by="bo", at=MONDAY)
    assert planned(PREPARED, APPROVED, called_off(), times=times) == []
    assert planned(PREPARED, APPROVED, called_off(), again, times=times) == ["Spring"]
    assert planned(child(**RUNS), called_off(CHILD), times=times) == []


def test_only_what_touches_the_time_is_there() -> None:
    assert planned(PREPARED, APPROVED, since=day(9)) == []
    assert planned(PREPARED, APPROVED, until=day(5)) == []
    assert planned(PREPARED, APPROVED, since=day(8), until=day(10)) == ["Spring"]
    assert planned(PREPARED, APPROVED, revised(starts_at=day(40), ends_at=day(50)), until=day(10)) == []
    assert planned(PREPARED, APPROVED, revised(starts_at=day(40)), since=day(55)) == ["Summer"]


def test_a_child_without_dates_runs_from_when_it_can_be_used() -> None:
    assert planned(child(), until=day(3)) == []
    assert planned(child(), until=day(4)) == ["Spring of East"]
    assert planned(child(available_at=day(6)), until=day(5)) == []
    assert planned(child(**RUNS), apart_from=str(PACKAGE)) == []

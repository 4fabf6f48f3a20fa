"""What became of campaigns, as rows: every fact twice leaves what once leaves."""

import sqlite3
from typing import Any

import pytest

from services.ordering.projections.campaigns import ORDER_CAMPAIGNS
from shared.contracts.campaigns import (
    CampaignCancelled,
    CampaignFinished,
    CampaignMadeAvailable,
    CampaignPrepared,
    CampaignReinitialised,
    CampaignStarted,
    ChildCampaignCreated,
    Definition,
)
from shared.kernel.ids import CampaignId
from shared.kernel.message import Event
from tests.facts import id_of, recorded
from tests.ordering.words import EAST, ID, PACKAGE
from tests.world import MONDAY

PARENT, OWN = CampaignId(id_of("reference")), CampaignId(id_of("own"))
NINE = "2026-03-02T09:00:00.000000+00:00"
PREPARED = CampaignPrepared(
    campaign_id=PARENT,
    number=25,
    template="t",
    kind="simple",
    label="Spring",
    definition=Definition(),
    by="bo",
)
OF_ORDER: dict[str, Any] = {"campaign_id": OWN, "order_id": ID, "package_id": PACKAGE, "entity_id": EAST}
CREATED = ChildCampaignCreated(
    **OF_ORDER,
    number=26,
    name="OU3_OP26",
    parent_id=PARENT,
    label="Spring",
    definition=Definition(),
    at=MONDAY,
)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("story", "row"),
    [
        ([PREPARED], (None, "OP25", "prepared", None, None)),
        ([CREATED], (str(ID), "OU3_OP26", "created", None, None)),
        (
            [CREATED, CampaignMadeAvailable(**OF_ORDER, at=MONDAY)],
            (str(ID), "OU3_OP26", "available", None, None),
        ),
        (
            [CREATED, CampaignStarted(campaign_id=OWN, by="anna", at=MONDAY)],
            (str(ID), "OU3_OP26", "running", NINE, None),
        ),
        (
            [
                CREATED,
                CampaignStarted(campaign_id=OWN, by="anna", at=MONDAY),
                CampaignFinished(campaign_id=OWN, at=MONDAY),
            ],
            (str(ID), "OU3_OP26", "finished", NINE, NINE),
        ),
        (
            [
                PREPARED,
                CampaignCancelled(campaign_id=PARENT, by="bo", at=MONDAY, reason="Rain"),
            ],
            (None, "OP25", "cancelled", None, NINE),
        ),
        (
            [
                PREPARED,
                CampaignCancelled(campaign_id=PARENT, by="bo", at=MONDAY, reason="Rain"),
                CampaignReinitialised(campaign_id=PARENT, by="bo", at=MONDAY),
            ],
            (None, "OP25", "prepared", None, None),
        ),
    ],
)
def test_a_campaign_is_what_its_last_fact_says(story: list[Event], row: tuple[Any, ...], times: int) -> None:
    db = sqlite3.connect(":memory:")
    for table in ORDER_CAMPAIGNS.tables:
        db.execute(table)
    for version, fact in enumerate(story):
        for _ in range(times):
            for statement in ORDER_CAMPAIGNS.apply(recorded(fact, "campaign-1", version)):
                db.execute(*statement)
    found = db.execute("SELECT order_id, name, status, started_at, ended_at FROM order_campaigns").fetchall()
    db.close()
    assert found == [row]

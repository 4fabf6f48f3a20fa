"""Facts of different topics come in any order; the campaign is created once, by whichever comes last."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest

from services.campaigns.deciders.campaign_commands import CreateForOrder
from services.campaigns.reactions import REACTION
from services.campaigns.reactions.creating import react
from shared.contracts.campaigns import CampaignPrepared, Definition
from shared.contracts.catalog import EntityRegistered
from shared.contracts.ordering import Offer, OrderApproved
from shared.database.sqlite import SQLiteDatabase
from shared.kernel.message import Event
from tests.facts import id_of, recorded
from tests.world import MONDAY

PREPARED = CampaignPrepared.model_validate(
    {"campaign_id": id_of("reference"), "number": 1, "template": "opCollaborativeByCampaign", "kind": "by_campaign",
     "label": "Spring", "definition": Definition(), "by": "bo"}
)  # fmt: skip
REGISTERED = EntityRegistered.model_validate({"entity_id": id_of("east"), "number": 3, "label": "East"})
OFFER = Offer.model_validate(
    {"package_id": id_of("package"), "edition": 1, "kind": "by_campaign", "reference_id": id_of("reference"),
     "approval_mode": "manual", "ends_at": MONDAY}
)  # fmt: skip
APPROVED = OrderApproved.model_validate(
    {"order_id": id_of("order"), "number": 1, "entity_id": id_of("east"), "offer": OFFER, "at": MONDAY, "by": "bo",
     "creates": "child_campaign"}
)  # fmt: skip
STREAMS = {id(PREPARED): "campaign-1", id(REGISTERED): "entity-1", id(APPROVED): "order-1"}


@pytest.mark.row("G01")
@pytest.mark.parametrize("facts", list(permutations([PREPARED, REGISTERED, APPROVED])))
async def test_an_approved_order_creates_its_child_in_whatever_order_is_heard(
    facts: Sequence[Event], tmp_path: Path
) -> None:
    db = SQLiteDatabase(tmp_path / "campaigns.views.db")
    await db.commit([(table, {}) for part in REACTION.memory for table in part.tables])
    wishes: list[tuple[UUID, str]] = []
    for fact in facts:
        heard = recorded(fact, STREAMS[id(fact)])
        await db.commit([statement for part in REACTION.memory for statement in part.apply(heard)])
        wishes += [
            (c.id, str(c.entity_number)) for c in react(heard, db.recall) if isinstance(c, CreateForOrder)
        ]
    assert len(wishes) == 1
    assert wishes[0][1] == "3"
    db.close()

"""What campaigns remembers for its reactions: references as they are, entities' numbers, orders that create."""

from collections.abc import Iterator

from shared.contracts.campaigns import CampaignPrepared, CampaignSettingsRevised
from shared.contracts.catalog import EntityRegistered
from shared.contracts.ordering import OrderApproved
from shared.kernel.message import Recorded
from shared.kernel.projection import Projection, Statement

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS seen_references (
        campaign_id TEXT PRIMARY KEY, label TEXT NOT NULL, definition TEXT NOT NULL, starts_at TEXT, ends_at TEXT
    )
    """,
    "CREATE TABLE IF NOT EXISTS seen_entities (entity_id TEXT PRIMARY KEY, number BIGINT NOT NULL)",
    """
    CREATE TABLE IF NOT EXISTS seen_creating_orders (
        order_id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, reference_id TEXT NOT NULL,
        fact_id TEXT NOT NULL, fact_at TEXT NOT NULL, fact TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS seen_creating_orders_by_entity ON seen_creating_orders (entity_id)",
    "CREATE INDEX IF NOT EXISTS seen_creating_orders_by_reference ON seen_creating_orders (reference_id)",
)
REFERENCE_SET = """
INSERT INTO seen_references (campaign_id, label, definition, starts_at, ends_at)
VALUES (:campaign_id, :label, :definition, :starts_at, :ends_at)
ON CONFLICT (campaign_id) DO UPDATE SET
    label = :label, definition = :definition, starts_at = :starts_at, ends_at = :ends_at
"""
ENTITY_SET = """
INSERT INTO seen_entities (entity_id, number) VALUES (:entity_id, :number) ON CONFLICT (entity_id) DO NOTHING
"""
ORDER_SET = """
INSERT INTO seen_creating_orders (order_id, entity_id, reference_id, fact_id, fact_at, fact)
VALUES (:order_id, :entity_id, :reference_id, :fact_id, :fact_at, :fact)
ON CONFLICT (order_id) DO UPDATE SET reference_id = :reference_id, fact_id = :fact_id, fact_at = :fact_at, fact = :fact
"""

REFERENCE = "SELECT * FROM seen_references WHERE campaign_id = :campaign_id"
ENTITY = "SELECT number FROM seen_entities WHERE entity_id = :entity_id"
OF_ENTITY = "SELECT fact_id, fact_at, fact FROM seen_creating_orders WHERE entity_id = :id ORDER BY order_id"
OF_REFERENCE = (
    "SELECT fact_id, fact_at, fact FROM seen_creating_orders WHERE reference_id = :id ORDER BY order_id"
)
CREATES = "SELECT fact FROM seen_creating_orders WHERE order_id = :order_id"


def apply(recorded: Recorded) -> Iterator[Statement]:
    """One row per reference campaign, per entity, and per approved order that creates something, as it was last."""
    event = recorded.event
    match event:
        case CampaignPrepared() | CampaignSettingsRevised():
            plain = event.model_dump(mode="json", include={"campaign_id", "label", "starts_at", "ends_at"})
            yield REFERENCE_SET, {**plain, "definition": event.definition.model_dump_json()}
        case EntityRegistered():
            yield ENTITY_SET, {"entity_id": str(event.entity_id), "number": event.number}
        case OrderApproved(creates="child_campaign" | "local_campaign"):
            fact = {"fact_id": str(recorded.id), "fact_at": recorded.recorded_at.isoformat()}
            place = {"order_id": str(event.order_id), "entity_id": str(event.entity_id)}
            reference_id = str(event.offer.reference_id)
            yield ORDER_SET, place | fact | {"reference_id": reference_id, "fact": event.model_dump_json()}


SEEN = Projection(
    "campaigns.seen",
    1,
    TABLES,
    apply,
    hears=("campaigns.campaigns", "catalog.entities", "ordering.orders"),
)

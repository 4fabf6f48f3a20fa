"""The wishes of the fault tests: the same keys in every life, so that a repeat is recognised."""

from typing import Any

from tests.journeys.story import DEFINITION, day
from tests.world import Person, World

ORDERS = 12


async def made(person: Person, path: str, body: Any, key: str) -> dict[str, Any]:
    """POST with a fixed key; what was refused because it is already so is no matter."""
    answer = await person.post(path, body, key=key)
    assert answer.status_code in {200, 201, 202}, (path, answer.status_code, answer.text)
    found: dict[str, Any] = answer.json()
    return found


async def prepare(world: World) -> str:
    """Entities, a reference campaign, and a published package by campaign; its id."""
    root = world.root()
    root.actor = root.actor.model_copy(update={"id": "00000000-0000-4000-8000-00000000000a"})
    entities = [
        (await made(root, "/entities", {"label": f"E{n}"}, f"entity-{n}"))["entity_id"] for n in range(ORDERS)
    ]
    await world.settle()
    dates = {"starts_at": day(0), "ends_at": day(40)}
    body = {"template": "opCollaborativeByCampaign", "label": "Spring", "definition": DEFINITION, **dates}
    reference = await made(root, "/campaigns", body, "reference")
    await world.settle()
    package = {
        "template": "mutualizedEmpty",
        "reference_id": reference["campaign_id"],
        "label": "Spring",
        "folder": "Spring",
        "starts_at": day(-1),
        "ends_at": day(60),
        "registration_deadline": day(14),
        "audience": entities,
    }
    package_id = str((await made(root, "/packages", package, "package"))["package_id"])
    await made(root, f"/packages/{package_id}/approve", {}, "approve")
    await world.settle()
    return package_id


async def place_all(world: World, package_id: str) -> None:
    """One order per entity, placed."""
    root = world.root()
    root.actor = root.actor.model_copy(update={"id": "00000000-0000-4000-8000-00000000000b"})
    audience = (await root.read(f"/packages/{package_id}"))["audience"]
    for entity_id in sorted(audience):
        body = {"entity_id": entity_id, "values": {"greeting": f"from {entity_id}"}}
        order = await made(root, f"/packages/{package_id}/orders", body, f"order-{entity_id}")
        await made(root, f"/orders/{order['order_id']}/place", {}, f"place-{entity_id}")


async def answer_all(world: World, package_id: str) -> None:
    """Every placed order approved by somebody else; one who answers in a second life finds it answered."""
    await world.settle()
    root = world.root()
    root.actor = root.actor.model_copy(update={"id": "00000000-0000-4000-8000-00000000000c"})
    for order in (await root.read("/orders", package=package_id, limit=200))["items"]:
        if order["status"] == "placed":
            await made(root, f"/orders/{order['order_id']}/approve", {}, f"approve-{order['order_id']}")


async def outcome(world: World, package_id: str) -> dict[str, Any]:
    """What is there in the end: orders and campaigns by entity, and how many facts of each kind."""
    await world.settle()
    root = world.root()
    orders = (await root.read("/orders", package=package_id, limit=200))["items"]
    campaigns = (await root.read("/campaigns", limit=200))["items"]
    kinds: dict[str, int] = {}
    for desk in world.product.house.desks.values():
        for stored in await desk.store.tail(0, 100_000):
            kinds[stored.type] = kinds.get(stored.type, 0) + 1
    return {
        "orders": sorted((order["entity_id"], order["status"], order["campaign_id"]) for order in orders),
        "campaigns": sorted((c["order_id"] or "", c["status"]) for c in campaigns),
        "facts": kinds,
    }

"""Who takes part when requests are answered, and what is handed in to them."""

from dataclasses import dataclass
from typing import Any

from shared.contracts.catalog import PackageSubmitted
from shared.contracts.ordering import OrderPlaced
from tests.approval.facts import PACKAGE, placed, submitted
from tests.world import Person, World


@dataclass
class Staff:
    """East with Anna, who orders, and Rut and Eva, who answer; North with Nils, who answers; head office."""

    east: str
    north: str
    anna: Person
    rut: Person
    eva: Person
    nils: Person
    bo: Person
    cia: Person


async def order_placed(world: World, staff: Staff, **more: Any) -> dict[str, Any]:
    """An order of East, handed in by Anna; the request about it as an administrator sees it."""
    fact: OrderPlaced = placed(staff.east, **{"by": staff.anna.id, **more})
    await world.tell("ordering", f"order-{fact.order_id}", fact)
    return await request_about(world, fact.order_id, fact.revision)


async def package_submitted(world: World, by: Person, **terms: Any) -> dict[str, Any]:
    """A package handed in; the request about it as an administrator sees it."""
    fact: PackageSubmitted = submitted(by=by.id, **terms)
    await world.tell("catalog", f"package-{PACKAGE}", fact)
    return await request_about(world, PACKAGE, fact.submission)


async def request_about(world: World, subject: object, version: int = 1) -> dict[str, Any]:
    """The request about this version, as an administrator sees it."""
    items: list[dict[str, Any]] = (await world.root().read("/approvals", subject=str(subject)))["items"]
    (found,) = (item for item in items if item["subject_version"] == version)
    return found


def answering(request: dict[str, Any]) -> str:
    return f"/approvals/{request['request_id']}/answer"


YES = {"answer": "accept", "version": 1}
NO = {"answer": "refuse", "version": 1, "comment": "Choose another date"}

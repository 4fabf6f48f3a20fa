"""Lists are served by an index, whatever is asked of them: seen in the plans of the databases themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from shared.database.port import Database
from shared.database.postgres import PostgresDatabase, translated
from shared.kernel.message import NO_PARAMS, Params
from shared.kernel.projection import Row
from tests.facts import id_of
from tests.world import Person, World, open_world

ENTITY, PACKAGE = id_of("east"), id_of("spring")
LISTS = {
    "/orders": "order_list_by_number",
    "/orders?status=placed": "order_list_by_status",
    "/orders?status=rejected&status=withdrawn": "order_list_by_status",
    "/orders?status=rejected&status=withdrawn&sort=label": "order_list_by_status",
    f"/orders?entity={ENTITY}": "order_list_by_entity",
    f"/orders?entity={ENTITY}&status=placed": "order_list_by_entity",
    f"/orders?package={PACKAGE}": "order_list_by_package",
    f"/orders?package={PACKAGE}&status=placed": "order_list_by_package",
    "/orders?q=spring": "order_parts",
    "/orders?q=spring&status=placed": "order_parts",
    "/orders?q=sp": "order_list_by_number",
    "/orders?folder=Spring": "order_list_by_edition",
    "/orders?sort=label": "order_list_by_label",
    "/orders?sort=-status_since": "order_list_by_since",
    "/orders?sort=-status_since&q=sp": "order_list_by_since",
    "/orders?sort=label&q=spring": "order_parts",
    "/packages": "package_list_by_number",
    "/packages?status=published": "package_list_by_number",
    "/packages?status=late": "package_list_by_number",
    "/packages?kind=simple&folder=Spring": "package_list_by_number",
    f"/packages?entity={ENTITY}": "package_list_by_number",
    "/packages?q=spring": "package_list_by_number",
    "/entities": "entity_list_by_number",
    "/entities?q=east": "entity_list_by_number",
    f"/entities?parent={ENTITY}": "entity_list_by_number",
    "/campaigns": "campaign_list_by_number",
    "/campaigns?status=running": "campaign_list_by_number",
    "/campaigns?kind=by_campaign": "campaign_list_by_number",
    "/campaigns?q=spring": "campaign_parts",
    "/campaigns?q=sp": "campaign_list_by_number",
    "/approvals": "request_list_by_deadline",
    "/approvals?status=open": "request_list_by_status",
    "/approvals?status=open&mine=true": "request_list_by_status",
    f"/approvals?subject={PACKAGE}": "request_list_by_subject",
    "/approvals/decisions": "decision_list_by_moment",
    "/notices": "notice_list_by_moment",
    "/notices?kind=N6": "notice_list_by_moment",
    f"/notices?about={PACKAGE}": "notice_",
}
"""Each list as head office may ask for it, and the index that keeps its order and finds its page."""
OWN = {
    "/orders": "order_list_by_entity",
    "/orders?status=placed": "order_list_by_entity",
    "/packages": "package_list_by_number",
    "/campaigns": "campaign_list_by_entity",
    "/approvals": "request_list_by_entity",
    "/approvals?status=open&mine=true": "request_reviewer_by_name",
    "/approvals/decisions": "request_reviewer_by_name",
    "/notices": "notice_list_by_person",
}
"""The same for a person of an entity, who is shown what is its own."""
GROWING = {"order_list", "package_list", "package_audience", "entity_list", "campaign_list", "notice_list"} | {
    "request_list", "request_reviewer", "decision_list", "order_parts", "campaign_parts"
}  # fmt: skip


@dataclass
class Overheard:
    """A database that also keeps every SELECT it was asked."""

    db: Database
    asked: list[tuple[str, Params]] = field(default_factory=list)

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> Any:
        self.asked.append((sql, params))
        return await self.db.rows(sql, params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)

    def plans(self) -> Iterator[str]:
        """How it finds what it was asked for, as its database says."""
        for sql, params in self.asked:
            if isinstance(self.db, PostgresDatabase):
                with self.db.connect(self.db.schema) as there:
                    # What is empty is read and joined from end to end, unless that is forbidden.
                    for way in ("seqscan", "hashjoin", "mergejoin"):
                        there.execute(f"SET enable_{way} = off")
                    rows: list[Row] = there.execute(f"EXPLAIN {translated(sql)}", dict(params)).fetchall()
                yield "\n".join(row["QUERY PLAN"] for row in rows)
            else:
                found = self.db.recall(f"EXPLAIN QUERY PLAN {sql}", params)
                yield "\n".join(row["detail"] for row in found)


@pytest.fixture
def world(either_world: World) -> World:
    return either_world


async def plan_of(world: World, person: Person, path: str) -> str:
    """The plans of every SELECT that this list needs, of all services."""
    desks = world.product.house.desks.values()
    ears = [Overheard(desk.db) for desk in desks]
    for desk, ear in zip(desks, ears, strict=True):
        desk.db = ear
    try:
        address, _, query = path.partition("?")
        await person.read(address, **parse_qs(query))
    finally:
        for desk, ear in zip(desks, ears, strict=True):
            desk.db = ear.db
    return "\n".join(plan for ear in ears for plan in ear.plans())


def read_from_end_to_end(plan: str) -> list[str]:
    """The steps of a plan that look at every row of a table that grows."""
    return [
        step
        for step in plan.splitlines()
        for table in GROWING
        if step.strip() == f"SCAN {table}" or f"Seq Scan on {table}" in step
    ]


async def test_every_list_of_head_office_is_served_by_an_index(world: World) -> None:
    plans = {path: await plan_of(world, world.root(), path) for path in LISTS}
    assert {path: found for path, plan in plans.items() if (found := read_from_end_to_end(plan))} == {}
    assert {path: plan for path, plan in plans.items() if LISTS[path] not in plan} == {}


async def test_every_list_of_an_entity_is_served_by_an_index(world: World) -> None:
    anna = await world.person("anna", "local", entity=await world.entity("East"))
    plans = {path: await plan_of(world, anna, path) for path in OWN}
    assert {path: found for path, plan in plans.items() if (found := read_from_end_to_end(plan))} == {}
    assert {path: plan for path, plan in plans.items() if OWN[path] not in plan} == {}


async def test_few_orders_are_not_looked_for_along_the_order_of_the_list(world: World) -> None:
    for query in ("q=spring", "status=rejected&status=withdrawn"):
        assert "order_list_by_label" not in await plan_of(
            world, world.root(), f"/orders?sort=label&{query}"
        ), query
    assert "order_list_by_label" in await plan_of(world, world.root(), "/orders?sort=label&q=sp")


async def test_the_few_requests_a_person_may_see_are_not_looked_for_among_all(tmp_path: Path) -> None:
    # PostgreSQL chooses by its statistics, and has none of an empty table.
    async with open_world(tmp_path) as world:
        anna = await world.person("anna", "local", entity=await world.entity("East"))
        for path in ("/approvals", "/approvals?status=open", "/approvals?status=open&mine=true"):
            plan = await plan_of(world, anna, path)
            assert not {"request_list_by_deadline", "request_list_by_status"} & set(plan.split()), path

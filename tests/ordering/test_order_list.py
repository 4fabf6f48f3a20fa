"""The list of orders as rows: every fact twice leaves what once leaves, and a rebuild finds the same."""

import sqlite3

from services.ordering.projections.order_list import ORDER_LIST
from shared.kernel.message import Event
from tests.facts import recorded
from tests.ordering.shelf import Shelf
from tests.ordering.words import (
    approved,
    available,
    drafted,
    entered,
    placed,
    rejected,
    revised,
    withdrawn,
)

STORY: tuple[Event, ...] = (
    drafted.model_copy(update={"label": "Åkrar"}),
    entered,
    placed,
    rejected,
    revised.model_copy(update={"label": "Ängar"}),
    placed,
    approved,
    available,
    withdrawn,
)


def rows(times: int) -> dict[str, list[tuple[object, ...]]]:
    db = sqlite3.connect(":memory:")
    for table in ORDER_LIST.tables:
        db.execute(table)
    for version, event in enumerate(STORY):
        for _ in range(times):
            for statement in ORDER_LIST.apply(recorded(event, "order-1", version)):
                db.execute(*statement)
    found = {
        table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        for table in ("order_list", "order_parts")
    }
    db.close()
    return found


def test_every_fact_told_twice_leaves_the_same_rows() -> None:
    assert rows(2) == rows(1)
    assert len(rows(1)["order_list"]) == 1
    assert [part for part, _ in rows(1)["order_parts"]] == ["gar", "kra", "nga", "rar", "äng", "åkr"]


async def test_a_rebuild_finds_what_stands_there(shelf: Shelf) -> None:
    package_id = await shelf.offer()
    await shelf.approved(package_id, label="Åkrar")
    refused = await shelf.placed(package_id, shelf.nils)
    await shelf.answer(refused, refusal="Too late in the year")
    compared = await shelf.world.product.house.rebuild(ORDER_LIST.name)
    assert [(one.table, one.live, one.different) for one in compared] == [
        ("order_list", 2, 0),
        ("order_parts", 3, 0),
    ]

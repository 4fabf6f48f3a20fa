"""A product that has facts of an older version in its stores, opened by code that states them in a newer one."""

from pathlib import Path
from typing import Any

import pytest

from shared.contracts import upcasts
from shared.contracts.catalog import EntityRegistered
from tests.world import open_world

LOCAL, ABROAD = "0498-20 30 40", "+46 498-20 30 40"


def international(old: dict[str, Any]) -> dict[str, Any]:
    """The step of a made-up second version, in which phone numbers are written as one dials them from abroad."""
    return old | {"phone": "+46 " + old["phone"].removeprefix("0")}


def forget_views(directory: Path) -> None:
    """Leave only what is stored."""
    for view in directory.glob("*.views.db*"):
        view.unlink()


@pytest.mark.row("J06")
async def test_what_version_1_stored_is_decided_and_shown_as_version_2_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(tmp_path) as first:
        east = await first.entity("East", phone=LOCAL)
        await first.settle()
        assert (await first.root().read(f"/entities/{east}"))["phone"] == LOCAL
    forget_views(tmp_path)
    monkeypatch.setattr(EntityRegistered, "schema_version", 2)
    monkeypatch.setitem(upcasts.UPCASTS, ("EntityRegistered", 1), international)
    async with open_world(tmp_path) as second:
        await second.settle()
        root, store = second.root(), second.product.house.desks["catalog"].store
        assert (await root.read(f"/entities/{east}"))["phone"] == ABROAD, (
            "a view made anew from the old facts"
        )
        for phone in (ABROAD, LOCAL):
            edited = await root.patch(f"/entities/{east}", {"phone": phone})
            assert edited.status_code == 200, edited.text
        north = await second.entity("North", phone=ABROAD)
        old, revised = await store.read(f"entity-{east}")
        (new,) = await store.read(f"entity-{north}")
        assert (await root.read(f"/entities/{north}"))["phone"] == ABROAD
    assert (old.schema, old.type, LOCAL.encode() in old.data) == (1, "EntityRegistered", True)
    assert revised.type == "EntityDetailsRevised", (
        "the first edit changed nothing: it was folded as version 2 has it"
    )
    assert (new.schema, new.type, ABROAD.encode() in new.data) == (2, "EntityRegistered", True)

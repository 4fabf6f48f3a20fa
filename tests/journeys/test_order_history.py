"""The history of an order: who decided what for whom, about which version, why, and because of what."""

import csv
import io

import pytest

from tests.journeys.story import Story


@pytest.mark.row("N11", "I04")
async def test_everybody_entitled_reads_and_takes_along_who_decided_what_and_why(story: Story) -> None:
    package_id = await story.published("by_form", available_at=story.day(20))
    order_id = await story.placed(package_id)
    path, anna, bo = f"/orders/{order_id}", story.people["anna"], story.central
    await story.reviewer.made(f"{path}/reject", {"comment": "Choose another segment"})
    await story.world.settle()
    changed = await bo.patch(path, {"values": {"age_segment": "50+"}})
    assert changed.json()["status"] == "revising"
    await anna.made(f"{path}/place", {})
    await story.world.settle()
    await bo.made(f"{path}/approve", {"comment": "Welcome"})
    await story.world.settle()
    await bo.made(f"{path}/cancel", {"reason": "The hall burned down"})
    entries = (await anna.read(f"{path}/journal"))["entries"]
    told = [
        (one["what"], one["who"], one["for_whom"], one["why"], one["fact"].get("revision"))
        for one in entries[2:]
    ]
    assert told == [
        ("OrderPlaced", anna.id, None, "", 1),
        ("OrderRejected", story.reviewer.id, None, "Choose another segment", None),
        ("OrderRevised", bo.id, story.entities["East"], "", None),
        ("OrderPlaced", anna.id, None, "", 2),
        ("OrderApproved", bo.id, None, "Welcome", None),
        ("OrderCancelled", bo.id, None, "The hall burned down", None),
    ]
    decisions = [one for one in entries if one["what"] in {"OrderRejected", "OrderApproved"}]
    assert all(one["caused_by"] for one in decisions)
    assert [one["version"] for one in entries] == list(range(8))
    sheet = await anna.get(f"{path}/journal", form="csv")
    lines = list(csv.DictReader(io.StringIO(sheet.text)))
    assert [(line["what"], line["who"], line["for_whom"] or None, line["why"]) for line in lines[2:]] == [
        one[:4] for one in told
    ]
    assert (await story.people["nils"].get(f"{path}/journal", form="csv")).status_code == 404

"""The history of decisions: everybody entitled reads it, and takes it along."""

import csv
import io
from collections import Counter
from typing import Any

import pytest

from tests.journeys.story import Story
from tests.world import Person


async def decisions(reader: Person, **params: Any) -> list[dict[str, Any]]:
    """All decisions that this person may read, page by page."""
    found, cursor = [], None
    while True:
        part = await reader.read("/approvals/decisions", **params, **({"cursor": cursor} if cursor else {}))
        found += part["items"]
        if not (cursor := part["next"]):
            return found


async def opened_by(story: Story, path: str, what: str) -> str:
    """The id of the fact of this name in a journal."""
    entries = (await story.central.read(f"{path}/journal"))["entries"]
    (found,) = (entry["event_id"] for entry in entries if entry["what"] == what)
    return str(found)


@pytest.mark.row("N11")
async def test_everybody_entitled_reads_who_decided_what_on_which_version_why_and_because_of_what(
    story: Story,
) -> None:
    package_id = await story.published("simple")
    order_id = await story.placed(package_id)
    await story.central.made(f"/orders/{order_id}/reject", {"comment": "=Too early"})
    late = await story.reviewer.post(f"/orders/{order_id}/approve", {"comment": "Fine"})
    assert late.status_code == 409
    other_id = await story.approved(package_id, "nils")
    found = await decisions(story.people["anna"])
    told = [(one["decision"], one["who"], one["why"], one["subject_version"], one["stage"]) for one in found]
    assert told == [
        ("refused", story.central.id, "=Too early", 1, 1),
        ("too_late", story.reviewer.id, "Fine", 1, 1),
    ]
    assert {one["subject_id"] for one in found} == {order_id}
    assert {one["caused_by"] for one in found} == {
        await opened_by(story, f"/orders/{order_id}", "OrderPlaced")
    }
    everything = await decisions(story.central, limit=1)
    assert Counter(one["subject_id"] for one in everything) == {package_id: 1, order_id: 2, other_id: 1}
    (about_package,) = [one for one in everything if one["subject_id"] == package_id]
    assert about_package["caused_by"] == await opened_by(story, f"/packages/{package_id}", "PackageSubmitted")
    assert [one["decision"] for one in await decisions(story.central, subject=other_id)] == ["accepted"]
    assert [one["subject_id"] for one in await decisions(story.people["nils"])] == [other_id]


@pytest.mark.row("N11")
async def test_the_history_of_decisions_is_taken_along_as_a_sheet(story: Story) -> None:
    package_id = await story.published("simple")
    order_id = await story.placed(package_id)
    await story.central.made(f"/orders/{order_id}/reject", {"comment": "=cmd()"})
    sheet = await story.people["anna"].get("/approvals/decisions", form="csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(sheet.text))
    (told,) = await decisions(story.people["anna"])
    assert row == {name: str(value) for name, value in told.items()} | {"why": "'=cmd()"}

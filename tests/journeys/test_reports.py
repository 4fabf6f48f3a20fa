"""What an entity ordered and what came of it; who takes part in a package."""

import csv
import io
from typing import Any

import pytest

from tests.journeys.story import Story
from tests.journeys.test_costs import offered, recipients
from tests.world import Person


async def sheet(person: Person, path: str, **params: str) -> list[dict[str, str]]:
    """The same report as a spreadsheet reads it."""
    answer = await person.get(path, form="csv", **params)
    assert answer.headers["content-type"].startswith("text/csv"), answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


async def report(person: Person, about: str) -> dict[str, Any]:
    await person.world.settle()
    return await person.read(f"{about}/report")


@pytest.mark.row("I11")
async def test_the_report_of_an_entity_lists_its_orders_and_their_results(story: Story) -> None:
    spring = await story.published("by_campaign")
    order_id = await story.approved(spring)
    await story.approved(spring, "nils")
    simple = await story.published("simple", label="Poster")
    await story.placed(simple)
    await story.people["anna"].made(f"/packages/{await story.published('by_form')}/orders", {})
    own = (await story.central.read(f"/orders/{order_id}"))["campaign_id"]
    await story.people["anna"].made(f"/campaigns/{own}/start", {})
    found = await report(story.people["anna"], f"/entities/{story.entities['East']}")
    assert (found["entity"], found["label"]) == ("OU1", "East")
    rows = [
        (one["order_id"], one["package"], one["status"], one["campaign_status"]) for one in found["orders"]
    ]
    assert rows == [(order_id, "CAT1", "available", "running"), (rows[1][0], "CAT2", "placed", None)]
    assert found["orders"][0]["campaign"] == "OU1_OP2"
    assert found["orders"][0]["campaign_started_at"]
    assert found["totals"]["orders"] == {"available": 1, "placed": 1}
    assert found["totals"]["campaigns"] == {"running": 1}
    assert found == await report(story.central, f"/entities/{story.entities['East']}")


@pytest.mark.row("I11")
async def test_the_report_of_a_package_lists_participation_and_results_per_entity(story: Story) -> None:
    audience = [story.entities[label] for label in ("East", "North", "South")]
    west = await story.world.entity("West")
    wanda = await story.world.person("wanda", "local", entity=west)
    story.people["wanda"] = wanda
    package_id = await story.published("by_campaign", audience=[*audience, west])
    anna = await story.approved(package_id)
    await story.placed(package_id, "nils")
    left = await story.placed(package_id, "sara")
    await story.people["sara"].made(f"/orders/{left}/withdraw", {"reason": "No staff"})
    own = (await story.central.read(f"/orders/{anna}"))["campaign_id"]
    await story.people["anna"].made(f"/campaigns/{own}/start", {})
    await story.people["anna"].made(f"/campaigns/{own}/stop", {})
    found = await report(story.central, f"/packages/{package_id}")
    rows = [
        (
            one["entity_label"],
            one["participation"],
            [(order["status"], order["campaign_status"], order["reason"]) for order in one["orders"]],
        )
        for one in found["entities"]
    ]
    assert rows == [
        ("East", "takes_part", [("available", "finished", "")]),
        ("North", "undecided", [("placed", None, "")]),
        ("South", "out", [("withdrawn", None, "No staff")]),
        ("West", "silent", []),
    ]
    assert found["totals"]["entities"] == {"takes_part": 1, "undecided": 1, "out": 1, "silent": 1}
    assert found["totals"]["campaigns"] == {"finished": 1}
    assert (found["package"], found["edition"], found["status"]) == ("CAT1", 1, "published")


@pytest.mark.row("I11")
async def test_both_reports_are_spreadsheets_too_and_run_no_formula(story: Story) -> None:
    package_id = await story.published("by_campaign")
    body = {"label": "=HYPERLINK(1)", "values": {"greeting": "Hello"}}
    order = await story.people["anna"].made(f"/packages/{package_id}/orders", body)
    await story.people["anna"].made(f"/orders/{order['order_id']}/place", {})
    await story.world.settle()
    (row,) = await sheet(story.people["anna"], f"/entities/{story.entities['East']}/report")
    assert (row["package"], row["status"], row["label"]) == ("CAT1", "placed", "'=HYPERLINK(1)")
    rows = await sheet(story.central, f"/packages/{package_id}/report")
    found = [(one["entity_label"], one["participation"], one["order"], one["status"]) for one in rows]
    assert found == [("East", "undecided", "ORD1", "placed"), ("North", "silent", "", "")]


@pytest.mark.row("I11")
async def test_reports_tell_how_many_are_reached_and_what_it_costs_each_entity(story: Story) -> None:
    await recipients(story, East=4, North=2)
    _, package_id = await offered(story, fixed_cents=3 * 3333)
    await story.approved(package_id)
    nils = await story.placed(package_id, "nils")
    found = await report(story.central, f"/packages/{package_id}")
    rows = [
        (order["messages"], order["own_cents"], order["cost"])
        for one in found["entities"]
        for order in one["orders"]
    ]
    assert rows == [(4, 4 * 250 + 3333, "committed"), (2, 2 * 250 + 3333, "reserved")]
    assert found["totals"]["own_cents"] == 6 * 250 + 2 * 3333
    await story.people["nils"].made(f"/orders/{nils}/withdraw", {"reason": "No staff"})
    north = await report(story.people["nils"], f"/entities/{story.entities['North']}")
    assert (north["orders"][0]["cost"], north["totals"]["own_cents"]) == ("released", 0)
    (compared,) = await story.world.product.house.rebuild("ordering.order_costs")
    assert (compared.live, compared.different) == (2, 0)


async def test_what_all_have_in_common_has_its_results_in_head_offices_campaign(story: Story) -> None:
    reference_id = await story.reference("simple")
    package_id = await story.published("simple", reference_id=reference_id)
    await story.approved(package_id)
    await story.placed(package_id, "nils")
    await story.world.until(story.first.replace(day=4))
    await story.central.made(f"/campaigns/{reference_id}/start", {})
    east, north = (await report(story.central, f"/packages/{package_id}"))["entities"]
    assert (east["orders"][0]["campaign"], east["orders"][0]["campaign_status"]) == ("OP1", "running")
    assert north["orders"][0]["campaign"] is None


async def test_an_older_edition_has_its_own_report(story: Story) -> None:
    package_id = await story.published("by_campaign")
    await story.placed(package_id)
    await story.central.made(f"/packages/{package_id}/reinitialise", {"reason": "Wrong dates"})
    await story.world.settle()
    newest, old = [
        await story.central.read(f"/packages/{package_id}/report", **edition)
        for edition in ({}, {"edition": 1})
    ]
    assert (newest["edition"], newest["totals"]["orders"]) == (2, {})
    assert (old["edition"], old["totals"]["orders"]) == (1, {"cancelled": 1})
    assert (await story.central.get(f"/packages/{package_id}/report", edition=3)).status_code == 404


async def test_an_entity_reads_its_own_report_alone(story: Story) -> None:
    package_id = await story.published("simple")
    nils = story.people["nils"]
    assert (await nils.get(f"/entities/{story.entities['East']}/report")).status_code == 404
    assert (await nils.get(f"/entities/{package_id}/report")).status_code == 404
    assert (await nils.get(f"/packages/{package_id}/report")).status_code == 403
    assert (await story.central.get(f"/packages/{story.entities['East']}/report")).status_code == 404


async def test_a_rebuild_of_the_results_finds_what_stands_there(story: Story) -> None:
    order_id = await story.approved(await story.published("by_campaign"))
    own = (await story.central.read(f"/orders/{order_id}"))["campaign_id"]
    await story.people["anna"].made(f"/campaigns/{own}/start", {})
    await story.people["anna"].made(f"/campaigns/{own}/cancel", {"reason": "Rain"})
    await story.world.settle()
    (compared,) = await story.world.product.house.rebuild("ordering.order_campaigns")
    assert (compared.live, compared.different) == (2, 0)

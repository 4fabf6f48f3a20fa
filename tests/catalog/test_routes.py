"""Packages over HTTP: drafting, editing, the audience, and who sees what."""

import csv
import io
from typing import Any

import pytest

from shared.contracts.campaigns import CampaignSettingsRevised, Definition
from shared.kernel.ids import CampaignId
from tests.catalog.offers import Shop, day
from tests.facts import id_of


@pytest.mark.row("C02")
async def test_the_template_for_collaborative_packages_presets_kind_and_mode(shop: Shop) -> None:
    package = await shop.bo.made("/packages", shop.body("by_form"))
    assert (package["kind"], package["approval_mode"], package["status"]) == ("by_form", "manual", "draft")
    assert (package["name"], package["edition"], package["owner"]) == (
        f"CAT{package['number']}",
        1,
        shop.bo.id,
    )
    assert package["reference"] == {
        "campaign_id": str(id_of("by_form")), "name": "OP26", "label": "Reference by_form",
    }  # fmt: skip
    refused = await shop.bo.post("/packages", shop.body("by_form", reference_id=str(id_of("local"))))
    assert (refused.status_code, refused.json()["code"]) == (422, "package.reference-local")


@pytest.mark.row("C03")
async def test_a_local_package_takes_only_a_local_template_as_reference(shop: Shop) -> None:
    for kind in ("simple", "by_form", "by_campaign", "by_target_approval"):
        refused = await shop.bo.post("/packages", shop.body("local", reference_id=str(id_of(kind))))
        assert (refused.status_code, refused.json()["code"]) == (422, "package.reference-not-local")
        assert refused.json()["errors"][0]["field"] == "reference_id"
    assert (await shop.bo.made("/packages", shop.body("local")))["kind"] == "local"
    assert len((await shop.bo.read("/packages"))["items"]) == 1


async def test_a_package_begun_while_its_reference_became_another_kind_is_not_offered(shop: Shop) -> None:
    """As if begun before this service heard of the change, or at the same moment."""
    package_id = await shop.drafted("by_form")
    became = CampaignSettingsRevised(
        campaign_id=CampaignId(id_of("by_form")), label="Mine", definition=Definition(), kind="by_campaign"
    )
    await shop.world.tell("campaigns", f"campaign-{id_of('by_form')}", became)
    for step in ("submit", "approve"):
        refused = await shop.bo.post(f"/packages/{package_id}/{step}", {})
        assert (refused.status_code, refused.json()["code"]) == (409, "package.reference-changed")
        assert "begun as by_form" in refused.json()["detail"]
        assert "become by_campaign" in refused.json()["detail"]
    another = await shop.bo.made("/packages", shop.body("by_form"))
    assert another["kind"] == "by_campaign"
    assert (await shop.bo.made(f"/packages/{another['package_id']}/submit", {}))["status"] == "pending"


@pytest.mark.row("C04")
async def test_a_package_without_a_reference_cannot_be_saved(shop: Shop) -> None:
    missing = await shop.bo.post("/packages", shop.body(reference_id=None) | {"reference_id": None})
    assert (missing.status_code, missing.json()["code"]) == (422, "package.reference-missing")
    unknown = await shop.bo.post("/packages", shop.body(reference_id=str(id_of("nothing"))))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "package.reference-unknown")
    assert unknown.json()["errors"][0]["field"] == "reference_id"
    assert (await shop.bo.read("/packages"))["items"] == []


@pytest.mark.row("C05")
@pytest.mark.parametrize("field", ["label", "folder", "starts_at", "ends_at"])
async def test_what_is_mandatory_and_missing_is_refused_with_a_message_for_its_field(
    shop: Shop, field: str
) -> None:
    refused = await shop.bo.post("/packages", shop.body(**{field: None}))
    problem = refused.json()
    assert refused.status_code == 422
    assert problem["code"].startswith("package.")
    assert [(error["field"], error["pointer"]) for error in problem["errors"]] == [(field, f"/{field}")]
    assert problem["errors"][0]["detail"]
    assert problem["way_out"]
    assert (await shop.bo.read("/packages"))["items"] == []


async def test_dates_in_a_wrong_order_are_told_with_both_dates(shop: Shop) -> None:
    refused = await shop.bo.post(
        "/packages", shop.body(ends_at=day(0).isoformat(), registration_deadline=None)
    )
    assert refused.json()["code"] == "package.dates-reversed"
    assert "March" in refused.json()["detail"]


@pytest.mark.parametrize(
    "more",
    [
        {"colour": "red"},
        {"approval": {"reviewers": [], "colour": "red"}},
        {"approval": {"answer_within_days": 10**9}},
        {"approval": {"reminders": [{"at": day(1).isoformat(), "hours_before": 3}]}},
        {"approval": {"reviewers": ["anybody"]}},
        {"costs": {"fixed_cents": -1}},
        {"costs": {"subsidy_percent": 101}},
        {"costs": {"shares": [{"entity_id": str(id_of("east")), "weight": 1}] * 2}},
        {"second_approval": {"answer_within_days": 0}},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"starts_at": "2026-03-03T09:00:00"},
        {"label": "x" * 201},
    ],
)
async def test_what_is_unknown_or_misshapen_is_refused_as_a_whole(shop: Shop, more: dict[str, Any]) -> None:
    refused = await shop.bo.post("/packages", shop.body(**more))
    assert (refused.status_code, refused.json()["code"]) == (422, "request.invalid")
    assert (await shop.bo.read("/packages"))["items"] == []


async def test_one_request_makes_a_package_and_the_same_again_makes_no_second(shop: Shop) -> None:
    first = await shop.bo.post("/packages", shop.body(), key="one")
    again = await shop.bo.post("/packages", shop.body(), key="one")
    assert (first.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    other = await shop.bo.post("/packages", shop.body(label="Other"), key="one")
    assert (other.status_code, other.json()["code"]) == (422, "request.key-reused")
    assert len((await shop.bo.read("/packages"))["items"]) == 1


@pytest.mark.row("A03", "C11")
async def test_entities_of_the_list_are_invited_and_withdrawn_one_by_one(shop: Shop) -> None:
    package_id = await shop.drafted(audience=[shop.east])
    offered = await shop.bo.read("/entities", q="north")
    (north,) = [entity["entity_id"] for entity in offered["items"]]
    changed = await shop.bo.put(f"/packages/{package_id}/audience", {"entities": [north], "reason": "Moved"})
    assert (changed.status_code, changed.json()["audience"]) == (200, [north])
    journal = await shop.bo.read(f"/packages/{package_id}/journal")
    told = [(entry["what"], entry["fact"]["entity_id"]) for entry in journal["entries"][1:]]
    assert told == [("EntityInvited", shop.east), ("EntityWithdrawn", shop.east), ("EntityInvited", north)]
    assert journal["entries"][2]["why"] == "Moved"


async def test_an_unknown_entity_is_named_with_its_field(shop: Shop) -> None:
    stranger = str(id_of("stranger"))
    refused = await shop.bo.post("/packages", shop.body(audience=[shop.east, stranger]))
    assert (refused.status_code, refused.json()["code"]) == (422, "package.entity-unknown")
    assert refused.json()["errors"][0]["field"] == "audience"
    assert stranger in refused.json()["detail"]
    package_id = await shop.drafted()
    refused = await shop.bo.put(f"/packages/{package_id}/audience", {"entities": [stranger]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "entities")


async def test_details_are_revised_against_the_version_that_was_seen(shop: Shop) -> None:
    package_id = await shop.drafted()
    changed = await shop.bo.patch(f"/packages/{package_id}", {"label": "Summer", "message": "Hej"})
    assert (changed.json()["label"], changed.json()["folder"]) == ("Summer", "Spring")
    stale = await shop.bo.patch(f"/packages/{package_id}", {"label": "Autumn"}, version=0)
    assert (stale.status_code, stale.json()["code"]) == (412, "request.stale")
    other = await shop.bo.patch(f"/packages/{package_id}", {"reference_id": str(id_of("simple"))})
    assert other.status_code == 422
    assert (await shop.bo.patch(f"/packages/{id_of('none')}", {"label": "X"}, version=0)).status_code == 404


async def test_the_description_by_head_office_is_shown_to_the_entities(shop: Shop) -> None:
    package_id = await shop.published(description="Två för en", message="Välkomna")
    seen = await shop.anna.read(f"/packages/{package_id}")
    assert (seen["description"], seen["message"]) == ("Två för en", "Välkomna")


@pytest.mark.row("A01")
async def test_a_person_without_a_role_sees_no_package(shop: Shop) -> None:
    package_id = await shop.published()
    nobody = await shop.world.person("nobody")
    for path in ("/packages", f"/packages/{package_id}", f"/packages/{package_id}/journal"):
        assert (await nobody.get(path)).status_code == 403
    assert (await nobody.post("/packages", shop.body())).status_code == 403
    assert [one["package_id"] for one in (await shop.anna.read("/packages"))["items"]] == [package_id]
    assert [one["package_id"] for one in (await shop.bo.read("/packages"))["items"]] == [package_id]


@pytest.mark.row("A08")
async def test_a_package_for_north_is_absent_from_easts_list(shop: Shop) -> None:
    package_id = await shop.published(audience=[shop.north])
    both = await shop.drafted(audience=[shop.east, shop.north])
    assert (await shop.anna.read("/packages"))["items"] == []
    for unseen in (package_id, both):
        assert (await shop.anna.get(f"/packages/{unseen}")).status_code == 404
        assert (await shop.anna.get(f"/packages/{unseen}/journal")).status_code == 404
    assert [one["package_id"] for one in (await shop.nils.read("/packages"))["items"]] == [package_id]
    assert (await shop.anna.post(f"/packages/{package_id}/cancel", {"reason": "Mine"})).status_code == 403


async def test_an_entity_is_shown_nothing_of_the_others_nor_of_the_review(shop: Shop) -> None:
    package_id = await shop.published(audience=[shop.east, shop.north])
    seen = await shop.anna.read(f"/packages/{package_id}")
    assert seen["audience"] == [shop.east]
    assert not {"approval", "owner", "reason"} & seen.keys()
    assert (await shop.anna.read("/packages", entity=shop.north))["items"] == []
    assert len((await shop.anna.read("/packages", entity=shop.east))["items"]) == 1


@pytest.mark.rule("R9")
async def test_a_local_package_is_open_to_its_list_or_to_all_where_there_is_none(shop: Shop) -> None:
    everybodys = await shop.published("local")
    norths = await shop.submitted("local", audience=[shop.north])
    await shop.answered(norths)
    await shop.world.settle()
    assert [one["package_id"] for one in (await shop.anna.read("/packages"))["items"]] == [everybodys]
    assert [one["package_id"] for one in (await shop.nils.read("/packages"))["items"]] == [norths, everybodys]
    assert (await shop.anna.read(f"/packages/{everybodys}"))["open_to_all"] is True
    journal = await shop.bo.read(f"/packages/{everybodys}/journal")
    assert journal["entries"][-1]["fact"]["invited"] is None


async def test_the_list_is_filtered_searched_and_paged_newest_first(shop: Shop) -> None:
    first = await shop.drafted("simple", label="Åkrar", folder="A", audience=[shop.north])
    second = await shop.submitted("by_form", label="Berg 100%", folder="B")
    third = await shop.drafted("local", label="Cykel", folder="B")

    async def found(**params: Any) -> list[str]:
        return [one["package_id"] for one in (await shop.bo.read("/packages", **params))["items"]]

    assert await found() == [third, second, first]
    assert await found(status=["draft", "pending"]) == [third, second, first]
    assert await found(status="pending") == [second]
    assert await found(status="late") == []
    assert await found(kind="local") == [third]
    assert await found(folder="B") == [third, second]
    assert await found(q="ÅKRAR") == [first]
    assert await found(q="0%") == [second]
    assert await found(q="_") == []
    number = (await shop.bo.read(f"/packages/{third}"))["number"]
    assert third in await found(q=f"cat{number}")
    assert await found(entity=shop.north) == [first]
    assert (await shop.bo.get("/packages", status="lost")).status_code == 422
    page = await shop.bo.read("/packages", limit=2)
    assert await found(limit=2, cursor=page["next"]) == [first]
    await shop.world.advance(days=3, seconds=1)
    assert await found(status=["late", "approved"]) == [second]
    assert (await shop.bo.read(f"/packages/{second}"))["late"] is True


async def test_the_list_is_sorted_by_what_is_wanted_and_paged_in_that_order(shop: Shop) -> None:
    berg = await shop.drafted(label="berg", ends_at=day(50).isoformat())
    asp = await shop.drafted(label="Asp", ends_at=day(50).isoformat())
    cykel = await shop.drafted(label="Cykel", ends_at=day(40).isoformat())
    orders = {
        "number": [berg, asp, cykel],
        "-number": [cykel, asp, berg],
        "label": [asp, berg, cykel],
        "-label": [cykel, berg, asp],
        "ends_at": [cykel, berg, asp],
        "-ends_at": [asp, berg, cykel],
        "starts_at": [berg, asp, cykel],
        "-changed_at": [cykel, asp, berg],
    }
    for sort, expected in orders.items():
        first = await shop.bo.read("/packages", sort=sort, limit=2)
        rest = await shop.bo.read("/packages", sort=sort, limit=2, cursor=first["next"])
        assert [one["package_id"] for one in first["items"] + rest["items"]] == expected, sort
        assert (len(rest["items"]), rest["next"]) == (1, None)
    other = await shop.bo.read("/packages", sort="label", limit=1)
    mixed = await shop.bo.get("/packages", sort="number", cursor=other["next"])
    assert (mixed.status_code, mixed.json()["code"]) == (400, "request.cursor-wrong")
    assert (await shop.bo.get("/packages", sort="colour")).status_code == 422


async def test_what_is_found_can_be_downloaded_by_everybody_as_far_as_it_is_seen(shop: Shop) -> None:
    await shop.published(label="Spring", folder="A")
    await shop.drafted(label="Autumn", folder="A")
    for who, labels, owner in ((shop.bo, ["Autumn", "Spring"], shop.bo.id), (shop.anna, ["Spring"], "")):
        answer = await who.get("/packages", form="csv", sort="label", folder="A", limit=1)
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert ([row["label"] for row in rows], rows[0]["owner"]) == (labels, owner)


async def test_a_package_answered_for_by_somebody_else_is_found_by_that_person(shop: Shop) -> None:
    rut = await shop.world.person("rut", "central")
    package_id, other = await shop.drafted(nature="Offer"), await shop.drafted()
    handed = await shop.bo.put(f"/packages/{package_id}/owner", {"owner": rut.id})
    assert (handed.status_code, handed.json()["owner"]) == (200, rut.id)
    for wrong in (shop.anna.id, str(id_of("nobody"))):
        refused = await shop.bo.put(f"/packages/{package_id}/owner", {"owner": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "package.owner-unknown")

    async def found(**params: Any) -> list[str]:
        return [one["package_id"] for one in (await shop.bo.read("/packages", **params))["items"]]

    assert await found(owner=rut.id) == [package_id]
    assert await found(owner=shop.bo.id) == [other]
    assert await found(nature="Offer") == [package_id]
    assert (await shop.anna.read("/packages", owner=rut.id))["items"] == []


@pytest.mark.row("C06")
async def test_local_templates_and_reference_campaigns_stand_in_one_list_with_their_level(shop: Shop) -> None:
    for kind in ("local", "by_campaign"):
        await shop.drafted(kind)
    both = (await shop.bo.read("/packages"))["items"]
    assert [(one["level"], one["kind"], one["reference"]["name"]) for one in both] == [
        ("collaborative", "by_campaign", "OP25"),
        ("local", "local", "OP29"),
    ]
    for one in both:
        (alone,) = (await shop.bo.read("/packages", level=one["level"]))["items"]
        assert alone == one

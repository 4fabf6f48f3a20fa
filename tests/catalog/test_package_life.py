"""A package's life over HTTP: approved, published, closed, expired, cancelled, begun again."""

import csv
import io

import pytest

from tests.catalog.offers import Shop, day


@pytest.mark.row("D03", "D05")
@pytest.mark.rule("R16")
async def test_a_submitted_package_is_pending_with_a_computed_deadline(shop: Shop) -> None:
    package_id = await shop.drafted()
    await shop.world.advance(hours=6)
    await shop.bo.made(f"/packages/{package_id}/submit", {})
    package = await shop.bo.read(f"/packages/{package_id}")
    assert (package["status"], package["approval_deadline"][:19]) == ("pending", day(3.25).isoformat()[:19])
    other = await shop.submitted(approval={"reviewers": ["role:central"], "answer_by": day(0.5).isoformat()})
    assert (await shop.bo.read(f"/packages/{other}"))["approval_deadline"][:19] == day(0.5).isoformat()[:19]
    edit = await shop.bo.patch(f"/packages/{package_id}", {"label": "Other"})
    assert (edit.status_code, edit.json()["code"]) == (409, "package.under-review")
    twice = await shop.bo.post(f"/packages/{package_id}/submit", {})
    assert (twice.status_code, twice.json()["version"]) == (200, package["version"])


@pytest.mark.row("C08")
@pytest.mark.parametrize("kind", ["simple", "by_form", "by_campaign"])
@pytest.mark.rule("R4")
async def test_a_collaborative_package_without_registration_deadline_cannot_be_submitted(
    shop: Shop, kind: str
) -> None:
    package_id = await shop.drafted(kind, registration_deadline=None)
    refused = await shop.bo.post(f"/packages/{package_id}/submit", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "package.registration-missing")
    assert refused.json()["errors"][0]["field"] == "registration_deadline"
    assert await shop.status(package_id) == "draft"
    await shop.bo.patch(f"/packages/{package_id}", {"registration_deadline": day(9).isoformat()})
    assert (await shop.bo.made(f"/packages/{package_id}/submit", {}))["status"] == "pending"


@pytest.mark.row("C12")
@pytest.mark.parametrize("kind", ["simple", "by_form", "by_campaign"])
@pytest.mark.rule("R7")
async def test_approval_on_an_empty_audience_is_refused_and_names_the_cause(shop: Shop, kind: str) -> None:
    package_id = await shop.drafted(kind, audience=None)
    for step in ("approve", "submit"):
        refused = await shop.bo.post(f"/packages/{package_id}/{step}", {})
        assert (refused.status_code, refused.json()["code"]) == (409, "package.audience-missing")
        assert "audience" in refused.json()["detail"]
        assert refused.json()["errors"][0]["field"] == "audience"
    assert await shop.status(package_id) == "draft"
    await shop.bo.put(f"/packages/{package_id}/audience", {"entities": [shop.east]})
    assert (await shop.bo.made(f"/packages/{package_id}/approve", {}))["status"] == "approved"
    emptied = await shop.bo.put(f"/packages/{package_id}/audience", {"entities": []})
    assert (emptied.status_code, emptied.json()["code"]) == (409, "package.last-entity")


@pytest.mark.row("C13")
@pytest.mark.rule("R8")
async def test_a_target_approval_package_is_approved_without_an_audience(shop: Shop) -> None:
    package_id = await shop.drafted("by_target_approval")
    package = await shop.bo.made(f"/packages/{package_id}/approve", {})
    assert (package["status"], package["audience"]) == ("approved", [])
    other = await shop.submitted("by_target_approval")
    await shop.answered(other)
    assert await shop.status(other) == "approved"


@pytest.mark.row("D08")
@pytest.mark.rule("R15")
async def test_head_office_approves_directly_when_no_reviewer_is_named(shop: Shop) -> None:
    package_id = await shop.drafted()
    await shop.bo.made(f"/packages/{package_id}/approve", {"comment": "Go"})
    assert await shop.status(package_id) == "approved"
    journal = await shop.bo.read(f"/packages/{package_id}/journal")
    last = journal["entries"][-1]
    assert (last["what"], last["who"], last["why"]) == ("PackageApproved", shop.bo.id, "Go")
    named = await shop.drafted(approval={"reviewers": ["role:central"]})
    refused = await shop.bo.post(f"/packages/{named}/approve", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "package.reviewers-named")
    assert await shop.status(named) == "draft"


async def test_a_rejected_package_shows_the_comment_and_is_mended_and_submitted_again(shop: Shop) -> None:
    package_id = await shop.submitted()
    await shop.answered(package_id, no="Wrong dates")
    package = await shop.bo.read(f"/packages/{package_id}")
    assert (package["status"], package["reason"]) == ("rejected", "Wrong dates")
    mended = await shop.bo.patch(f"/packages/{package_id}", {"ends_at": day(40).isoformat()})
    assert mended.json()["status"] == "draft"
    await shop.bo.made(f"/packages/{package_id}/submit", {})
    await shop.answered(package_id, 2)
    assert await shop.status(package_id) == "approved"


@pytest.mark.row("D11", "C07")
@pytest.mark.rule("R1")
async def test_a_package_is_seen_from_its_start_to_its_end_and_not_a_second_longer(shop: Shop) -> None:
    package_id = await shop.submitted()
    await shop.answered(package_id)
    second = 1 / 86_400
    for moment, seen in (
        (day(1 - second), 0),
        (day(1), 1),
        (day(30 - second), 1),
        (day(30), 0),
        (day(30 + second), 0),
    ):
        await shop.world.until(moment)
        assert len((await shop.anna.read("/packages"))["items"]) == seen, moment
        assert (await shop.anna.get(f"/packages/{package_id}")).status_code == (200 if seen else 404)
    assert await shop.status(package_id) == "unavailable"


async def test_what_is_approved_after_its_start_is_published_at_once(shop: Shop) -> None:
    package_id = await shop.submitted(starts_at=day(-1).isoformat())
    await shop.answered(package_id)
    package = await shop.bo.read(f"/packages/{package_id}")
    assert (package["status"], package["published_at"][:19]) == ("published", day(0).isoformat()[:19])


async def test_registration_closes_and_the_package_ends_at_the_dates_as_they_were_moved(shop: Shop) -> None:
    package_id = await shop.published()
    later = {"registration_deadline": day(12).isoformat(), "ends_at": day(20).isoformat()}
    assert (await shop.bo.patch(f"/packages/{package_id}", later)).status_code == 200
    for moment, closed, status in (
        (11, False, "published"),
        (12, True, "published"),
        (20, True, "unavailable"),
    ):
        await shop.world.until(day(moment))
        package = await shop.bo.read(f"/packages/{package_id}")
        assert (package["registration_closed"], package["status"]) == (closed, status)


async def test_an_entity_added_after_publication_is_marked_so_that_only_it_is_told(shop: Shop) -> None:
    package_id = await shop.published(audience=[shop.east])
    await shop.bo.put(f"/packages/{package_id}/audience", {"entities": [shop.east, shop.north]})
    journal = await shop.bo.read(f"/packages/{package_id}/journal")
    invited = [entry["fact"] for entry in journal["entries"] if entry["what"] == "EntityInvited"]
    assert [(fact["entity_id"], fact["published"]) for fact in invited] == [
        (shop.east, False),
        (shop.north, True),
    ]
    assert len((await shop.nils.read("/packages"))["items"]) == 1


@pytest.mark.rule("R21")
async def test_a_package_is_cancelled_at_any_time_with_a_reason_that_is_kept(shop: Shop) -> None:
    package_id = await shop.published()
    empty = await shop.bo.post(f"/packages/{package_id}/cancel", {"reason": " "})
    assert (empty.status_code, empty.json()["code"]) == (422, "package.reason-missing")
    package = await shop.bo.made(f"/packages/{package_id}/cancel", {"reason": "The supplier left"})
    assert (package["status"], package["reason"]) == ("cancelled", "The supplier left")
    assert (await shop.anna.read("/packages"))["items"] == []
    journal = await shop.bo.read(f"/packages/{package_id}/journal")
    assert (journal["entries"][-1]["why"], journal["entries"][-1]["fact"]["cascades"]) == (
        "The supplier left",
        True,
    )
    local = await shop.drafted("local")
    await shop.bo.made(f"/packages/{local}/cancel", {"reason": "Out"})
    journal = await shop.bo.read(f"/packages/{local}/journal")
    assert journal["entries"][-1]["fact"]["cascades"] is False


@pytest.mark.row("I08", "I09")
@pytest.mark.rule("R22")
async def test_a_package_begins_again_with_its_history_intact_and_is_offered_only_once_approved(
    shop: Shop,
) -> None:
    package_id = await shop.published()
    before = (await shop.bo.read(f"/packages/{package_id}/journal"))["entries"]
    package = await shop.bo.made(f"/packages/{package_id}/reinitialise", {"reason": "Once more"})
    assert (package["status"], package["edition"], package["audience"]) == ("draft", 2, [shop.east])
    after = (await shop.bo.read(f"/packages/{package_id}/journal"))["entries"]
    assert after[: len(before)] == before
    assert [(entry["what"], entry["fact"]["edition"]) for entry in after[len(before) :]] == [
        ("PackageReinitialised", 2),
        ("EntityInvited", 2),
    ]
    await shop.world.until(day(2))
    assert (await shop.anna.read("/packages"))["items"] == []
    await shop.bo.made(f"/packages/{package_id}/submit", {})
    assert (await shop.anna.read("/packages"))["items"] == []
    await shop.answered(package_id, 2)
    await shop.world.settle()
    assert [one["edition"] for one in (await shop.anna.read("/packages"))["items"]] == [2]


@pytest.mark.row("D13", "N11")
async def test_the_journal_says_who_did_what_when_which_version_why_and_because_of_what(shop: Shop) -> None:
    package_id = await shop.submitted()
    await shop.world.advance(hours=2)
    await shop.answered(package_id)
    await shop.world.until(day(1))
    entries = (await shop.bo.read(f"/packages/{package_id}/journal"))["entries"]
    told = [
        (entry["version"], entry["what"], entry["who"], entry["why"], entry["at"][:16]) for entry in entries
    ]
    assert told == [
        (0, "PackageDrafted", shop.bo.id, "", "2026-03-02T09:00"),
        (1, "EntityInvited", shop.bo.id, "", "2026-03-02T09:00"),
        (2, "PackageSubmitted", shop.bo.id, "", "2026-03-02T09:00"),
        (3, "PackageApproved", "rut", "Good", "2026-03-02T11:00"),
        (4, "PackagePublished", "catalog", "", "2026-03-03T09:00"),
    ]
    assert entries[4]["caused_by"] == entries[3]["event_id"]
    assert entries[3]["caused_by"]
    sheet = await shop.bo.get(f"/packages/{package_id}/journal", form="csv")
    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert [(row["what"], row["who"]) for row in rows] == [(entry["what"], entry["who"]) for entry in entries]


@pytest.mark.row("J20")
async def test_the_journal_as_of_a_moment_is_what_was_known_then(shop: Shop) -> None:
    package_id = await shop.published()
    then = await shop.bo.read(f"/packages/{package_id}/journal", as_of=day(0.5).isoformat())
    assert (then["entries"][-1]["what"], then["state"]["status"]) == ("PackageApproved", "approved")
    now = await shop.bo.read(f"/packages/{package_id}/journal")
    assert now["entries"][: len(then["entries"])] == then["entries"]
    assert (now["state"]["status"], now["state"]["details"]["label"]) == ("published", "Spring offer")
    before = await shop.bo.read(f"/packages/{package_id}/journal", as_of=day(-1).isoformat())
    assert (before["entries"], before["state"]) == ([], None)

"""Head office makes, follows and ends packages in a browser, without any script."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from tests.browser.site import Site

DOCUMENT = {"name": "prices.txt", "mimeType": "text/plain", "buffer": b"Prices of spring\n"}


async def made(page: Page, site: Site, label: str = "Spring offer", **more: str) -> str:
    """Fill in what a new package needs and create it; its address."""
    reference = (await site.story.central.read("/campaigns"))["items"][0]
    entries = {
        "label": label,
        "folder": "Spring",
        "starts_at": "2026-03-03T10:00",
        "ends_at": "2026-05-01T10:00",
        "registration_deadline": "2026-03-16T23:59",
        **more,
    }
    await page.select_option("[name=reference_id]", reference["campaign_id"])
    for name, value in entries.items():
        await page.fill(f"[name={name}]", value)
    await page.click("main form button:not(summary)")
    return page.url.partition("?")[0]


async def act(page: Page, label: str, reason: str = "") -> None:
    """Press the button with this label; where it asks for a reason, give it."""
    if reason:
        await page.locator("summary", has_text=label).click()
        opened = page.locator("details[open]")
        await opened.locator("textarea").fill(reason)
        await opened.locator("button").click()
    else:
        await page.get_by_role("button", name=label, exact=True).click()


@pytest.mark.row("C01")
async def test_central_creates_a_package_in_two_clicks_from_the_list(site: Site) -> None:
    await site.story.reference("by_form")
    page = await site.signed_in(site.story.central)
    await page.goto("/packages")
    await page.get_by_role("button", name="New package").click()  # the first click
    await made(page, site)  # fills in, and the second click
    await expect(page.locator("h1")).to_contain_text("Spring offer")
    await expect(page.locator("main")).to_contain_text("Created.")
    (package,) = (await site.story.central.read("/packages"))["items"]
    assert (package["status"], package["kind"], package["folder"]) == ("draft", "by_form", "Spring")
    deadline = datetime.fromisoformat(package["registration_deadline"])
    assert deadline == datetime(2026, 3, 16, 22, 59, tzinfo=UTC)  # as entered, in Stockholm's winter


async def test_what_is_wrong_is_said_at_its_field_and_nothing_that_was_entered_is_lost(site: Site) -> None:
    await site.story.reference("by_form")
    page = await site.signed_in(site.story.central)
    await page.goto("/packages/new")
    await made(page, site, starts_at="2026-06-01T10:00")
    problem = page.locator(".problem")
    await expect(problem).to_be_visible()
    await expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    assert await page.input_value("[name=label]") == "Spring offer"
    assert await page.input_value("[name=starts_at]") == "2026-06-01T10:00"
    await page.fill(
        "[name=starts_at]", "2026-03-29T02:30"
    )  # the hour that is left out when clocks go forward
    await page.click("main form button:not(summary)")
    await expect(page.locator("#wrong-starts_at")).to_contain_text("clocks are put forward")
    assert (await site.story.central.read("/packages"))["items"] == []


async def test_a_package_goes_its_whole_way_in_the_browser(site: Site) -> None:
    story = site.story
    await story.reference("by_form")
    page = await site.signed_in(story.central)
    await page.goto("/packages/new")
    there = await made(page, site)
    package_id = there.rpartition("/")[2]

    await act(page, "Submit for approval")
    await expect(page.locator(".problem")).to_contain_text("audience", ignore_case=True)
    await page.get_by_role("button", name="Audience").click()
    for entity in ("East", "North"):
        await page.get_by_label(entity).check()
    await page.get_by_role("button", name="Invite those ticked").click()
    await expect(page.locator("main")).to_contain_text("Invited: 2")

    await page.goto(f"{there}/edit")
    await page.locator("summary", has_text="What entities are told").click()
    await page.fill("[name=message]", "Please order early")
    await page.locator("summary", has_text="Approval of the package").click()
    await page.get_by_label(story.reviewer.name, exact=True).first.check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Please order early")
    await page.set_input_files("[name=file]", DOCUMENT)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Attach", exact=True).click()
    await expect(page.locator("main")).to_contain_text("prices.txt")

    await act(page, "Submit for approval")
    await expect(page.locator(".badge").first).to_have_text("Waiting for approval")
    await site.world.settle()
    await reviewed(site, page, there)
    await site.world.advance(days=1)  # longer than a session lasts
    page = await site.signed_in(story.central)
    await page.goto(there)
    await expect(page.locator(".badge").first).to_have_text("Published")
    await act(page, "Cancel the package", "The goods did not come")
    await expect(page.locator(".badge").first).to_have_text("Cancelled")
    await act(page, "Reinitialize", "They came")
    await expect(page.locator(".badge").first).to_have_text("Being edited")
    found = await story.central.read(f"/packages/{package_id}")
    assert (found["status"], found["edition"]) == ("draft", 2)
    assert found["message"] == "Please order early, by phone or here"


async def reviewed(site: Site, page: Page, there: str) -> None:
    """It is rejected, edited, submitted again and approved, each in the browser of whose step it is."""
    reviewer = await site.signed_in(site.story.reviewer)
    await reviewer.goto(there)
    await act(reviewer, "Reject", "The message is too short")
    await expect(reviewer.locator(".badge").first).to_have_text("Rejected")
    await page.goto(there)
    await expect(page.locator("main")).to_contain_text("The message is too short")
    await page.get_by_role("button", name="Edit", exact=True).click()
    await page.locator("summary", has_text="What entities are told").click()
    await page.fill("[name=message]", "Please order early, by phone or here")
    await page.get_by_role("button", name="Save", exact=True).click()
    await act(page, "Submit for approval")
    await expect(page.locator(".badge").first).to_have_text("Waiting for approval")
    await site.world.settle()
    await reviewer.goto(there)
    await act(reviewer, "Approve", "Now it is good")
    await expect(reviewer.locator(".badge").first).to_have_text("Approved")


async def test_two_people_who_edit_at_once_do_not_overwrite_each_other(site: Site) -> None:
    await site.story.package("by_form")
    (package,) = (await site.story.central.read("/packages"))["items"]
    first, second = [await site.signed_in(one) for one in (site.story.central, site.story.reviewer)]
    for page in (first, second):
        await page.goto(f"/packages/{package['package_id']}/edit")
    await first.fill("[name=label]", "The first one's")
    await first.get_by_role("button", name="Save", exact=True).click()
    await second.fill("[name=label]", "The second one's")
    await second.get_by_role("button", name="Save", exact=True).click()
    await expect(second.locator(".problem")).to_be_visible()
    assert await second.input_value("[name=label]") == "The second one's"
    found = await site.story.central.read(f"/packages/{package['package_id']}")
    assert found["label"] == "The first one's"


async def test_a_second_click_makes_no_second_package(site: Site) -> None:
    await site.story.reference("by_form")
    page = await site.signed_in(site.story.central)
    await page.goto("/packages/new")
    hidden = {name: await page.input_value(f"[name={name}] >> nth=-1") for name in ("secret", "key")}
    reference = (await site.story.central.read("/campaigns"))["items"][0]
    form = {
        **hidden,
        "reference_id": reference["campaign_id"],
        "label": "Once",
        "folder": "Spring",
        "starts_at": "2026-03-03T10:00",
        "ends_at": "2026-05-01T10:00",
        "approval_mode": "manual",
        "costs.rule": "equal",
        "approval.silence": "escalate",
        "order_approval.silence": "escalate",
        "second_approval.silence": "escalate",
    }
    led = {(await page.request.post("/packages/new", form=form)).url for _ in range(2)}
    assert len(led) == 1
    (package,) = (await site.story.central.read("/packages"))["items"]
    assert package["package_id"] in led.pop()


async def test_an_entity_sees_what_is_offered_to_it_and_no_step_of_head_office(site: Site) -> None:
    package_id = await site.story.published("by_form", label="Offered")
    await site.story.package("by_form", label="Not yet")
    page = await site.signed_in(site.story.people["anna"])
    await page.goto("/packages")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.goto(f"/packages/{package_id}")
    for label in ("Edit", "Audience", "Cancel the package", "Reinitialize", "Submit for approval"):
        await expect(page.get_by_role("button", name=label, exact=True)).to_have_count(0)
    await expect(page.get_by_role("button", name="Order", exact=True)).to_be_visible()
    for path in ("/packages/new", f"/packages/{package_id}/edit"):
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status == 403

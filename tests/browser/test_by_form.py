"""A whole campaign by form: set up, offered, ordered, approved and run, by people who have nothing but a browser."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.site import Site
from tests.browser.test_packages import act

STATUS = ".badge >> nth=0"


async def press(page: Page, label: str) -> None:
    """Press the button, or follow the link that looks like one."""
    await page.get_by_role("main").get_by_role("button", name=label, exact=True).first.click()


async def set_up(page: Page) -> str:
    """Head office begins with a template, sets the form up, and goes on to a package of it; the campaign's address."""
    await page.goto("/campaigns")
    await press(page, "New campaign")
    await page.get_by_label("Collaborative campaign (by form)", exact=True).check()
    for name, value in (
        ("label", "Spring for all"),
        ("starts_at", "2026-03-03T08:00"),
        ("ends_at", "2026-04-10T18:00"),
    ):
        await page.fill(f"[name={name}]", value)
    await press(page, "Create")
    await page.fill("[name='definition.content.en.body']", "{{ greeting }} See you!")
    await page.fill("[name='definition.message_cost_cents']", "0.50")
    await press(page, "Save")
    await expect(page.get_by_role("main")).to_contain_text("Saved.")
    return page.url.partition("?")[0].removesuffix("/settings")


async def offer(page: Page, campaign: str) -> str:
    """It makes a package of the campaign, invites an entity, and hands it in; the package's address."""
    await page.goto(campaign)
    await press(page, "Make a package of it")
    for name, value in (
        ("label", "Spring offer"),
        ("folder", "Spring"),
        ("starts_at", "2026-03-02T12:00"),
        ("ends_at", "2026-05-01T10:00"),
        ("registration_deadline", "2026-03-16T23:59"),
    ):
        await page.fill(f"[name={name}]", value)
    await press(page, "Create")
    there = page.url.partition("?")[0]
    await press(page, "Audience")
    await page.get_by_label("East").check()
    await press(page, "Invite those ticked")
    await page.goto(there)
    await press(page, "Submit for approval")
    await expect(page.locator(STATUS)).to_have_text("Waiting for approval")
    return there


@pytest.mark.row("B02")
async def test_a_campaign_by_form_is_set_up_and_run_in_a_browser_only(site: Site) -> None:
    story = site.story
    office = await site.signed_in(story.central)
    campaign = await set_up(office)
    package = await offer(office, campaign)
    await site.world.settle()

    reviewer = await site.signed_in(story.reviewer)
    await reviewer.goto(package)
    await act(reviewer, "Approve", "Good")
    await expect(reviewer.locator(STATUS)).to_have_text("Approved")
    await site.world.advance(hours=3)

    local = await site.signed_in(story.people["anna"])
    await local.goto("/")
    await local.get_by_role("link", name="Spring offer").click()
    await press(local, "Order")
    await local.get_by_label("Your greeting").fill("Hello from East!")
    await press(local, "Preview the message")
    await expect(local.locator("section.said")).to_contain_text("Hello from East! See you!")
    await press(local, "Hand in")
    await expect(local.locator(STATUS)).to_have_text("Waiting for approval")
    order = local.url.partition("?")[0]
    await site.world.settle()
    await office.goto(order)
    await act(office, "Approve", "Welcome")
    await site.world.settle()
    await local.goto(order)
    await expect(local.locator(STATUS)).to_have_text("Available")

    await site.world.advance(hours=20)  # to the first day of the campaign, and past a session's life
    office = await site.signed_in(story.central)
    await office.goto(campaign)
    await press(office, "Start")
    await expect(office.locator(STATUS)).to_have_text("Running")
    await press(office, "Stop")
    await expect(office.locator(STATUS)).not_to_have_text("Running")
    (found,) = (await story.central.read("/orders"))["items"]
    assert (found["status"], found["values"]["greeting"]) == ("available", "Hello from East!")

"""Campaigns in a real browser: found, called off and used again by head office, changed and run by entities."""

from typing import Any

from playwright.async_api import expect

from tests.browser.hands import do, entry, opened, told
from tests.browser.site import Site
from tests.journeys.story import DEFINITION, Story

NARROW = 320
AVAILABLE = 6
"""Hours from the publication of the story's package, so that nobody has to sign in twice."""


async def child_of(story: Story, who: str, definition: dict[str, Any] | None = None) -> dict[str, Any]:
    """What an approved order of this person creates, available some hours after that."""
    more = {"definition": definition} if definition else {}
    reference_id = await story.reference("by_campaign", **more)
    package_id = await story.published(
        "by_campaign", reference_id=reference_id, available_at=story.day(1 + AVAILABLE / 24)
    )
    await story.approved(package_id, who)
    (own,) = (await story.people[who].read("/campaigns"))["items"]
    return dict(own)


async def test_head_office_finds_a_campaign_makes_a_package_of_it_calls_it_off_and_uses_it_again(
    site: Site,
) -> None:
    story = site.story
    local, by_form = await story.reference("local"), await story.reference("by_form")
    page = await site.signed_in(story.central, viewport={"width": NARROW, "height": 700})
    await page.goto("/campaigns")
    await entry(page, "kind").select_option("by_form")
    await do(page, "Find")
    await expect(page.get_by_role("rowheader")).to_have_count(1)
    await entry(page, "q").fill("nothing of that name")
    await do(page, "Find")
    await told(page, "None is like that.")
    for place in ("campaigns", f"campaigns/{local}", "campaigns/new", f"campaigns/{local}/settings"):
        await page.goto(f"/{place}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW, place
    await opened(page, 1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW
    await page.goto(f"/campaigns/{by_form}")
    await do(page, "Make a package of it")
    await expect(entry(page, "reference_id")).to_have_value(by_form)
    await page.goto(f"/campaigns/{by_form}")
    await page.locator("summary", has_text="Cancel the campaign").click()
    await entry(page, "reason").fill("The supplier left")
    await page.locator("form[action$='/cancel'] button").click()
    await told(page, "Cancelled, and all concerned are told why.", "The supplier left", "bo")
    await expect(page.get_by_role("button", name="Settings")).to_have_count(0)
    await page.goto(f"/campaigns/{by_form}/settings")
    await told(page, "Settings can be changed while the campaign is prepared")
    await expect(entry(page, "label")).to_be_disabled()
    await page.goto(f"/campaigns/{by_form}")
    await do(page, "Reinitialize")
    await told(page, "Prepared again")
    assert (await story.central.read(f"/campaigns/{by_form}"))["status"] == "prepared"


async def test_an_entity_changes_what_its_campaign_says_starts_it_and_stops_it(site: Site) -> None:
    story = site.story
    child = await child_of(story, "anna")
    path = f"/campaigns/{child['campaign_id']}"
    page = await site.signed_in(story.people["anna"])
    await page.goto("/campaigns")
    await page.get_by_role("link", name="Spring by_campaign").click()
    await told(page, "It can be changed and started once it is available.", "Hello from anna")
    await expect(entry(page, "values.greeting")).to_have_count(0)
    await expect(page.get_by_role("button", name="Start")).to_have_count(0)
    await story.world.advance(hours=AVAILABLE)
    await page.goto(path)
    await entry(page, "values.greeting").fill("Only in this shop")
    await entry(page, "values.quantity").fill("dozens")
    await do(page, "Save")
    await told(page, "This is not a number.")
    await expect(entry(page, "values.quantity")).to_have_attribute("aria-invalid", "true")
    await expect(entry(page, "values.greeting")).to_have_value("Only in this shop")
    await entry(page, "values.quantity").fill("12")
    await do(page, "Save")
    await told(page, "Saved.", "Only in this shop – for you in group 30-49.")
    assert (await story.central.read(path))["values"]["quantity"] == 12
    await do(page, "Start")
    await told(page, "Started.", "Running")
    await do(page, "Stop")
    await told(page, "Stopped.", "Finished", "It has ended: nothing can be changed any more.")
    assert (await story.central.read(path))["status"] == "finished"
    await page.goto(f"/campaigns/{child['parent_id']}")
    await told(page, "There is no such thing")
    await page.goto(f"/campaigns/{child['parent_id']}/settings")
    await told(page, "Your role may not do this")


async def test_head_office_sees_the_linked_campaigns_and_leaves_their_running_to_the_entities(
    site: Site,
) -> None:
    story = site.story
    child = await child_of(story, "nils")
    await story.world.advance(hours=AVAILABLE)
    page = await site.signed_in(story.central, "sv")
    await page.get_by_role("button", name="Svenska").click()
    await page.goto(f"/campaigns/{child['parent_id']}")
    await expect(page.locator("html")).to_have_attribute("lang", "sv")
    await expect(page.get_by_role("rowheader", name="Kontaktdag")).to_be_visible()
    await page.goto(f"/campaigns/{child['parent_id']}/children")
    await page.locator(f"a[href='/campaigns/{child['campaign_id']}']").click()
    await expect(page.locator(f"a[href='/campaigns/{child['parent_id']}']")).to_be_visible()
    await expect(page.locator(f"a[href='/orders/{child['order_id']}']")).to_be_visible()
    await told(page, "Hello from nils", "20 mars 2026")
    answer = await page.request.get(f"/campaigns/{child['campaign_id']}/settings")
    assert answer.status == 409
    for step in ("start", "stop", "values"):
        await expect(page.locator(f"form[action$='/{step}']")).to_have_count(0)


async def test_content_that_is_to_be_approved_is_handed_in_before_the_campaign_can_start(site: Site) -> None:
    story = site.story
    child = await child_of(story, "anna", {**DEFINITION, "content_approval": True})
    await story.world.advance(hours=AVAILABLE)
    page = await site.signed_in(story.people["anna"])
    await page.goto(f"/campaigns/{child['campaign_id']}")
    await told(page, "It starts once its content has been approved.", "Not handed in")
    await expect(page.get_by_role("button", name="Start")).to_have_count(0)
    await do(page, "Hand the content in")
    await told(page, "The content has been handed in.", "Waiting for approval")
    await expect(page.get_by_role("button", name="Hand the content in")).to_have_count(0)


async def test_an_entity_narrows_the_ceiling_of_contacts_for_itself_and_lifts_its_rule_again(
    site: Site,
) -> None:
    story = site.story
    child = await child_of(story, "anna", {**DEFINITION, "pressure": {"most": 2, "days": 10}})
    page = await site.signed_in(story.people["anna"])
    await page.goto(f"/campaigns/{child['campaign_id']}")
    await page.get_by_role("link", name="An own rule").click()
    await told(page, "contacts within 10 days: at most 2")
    await page.goto(f"/packages/{child['package_id']}")
    await told(page, "contacts within 10 days: at most 2 (head office's rule).")
    await page.get_by_role("link", name="An own rule").click()
    await entry(page, "most").fill("3")
    await entry(page, "days").fill("10")
    await do(page, "Save")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(entry(page, "most")).to_have_attribute("aria-invalid", "true")
    await entry(page, "most").fill("1")
    await do(page, "Save")
    await told(page, "Saved.", "contacts within 10 days: at most 1")
    rules = f"/campaigns/{child['parent_id']}/rules/{story.entities['East']}"
    assert (await story.central.read(rules))["counts"] == {"most": 1, "days": 10, "whose": "entity"}
    await do(page, "Lift the own rule")
    await expect(page.get_by_role("button", name="Lift the own rule")).to_have_count(0)
    assert (await story.central.read(rules))["own"] is None

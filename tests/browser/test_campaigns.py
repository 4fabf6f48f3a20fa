"""Campaigns in a real browser: made, set up and previewed by head office, changed and run by entities."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.site import Site
from tests.journeys.story import DEFINITION, Story

NARROW = 320
AVAILABLE = 6
"""Hours from the publication of the story's package, so that nobody has to sign in twice."""


def entry(page: Page, name: str) -> Locator:
    """What stands under this name in a form."""
    return page.locator(f"[name='{name}']")


async def do(page: Page, label: str) -> None:
    """Press a button of the page's own, the first where it stands there twice."""
    await page.get_by_role("main").get_by_role("button", name=label, exact=True).first.click()


async def opened(page: Page, number: int) -> None:
    """Open the block of this field of an order form."""
    await page.locator(f"#field-{number - 1} > summary").click()


async def told(page: Page, *sentences: str) -> None:
    """All of this stands on the page."""
    for sentence in sentences:
        await expect(page.get_by_role("main")).to_contain_text(sentence)


async def begun(page: Page, template: str, label: str) -> None:
    """Make a campaign from a template, from the list on."""
    await page.goto("/campaigns")
    await do(page, "New campaign")
    await page.get_by_label(template, exact=True).check()
    await entry(page, "label").fill(label)


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


async def test_head_office_sets_up_a_campaign_and_its_order_form_and_sees_what_entities_will_see(
    site: Site,
) -> None:
    central = site.story.central
    page = await site.signed_in(central)
    await begun(page, "Collaborative campaign (by form)", "Spring by hand")
    await told(page, "audience, approval mode, registration deadline, personalization deadline")
    await do(page, "Create")
    await told(page, "A date is missing")
    await expect(entry(page, "label")).to_have_value("Spring by hand")
    await expect(entry(page, "starts_at")).to_have_attribute("aria-invalid", "true")
    await entry(page, "starts_at").fill("2026-03-10T08:00")
    await entry(page, "ends_at").fill("2026-04-10T18:00")
    await do(page, "Create")
    await told(page, "Created.", "{{ greeting }}", "{{ recipient_city }}")
    await expect(page).to_have_url(f"{site.address}/campaigns/{await the_only(site)}/settings?done=created")
    await _add_a_field(site, page)
    await _be_refused(page)
    await _save_and_preview(site, page)


async def the_only(site: Site) -> str:
    """The id of the only campaign there is."""
    (one,) = (await site.story.central.read("/campaigns"))["items"]
    return str(one["campaign_id"])


async def _add_a_field(site: Site, page: Page) -> None:
    """Between others, with all that was entered kept, and nothing saved."""
    await entry(page, "label").fill("Spring by form")
    await do(page, "Add a field")
    await told(page, "Not saved yet")
    await expect(entry(page, "label")).to_have_value("Spring by form")
    await entry(page, "definition.fields.5.name").fill("free_gift")
    await entry(page, "definition.fields.5.label.sv").fill("Gåva")
    await entry(page, "definition.fields.5.label.en").fill("Gift")
    await entry(page, "definition.fields.5.help.en").fill("What everybody gets.")
    await entry(page, "definition.fields.5.kind").select_option(label="Choice")
    await entry(page, "definition.fields.5.choices").fill("coffee\ncake")
    await entry(page, "definition.fields.5.default").fill("cheese")
    await do(page, "Move field 6 up")
    await expect(page.locator("#field-4 > summary")).to_contain_text("Gift")
    await expect(page.locator("#field-5 > summary")).to_contain_text("Your greeting")
    await expect(entry(page, "definition.fields.4.choices")).to_have_value("coffee\ncake")
    await opened(page, 3)
    await do(page, "Remove field 3")
    await expect(page.locator(".block")).to_have_count(5)
    stored = await site.story.central.read(f"/campaigns/{await the_only(site)}")
    assert (stored["label"], len(stored["definition"]["fields"])) == ("Spring by hand", 5)


async def _be_refused(page: Page) -> None:
    """What does not hold together is named as people call it, and stays as it was entered."""
    await do(page, "Save")
    problem = page.get_by_role("alert")
    await expect(problem).to_contain_text("A default does not fit its field")
    await expect(page.get_by_role("main")).not_to_contain_text("Created.")
    await expect(problem.get_by_role("link", name="Field 4, Default")).to_be_visible()
    await expect(entry(page, "definition.fields.3.default")).to_have_attribute("aria-invalid", "true")
    await entry(page, "definition.fields.3.default").fill("cake")
    await opened(page, 3)
    await entry(page, "definition.fields.2.default").fill("many")
    await do(page, "Save")
    await expect(problem.get_by_role("link", name="Field 3, Default")).to_be_visible()
    await told(page, "This is not a number.")
    await entry(page, "definition.fields.2.default").fill("250")
    await do(page, "Save")
    await expect(problem.get_by_role("link", name="Condition 2, Is")).to_be_visible()
    await told(page, "A placeholder names no field", "There is no field channel.")
    await do(page, "Remove condition 2")
    await entry(page, "definition.content.en.body").fill("{{ greeting }} With {{ gift }}!")
    await do(page, "Save")
    await expect(problem.get_by_role("link", name="Message in English")).to_be_visible()
    await told(page, "There is no field gift.")
    await expect(entry(page, "definition.content.en.body")).to_have_value("{{ greeting }} With {{ gift }}!")


async def _save_and_preview(site: Site, page: Page) -> None:
    await entry(page, "definition.content.en.body").fill("{{ greeting }} With {{ free_gift }}!")
    await entry(page, "definition.message_cost_cents").fill("1.25")
    await entry(page, "definition.most_reviewers").fill("0")
    await do(page, "Save and preview")
    await told(page, "Saved.", "What everybody gets. Left empty, this counts: cake", "… With cake!")
    await told(page, "0 means no limit. At least 0. Left empty, this counts: 250")
    await expect(page.get_by_role("main")).not_to_contain_text("Reviewers")
    await expect(page.get_by_label("Gift").locator("option")).to_have_text(["– choose –", "coffee", "cake"])
    await page.get_by_role("button", name="Svenska").click()
    await expect(page.get_by_label("Gåva")).to_be_visible()
    await expect(page.get_by_label("Er hälsning")).to_be_visible()
    stored = await site.story.central.read(f"/campaigns/{await the_only(site)}")
    definition = stored["definition"]
    assert stored["label"] == "Spring by form"
    names = ["contact_date", "age_segment", "quantity", "free_gift", "greeting"]
    assert [one["name"] for one in definition["fields"]] == names
    assert definition["fields"][2]["default"] == 250
    assert definition["fields"][2]["least"] == 0
    assert (definition["message_cost_cents"], definition["most_reviewers"]) == (125, 0)
    assert definition["content"]["sv"]["subject"] == "Ett erbjudande nära dig"


async def test_settings_that_somebody_else_changed_meanwhile_are_not_overwritten_but_told(site: Site) -> None:
    story = site.story
    campaign_id = await story.reference("by_form")
    page = await site.signed_in(story.central)
    await page.goto(f"/campaigns/{campaign_id}/settings")
    answer = await story.reviewer.patch(f"/campaigns/{campaign_id}", {"label": "Rut's name"})
    assert answer.status_code == 200, answer.text
    await entry(page, "label").fill("Bo's name")
    await do(page, "Add a condition")
    await do(page, "Remove condition 2")
    await do(page, "Save")
    await expect(page.get_by_role("alert")).to_be_visible()
    assert (await story.central.read(f"/campaigns/{campaign_id}"))["label"] == "Rut's name"
    await expect(entry(page, "label")).to_have_value("Bo's name")
    await do(page, "Save")
    await told(page, "Saved.")
    assert (await story.central.read(f"/campaigns/{campaign_id}"))["label"] == "Bo's name"


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
    for place in ("campaigns", f"campaigns/{local}", f"campaigns/{local}/settings", "campaigns/new"):
        await page.goto(f"/{place}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW, place
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

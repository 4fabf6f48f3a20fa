"""A reference campaign in a real browser: made from a template, set up, and previewed as entities will see it."""

from playwright.async_api import Page, expect

from tests.browser.hands import do, entry, opened, told
from tests.browser.site import Site


async def begun(page: Page, template: str, label: str) -> None:
    """Make a campaign from a template, from the list on."""
    await page.goto("/campaigns")
    await do(page, "New campaign")
    await page.get_by_label(template, exact=True).check()
    await entry(page, "label").fill(label)


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


async def test_level_and_mode_are_changed_there_too_until_a_package_stands_on_the_campaign(
    site: Site,
) -> None:
    story = site.story
    campaign_id = await story.reference("by_form")
    page = await site.signed_in(story.central)
    await page.goto(f"/campaigns/{campaign_id}/settings")
    await entry(page, "kind").select_option(label="Local campaign")
    await do(page, "Save")
    await expect(page.get_by_role("alert").get_by_role("link", name="Days that it lasts")).to_be_visible()
    await entry(page, "definition.duration_days").fill("12")
    await do(page, "Save")
    await told(page, "Saved.")
    stored = await story.central.read(f"/campaigns/{campaign_id}")
    assert (stored["kind"], stored["starts_at"], stored["definition"]["duration_days"]) == ("local", None, 12)
    await story.package("local", reference_id=campaign_id)
    await entry(page, "kind").select_option(label="Collaborative, simple")
    await do(page, "Save")
    await told(page, "The campaign's kind cannot change any more")
    await expect(entry(page, "kind")).to_have_attribute("aria-invalid", "true")
    await entry(page, "kind").select_option(label="Local campaign")
    await entry(page, "label").fill("Still changeable")
    await do(page, "Save")
    await told(page, "Saved.")
    assert (await story.central.read(f"/campaigns/{campaign_id}"))["label"] == "Still changeable"
